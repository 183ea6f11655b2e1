#include "server/access/security_profile.h"

#include <gtest/gtest.h>

#include <set>

#include "server/access/common_passwords.h"
#include "server/access/random_text.h"

namespace fenghuo::server {
namespace {

bool good(char const* profile, std::string_view password, bool second_factor = false,
          std::string_view account = "zhang.san") {
  return check_password(*profile_named(profile), account, password, second_factor).has_value();
}

TEST(SecurityProfile, ThoseThatAre) {
  EXPECT_NE(profile_named("mlps3"), nullptr);
  EXPECT_NE(profile_named("asvs"), nullptr);
  EXPECT_EQ(profile_named("MLPS3"), nullptr);
  EXPECT_EQ(profile_named(""), nullptr);
}

TEST(SecurityProfile, Mlps3AsksForFourKindsOfCharacters) {
  EXPECT_TRUE(good("mlps3", "Xk7-bqvt"));
  EXPECT_FALSE(good("mlps3", "Xk7-bqv")) << "seven";
  EXPECT_FALSE(good("mlps3", "xk7-bqvt"));
  EXPECT_FALSE(good("mlps3", "XK7-BQVT"));
  EXPECT_FALSE(good("mlps3", "Xkw-bqvt"));
  EXPECT_FALSE(good("mlps3", "Xk7wbqvt"));
  EXPECT_TRUE(good("mlps3", "Xk7火bqvt"))
      << "a character of another script is none of the other three";
  EXPECT_FALSE(good("mlps3", "Xk7火bqv")) << "and counts once";
  EXPECT_FALSE(good("mlps3", "Xk7-" + std::string(197, 'b')));
}

TEST(SecurityProfile, AsvsAsksForLengthAlone) {
  EXPECT_TRUE(good("asvs", "battery staple correct"));
  EXPECT_TRUE(good("asvs", "vrtqzkpwmxbnhgf"));
  EXPECT_FALSE(good("asvs", "vrtqzkpwmxbnhg")) << "fourteen";
  EXPECT_TRUE(good("asvs", "vrtqzkpw", true)) << "eight beside a second factor";
  EXPECT_FALSE(good("asvs", "vrtqzkp", true));
}

TEST(SecurityProfile, NotTheNameOfTheAccount) {
  for (char const* profile : {"mlps3", "asvs"}) {
    EXPECT_FALSE(good(profile, "7 Zhang.San zkpwmxbn")) << profile;
    EXPECT_FALSE(good(profile, "7 naS.gnahZ zkpwmxbn")) << "backwards";
    EXPECT_TRUE(good(profile, "7 Zhang-San zkpwmxbn"));
    EXPECT_TRUE(good(profile, "7 Ab zkpwmxbnhg", false, "ab")) << "two letters are in many words";
  }
}

TEST(SecurityProfile, WhatIsGuessedFirstIsRefusedHoweverItIsDressedUp) {
  for (char const* common :
       {"P@ssw0rd",         "Passw0rd!",          "Admin@123",           "Admin123!@#",
        "Qwerty12345!",     "Woaini@1314",        "Beijing2026!",        "Welcome1!",
        "Huawei@123",       "1qaz@WSX",           "Fenghuo@2026",        "Zhang.Wei8",
        "Abc@12345678",     "Password.Password1", "qwertyuiopasdfgh1",   "passwordpassword",
        "adminadminadmin1", "123456789012345",    "2026-01-01 12:00:00", "aaaaaaaaaaaaaaaa",
        "Aa1-Aa1-Aa1-Aa1-", "abcdefghijklmnop",   "zyxwvutsrqponmlk",    "ILoveYou 5201314!!"}) {
    EXPECT_TRUE(is_common_password(common)) << common;
    EXPECT_FALSE(good("mlps3", common)) << common;
    EXPECT_FALSE(good("asvs", common, true)) << common;
  }
  for (char const* fine :
       {"Correct horse 7 battery", "vrtqzkpw", "Xk7-bqvt", "山路又断了请改走水路",
        "Kd9.x2Qm.pT4w.Zz1s", "the river took the bridge"}) {
    EXPECT_FALSE(is_common_password(fine)) << fine;
  }
}

TEST(SecurityProfile, AMadeUpPasswordFitsAndIsNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    for (char const* profile : {"mlps3", "asvs"}) {
      std::string const made = made_up_password(*profile_named(profile));
      EXPECT_TRUE(good(profile, made, false, "admin")) << made;
      EXPECT_EQ(made.find(' '), std::string::npos);
      EXPECT_TRUE(seen.insert(made).second);
    }
  }
}

TEST(SecretText, NothingIsLeftOfIt) {
  std::string secret = "a secret that is longer than what a string holds in itself";
  char const* memory = secret.data();
  std::size_t const size = secret.size();
  wipe(secret);
  EXPECT_TRUE(secret.empty());
  ASSERT_EQ(secret.data(), memory) << "the memory stays the string's own";
  EXPECT_EQ(std::string(memory, size), std::string(size, '\0'));
}

}  // namespace
}  // namespace fenghuo::server
