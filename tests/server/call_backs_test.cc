#include "server/intake/call_backs.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fenghuo::server {
namespace {

class CallBacksTest : public testing::Test {
 protected:
  void SetUp() override { TearDown(); }
  void TearDown() override {
    for (auto const* end : {"", "-wal", "-shm", "-journal"}) {
      std::filesystem::remove(file_ + end);
    }
  }
  std::unique_ptr<CallBacks> open(std::int64_t kept = CallBacks::kKept) const {
    auto opened = CallBacks::open(file_, kept);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(opened).value();
  }
  static std::int64_t leave(CallBacks& list, std::string const& body) {
    auto const id = list.leave({Time{7}, "10.0.0.9", "gateway", "a.b", 400, body, "because"});
    EXPECT_TRUE(id) << id.error().message;
    return *id;
  }
  std::string file_ = testing::TempDir() + "call-backs-" + std::to_string(::getpid()) + ".sqlite";
};

TEST_F(CallBacksTest, KeepsWhatCouldBeReadAcrossAStart) {
  std::int64_t id = 0;
  {
    auto const list = open();
    id = leave(*list, R"({"channel":"119","caller":"139","text":"起火","x":1})");
  }
  auto const list = open();
  auto const found = list->find(id);
  ASSERT_TRUE(found && *found);
  CallBack const& entry = **found;
  EXPECT_EQ(std::tie(entry.channel, entry.caller, entry.text, entry.reason),
            std::make_tuple("119", "139", "起火", "because"));
  EXPECT_EQ(std::tie(entry.peer, entry.account, entry.area, entry.status, entry.at.us),
            std::make_tuple("10.0.0.9", "gateway", "a.b", 400, 7));
  EXPECT_FALSE(entry.done_at);
  struct stat about {};
  ASSERT_EQ(::stat(file_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(CallBacksTest, WhatIsNoReportIsShownAsItCame) {
  auto const list = open();
  for (auto const& [body, text] :
       {std::pair<std::string, std::string>{"{\"text\":\"半", "{\"text\":\"半"},
        {"", ""},
        {"[1]", "[1]"},
        {"{\"text\":5}", "{\"text\":5}"},
        {std::string{"a\0b\nc\xff", 6}, "a b c\xEF\xBF\xBD"}}) {
    EXPECT_EQ((*list->find(leave(*list, body)))->text, text);
  }
}

TEST_F(CallBacksTest, TheOldestGoFirst) {
  auto const list = open(3);
  std::int64_t last = 0;
  for (int i = 0; i < 10; ++i) {
    last = leave(*list, std::to_string(i));
  }
  auto const rows = list->list(0, 100, std::nullopt);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ(rows->front().text, "7");
  EXPECT_EQ(rows->back().id, last);
}

TEST_F(CallBacksTest, TickingOffOnceIsEnough) {
  auto const list = open();
  std::int64_t const first = leave(*list, "a"), second = leave(*list, "b");
  EXPECT_TRUE(*list->done(first, "zhang", Time{8}));
  EXPECT_TRUE(*list->done(first, "li", Time{9}));
  EXPECT_FALSE(*list->done(second + 1, "li", Time{9}));
  auto const entry = list->find(first);
  EXPECT_EQ((*entry)->done_by, "zhang");
  EXPECT_EQ((*entry)->done_at, Time{8});
  EXPECT_EQ(list->list(0, 100, true)->size(), 1U);
  EXPECT_EQ(list->list(0, 100, false)->front().id, second);
  EXPECT_EQ(list->list(first, 100, std::nullopt)->size(), 1U);
  EXPECT_EQ(list->list(0, 1, std::nullopt)->size(), 1U);
}

TEST(Readable, CutsBetweenCharacters) {
  EXPECT_EQ(readable("起火了", 2), "起火");
  EXPECT_EQ(readable("\xe8\xb5", 5), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(readable("\xc0\x80\xed\xa0\x80", 9).size(), 15U)
      << "overlong and half are no characters";
  EXPECT_EQ(readable("\xf0\x9f\x98\x80!", 9), "\xf0\x9f\x98\x80!");
  EXPECT_EQ(readable("a\x7f\x1f z", 9), "a   z");
}

}  // namespace
}  // namespace fenghuo::server
