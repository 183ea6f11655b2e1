#include "gis/region/sha256.h"

#include <openssl/evp.h>

#include <fstream>
#include <vector>

namespace fenghuo::gis {

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  Context() = default;
  ~Context() { EVP_MD_CTX_free(evp); }
  Context(Context const&) = delete;
  Context& operator=(Context const&) = delete;
};

Sha256::Sha256() : context_{std::make_unique<Context>()} {
  ensure(context_->evp != nullptr && EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) == 1,
         "OpenSSL offers SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::add(std::span<std::byte const> bytes) {
  ensure(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1, "SHA-256 goes on");
}

std::array<std::byte, 32> Sha256::finish() {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  ensure(EVP_DigestFinal_ex(context_->evp, digest.data(), &size) == 1 && size == digest.size(),
         "SHA-256 ends with 32 bytes");
  std::array<std::byte, 32> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = std::byte{digest[i]};
  }
  return out;
}

std::string to_hex(std::span<std::byte const> bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (std::byte const byte : bytes) {
    auto const value = std::to_integer<unsigned>(byte);
    out += kDigits[value >> 4U];
    out += kDigits[value & 15U];
  }
  return out;
}

Result<std::string> sha256_of_file(std::filesystem::path const& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    return Error{ErrorCode::NotFound, "there is no file " + file.string()};
  }
  std::ifstream in{file, std::ios::binary};
  Sha256 hash;
  std::vector<char> piece(1U << 20U);
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    hash.add(std::as_bytes(std::span{piece}.first(static_cast<std::size_t>(in.gcount()))));
  }
  if (!in.eof()) {
    return Error{ErrorCode::Unavailable, file.string() + " cannot be read"};
  }
  return to_hex(hash.finish());
}

}  // namespace fenghuo::gis
