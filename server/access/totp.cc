#include "server/access/totp.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>

namespace fenghuo::server {

namespace {

constexpr std::int64_t kStepSeconds = 30;
constexpr std::int64_t kWindow = 1;

std::string percent(std::string_view text) {
  std::string out;
  for (char const c : text) {
    bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

std::int64_t totp_step(Time now) { return now.us / (kStepSeconds * 1'000'000); }

Result<std::string> totp_code(std::string_view secret, std::int64_t step, int digits) {
  std::array<unsigned char, 8> counter{};
  auto rest = static_cast<std::uint64_t>(step);
  for (auto at = counter.rbegin(); at != counter.rend(); ++at) {
    *at = static_cast<unsigned char>(rest & 0xFFU);
    rest >>= 8U;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  if (HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(),
           counter.size(), mac.data(), &size) == nullptr ||
      size != 20) {
    return Error{ErrorCode::Unavailable,
                 "this system's OpenSSL refuses SHA-1: allow it, or set second_factor: off"};
  }
  std::size_t const offset = mac[19] & 0x0FU;
  std::uint32_t const number =
      (std::uint32_t{mac[offset]} & 0x7FU) << 24U | std::uint32_t{mac[offset + 1]} << 16U |
      std::uint32_t{mac[offset + 2]} << 8U | std::uint32_t{mac[offset + 3]};
  std::uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) {
    modulus *= 10;
  }
  return fmt::format("{:0{}}", number % modulus, digits);
}

Result<std::optional<std::int64_t>> totp_match(std::string_view secret, std::string_view code,
                                               Time now, std::int64_t last) {
  std::optional<std::int64_t> found;
  std::int64_t const middle = totp_step(now);
  for (std::int64_t step = middle - kWindow; step <= middle + kWindow; ++step) {
    auto const right = totp_code(secret, step);
    if (!right) {
      return right.error();
    }
    bool const same =
        code.size() == right->size() && sodium_memcmp(code.data(), right->data(), code.size()) == 0;
    if (same && step > last && !found) {
      found = step;
    }
  }
  return found;
}

std::string base32(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (char const c : bytes) {
    held = held << 8U | static_cast<unsigned char>(c);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += kLetters[held >> bits & 31U];
    }
  }
  if (bits > 0) {
    out += kLetters[held << (5 - bits) & 31U];
  }
  return out;
}

std::string otpauth_uri(std::string_view issuer, std::string_view account,
                        std::string_view secret) {
  return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits=6&period={}",
                     percent(issuer), percent(account), base32(secret), percent(issuer),
                     kStepSeconds);
}

}  // namespace fenghuo::server
