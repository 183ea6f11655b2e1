#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "messaging/journal/hash_input.h"
#include "messaging/journal/journal_row.h"

namespace fenghuo::messaging {

/// The hash chain over the rows of a log (the journal's, the security log's): each row's hash covers the row and its predecessor's hash, so
/// that no row can be changed, taken out or put in without all later hashes changing. The same in every
/// store: the bytes that are hashed come from the row alone. The algorithm names itself in those bytes.
///
/// For a row of the journal:
/// hash = H(algorithm, stream, sequence, epoch, recorded_at, occurred_at, command id, index, request
///          hash, actor, role, type, version, previous hash, H(payload)); numbers and the lengths before
///          each text as eight bytes, the least first; hashes as their 32 bytes.
///
/// Threads: one; make one a thread.
/// Source:  SHA-256 (FIPS 180-4), SM3 (GB/T 32905-2016), both by OpenSSL.
/// Checked: tests/messaging/chain_test.cc against digests of the openssl command.
class Chain {
 public:
  /// algorithm: "sha256" or "sm3". Errors: InvalidArgument for any other.
  static Result<Chain> make(std::string_view algorithm, std::string_view stream);
  ~Chain();
  Chain(Chain&&) noexcept;
  Chain& operator=(Chain&&) noexcept;

  Digest hash_of(JournalRow const& row, Digest const& previous) const;
  Digest digest_of(std::string_view bytes) const;
  /// What the bytes of every row of this chain begin with: algorithm and stream.
  HashInput begin() const;

 private:
  struct Parts;
  explicit Chain(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// Lower-case hexadecimal.
std::string hex(Digest const& digest);
/// Nothing for what is not 64 lower-case hexadecimal digits.
std::optional<Digest> digest_of_hex(std::string_view text);

}  // namespace fenghuo::messaging
