#include "server/access/factor_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "server/access/random_text.h"

namespace fenghuo::server {

namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

unsigned char const* bytes_of(std::string_view text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

Error cannot(std::filesystem::path const& file, char const* what) {
  return {ErrorCode::Unavailable,
          fmt::format("cannot {} {}: {}", what, file.string(), std::strerror(errno))};
}

/// Written whole and synced beside its place, then moved there: a crash leaves no half of a key.
Result<void> make(std::filesystem::path const& file) {
  std::array<unsigned char, 32> key{};
  randombytes_buf(key.data(), key.size());
  std::filesystem::path const fresh = file.string() + ".new";
  int const out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool const written = out >= 0 &&
                       ::write(out, key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
                       ::fsync(out) == 0;
  sodium_memzero(key.data(), key.size());
  if (out >= 0) {
    ::close(out);
  }
  if (!written || ::rename(fresh.c_str(), file.c_str()) != 0) {
    return cannot(file, "write");
  }
  return {};
}

}  // namespace

FactorKey::~FactorKey() { sodium_memzero(key_.data(), key_.size()); }

Result<std::unique_ptr<FactorKey>> FactorKey::open(std::filesystem::path const& file) {
  if (!std::filesystem::exists(file)) {
    if (auto const made = make(file); !made) {
      return made.error();
    }
  }
  std::unique_ptr<FactorKey> out{new FactorKey};
  int const in = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) {
    return cannot(file, "read");
  }
  ssize_t const got = ::read(in, out->key_.data(), out->key_.size());
  ::close(in);
  if (got != static_cast<ssize_t>(out->key_.size())) {
    return Error{ErrorCode::Unavailable,
                 fmt::format("{} is no key: put back its copy, or remove it and enrol every second "
                             "factor anew",
                             file.string())};
  }
  return out;
}

std::string FactorKey::seal(std::string_view account, std::string_view secret) const {
  std::string out(kNonce + secret.size() + kTag, '\0');
  randombytes_buf(out.data(), kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(out) + kNonce, nullptr, bytes_of(secret),
                                             secret.size(), bytes_of(account), account.size(),
                                             nullptr, bytes_of(out), key_.data());
  return out;
}

std::optional<std::string> FactorKey::unseal(std::string_view account,
                                             std::string_view sealed) const {
  if (sealed.size() < kNonce + kTag) {
    return std::nullopt;
  }
  std::string out(sealed.size() - kNonce - kTag, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          bytes_of(out), nullptr, nullptr, bytes_of(sealed) + kNonce, sealed.size() - kNonce,
          bytes_of(account), account.size(), bytes_of(sealed), key_.data()) != 0) {
    return std::nullopt;
  }
  return out;
}

}  // namespace fenghuo::server
