// A centre anchors its journal: while it moves, once a minute, and at the end; under a clock that stands still.
#include <gtest/gtest.h>

#include "center/security_anchors.h"
#include "messaging/journal/memory_journal.h"
#include "messaging/security_log/security_check.h"
#include "tests/center/small_center.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::center {
namespace {

using tests::SmallCenter;

struct Noted {
  std::string stream;
  messaging::Head head;
  Time at;
};

class Remembering final : public AnchorSink {
 public:
  Remembering(std::vector<Noted>& noted, bool& refuses) : noted_{noted}, refuses_{refuses} {}
  Result<void> anchor(std::string const& stream, messaging::Head const& head, Time at) override {
    if (refuses_) {
      return Error{ErrorCode::Unavailable, "no room"};
    }
    noted_.push_back({stream, head, at});
    return {};
  }

 private:
  std::vector<Noted>& noted_;
  bool& refuses_;
};

struct Anchored {
  SmallCenter small;
  std::vector<Noted> noted;
  bool refuses = false;

  Anchored() {
    small.anchors = std::make_unique<Remembering>(noted, refuses);
    small.open(tests::memory_journal());
    small.must("found_center jurisdiction=烽原县");
  }
  void turn_after(Duration time) {
    small.clock->advance(time);
    small.center->turn();
  }
};

TEST(Anchors, OnceAMinuteWhileTheJournalMoves) {
  Anchored a;
  a.turn_after(seconds(1));
  ASSERT_EQ(a.noted.size(), 1U);  // the first turn: where a centre goes on from is pinned down
  EXPECT_EQ(a.noted[0].head.sequence, a.small.sequence());
  EXPECT_EQ(a.noted[0].head.hash, a.small.center->journal().head().hash);
  EXPECT_EQ(a.noted[0].stream, "center");
  EXPECT_EQ(a.noted[0].at, a.small.clock->now());
  for (int i = 0; i < 59; ++i) {
    a.small.must("receive_report channel=119 text=浓烟");
    a.turn_after(seconds(1));
  }
  EXPECT_EQ(a.noted.size(), 1U);
  a.turn_after(seconds(1));
  ASSERT_EQ(a.noted.size(), 2U);
  EXPECT_EQ(a.noted[1].head.sequence, a.small.sequence());
  a.turn_after(hours(5));
  EXPECT_EQ(a.noted.size(), 2U);  // nothing has moved
}

TEST(Anchors, TheEndIsAnchoredAtOnce) {
  Anchored a;
  a.turn_after(seconds(1));
  a.small.must("receive_report channel=119 text=浓烟");
  a.small.center->stop();
  ASSERT_EQ(a.noted.size(), 2U);
  EXPECT_EQ(a.noted[1].head.sequence, 2);
  a.small.center->stop();
  EXPECT_EQ(a.noted.size(), 2U);
}

TEST(Anchors, AClockThatGoesBackKeepsNoAnchorAway) {
  Anchored a;
  a.turn_after(seconds(1));
  a.small.must("receive_report channel=119 text=浓烟");
  a.turn_after({-hours(24 * 365).us});
  EXPECT_EQ(a.noted.size(), 2U);
}

TEST(Anchors, WhatIsRefusedIsTroubleAndTriedAgain) {
  Anchored a;
  a.refuses = true;
  a.turn_after(seconds(1));
  EXPECT_NE(a.small.center->last_trouble().find("no room"), std::string::npos);
  a.small.must("receive_report channel=119 text=浓烟");  // service goes on
  a.refuses = false;
  a.turn_after(seconds(1));
  EXPECT_EQ(a.noted.size(), 1U);
  EXPECT_EQ(a.small.center->last_trouble(), "");
}

TEST(Anchors, InASecurityLogTheyHoldAgainstTheJournal) {
  tests::ScratchFolder const folder;
  SmallCenter small;
  messaging::SecurityLogOptions options;
  options.threads = false;
  options.mirror = folder / "mirror";
  options.now = [clock = small.clock] { return clock->now(); };
  auto opened = messaging::SecurityLog::open(folder.path(), std::move(options));
  ASSERT_TRUE(opened);
  std::shared_ptr<messaging::SecurityLog> const log = std::move(opened).value();
  small.anchors = std::make_unique<SecurityAnchors>(log);
  small.open(tests::memory_journal());
  small.must("found_center jurisdiction=烽原县");
  for (int i = 0; i < 5; ++i) {
    small.must("receive_report channel=119 text=浓烟");
    small.clock->advance(minutes(1));
    small.center->turn();
  }
  auto const keys = messaging::AnchorVerifier::read(folder / "anchor.pub");
  auto const mirror = messaging::read_mirror(folder / "mirror");
  auto const check =
      messaging::check_security_log(folder / "security.sqlite", {&*keys, mirror->anchors});
  ASSERT_TRUE(check);
  EXPECT_EQ(check->broken, "");
  EXPECT_EQ(check->anchors.size(), 5U);
  auto const held = messaging::check_anchors(small.center->journal(), mirror->anchors,
                                             check->acceptances, &*keys);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->broken, "");
  EXPECT_EQ(held->held, 5U);
  EXPECT_EQ(*messaging::changed_history(small.center->journal(), log->store()), "");
  // Another centre's journal, as a backup put in place would be.
  SmallCenter other;
  other.open(tests::memory_journal());
  other.must("found_center jurisdiction=烽原县");
  auto const changed = messaging::changed_history(other.center->journal(), log->store());
  ASSERT_TRUE(changed);
  EXPECT_NE(changed->find("6 rows"), std::string::npos) << *changed;
}

}  // namespace
}  // namespace fenghuo::center
