#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace fenghuo::server {

/// A set of network addresses, as "127.0.0.0/8,::1,192.168.3.7" writes it. An IPv4 address and the same one
/// mapped into IPv6 are one.
///
/// Errors:  InvalidArgument, naming the part that is no address.
/// Threads: any, once made.
/// Source:  RFC 4632 (prefix lengths), RFC 4291, 2.5.5.2 (mapped addresses).
/// Checked: tests/server/address_set_test.cc.
class AddressSet {
 public:
  static Result<AddressSet> parse(std::string_view text);
  bool contains(std::string_view address) const;

 private:
  struct Network {
    std::array<std::uint8_t, 16> bytes{};
    unsigned prefix = 128;
  };
  std::vector<Network> networks_;
};

/// What counts as one caller: an IPv4 address, or the 64 bits of an IPv6 network, since whoever has one
/// address of it has all.
std::string caller_key(std::string const& address);

}  // namespace fenghuo::server
