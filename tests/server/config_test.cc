#include "server/config.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace fenghuo::server {
namespace {

class ConfigTest : public testing::Test {
 protected:
  void SetUp() override { ::unsetenv("FENGHUO_LISTEN"); }
  void TearDown() override {
    ::unsetenv("FENGHUO_LISTEN");
    std::filesystem::remove(file_);
  }
  std::string write(std::string const& text) {
    std::ofstream{file_} << text;
    return file_;
  }
  static SettingLine line(Configuration const& configuration, std::string const& name) {
    for (auto const& candidate : configuration.lines) {
      if (candidate.name == name) {
        return candidate;
      }
    }
    return {};
  }
  std::string file_ = testing::TempDir() + "fenghuo-config-test.yaml";
};

TEST_F(ConfigTest, FlagBeforeEnvironmentBeforeFileBeforeDefault) {
  std::string const file = write("listen: 1.1.1.1:1\ndata: /from/file\n");
  auto configuration = load_settings({}, file);
  ASSERT_TRUE(configuration) << configuration.error().message;
  EXPECT_EQ(configuration->settings.listen, "1.1.1.1:1");
  EXPECT_EQ(line(*configuration, "data").origin, "file " + file + ":2");
  EXPECT_EQ(line(*configuration, "region").origin, "default");
  ::setenv("FENGHUO_LISTEN", "2.2.2.2:2", 1);
  configuration = load_settings({}, file);
  EXPECT_EQ(configuration->settings.listen, "2.2.2.2:2");
  EXPECT_EQ(line(*configuration, "listen").origin, "environment FENGHUO_LISTEN");
  configuration = load_settings({{"listen", "3.3.3.3:3"}}, file);
  EXPECT_EQ(configuration->settings.listen, "3.3.3.3:3");
  EXPECT_EQ(line(*configuration, "listen").origin, "flag");
}

TEST_F(ConfigTest, AnUnknownKeyNamesTheNearest) {
  auto const configuration = load_settings({}, write("lisen: 1.1.1.1:1\n"));
  ASSERT_FALSE(configuration);
  EXPECT_NE(configuration.error().message.find("did you mean \"listen\"?"), std::string::npos)
      << configuration.error().message;
  EXPECT_NE(configuration.error().message.find(":1:"), std::string::npos);
}

TEST_F(ConfigTest, RubbishIsAnErrorWithItsPlace) {
  for (auto const* text : {"vital_workers: many\n", "vital_workers: 0\n", "- a\n- b\n",
                           "listen: [1]\n", "a: b: c\n", "journal: postgresql://x\n"}) {
    auto const configuration = load_settings({}, write(text));
    EXPECT_FALSE(configuration) << text;
  }
  EXPECT_EQ(load_settings({}, "/nowhere/fenghuo.yaml").error().code, ErrorCode::NotFound);
}

TEST_F(ConfigTest, AddressesAreHostAndPort) {
  EXPECT_EQ(parse_host_port("127.0.0.1:8080")->port, 8080);
  EXPECT_EQ(parse_host_port("[::1]:0")->host, "[::1]");
  for (auto const* text : {"", "8080", ":8080", "host:", "host:x", "host:65536", "host:-1"}) {
    EXPECT_FALSE(parse_host_port(text)) << text;
  }
}

}  // namespace
}  // namespace fenghuo::server
