#include "server/http/address_set.h"

#include <gtest/gtest.h>

namespace fenghuo::server {
namespace {

TEST(AddressSet, AddressesAndNetworks) {
  auto const set = AddressSet::parse("127.0.0.0/8, ::1,10.1.2.3,192.168.128.0/17,2001:db8::/33");
  ASSERT_TRUE(set) << set.error().message;
  for (auto const* inside :
       {"127.0.0.1", "127.255.255.255", "::1", "10.1.2.3", "::ffff:10.1.2.3", "192.168.128.0",
        "192.168.255.255", "2001:db8::1", "2001:db8:7fff::1"}) {
    EXPECT_TRUE(set->contains(inside)) << inside;
  }
  for (auto const* outside : {"128.0.0.1", "126.255.255.255", "::2", "10.1.2.4", "192.168.127.255",
                              "2001:db8:8000::1", "rubbish", ""}) {
    EXPECT_FALSE(set->contains(outside)) << outside;
  }
}

TEST(AddressSet, NothingAndEverything) {
  EXPECT_FALSE(AddressSet::parse("")->contains("127.0.0.1"));
  EXPECT_TRUE(AddressSet::parse("0.0.0.0/0")->contains("9.9.9.9"));
  EXPECT_FALSE(AddressSet::parse("0.0.0.0/0")->contains("2001:db8::1"));
}

TEST(AddressSet, RubbishNamesItself) {
  for (auto const* text : {"localhost", "1.2.3", "1.2.3.4/33", "::1/129", "1.2.3.4/", "1.2.3.4/-1",
                           "1.2.3.4/8x", "10.0.0.1;10.0.0.2"}) {
    auto const set = AddressSet::parse(std::string{"::1,"} + text);
    ASSERT_FALSE(set) << text;
    EXPECT_NE(set.error().message.find(text), std::string::npos) << set.error().message;
  }
}

TEST(AddressSet, ACallerIsAnAddressOrANetworkOfIpv6) {
  EXPECT_EQ(caller_key("10.1.2.3"), "10.1.2.3");
  EXPECT_EQ(caller_key("::ffff:10.1.2.3"), "10.1.2.3");
  EXPECT_EQ(caller_key("2001:db8:1:2::1"), caller_key("2001:db8:1:2:ffff::9"));
  EXPECT_NE(caller_key("2001:db8:1:2::1"), caller_key("2001:db8:1:3::1"));
}

}  // namespace
}  // namespace fenghuo::server
