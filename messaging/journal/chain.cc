#include "messaging/journal/chain.h"

#include <openssl/evp.h>

#include "core/base/ensure.h"

namespace fenghuo::messaging {

namespace {

void put(std::string& out, std::int64_t value) {
  auto const bits = static_cast<std::uint64_t>(value);
  std::array<char, 8> bytes{};
  for (unsigned i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>((bits >> (8 * i)) & 0xFFU);
  }
  out.append(bytes.data(), bytes.size());
}
void put(std::string& out, std::string_view text) {
  put(out, static_cast<std::int64_t>(text.size()));
  out += text;
}
void put(std::string& out, Digest const& digest) {
  out.append(reinterpret_cast<char const*>(digest.data()), digest.size());
}

}  // namespace

struct Chain::Parts {
  EVP_MD* method = nullptr;
  EVP_MD_CTX* context = nullptr;
  std::string algorithm, stream;
  ~Parts() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(method);
  }
};

Chain::Chain(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
Chain::~Chain() = default;
Chain::Chain(Chain&&) noexcept = default;
Chain& Chain::operator=(Chain&&) noexcept = default;

Result<Chain> Chain::make(std::string_view algorithm, std::string_view stream) {
  if (algorithm != "sha256" && algorithm != "sm3") {
    return Error{ErrorCode::InvalidArgument,
                 "unknown hash algorithm \"" + std::string{algorithm} + "\": use sha256 or sm3"};
  }
  auto parts = std::make_unique<Parts>();
  parts->algorithm = algorithm;
  parts->stream = stream;
  // Fetched once: the implicit fetch of a plain EVP_sha256() costs more than the hash itself.
  parts->method = EVP_MD_fetch(nullptr, algorithm == "sm3" ? "SM3" : "SHA256", nullptr);
  parts->context = EVP_MD_CTX_new();
  // Bound to the method here: each digest then only starts anew.
  if (parts->method == nullptr || parts->context == nullptr ||
      EVP_DigestInit_ex2(parts->context, parts->method, nullptr) != 1) {
    return Error{ErrorCode::Unavailable,
                 "OpenSSL does not offer " + std::string{algorithm} + " on this machine"};
  }
  return Chain{std::move(parts)};
}

Digest Chain::digest_of(std::string_view bytes) const {
  Digest out{};
  unsigned length = 0;
  bool const done = EVP_DigestInit_ex2(parts_->context, nullptr, nullptr) == 1 &&
                    EVP_DigestUpdate(parts_->context, bytes.data(), bytes.size()) == 1 &&
                    EVP_DigestFinal_ex(parts_->context, out.data(), &length) == 1;
  ensure(done && length == out.size(), "a digest of 32 bytes can be computed");
  return out;
}

Digest Chain::hash_of(JournalRow const& row, Digest const& previous) const {
  std::string bytes;
  bytes.reserve(512);
  put(bytes, parts_->algorithm);
  put(bytes, parts_->stream);
  put(bytes, row.sequence);
  put(bytes, row.epoch);
  put(bytes, row.recorded_at.us);
  put(bytes, row.occurred_at.us);
  put(bytes, row.command_id);
  put(bytes, std::int64_t{row.index});
  put(bytes, row.request_hash);
  put(bytes, row.actor.name);
  put(bytes, row.actor.role);
  put(bytes, row.type);
  put(bytes, std::int64_t{row.version});
  put(bytes, previous);
  put(bytes, digest_of(row.payload));
  return digest_of(bytes);
}

std::string hex(Digest const& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (auto const byte : digest) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

}  // namespace fenghuo::messaging
