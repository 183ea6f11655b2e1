#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "messaging/delivery/bearer.h"
#include "messaging/delivery/gateway_connection.h"

namespace fenghuo::messaging {

struct WebhookOptions {
  std::string name;  ///< as the settings call this gateway
  std::string url;   ///< https://…; http://… only to addresses that are named below
  std::filesystem::path secret_file;
  std::vector<std::string> means;  ///< which of "sms", "phone"
  std::vector<std::string>
      allowed_hosts;  ///< "gw.example:443", "10.1.2.3:8080"; the URL's must be one
  /// Addresses and networks beside the open internet that its name may lead to. A host above that is written as
  /// an address is one already.
  std::vector<std::string> allowed_networks;
  bool open_for_drills = false;
  ConnectionOptions connection;
  std::function<Time()> now;  ///< for webhook-timestamp; empty: the system's clock
};

/// A gateway for SMS or voice that takes a signed webhook.
///
///   POST URL
///   webhook-id, webhook-timestamp, webhook-signature: see webhook_signature.h
///   {"type":"delivery.sms","timestamp":MADE_AT,"data":{"id","to","name","means","text","answer_by","drill",
///    "callback"}}
///
/// `type` is delivery.sms or delivery.phone; times RFC 3339 in UTC; `to` is the number without spaces and dashes;
/// `answer_by` and `callback` are null where there are none. The body is the same at each try, byte for byte; only
/// time and signature differ.
///
/// | answer                          | outcome  |
/// | 2xx                             | Accepted, with the reference of the body, if it gives one |
/// | 408, 425, 429, 5xx              | TryAgain, with Retry-After |
/// | none, half a head, no HTTP      | TryAgain |
/// | no address, refused address, no connection, no trusted certificate | TryAgain: the network's state, not the
///   message's |
/// | 3xx                             | Never: redirects are not followed, whereto they lead is not even read |
/// | other 4xx                       | Never |
/// | a drill's message and not open for drills, an id, number or text that cannot be sent | Never, nothing leaves |
///
/// Errors of make(): InvalidArgument, NotFound: the setting that is wrong and how to mend it. A URL whose host is
/// not in the list, or is an IPv4 address in the dress of IPv6, is refused there already.
/// Cost:    hand_over blocks for at most done_within (5 s), of which connect_within (2 s) for name and connection.
/// Checked: tests/messaging/webhook_bearer_test.cc, webhook_tls_test.cc.
Result<std::unique_ptr<Bearer>> make_webhook_bearer(WebhookOptions options);

/// The number as gateways want it: digits, + before them where it was there. Nothing for what is no telephone
/// number of 3 to 15 digits (E.164); spaces, dashes and brackets are how people write.
std::optional<std::string> plain_number(std::string_view written);

}  // namespace fenghuo::messaging
