#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>

#include "messaging/delivery/webhook_bearer.h"
#include "tests/messaging/raw_gateway.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::tests {

inline constexpr char const* kGatewaySecret = "a raw secret of the gateway, 0123456789";

/// Settings of a webhook towards a gateway of a test, and what they make.
struct WebhookSettings {
  ScratchFolder folder;
  messaging::WebhookOptions options;

  /// `host` as the URL writes it, without its port.
  WebhookSettings(std::string const& scheme, std::string const& host, std::uint16_t port) {
    std::string const place = host + ":" + std::to_string(port);
    write_file(folder / "secret", kGatewaySecret);
    ::chmod((folder / "secret").c_str(), 0600);
    options.name = "sms-one";
    options.url = scheme + "://" + place + "/send?key=in-the-url";
    options.secret_file = folder / "secret";
    options.means = {"sms", "phone"};
    options.allowed_hosts = {place};
  }
  explicit WebhookSettings(RawGateway const& gateway)
      : WebhookSettings{"http", "127.0.0.1", gateway.port()} {}

  /// So short that a test is over soon; the gateways of these tests never end by themselves.
  WebhookSettings& in_haste() {
    options.connection.connect_within = milliseconds(300);
    options.connection.done_within = milliseconds(400);
    return *this;
  }
  std::unique_ptr<messaging::Bearer> bearer() const {
    auto made = messaging::make_webhook_bearer(options);
    ensure(made.has_value(), made ? "" : made.error().message.c_str());
    return std::move(*made);
  }
  std::string refusal() const {
    auto const made = messaging::make_webhook_bearer(options);
    return made ? "" : made.error().message;
  }
};

inline messaging::OutgoingMessage some_message() {
  return {.id = "D-2026-000007:0:sms",
          .recipient_name = "王 \"伟\"\r\n",
          .address = "+86 138-0000-0000",
          .means = "sms",
          .text = "山洪预警:请立即转移\r\nwebhook-id: x",
          .made_at = Time{1'767'225'600'000'000},
          .answer_by = Time{1'767'226'200'000'000},
          .drill = false,
          .callback = "https://centre.example/receipts"};
}

}  // namespace fenghuo::tests
