#include "server/access/random_text.h"

#include <sodium.h>

#include <array>

namespace fenghuo::server {

std::string random_text(std::size_t bytes) {
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  std::string out(sodium_base64_encoded_len(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<unsigned char const*>(raw.data()),
                    raw.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.resize(out.size() - 1);  // the terminating NUL
  wipe(raw);
  return out;
}

std::string digest_of_secret(std::string_view secret) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> out{};
  crypto_hash_sha256(out.data(), reinterpret_cast<unsigned char const*>(secret.data()),
                     secret.size());
  return {reinterpret_cast<char const*>(out.data()), out.size()};
}

void wipe(char* bytes, std::size_t size) { sodium_memzero(bytes, size); }

void wipe(std::string& secret) {
  secret.resize(secret.capacity());  // within its memory: nothing moves
  sodium_memzero(secret.data(), secret.size());
  secret.clear();
}

}  // namespace fenghuo::server
