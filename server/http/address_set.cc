#include "server/http/address_set.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace fenghuo::server {

namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr unsigned kMappedBits = 96;

bool is_mapped(Bytes const& bytes) {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
         bytes[10] == 0xff && bytes[11] == 0xff;
}

std::optional<Bytes> bytes_of(std::string_view address) {
  std::string const text{address.substr(0, address.find('%'))};  // without a zone
  Bytes bytes{};
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    return bytes;
  }
  bytes[10] = bytes[11] = 0xff;
  return ::inet_pton(AF_INET, text.c_str(), bytes.data() + 12) == 1 ? std::optional{bytes}
                                                                    : std::nullopt;
}

bool same_front(Bytes const& a, Bytes const& b, unsigned bits) {
  unsigned const whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) {
    return false;
  }
  unsigned const rest = bits % 8;
  return rest == 0 || (a[whole] >> (8 - rest)) == (b[whole] >> (8 - rest));
}

}  // namespace

Result<AddressSet> AddressSet::parse(std::string_view text) {
  AddressSet set;
  while (!text.empty()) {
    auto const comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    text = comma == std::string_view::npos ? "" : text.substr(comma + 1);
    while (part.starts_with(' ')) {
      part.remove_prefix(1);
    }
    while (part.ends_with(' ')) {
      part.remove_suffix(1);
    }
    if (part.empty()) {
      continue;
    }
    auto const slash = part.find('/');
    auto const bytes = bytes_of(part.substr(0, slash));
    unsigned prefix = 128;
    bool good = bytes.has_value();
    if (good && slash != std::string_view::npos) {
      bool const four = part.find(':') == std::string_view::npos;
      std::string_view const digits = part.substr(slash + 1);
      auto const [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
      good = error == std::errc{} && end == digits.data() + digits.size() &&
             prefix <= (four ? 32U : 128U);
      prefix += four ? kMappedBits : 0U;
    }
    if (!good) {
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("\"{}\" is no address; write addresses or networks with commas "
                               "between them, as in 127.0.0.0/8,::1",
                               part)};
    }
    set.networks_.push_back({*bytes, prefix});
  }
  return set;
}

bool AddressSet::contains(std::string_view address) const {
  auto const bytes = bytes_of(address);
  return bytes && std::any_of(networks_.begin(), networks_.end(), [&](Network const& network) {
           return same_front(*bytes, network.bytes, network.prefix);
         });
}

std::string caller_key(std::string const& address) {
  auto const bytes = bytes_of(address);
  if (!bytes) {
    return address;
  }
  if (is_mapped(*bytes)) {
    return fmt::format("{}.{}.{}.{}", (*bytes)[12], (*bytes)[13], (*bytes)[14], (*bytes)[15]);
  }
  std::string out;
  for (std::size_t i = 0; i < 8; i += 2) {
    out += fmt::format("{:02x}{:02x}:", (*bytes)[i], (*bytes)[i + 1]);
  }
  return out + ":/64";
}

}  // namespace fenghuo::server
