#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace fenghuo::messaging {

/// An address as it goes into a connection: 4 or 16 bytes in the order of the network.
struct NetAddress {
  std::array<std::uint8_t, 16> bytes{};
  bool six = false;
  bool operator==(NetAddress const&) const = default;
};

/// Only the written form of RFC 4291 and dotted quads of four plain decimal numbers. 0x7f.1, 2130706433 and
/// 010.0.0.1, which a resolver would take, are not addresses here.
std::optional<NetAddress> address_of(std::string_view text);
std::string text_of(NetAddress const& address);

/// Whether an address is one of the open internet. Everything that the registries of special addresses keep for
/// something else is not: private, shared, loopback, link-local, multicast, documentation, benchmark, reserved;
/// in IPv6 all outside 2000::/3, and whatever carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo),
/// because it would lead to an address that nobody looked at.
/// Source:  IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and what came after).
/// Checked: tests/messaging/address_rules_test.cc, range by range.
bool is_open_internet(NetAddress const& address);

/// Which addresses a connection may go to: those of the open internet, and what is named here on purpose, since
/// a gateway for SMS often stands in the same rack. An IPv4 network is not named by its mapped form, nor the
/// other way round.
///
/// In:      "192.168.3.7", "10.20.0.0/16", "fd00:1::/64".
/// Errors:  InvalidArgument naming the part that is no network.
/// Threads: any, once made.
class AddressRules {
 public:
  AddressRules() = default;
  static Result<AddressRules> parse(std::vector<std::string> const& networks);
  bool allows(NetAddress const& address) const;
  /// Named on purpose, so part of a network that somebody answers for.
  bool names(NetAddress const& address) const;

 private:
  struct Network {
    NetAddress front;
    unsigned bits = 0;
  };
  std::vector<Network> named_;
};

}  // namespace fenghuo::messaging
