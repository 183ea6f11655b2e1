#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fenghuo::server {

/// Random text for passwords and secrets: `bytes` random bytes in base64url. Source: libsodium randombytes.
std::string random_text(std::size_t bytes);

/// SHA-256 of a secret that is random itself: what is stored of it.
std::string digest_of_secret(std::string_view secret);

/// Overwrites what stood there, however long the memory was.
void wipe(std::string& secret);

/// The same for bytes that stand in a larger buffer.
void wipe(char* bytes, std::size_t size);

/// A text that is overwritten when it goes. Moving one leaves nothing behind.
/// Checked: tests/server/security_profile_test.cc.
struct SecretText {
  std::string text;

  SecretText() = default;
  explicit SecretText(std::string from) : text{std::move(from)} {}
  SecretText(SecretText const&) = delete;
  SecretText& operator=(SecretText const&) = delete;
  ~SecretText() { wipe(text); }
};

}  // namespace fenghuo::server
