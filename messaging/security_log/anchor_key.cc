#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "messaging/security_log/anchor.h"
#include "messaging/storage/disk.h"

namespace fenghuo::messaging {

namespace {

namespace fs = std::filesystem;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeKey>;
using BioPointer = std::unique_ptr<BIO, FreeBio>;
using ContextPointer = std::unique_ptr<EVP_MD_CTX, FreeContext>;

std::string content_of(fs::path const& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

BioPointer reading(std::string const& text) {
  return BioPointer{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

std::string text_in(BIO* bio) {
  char* data = nullptr;
  long const size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string{data, static_cast<std::size_t>(size)} : "";
}

Result<void> write_whole(fs::path const& file, std::string const& text, unsigned mode) {
  fs::path const fresh = file.string() + ".new";
  std::error_code error;
  fs::remove(fresh, error);
  int const fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  bool const written = fd >= 0 &&
                       ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(fd) == 0;
  int const why = errno;
  if (fd >= 0) {
    ::close(fd);
  }
  if (!written || ::rename(fresh.c_str(), file.c_str()) != 0) {
    return Error{ErrorCode::Unavailable,
                 fmt::format("cannot write {}: {}; the data folder must be writable for this user",
                             file.string(), std::strerror(written ? errno : why))};
  }
  return system_disk().sync_folder(folder_of(fs::absolute(file)));
}

std::optional<std::string> bytes_of_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    auto const high = kDigits.find(text[i]);
    auto const low = kDigits.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) {
      return std::nullopt;
    }
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

}  // namespace

struct AnchorVerifier::Keys {
  std::vector<KeyPointer> all;
};
AnchorVerifier::AnchorVerifier() : keys_{std::make_unique<Keys>()} {}
AnchorVerifier::~AnchorVerifier() = default;
AnchorVerifier::AnchorVerifier(AnchorVerifier&&) noexcept = default;
AnchorVerifier& AnchorVerifier::operator=(AnchorVerifier&&) noexcept = default;

Result<AnchorVerifier> AnchorVerifier::read(fs::path const& file) {
  if (!fs::exists(file)) {
    return Error{ErrorCode::NotFound,
                 "there is no public key " + file.string() + " to check anchors with"};
  }
  AnchorVerifier out;
  out.pem_ = content_of(file);
  auto const bio = reading(out.pem_);
  while (EVP_PKEY* key = PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr)) {
    KeyPointer owned{key};
    if (EVP_PKEY_get_id(key) == EVP_PKEY_ED25519) {
      out.keys_->all.push_back(std::move(owned));
    }
  }
  if (out.keys_->all.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 file.string() + " holds no Ed25519 public key in PEM; name an anchor.pub"};
  }
  return out;
}

bool AnchorVerifier::holds(Anchor const& anchor) const {
  auto const signature = bytes_of_hex(anchor.signature);
  if (!signature) {
    return false;
  }
  std::string const text = signed_text(anchor);
  for (auto const& key : keys_->all) {
    ContextPointer const context{EVP_MD_CTX_new()};
    if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
        EVP_DigestVerify(context.get(), reinterpret_cast<unsigned char const*>(signature->data()),
                         signature->size(), reinterpret_cast<unsigned char const*>(text.data()),
                         text.size()) == 1) {
      return true;
    }
  }
  return false;
}

struct AnchorSigner::Key {
  KeyPointer key;
};
AnchorSigner::AnchorSigner(std::unique_ptr<Key> key) : key_{std::move(key)} {}
AnchorSigner::~AnchorSigner() = default;
AnchorSigner::AnchorSigner(AnchorSigner&&) noexcept = default;
AnchorSigner& AnchorSigner::operator=(AnchorSigner&&) noexcept = default;

Result<AnchorSigner> AnchorSigner::open(fs::path const& folder) {
  fs::path const file = folder / "anchor.key";
  fs::path const public_file = folder / "anchor.pub";
  auto held = std::make_unique<Key>();
  bool const is_new = !fs::exists(file);
  if (is_new) {
    held->key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    BioPointer const out{BIO_new(BIO_s_mem())};
    ensure(held->key != nullptr && PEM_write_bio_PrivateKey(out.get(), held->key.get(), nullptr,
                                                            nullptr, 0, nullptr, nullptr) == 1,
           "OpenSSL makes Ed25519 keys");
    if (auto const written = write_whole(file, text_in(out.get()), 0600); !written) {
      return written.error();
    }
  } else {
    std::string const text = content_of(file);
    auto const bio = reading(text);
    held->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
    if (held->key == nullptr || EVP_PKEY_get_id(held->key.get()) != EVP_PKEY_ED25519) {
      return Error{ErrorCode::InvalidArgument,
                   file.string() +
                       " holds no Ed25519 key: bring it back from a backup, or remove "
                       "it, and a new key is made"};
    }
  }
  BioPointer const out{BIO_new(BIO_s_mem())};
  PEM_write_bio_PUBKEY(out.get(), held->key.get());
  std::string const mine = text_in(out.get());
  std::string const known = content_of(public_file);
  if (known.find(mine) == std::string::npos) {
    if (auto const written = write_whole(public_file, known + mine, 0644); !written) {
      return written.error();
    }
  }
  AnchorSigner signer{std::move(held)};
  signer.is_new_ = is_new;
  return signer;
}

void AnchorSigner::sign(Anchor& anchor) const {
  std::string const text = signed_text(anchor);
  std::array<unsigned char, 64> signature{};
  std::size_t size = signature.size();
  ContextPointer const context{EVP_MD_CTX_new()};
  bool const done =
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->key.get()) == 1 &&
      EVP_DigestSign(context.get(), signature.data(), &size,
                     reinterpret_cast<unsigned char const*>(text.data()), text.size()) == 1;
  ensure(done && size == signature.size(), "an anchor can be signed");
  anchor.signature.clear();
  for (auto const byte : signature) {
    anchor.signature += fmt::format("{:02x}", byte);
  }
}

}  // namespace fenghuo::messaging
