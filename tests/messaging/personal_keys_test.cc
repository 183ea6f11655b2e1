#include "messaging/personal/personal_keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <set>
#include <thread>

#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

using tests::ScratchFolder;

std::unique_ptr<PersonalKeys> opened(ScratchFolder const& folder) {
  auto keys = PersonalKeys::open(folder / "personal.sqlite");
  EXPECT_TRUE(keys) << (keys ? "" : keys.error().message);
  return std::move(keys).value();
}

kernel::RecordedEvent erasure(Sequence sequence, std::vector<std::string> keys) {
  kernel::RecordedEvent event;
  event.sequence = sequence;
  event.event = domain::PersonalDataErased{PersonCode{"P1"}, {}, {}, std::move(keys), "x"};
  return event;
}

TEST(PersonalKeys, WhatIsSealedOpensAlsoAfterARestart) {
  ScratchFolder const folder;
  std::vector<std::pair<domain::Sealed, std::string>> kept;
  {
    auto const keys = opened(folder);
    for (std::string const text : {"张三", "13800000000", "x", std::string(400, 'a').c_str()}) {
      for (std::string const subject : {"person:P1", "person:P2", "report:call/1"}) {
        kept.emplace_back(*keys->seal(subject, text), text);
      }
    }
  }
  auto const keys = opened(folder);
  for (auto const& [sealed, text] : kept) {
    EXPECT_EQ(keys->open(sealed), text);
    EXPECT_TRUE(text.size() < 4 || sealed.box.find(text) == std::string::npos);
  }
  EXPECT_EQ(keys->figures()->keys, 3);
  EXPECT_TRUE(keys->seal("person:P3", "")->empty());
  EXPECT_EQ(keys->figures()->keys, 3);
  struct stat status {};
  ASSERT_EQ(::stat((folder / "personal.sqlite").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(PersonalKeys, TheSameTextOfTheSamePersonGivesTheSameBoxAndOfAnotherAnotherOne) {
  ScratchFolder const folder;
  auto const keys = opened(folder);
  auto const first = *keys->seal("person:P1", "13800000000");
  EXPECT_EQ(*keys->seal("person:P1", "13800000000"), first);
  EXPECT_NE(keys->seal("person:P1", "13800000001")->box, first.box);
  auto const other = *keys->seal("person:P2", "13800000000");
  EXPECT_NE(other.box, first.box);
  EXPECT_NE(other.key, first.key);
}

TEST(PersonalKeys, AnErasedKeyOpensNothingAndIsNotGivenAgain) {
  ScratchFolder const folder;
  auto keys = opened(folder);
  auto const gone = *keys->seal("person:P1", "张三");
  auto const stays = *keys->seal("person:P2", "李四");
  ASSERT_TRUE(keys->erase({gone.key}));
  EXPECT_FALSE(keys->open(gone));
  EXPECT_EQ(keys->open(stays), "李四");
  auto const again = *keys->seal("person:P1", "张三");
  EXPECT_NE(again.key, gone.key);
  EXPECT_FALSE(keys->open(gone));
  keys.reset();
  EXPECT_FALSE(opened(folder)->open(gone));
}

TEST(PersonalKeys, ABoxThatWasChangedDoesNotOpen) {
  ScratchFolder const folder;
  auto const keys = opened(folder);
  auto const sealed = *keys->seal("person:P1", "张三");
  auto const other = *keys->seal("person:P2", "李四");
  for (std::size_t i = 0; i < sealed.box.size(); ++i) {
    domain::Sealed changed = sealed;
    changed.box[i] = changed.box[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(keys->open(changed), "张三") << i;
  }
  EXPECT_FALSE(keys->open(domain::Sealed{other.key, sealed.box}));
  EXPECT_FALSE(keys->open(domain::Sealed{sealed.key, ""}));
  EXPECT_FALSE(keys->open(domain::Sealed{sealed.key, "no base64!"}));
  EXPECT_FALSE(keys->open(domain::Sealed{"k000000000000000000000000", sealed.box}));
  EXPECT_EQ(keys->open(domain::Sealed{"", "plain"}), "plain");
}

TEST(PersonalKeys, FollowTheJournal) {
  ScratchFolder const folder;
  auto const keys = opened(folder);
  auto const gone = *keys->seal("person:P1", "张三");
  EXPECT_EQ(*keys->position(), 0);
  std::vector<kernel::RecordedEvent> const events{erasure(7, {gone.key}), erasure(8, {})};
  ASSERT_TRUE(keys->handle(events));
  EXPECT_FALSE(keys->open(gone));
  EXPECT_EQ(*keys->position(), 8);
  ASSERT_TRUE(keys->handle(events));
}

TEST(PersonalKeys, BlindDigestsNeedTheFile) {
  ScratchFolder const one, two;
  auto const first = opened(one);
  auto const second = opened(two);
  EXPECT_EQ(first->blind("13800000000"), first->blind("13800000000"));
  EXPECT_NE(first->blind("13800000000"), first->blind("13800000001"));
  EXPECT_NE(first->blind("13800000000"), second->blind("13800000000"));
  std::string const blinded = first->blind("x");
  EXPECT_EQ(opened(one)->blind("x"), blinded);
}

TEST(PersonalKeys, OfAListEachIsApart) {
  ScratchFolder const folder;
  auto const keys = opened(folder);
  EachSealer sealer{*keys, "assisted:A.1"};
  auto const one = *sealer.seal("王五");
  auto const two = *sealer.seal("赵六");
  EXPECT_NE(one.key, two.key);
  EXPECT_EQ(*sealer.seal("王五"), one);
  EXPECT_EQ(keys->keys_under("assisted:A.1/")->size(), 2U);
  EXPECT_TRUE(keys->keys_under("assisted:A.10/")->empty());
}

TEST(PersonalKeys, ABatchIsOneWriteAndManyThreadsAreOneFile) {
  ScratchFolder const folder;
  auto const keys = opened(folder);
  ASSERT_TRUE(keys->begin_batch());
  for (int i = 0; i < 2'000; ++i) {
    ASSERT_TRUE(keys->seal("person:B" + std::to_string(i), "x"));
  }
  ASSERT_TRUE(keys->end_batch());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&keys] {
      for (int i = 0; i < 200; ++i) {
        auto const sealed = keys->seal("person:T" + std::to_string(i), "y");
        EXPECT_TRUE(sealed && keys->open(*sealed) == "y");
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(keys->figures()->keys, 2'200);
}

TEST(PersonalKeys, TheSealedFormIsReadOfWhatWeWroteOnly) {
  domain::Sealed const sealed{"k0123456789abcdef01234567", "Ym94"};
  Json const form = to_json(sealed, WriteStyle{});
  ReadContext journal{.style = {.strict = false}, .errors = {}, .path = {}};
  domain::Sealed back;
  from_json(form, back, journal);
  EXPECT_TRUE(journal.errors.empty());
  EXPECT_EQ(back, sealed);
  ReadContext input{.style = {.strict = true}, .errors = {}, .path = {}};
  from_json(form, back, input);
  EXPECT_EQ(input.errors.size(), 1U);
  ReadContext longer{.style = {.strict = true}, .errors = {}, .path = {}};
  from_json(Json{std::string(domain::kMaxSealed + 1, 'x')}, back, longer);
  EXPECT_EQ(longer.errors.size(), 1U);
}

TEST(Masked, KeepsWhatTellsTwoApartAndNoMore) {
  EXPECT_EQ(masked("13812345678"), "138****5678");
  EXPECT_EQ(masked("+86 138-1234-5678"), "+86 1**-****-5678");
  EXPECT_EQ(masked("0578-2123456"), "057*-***3456");
  EXPECT_EQ(masked("2123456"), "*****56");
  EXPECT_EQ(masked("张三"), "张*");
  EXPECT_EQ(masked("欧阳秋水"), "欧***");
  EXPECT_EQ(masked("张"), "张");
  EXPECT_EQ(masked(""), "");
  EXPECT_EQ(masked("Li Ming"), "L******");
}

}  // namespace
}  // namespace fenghuo::messaging
