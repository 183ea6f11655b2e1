#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/units.h"

/// The signature of a webhook, both ways: on what leaves for a gateway, and on the receipts that it sends back.
///
///   webhook-id:         the message's id, the same at every try
///   webhook-timestamp:  seconds since 1970, of this try
///   webhook-signature:  v1,BASE64(HMAC-SHA256(key, "ID.TIMESTAMP.BODY")), several with a space between
///
/// Source:  Standard Webhooks 1.0.0 (its v1 scheme); RFC 2104.
/// Checked: tests/messaging/webhook_signature_test.cc, against the specification's own example.
namespace fenghuo::messaging {

/// The keys shared with one gateway. While they are being changed there are two: what leaves is signed with
/// both, what comes in may be signed with either. Keys are wiped from memory, never printed, never logged: there
/// is no way to read them out.
///
/// In:      a file with one secret a line, the newest first, at most four: `whsec_` and base64, or any other text,
///          whose bytes are the key. 24 to 512 bytes of key. The file must not be readable for everybody. It is
///          read once: another secret takes effect when the gateway is set up anew.
/// Errors:  NotFound, InvalidArgument; they name the file and the line, never what stands there.
/// Threads: any, once made.
class WebhookSecrets {
 public:
  static Result<WebhookSecrets> read(std::filesystem::path const& file);
  static Result<WebhookSecrets> parse(std::string_view lines, std::string_view called);
  ~WebhookSecrets();
  WebhookSecrets(WebhookSecrets&&) noexcept = default;
  WebhookSecrets& operator=(WebhookSecrets&& other) noexcept;

  /// The value of webhook-signature, one signature a key.
  std::string sign(std::string_view id, std::string_view timestamp, std::string_view body) const;

 private:
  friend Result<void> verify_signature(WebhookSecrets const&, struct SignedParts const&, Time);
  WebhookSecrets() = default;
  std::vector<std::string> keys_;
};

/// What came with a request, as it came.
struct SignedParts {
  std::string_view id, timestamp, signature;  ///< the three header fields
  std::string_view body;                      ///< the bytes before anything read them
};

inline constexpr Duration kSignatureWindow = minutes(5);

/// Whether one of the keys made one of the signatures, and the time of it is at most five minutes from now,
/// either way. A repeat within that window is valid here: whoever takes receipts drops repeats by their id.
///
/// Errors:  InvalidArgument, saying what is missing, or that clock or key differ; the same words whichever key or
///          byte differs.
/// Cost:    one HMAC a key; comparing takes equally long wherever the first difference lies. At most 16
///          signatures are looked at.
Result<void> verify_signature(WebhookSecrets const& secrets, SignedParts const& parts, Time now);

}  // namespace fenghuo::messaging
