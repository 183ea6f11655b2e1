#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "messaging/delivery/address_rules.h"
#include "messaging/delivery/gateway_answer.h"

namespace fenghuo::messaging {

/// Where a gateway stands, as its URL says.
struct GatewayPlace {
  bool tls = true;
  std::string host;  ///< in lower case; an IPv6 address without brackets
  std::uint16_t port = 0;
  std::string path;  ///< with its query; at least "/"

  /// Errors: InvalidArgument: no http or https URL, or one with a user, a password or a fragment.
  static Result<GatewayPlace> parse(std::string const& url);
  std::string host_and_port() const;  ///< "gw.example:8443", "[fd00::7]:8080"
};

using GatewayClock = std::chrono::steady_clock;
/// Asks for all addresses of a name; blocks as long as it likes.
using NameSource = std::function<Result<std::vector<NetAddress>>(std::string const& name)>;
/// The system's: /etc/hosts, name servers.
Result<std::vector<NetAddress>> system_names(std::string const& name);

struct ConnectionOptions {
  std::filesystem::path ca_file;  ///< PEM; empty: the certificates that the system trusts
  Duration connect_within = seconds(2), done_within = seconds(5);
  NameSource names = system_names;
};

/// One request to one gateway and its answer, on a connection of its own.
///
/// The name is asked for once a try. Every address that came back must be allowed by the rules, or nothing is
/// contacted at all: a name that leads both to the gateway and to 127.0.0.1 is not to be trusted with either.
/// Without TLS only addresses that the rules name are contacted, none of the open internet.
/// The connection goes to an address that was checked, in the order given; nobody asks for the name again.
/// With TLS (1.2 or later) the certificate must be for the name in the URL and lead to a trusted one; there is no
/// switch to leave that out. Redirects, proxies and cookies are not there: nothing here knows of them.
///
/// Units:   connect_within for the name and all its addresses, done_within for everything. Both hold against a
///          peer that sends a byte a second: the socket never blocks, each wait is for what is left.
/// Errors:  Unavailable; says at which step. InvalidArgument from make() (no such CA file, TLS not to be had).
/// Threads: any, several at once. A question for a name that is never answered holds one thread, let go; there is
///          at most one such question at a time, later ones wait for its answer.
/// Checked: tests/messaging/webhook_bearer_test.cc, webhook_tls_test.cc.
class GatewayConnection {
 public:
  static Result<std::unique_ptr<GatewayConnection>> make(GatewayPlace place, AddressRules rules,
                                                         ConnectionOptions options);
  ~GatewayConnection();
  GatewayConnection(GatewayConnection const&) = delete;
  GatewayConnection& operator=(GatewayConnection const&) = delete;

  /// Sends these bytes and reads until the answer is whole enough.
  Result<AnswerReader> exchange(std::string_view request);
  GatewayPlace const& place() const { return place_; }

 private:
  using Addresses = Result<std::vector<NetAddress>>;
  struct Tls;
  GatewayConnection(GatewayPlace place, AddressRules rules, ConnectionOptions options);
  Addresses find_addresses(GatewayClock::time_point deadline);
  Addresses checked_addresses(GatewayClock::time_point deadline);

  GatewayPlace place_;
  AddressRules rules_;
  ConnectionOptions options_;
  std::unique_ptr<Tls> tls_;
  std::mutex asking_;
  std::shared_future<Addresses> question_;
};

}  // namespace fenghuo::messaging
