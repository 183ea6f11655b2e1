#include "messaging/delivery/address_rules.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/base/ensure.h"

namespace fenghuo::messaging {

namespace {

struct Range {
  char const* front;
  unsigned bits;
};

// RFC 791, 1918, 6598, 1122, 3927, 6890, 5737, 7526, 2544, 5771, 1112.
constexpr Range kNotOpenFour[] = {{"0.0.0.0", 8},      {"10.0.0.0", 8},     {"100.64.0.0", 10},
                                  {"127.0.0.0", 8},    {"169.254.0.0", 16}, {"172.16.0.0", 12},
                                  {"192.0.0.0", 24},   {"192.0.2.0", 24},   {"192.88.99.0", 24},
                                  {"192.168.0.0", 16}, {"198.18.0.0", 15},  {"198.51.100.0", 24},
                                  {"203.0.113.0", 24}, {"224.0.0.0", 4},    {"240.0.0.0", 4}};
// Only 2000::/3 is given out at all; of it: protocols and Teredo, documentation (two), 6to4.
constexpr Range kOpenSix = {"2000::", 3};
constexpr Range kNotOpenSix[] = {
    {"2001::", 23}, {"2001:db8::", 32}, {"2002::", 16}, {"3fff::", 20}};

bool is_in(NetAddress const& address, NetAddress const& front, unsigned bits) {
  if (address.six != front.six) {
    return false;
  }
  auto const whole = static_cast<std::ptrdiff_t>(bits / 8);
  if (!std::equal(address.bytes.begin(), address.bytes.begin() + whole, front.bytes.begin())) {
    return false;
  }
  unsigned const rest = bits % 8;
  auto const at = static_cast<std::size_t>(whole);
  return rest == 0 || (address.bytes[at] >> (8 - rest)) == (front.bytes[at] >> (8 - rest));
}

bool is_in(NetAddress const& address, Range const& range) {
  auto const front = address_of(range.front);
  ensure(front.has_value(), "a range of special addresses does not read");
  return is_in(address, *front, range.bits);
}

}  // namespace

std::optional<NetAddress> address_of(std::string_view text) {
  std::string const whole{text};
  NetAddress address;
  // A zero byte inside would end the text early.
  if (whole.find('\0') != std::string::npos) {
    return std::nullopt;
  }
  if (::inet_pton(AF_INET, whole.c_str(), address.bytes.data()) == 1) {
    return address;
  }
  address.six = true;
  return ::inet_pton(AF_INET6, whole.c_str(), address.bytes.data()) == 1 ? std::optional{address}
                                                                         : std::nullopt;
}

std::string text_of(NetAddress const& address) {
  char text[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(address.six ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof text);
  return text;
}

bool is_open_internet(NetAddress const& address) {
  auto const in = [&](Range const& range) { return is_in(address, range); };
  if (address.six) {
    return in(kOpenSix) && std::none_of(std::begin(kNotOpenSix), std::end(kNotOpenSix), in);
  }
  return std::none_of(std::begin(kNotOpenFour), std::end(kNotOpenFour), in);
}

Result<AddressRules> AddressRules::parse(std::vector<std::string> const& networks) {
  AddressRules rules;
  for (std::string_view const text : networks) {
    auto const slash = text.find('/');
    auto const front = address_of(text.substr(0, slash));
    unsigned const most = front && front->six ? 128 : 32;
    unsigned bits = most;
    bool good = front.has_value();
    if (good && slash != std::string_view::npos) {
      std::string_view const digits = text.substr(slash + 1);
      auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
      good = error == std::errc{} && end == digits.data() + digits.size() && bits <= most;
    }
    if (!good) {
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("\"{}\" is no address and no network; write one as in 192.168.3.7, "
                               "10.20.0.0/16 or fd00:1::/64",
                               text)};
    }
    rules.named_.push_back({*front, bits});
  }
  return rules;
}

bool AddressRules::allows(NetAddress const& address) const {
  return is_open_internet(address) || names(address);
}

bool AddressRules::names(NetAddress const& address) const {
  return std::any_of(named_.begin(), named_.end(), [&](Network const& network) {
    return is_in(address, network.front, network.bits);
  });
}

}  // namespace fenghuo::messaging
