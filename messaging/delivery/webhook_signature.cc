#include "messaging/delivery/webhook_signature.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>

#include <array>
#include <charconv>
#include <fstream>
#include <optional>

#include "core/base/ensure.h"

namespace fenghuo::messaging {

namespace {

constexpr std::size_t kFewestBytes = 24, kMostBytes = 512, kMostKeys = 4, kMostSignatures = 16;
constexpr std::size_t kFileBytes = 8192;
constexpr std::string_view kPrefix = "whsec_", kVersion = "v1,";

void wipe(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

std::string base64(unsigned char const* bytes, std::size_t size) {
  std::string out((size + 2) / 3 * 4 + 1, '\0');
  int const length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes, static_cast<int>(size));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

/// Strict: whole groups of four. OpenSSL passes over spaces and counts the filling as zero bytes.
std::optional<std::string> from_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::size_t const filling = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  if (text.empty() || text.size() % 4 != 0 ||
      text.substr(0, text.size() - filling).find_first_not_of(kDigits) != std::string_view::npos) {
    return std::nullopt;
  }
  std::string out(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<unsigned char const*>(text.data()),
                      static_cast<int>(text.size())) < 0) {
    return std::nullopt;
  }
  out.resize(out.size() - filling);
  return out;
}

std::string signature_of(std::string const& key, std::string_view id, std::string_view timestamp,
                         std::string_view body) {
  std::string content;
  content.reserve(id.size() + timestamp.size() + body.size() + 2);
  content.append(id).append(".").append(timestamp).append(".").append(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  bool const done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                         reinterpret_cast<unsigned char const*>(content.data()), content.size(),
                         mac.data(), &size) != nullptr;
  ensure(done, "HMAC-SHA256 is not there");
  return std::string{kVersion} + base64(mac.data(), size);
}

Error invalid(std::string message) { return {ErrorCode::InvalidArgument, std::move(message)}; }

}  // namespace

Result<WebhookSecrets> WebhookSecrets::read(std::filesystem::path const& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) {
    return Error{ErrorCode::NotFound,
                 fmt::format("no secret can be read from {}: put the gateway's secret there, one a "
                             "line, readable for this program alone",
                             file.string())};
  }
  if ((about.st_mode & S_IRWXO) != 0U) {
    return invalid(fmt::format("{} holds a secret and is open to everybody: chmod 600 {}",
                               file.string(), file.string()));
  }
  std::ifstream in{file, std::ios::binary};
  std::string lines(kFileBytes + 1, '\0');
  in.read(lines.data(), static_cast<std::streamsize>(lines.size()));
  auto const size = static_cast<std::size_t>(in.gcount());
  Result<WebhookSecrets> secrets =
      size > kFileBytes || in.bad() || !in.eof()
          ? invalid(fmt::format("{} is no file of secrets: it cannot be read, or has more than {} "
                                "bytes",
                                file.string(), kFileBytes))
          : parse(std::string_view{lines}.substr(0, size), file.string());
  wipe(lines);
  return secrets;
}

Result<WebhookSecrets> WebhookSecrets::parse(std::string_view lines, std::string_view called) {
  WebhookSecrets secrets;
  for (int number = 1; !lines.empty(); ++number) {
    auto const end = lines.find('\n');
    std::string_view line = lines.substr(0, end);
    lines = end == std::string_view::npos ? "" : lines.substr(end + 1);
    while (line.ends_with('\r') || line.ends_with(' ')) {
      line.remove_suffix(1);
    }
    if (line.empty()) {
      continue;
    }
    bool const coded = line.starts_with(kPrefix);
    auto key = coded ? from_base64(line.substr(kPrefix.size())) : std::optional{std::string{line}};
    if (!key) {
      return invalid(
          fmt::format("{}, line {}: what follows its prefix is no base64; copy the "
                      "secret again from the gateway's settings",
                      called, number));
    }
    secrets.keys_.push_back(std::move(*key));
    std::size_t const size = secrets.keys_.back().size();
    if (size < kFewestBytes || size > kMostBytes) {
      return invalid(
          fmt::format("{}, line {}: a secret of {} bytes; take one of {} to {}, as from "
                      "openssl rand -base64 32",
                      called, number, size, kFewestBytes, kMostBytes));
    }
  }
  if (secrets.keys_.empty() || secrets.keys_.size() > kMostKeys) {
    return invalid(
        fmt::format("{}: {} secrets; one is needed, two while they are changed, at most "
                    "{}",
                    called, secrets.keys_.size(), kMostKeys));
  }
  return secrets;
}

WebhookSecrets::~WebhookSecrets() {
  for (auto& key : keys_) {
    wipe(key);
  }
}

WebhookSecrets& WebhookSecrets::operator=(WebhookSecrets&& other) noexcept {
  keys_.swap(other.keys_);
  return *this;
}

std::string WebhookSecrets::sign(std::string_view id, std::string_view timestamp,
                                 std::string_view body) const {
  std::string out;
  for (auto const& key : keys_) {
    out += (out.empty() ? "" : " ") + signature_of(key, id, timestamp, body);
  }
  return out;
}

Result<void> verify_signature(WebhookSecrets const& secrets, SignedParts const& parts, Time now) {
  if (parts.id.empty() || parts.timestamp.empty() || parts.signature.empty()) {
    return invalid(
        "not signed: the fields webhook-id, webhook-timestamp and webhook-signature are needed");
  }
  std::int64_t at = 0;
  auto const [end, error] =
      std::from_chars(parts.timestamp.data(), parts.timestamp.data() + parts.timestamp.size(), at);
  constexpr std::int64_t kYear9999 = 253'402'300'799;
  if (error != std::errc{} || end != parts.timestamp.data() + parts.timestamp.size() || at < 0 ||
      at > kYear9999) {
    return invalid("webhook-timestamp is not a number of seconds since 1970");
  }
  Duration const apart = now - Time{at * 1'000'000};
  if (apart > kSignatureWindow || apart < Duration{-kSignatureWindow.us}) {
    return invalid(
        "webhook-timestamp is more than five minutes from now: set the clocks of both sides");
  }
  int same = 0;
  for (auto const& key : secrets.keys_) {
    std::string const ours = signature_of(key, parts.id, parts.timestamp, parts.body);
    std::string_view rest = parts.signature;
    for (std::size_t n = 0; n < kMostSignatures && !rest.empty(); ++n) {
      auto const space = rest.find(' ');
      std::string_view const theirs = rest.substr(0, space);
      rest = space == std::string_view::npos ? "" : rest.substr(space + 1);
      same |= static_cast<int>(theirs.size() == ours.size() &&
                               CRYPTO_memcmp(theirs.data(), ours.data(), ours.size()) == 0);
    }
  }
  if (same == 0) {
    return invalid("no signature fits: the secret here and the gateway's differ");
  }
  return {};
}

}  // namespace fenghuo::messaging
