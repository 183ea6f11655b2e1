// The outbox on one thread, under a clock that is moved by hand and gateways that do as the test says. Real gateways
// over real sockets: tests/outside/test_gateways.py.
#include "center/outbox.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "tests/center/small_center.h"
#include "tests/messaging/fault_journal.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::center {
namespace {

using messaging::HandoverOutcome;
using messaging::OutgoingMessage;
using tests::memory_journal;
using tests::outcome_name;
using tests::SmallCenter;

/// What a gateway was given, and what it says.
struct Desk {
  std::function<messaging::Handover(OutgoingMessage const&)> says = [](auto const&) {
    return messaging::Handover{HandoverOutcome::Accepted, "g-1", "", std::nullopt, true};
  };
  std::vector<OutgoingMessage> got;
};

class DeskBearer final : public messaging::Bearer {
 public:
  DeskBearer(std::string name, std::string means, std::shared_ptr<Desk> desk)
      : name_{std::move(name)}, means_{std::move(means)}, desk_{std::move(desk)} {}
  std::string_view name() const override { return name_; }
  bool reaches(std::string_view means, std::string_view address) const override {
    return means == means_ && !address.empty();
  }
  bool open_for_drills() const override { return false; }
  messaging::Handover hand_over(OutgoingMessage const& message) override {
    desk_->got.push_back(message);
    return desk_->says(message);
  }

 private:
  std::string name_, means_;
  std::shared_ptr<Desk> desk_;
};

messaging::Handover later(std::optional<Duration> after = std::nullopt) {
  return {HandoverOutcome::TryAgain, "", "no answer", after, true};
}
messaging::Handover never() { return {HandoverOutcome::Never, "", "redirect", std::nullopt, true}; }

/// A centre with an order to a team, whose leader L1 has the deputy L2; two gateways for SMS, one for voice.
struct House {
  std::shared_ptr<Desk> sms = std::make_shared<Desk>(), spare = std::make_shared<Desk>(),
                        voice = std::make_shared<Desk>();
  SmallCenter small;

