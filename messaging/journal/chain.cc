#include "messaging/journal/chain.h"

#include <openssl/evp.h>

#include "core/base/ensure.h"

namespace fenghuo::messaging {

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
  HashInput input = begin();
  input.put(row.sequence).put(row.epoch).put(row.recorded_at.us).put(row.occurred_at.us);
  input.put(row.command_id).put(std::int64_t{row.index}).put(row.request_hash);
  input.put(row.actor.name).put(row.actor.role).put(row.type).put(std::int64_t{row.version});
  input.put(previous).put(digest_of(row.payload));
  return digest_of(input.bytes());
}

HashInput Chain::begin() const {
  HashInput input;
  input.put(parts_->algorithm).put(parts_->stream);
  return input;
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

std::optional<Digest> digest_of_hex(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  Digest out{};
  if (text.size() != 2 * out.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const digit = kDigits.find(text[i]);
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    out[i / 2] = static_cast<std::uint8_t>((std::size_t{out[i / 2]} << 4U) | digit);
  }
  return out;
}

}  // namespace fenghuo::messaging
