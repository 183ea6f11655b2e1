#include "messaging/delivery/webhook_bearer.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/String.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <sstream>

#include "core/base/time_text.h"
#include "messaging/codec/json.h"
#include "messaging/delivery/webhook_signature.h"

namespace fenghuo::messaging {

namespace {

constexpr std::size_t kMostId = 128, kMostText = 8192, kMostName = 512, kMostCallback = 2048;

Error invalid(std::string message) { return {ErrorCode::InvalidArgument, std::move(message)}; }

Time system_time() {
  return {std::chrono::duration_cast<std::chrono::microseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

/// No dot: it parts id and time in what is signed.
bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= kMostId &&
         id.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:-") ==
             std::string_view::npos;
}

std::string body_of(OutgoingMessage const& message, std::string const& number) {
  Json const answer_by = message.answer_by ? Json{to_rfc3339(*message.answer_by)} : Json{};
  Json const callback = message.callback.empty() ? Json{} : Json{message.callback};
  Json data = Json::object({{"id", message.id},
                            {"to", number},
                            {"name", message.recipient_name},
                            {"means", message.means},
                            {"text", message.text},
                            {"answer_by", answer_by},
                            {"drill", message.drill},
                            {"callback", callback}});
  return Json::object({{"type", "delivery." + message.means},
                       {"timestamp", to_rfc3339(message.made_at)},
                       {"data", std::move(data)}})
      .text();
}

class WebhookBearer final : public Bearer {
 public:
  WebhookBearer(WebhookOptions options, WebhookSecrets secrets,
                std::unique_ptr<GatewayConnection> connection)
      : options_{std::move(options)},
        secrets_{std::move(secrets)},
        connection_{std::move(connection)} {}

  std::string_view name() const override { return options_.name; }
  bool open_for_drills() const override { return options_.open_for_drills; }
  bool reaches(std::string_view means, std::string_view address) const override {
    return carries(means) && plain_number(address).has_value();
  }

  Handover hand_over(OutgoingMessage const& message) override {
    auto const number = plain_number(message.address);
    if (std::string why = why_never(message, number.has_value()); !why.empty()) {
      return {.outcome = HandoverOutcome::Never, .detail = std::move(why)};
    }
    Time const now = options_.now();
    auto const request = request_of(message.id, body_of(message, *number), now);
    if (!request) {
      return {.outcome = HandoverOutcome::Never, .detail = request.error().message};
    }
    auto const reader = connection_->exchange(*request);
    if (!reader) {
      return {.outcome = HandoverOutcome::TryAgain, .detail = reader.error().message};
    }
    return judge(reader->answer(now));
  }

 private:
  bool carries(std::string_view means) const {
    return std::find(options_.means.begin(), options_.means.end(), means) != options_.means.end();
  }

  /// Empty: it may leave.
  std::string why_never(OutgoingMessage const& message, bool has_number) const {
    if (message.drill && !options_.open_for_drills) {
      return fmt::format(
          "the gateway {} is not open for drills; open it in the settings, or let the drill tell "
          "people otherwise",
          options_.name);
    }
    if (!is_id(message.id)) {
      return fmt::format("the message's id is not of 1 to {} letters, digits, _ : and -", kMostId);
    }
    if (!carries(message.means)) {
      return fmt::format("the gateway {} does not carry {}", options_.name, message.means);
    }
    if (!has_number) {
      return "the recipient's number is no telephone number of 3 to 15 digits; correct the "
             "person's "
             "entry";
    }
    if (message.text.empty() || message.text.size() > kMostText ||
        message.recipient_name.size() > kMostName || message.callback.size() > kMostCallback) {
      return fmt::format(
          "the text is empty or longer than {} bytes, or name or callback are too "
          "long; shorten it",
          kMostText);
    }
    return "";
  }

  Result<std::string> request_of(std::string const& id, std::string const& body, Time now) const {
    GatewayPlace const& place = connection_->place();
    std::string const timestamp = std::to_string(now.us / 1'000'000);
    try {
      Poco::Net::HTTPRequest head{"POST", place.path, "HTTP/1.1"};
      head.setHost(place.host, place.port);
      head.setContentType("application/json");
      head.setContentLength64(static_cast<Poco::Int64>(body.size()));
      head.set("Accept", "application/json");
      head.set("Accept-Encoding", "identity");
      head.set("User-Agent", "fenghuo");
      head.set("webhook-id", id);
      head.set("webhook-timestamp", timestamp);
      head.set("webhook-signature", secrets_.sign(id, timestamp, body));
      head.setKeepAlive(false);
      std::ostringstream out;
      head.write(out);
      return out.str() + body;
    } catch (Poco::Exception const& error) {
      return invalid("the request cannot be written: " + error.displayText());
    }
  }

  Handover judge(std::optional<GatewayAnswer> const& answer) const {
    std::string const where = connection_->place().host_and_port();
    if (!answer) {
      return {.outcome = HandoverOutcome::TryAgain,
              .detail = fmt::format("{} gave no whole answer in time", where)};
    }
    int const status = answer->status;
    Handover handover{.answered = true};
    if (status < 300) {
      handover.outcome = HandoverOutcome::Accepted;
      handover.reference = answer->reference;
    } else if (status < 400) {
      handover.outcome = HandoverOutcome::Never;
      handover.detail = fmt::format(
          "{} points elsewhere ({}), and redirects are never followed; put the final "
          "URL into the settings and its host into the list",
          where, status);
    } else if (status == 408 || status == 425 || status == 429 || status >= 500) {
      handover.outcome = HandoverOutcome::TryAgain;
      handover.retry_after = answer->retry_after;
      handover.detail = fmt::format("{} asks for later ({})", where, status);
    } else {
      handover.outcome = HandoverOutcome::Never;
      handover.detail = fmt::format("{} refuses the message ({}){}", where, status,
                                    status == 401 || status == 403
                                        ? "; the secret here and the gateway's may differ"
                                        : "; see the gateway's own log for why");
    }
    return handover;
  }

  WebhookOptions options_;
  WebhookSecrets secrets_;
  std::unique_ptr<GatewayConnection> connection_;
};

}  // namespace

std::optional<std::string> plain_number(std::string_view written) {
  std::string number;
  std::size_t digits = 0;
  for (char const c : written) {
    if (c >= '0' && c <= '9') {
      number += c;
      ++digits;
    } else if (c == '+' && number.empty()) {
      number += c;
    } else if (std::string_view{" -()"}.find(c) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  return digits >= 3 && digits <= 15 ? std::optional{number} : std::nullopt;
}

Result<std::unique_ptr<Bearer>> make_webhook_bearer(WebhookOptions options) {
  auto const wrong = [&](std::string const& why) {
    return invalid(fmt::format("gateway {}: {}", options.name, why));
  };
  if (options.name.empty()) {
    return invalid("a gateway has no name; give it one, as in \"sms\"");
  }
  auto place = GatewayPlace::parse(options.url);
  if (!place) {
    return wrong(place.error().message);
  }
  std::string const host = place->host_and_port();
  if (std::none_of(options.allowed_hosts.begin(), options.allowed_hosts.end(),
                   [&](std::string const& listed) { return Poco::toLower(listed) == host; })) {
    return wrong(fmt::format("{} is not among the allowed hosts; add it there", host));
  }
  if (options.means.empty() ||
      std::any_of(options.means.begin(), options.means.end(),
                  [](std::string const& m) { return m != "sms" && m != "phone"; })) {
    return wrong("its means are one or both of sms and phone");
  }
  auto networks = options.allowed_networks;
  auto const written = address_of(place->host);
  if (written) {
    if (text_of(*written).starts_with("::ffff:")) {
      return wrong(place->host + " hides an IPv4 address; write that address itself");
    }
    networks.push_back(place->host);
  }
  auto rules = AddressRules::parse(networks);
  if (!rules) {
    return wrong(rules.error().message);
  }
  auto secrets = WebhookSecrets::read(options.secret_file);
  if (!secrets) {
    return Error{secrets.error().code,
                 fmt::format("gateway {}: {}", options.name, secrets.error().message)};
  }
  auto connection =
      GatewayConnection::make(std::move(*place), std::move(*rules), options.connection);
  if (!connection) {
    return wrong(connection.error().message);
  }
  if (!options.now) {
    options.now = system_time;
  }
  return std::unique_ptr<Bearer>{std::make_unique<WebhookBearer>(
      std::move(options), std::move(*secrets), std::move(*connection))};
}

}  // namespace fenghuo::messaging