  void ready() {
    small.bearers.push_back(std::make_unique<DeskBearer>("sms", "sms", sms));
    small.bearers.push_back(std::make_unique<DeskBearer>("spare", "sms", spare));
    small.bearers.push_back(std::make_unique<DeskBearer>("voice", "phone", voice));
  }
  explicit House(std::unique_ptr<messaging::Journal> journal = memory_journal()) {
    ready();
    small.open(std::move(journal));
    found();
  }
  explicit House(std::filesystem::path const& folder) {
    ready();
    small.open_in(folder);
  }
  void found() {
    for (std::string const line :
         {"found_center jurisdiction=烽原县", "record_person id=L2 mobile={box=13800000002}",
          "record_person id=L1 mobile={box=13800000001} deputies=[L2]",
          "register_team name=一队 contacts=[L1] phone=0990-1", "open_incident kind=fire"}) {
      small.must(line);
    }
  }
  void order() {
    small.must(
        "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001 instruction=出动}] "
        "acknowledge_within=7200s");
  }
  void pass(Duration by) {
    small.clock->advance(by);
    small.center->turn();
  }
  std::vector<std::string> handovers(std::int64_t delivery = 1) const {
    return small.center->committed().read([&](domain::State const& state) {
      std::vector<std::string> out;
      for (auto const& [id, one] : state.deliveries) {
        for (auto const& noted : one->handovers) {
          auto const& h = noted.handover;
          if (to_text(id).ends_with(std::to_string(delivery))) {
            out.push_back(h.bearer + " " + std::string{name_of(h.means)} + " " +
                          std::string{name_of(h.outcome)} + " " + std::to_string(h.tries));
          }
        }
      }
      return out;
    });
  }
};

using Lines = std::vector<std::string>;

TEST(Outbox, EachRecipientIsToldOnceByEachMeans) {
  House house;
  house.order();
  house.pass(seconds(0));
  ASSERT_EQ(house.sms->got.size(), 1U);
  ASSERT_EQ(house.voice->got.size(), 1U);
  EXPECT_TRUE(house.spare->got.empty());
  EXPECT_EQ(house.sms->got[0].address, "13800000001");
  EXPECT_EQ(house.sms->got[0].recipient_name, "一队");
  EXPECT_EQ(house.sms->got[0].means, "sms");
  EXPECT_EQ(house.sms->got[0].id.substr(8), ":D-2026-000001:0:0:sms");
  EXPECT_EQ(house.voice->got[0].id.substr(8), ":D-2026-000001:0:0:phone");
  EXPECT_EQ(house.handovers(), (Lines{"sms sms handed_over 1", "voice phone handed_over 1"}));
  house.pass(hours(1));
  EXPECT_EQ(house.sms->got.size() + house.voice->got.size(), 2U) << "nothing is sent twice";
}

TEST(Outbox, ItTriesAgainUnderTheSameIdAndGivesUp) {
  House house;
  house.sms->says = house.spare->says = [](auto const&) { return later(); };
  house.order();
  for (int minute = 0; minute < 115; ++minute) {
    house.pass(minutes(1));
  }
  std::size_t const tries = house.sms->got.size() + house.spare->got.size();
  ASSERT_EQ(tries, 2U * messaging::kTries) << "six of each";
  ASSERT_EQ(house.sms->got.size(), house.spare->got.size());
  for (auto const& message : house.sms->got) {
    EXPECT_EQ(message.id, house.sms->got[0].id);
    EXPECT_EQ(message.text, house.sms->got[0].text);
    EXPECT_EQ(message.made_at, house.sms->got[0].made_at);
  }
  EXPECT_EQ(house.spare->got[0].id, house.sms->got[0].id);
  auto const noted = house.handovers();
  EXPECT_EQ(std::count(noted.begin(), noted.end(), "sms sms dead 6"), 1);
  EXPECT_EQ(std::count(noted.begin(), noted.end(), "spare sms dead 6"), 1);
  auto const figures = house.small.center->outbox().figures();
  EXPECT_EQ(figures[0].dead, 1U);
  EXPECT_EQ(figures[0].last_error, "no answer");
  EXPECT_EQ(figures[0].waiting, 0);
}

TEST(Outbox, WhatOneGatewayRefusesForGoodTheNextCarriesAtOnce) {
  House house;
  house.sms->says = [](auto const&) { return never(); };
  house.order();
  house.pass(seconds(0));
  EXPECT_EQ(house.sms->got.size(), 1U);
  EXPECT_EQ(house.spare->got.size(), 1U);
  auto const noted = house.handovers();
  EXPECT_EQ(std::count(noted.begin(), noted.end(), "sms sms dead 1"), 1);
  EXPECT_EQ(std::count(noted.begin(), noted.end(), "spare sms handed_over 1"), 1);
}

TEST(Outbox, AGatewayThatIsDownIsPassedOver) {
  House house;
  house.sms->says = [](auto const&) { return later(); };
  std::string persons;
  for (int i = 0; i < 8; ++i) {
    house.small.must("record_person id=V" + std::to_string(i) + " mobile={box=1390000000" +
                     std::to_string(i) + "}");
    persons += (i == 0 ? "V" : ",V") + std::to_string(i);
  }
  house.small.must("open_call_down title=转移 text=立即转移 persons=[" + persons + "]");
  house.pass(seconds(0));
  house.pass(seconds(2));
  EXPECT_EQ(house.sms->got.size(), 5U) << "five failures in a row, then it is left alone";
  EXPECT_EQ(house.spare->got.size(), 8U) << "nobody waits for it";
}

TEST(Outbox, WhoHasAnsweredIsNotRungAgain) {
  House house;
  house.sms->says = house.spare->says = house.voice->says = [](auto const&) { return later(); };
  house.order();
  house.pass(seconds(0));
  std::size_t const tried = house.sms->got.size();
  EXPECT_EQ(tried, 1U);
  house.small.must("enter_contact delivery=D-2026-000001 step=answered means=radio");
  for (int i = 0; i < 100; ++i) {
    house.pass(minutes(1));
  }
  EXPECT_EQ(house.sms->got.size(), tried);
}

TEST(Outbox, TheTeamThenItsLeaderThenTheDeputyAreToldEachOnce) {
  House house;
  house.order();
  house.pass(seconds(0));
  for (int i = 0; i < 3; ++i) {
    house.small.must("enter_contact delivery=D-2026-000001 step=no_answer");
    house.pass(seconds(0));
  }
  Lines mobiles, rung;
  for (auto const& message : house.sms->got) {
    mobiles.push_back(message.address);
  }
  for (auto const& message : house.voice->got) {
    rung.push_back(message.address);
  }
  EXPECT_EQ(mobiles, (Lines{"13800000001", "13800000001", "13800000002"}));
  EXPECT_EQ(rung, (Lines{"0990-1", "13800000001", "13800000002"}));
}

TEST(Outbox, AskedForAnewItGoesUnderAnotherId) {
  House house;
  house.order();
  house.pass(seconds(0));
  house.small.must("enter_contact delivery=D-2026-000001 step=answered means=phone");
  house.pass(minutes(1));
  house.small.must("resend_delivery delivery=D-2026-000001 reason=改变集合点");
  house.pass(seconds(0));
  ASSERT_EQ(house.sms->got.size(), 2U);
  EXPECT_EQ(house.sms->got[1].id.substr(8), ":D-2026-000001:1:0:sms");
}

TEST(Outbox, NobodyIsRungForWhatIsOld) {
  House house;
  house.small.must(
      "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}] acknowledge_within=86400s");
  house.small.clock->advance(Outbox::kHandOverWithin + seconds(1));
  house.pass(seconds(0));
  EXPECT_TRUE(house.sms->got.empty());
  house.small.must("resend_delivery delivery=D-2026-000001 reason=x");
  house.pass(seconds(0));
  EXPECT_EQ(house.sms->got.size(), 1U) << "but for what a person asks for";
}

TEST(Outbox, OrdersGoBeforeCallDownsAndThoseThatRetiredAreLeftAlone) {
  House house;
  house.small.must("record_person id=V1 mobile={box=13900000001}");
  house.small.must("record_person id=V2 mobile={box=13900000002} retired=yes");
  house.small.must("open_call_down title=转移 text=立即转移 persons=[V1,V2]");
  house.order();
  house.pass(seconds(0));
  ASSERT_EQ(house.sms->got.size(), 2U);
  EXPECT_EQ(house.sms->got[0].address, "13800000001");
  EXPECT_EQ(house.sms->got[1].address, "13900000001");
}

TEST(Outbox, AfterARestartTheMessageIsTheSame) {
  tests::ScratchFolder const folder;
  std::string id;
  {
    House house{folder.path()};
    house.found();
    house.sms->says = house.spare->says = [](auto const&) { return later(); };
    house.order();
    house.pass(seconds(0));
    ASSERT_FALSE(house.sms->got.empty());
    id = house.sms->got[0].id;
    house.small.center->stop();
  }
  House house{folder.path()};
  house.pass(seconds(1));
  ASSERT_EQ(house.sms->got.size(), 1U);
  EXPECT_EQ(house.sms->got[0].id, id);
  EXPECT_TRUE(house.voice->got.empty()) << "taken before";
}

TEST(Outbox, AHandoverThatTheStoreDidNotTakeIsNotedLaterAndNotRepeated) {
  auto store = std::shared_ptr<messaging::Journal>{memory_journal()};
  auto journal = std::make_unique<tests::FaultJournal>(store);
  auto* faults = journal.get();
  House house{std::move(journal)};
  house.order();
  faults->fail_next(tests::Fault::NotWritten);
  house.pass(seconds(0));
  house.pass(seconds(2));
  EXPECT_EQ(house.sms->got.size(), 1U);
  EXPECT_EQ(house.voice->got.size(), 1U);
  EXPECT_EQ(house.handovers().size(), 2U);
}

}  // namespace
}  // namespace fenghuo::center
