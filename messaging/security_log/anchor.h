#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messaging/journal/journal.h"
#include "messaging/security_log/security_row.h"

namespace fenghuo::messaging {

/// Where a journal and the security log beside it stood at a moment, signed. A hash chain cannot tell that its
/// tail was cut or that all of it was made anew; an anchor kept elsewhere can.
///
/// As one line of text, members apart by a space:
///   fenghuo-anchor 1 TIME STREAM EPOCH ROW HASH LOG_ROW LOG_HASH SIGNATURE
/// STREAM, EPOCH, ROW and HASH are the journal's; LOG_ROW and LOG_HASH the last row of the security log before
/// the anchor's own. SIGNATURE is Ed25519 (RFC 8032) over the line up to the space before it, in hexadecimal:
/// any tool that knows Ed25519 can check it with the PEM file of the public key.
/// Checked: tests/messaging/anchor_test.cc; against the openssl command in tests/outside/test_security_log.py.
struct Anchor {
  Time time;
  std::string stream;
  Head journal;
  LogPosition log;
  std::string signature;  ///< hexadecimal
};

/// The line without its signature: what is signed.
std::string signed_text(Anchor const& anchor);
std::string line_of(Anchor const& anchor);
/// Nothing for what is no whole anchor.
std::optional<Anchor> anchor_of(std::string_view line);
/// The stream's name as a line holds it.
std::string stream_word(std::string_view stream);

/// Public keys of anchors: several PEM blocks in one file, where keys were made anew.
///
/// Errors: NotFound, InvalidArgument (no key in the file).
class AnchorVerifier {
 public:
  static Result<AnchorVerifier> read(std::filesystem::path const& file);
  AnchorVerifier();
  ~AnchorVerifier();
  AnchorVerifier(AnchorVerifier&&) noexcept;
  AnchorVerifier& operator=(AnchorVerifier&&) noexcept;

  bool holds(Anchor const& anchor) const;  ///< whether one of the keys made the signature
  std::string const& pem() const { return pem_; }

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
  std::string pem_;
};

/// The key that signs: anchor.key (mode 0600) in a folder, anchor.pub beside it; made where there is none. A
/// public key that stands there already is kept before the new one, so that older anchors can be checked.
///
/// Errors:  Unavailable (the folder is not writable), InvalidArgument (anchor.key holds no key).
/// Threads: one at a time. Source: OpenSSL EVP.
class AnchorSigner {
 public:
  static Result<AnchorSigner> open(std::filesystem::path const& folder);
  ~AnchorSigner();
  AnchorSigner(AnchorSigner&&) noexcept;
  AnchorSigner& operator=(AnchorSigner&&) noexcept;

  void sign(Anchor& anchor) const;
  bool is_new() const { return is_new_; }

 private:
  struct Key;
  explicit AnchorSigner(std::unique_ptr<Key> key);
  std::unique_ptr<Key> key_;
  bool is_new_ = false;
};

/// The lines of a mirror. What is no whole anchor (a line cut by a crash) is counted.
struct MirrorLines {
  std::vector<Anchor> anchors;
  std::size_t unreadable = 0;
};
/// Errors: NotFound.
Result<MirrorLines> read_mirror(std::filesystem::path const& file);

}  // namespace fenghuo::messaging
