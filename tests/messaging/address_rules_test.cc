// Which addresses a gateway may stand at, range by range: first and last of each, and their neighbours.
#include "messaging/delivery/address_rules.h"

#include <gtest/gtest.h>

namespace fenghuo::messaging {
namespace {

bool is_open(char const* text) {
  auto const address = address_of(text);
  EXPECT_TRUE(address) << text;
  return address && is_open_internet(*address);
}

// From the two IANA registries of special-purpose addresses, read by hand.
constexpr char const* kRefused[] = {
    "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
    "127.0.0.0", "127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254",
    "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.255", "192.0.2.0",
    "192.0.2.255", "192.88.99.0", "192.88.99.255", "192.168.0.0", "192.168.255.255", "198.18.0.0",
    "198.19.255.255", "198.51.100.0", "198.51.100.255", "203.0.113.0", "203.0.113.255", "224.0.0.0",
    "239.255.255.255", "240.0.0.0", "255.255.255.255",
    // IPv6
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8",
    "64:ff9b::808:808", "64:ff9b:1::", "100::", "1fff:ffff::", "2001::", "2001:0:4136:e378::",
    "2001:1ff:ffff::", "2001:db8::", "2001:db8:ffff:ffff::", "2002::", "2002:7f00:1::",
    "2002:ffff::", "3fff::", "3fff:fff::", "4000::", "5f00::", "fc00::", "fd00::1",
    "fdff:ffff::", "fe80::", "fe80::1", "febf::", "fec0::", "feff::", "ff00::", "ff02::1",
    "ffff::"};

constexpr char const* kOpen[] = {
    "1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "114.114.114.114", "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0",
    "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.88.98.255",
    "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
    "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
    // IPv6
    "2000::", "2001:200::", "2001:db7:ffff::", "2001:db9::", "2003::", "2400:3200::1",
    "2606:4700::1111", "3ffe:ffff::", "3fff:1000::"};

TEST(AddressRules, EveryRangeOfTheRegistries) {
  for (auto const* text : kRefused) {
    EXPECT_FALSE(is_open(text)) << text;
  }
  for (auto const* text : kOpen) {
    EXPECT_TRUE(is_open(text)) << text;
  }
}

TEST(AddressRules, OnlyTheWrittenFormIsAnAddress) {
  using namespace std::string_view_literals;
  for (auto const text :
       {"0x7f.1"sv, "0x7f000001"sv, "2130706433"sv, "127.1"sv, "0177.0.0.1"sv, "010.0.0.1"sv,
        "1.2.3"sv, "1.2.3.4.5"sv, "1.2.3.256"sv, " 1.2.3.4"sv, "1.2.3.4 "sv, "localhost"sv, ""sv,
        "[::1]"sv, "fe80::1%lo"sv, ":::"sv, "8.8.8.8\0"sv,
        "1\xEF\xBC\x8E"
        "2.3.4"sv}) {
    EXPECT_FALSE(address_of(text)) << text;
  }
  EXPECT_EQ(text_of(*address_of("192.168.3.7")), "192.168.3.7");
  EXPECT_EQ(text_of(*address_of("FD00:0:0::7")), "fd00::7");
}

TEST(AddressRules, WhatIsNamedIsAllowedAndNothingBeside) {
  auto const rules = AddressRules::parse({"10.20.0.0/15", "192.168.3.7", "fd00:1::/61"});
  ASSERT_TRUE(rules);
  for (auto const* text :
       {"10.20.0.0", "10.21.255.255", "192.168.3.7", "fd00:1:0:7::1", "8.8.8.8"}) {
    EXPECT_TRUE(rules->allows(*address_of(text))) << text;
  }
  for (auto const* text : {"10.19.255.255", "10.22.0.0", "192.168.3.6", "192.168.3.8",
                           "fd00:1:0:8::", "::ffff:192.168.3.7", "127.0.0.1"}) {
    EXPECT_FALSE(rules->allows(*address_of(text))) << text;
  }
  EXPECT_FALSE(AddressRules{}.allows(*address_of("10.20.0.1")));
  EXPECT_TRUE(AddressRules::parse({"0.0.0.0/0"})->allows(*address_of("127.0.0.1")));
  EXPECT_FALSE(AddressRules::parse({"0.0.0.0/0"})->allows(*address_of("::1")));
}

TEST(AddressRules, SaysWhichPartIsNone) {
  for (auto const* text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "fd00::/129",
                           "gw.example", "", "10.0.0.0/8/8"}) {
    auto const rules = AddressRules::parse({"192.168.3.7", text});
    ASSERT_FALSE(rules) << text;
    EXPECT_NE(rules.error().message.find("\"" + std::string{text} + "\""), std::string::npos);
  }
}

}  // namespace
}  // namespace fenghuo::messaging
