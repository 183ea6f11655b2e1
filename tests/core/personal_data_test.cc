// Erasing what is known of a person: who it was stays in the log, nobody is told through a number that is gone.
#include "core/domain/personal_data.h"

#include <gtest/gtest.h>

#include "core/base/time_text.h"
#include "core/kernel/kernel.h"
#include "tests/core/kernel_run.h"

namespace fenghuo::tests {
namespace {

struct World {
  KernelRun run;
  Time now = *parse_rfc3339("2026-03-01T08:00:00+08:00");
  World() {
    accept({"found_center jurisdiction=x zone_minutes=480",
            "record_person id=P1 title=支书 name={key=k1 box=YWE=} mobile={key=k1 box=YmI=} "
            "deputies=[P2]",
            "record_person id=P2 title=主任 name={key=k2 box=Y2M=}",
            "record_area id=X.V name=村 level=village responsible=[{person=P1}] "
            "assisted=[{name={key=k3 box=ZGQ=} need=轮椅}]",
            "receive_report text=起火 caller={key=k4 box=ZWU=}"});
  }
  std::string outcome(std::string const& line) { return outcome_of(run.give(now, line)); }
  void accept(std::vector<std::string> const& lines) {
    for (auto const& line : lines) {
      EXPECT_EQ(outcome(line), "accepted") << line;
    }
  }
  ~World() { EXPECT_EQ(run.broken(), std::vector<std::string>{}); }
};

TEST(PersonalData, AnErasedPersonStaysAsAFunctionAndIsNotTold) {
  World world;
  world.accept({"erase_personal_data person=P1 keys=[k1] reason=本人要求"});
  auto const& person = *world.run.state().persons.at({"P1"});
  EXPECT_EQ(person.erased_at, world.now);
  EXPECT_TRUE(person.facts.retired);
  EXPECT_EQ(person.facts.title, "支书");
  EXPECT_EQ(person.facts.name.box, "YWE=") << "the journal is not edited: the key is gone";
  EXPECT_EQ(person.revision, world.run.state().sequence);
  world.accept({"open_call_down title=x areas=[X]"});
  auto const& row = *world.run.state().deliveries.begin()->second;
  ASSERT_EQ(row.recipients.size(), 1U);
  EXPECT_EQ(row.recipients.front().person, PersonCode{"P2"});
  EXPECT_TRUE(row.chain.empty());
}

TEST(PersonalData, TheCodeOfAnErasedPersonIsNotUsedAgain) {
  World world;
  world.accept({"erase_personal_data person=P1 keys=[k1] reason=x"});
  EXPECT_EQ(world.outcome("record_person id=P1 title=新支书"), "personal_data_erased");
  EXPECT_EQ(world.outcome("erase_personal_data person=P1 keys=[k1] reason=x"),
            "personal_data_erased");
  // The workbook's other rows that name him stay readable.
  EXPECT_EQ(world.outcome("record_area id=X.V name=村 level=village responsible=[{person=P1}]"),
            "accepted");
}

TEST(PersonalData, WhoIsErasedWhileACallRunsIsPassedOver) {
  World world;
  world.accept({"record_person id=P3 title=x", "record_person id=P1 deputies=[P2,P3]",
                "open_call_down title=x areas=[X] answer_within=600s silent_after=7200s",
                "erase_personal_data person=P2 keys=[k2] reason=x"});
  world.run.give(world.now + seconds(600), "tick");
  auto const& row = *world.run.state().deliveries.begin()->second;
  ASSERT_EQ(row.recipients.size(), 2U);
  EXPECT_EQ(row.recipients.back().person, PersonCode{"P3"});
  world.run.give(world.now + seconds(1200), "tick");
  EXPECT_TRUE(world.run.state().deliveries.begin()->second->silent) << "nobody is left";
  EXPECT_FALSE(world.run.state().deliveries.begin()->second->answer_by);
  EXPECT_FALSE(kernel::next_deadline(world.run.state()));
}

TEST(PersonalData, CallersAreErasedAlsoFromTheArchive) {
  World world;
  world.accept({"erase_personal_data report=R-2026-000001 keys=[k4] reason=x",
                "dismiss_report report=R-2026-000001 reason=x"});
  world.now = world.now + hours(24 * 15);
  world.accept({"tick"});
  ASSERT_TRUE(world.run.state().reports.empty());
  world.accept({"erase_personal_data report=R-2026-000001 keys=[k4] reason=x"});
  EXPECT_EQ(world.outcome("erase_personal_data report=R-2026-000002 keys=[k4] reason=x"),
            "unknown_report");
}

TEST(PersonalData, TheEventSaysForWhomByWhichKeysAndWhy) {
  World world;
  world.accept({"erase_personal_data area=X.V keys=[k3,k5] reason=迁出"});
  auto const& event = std::get<domain::PersonalDataErased>(world.run.journal().back().event);
  EXPECT_EQ(event.area, AreaCode{"X.V"});
  EXPECT_EQ(event.keys, (std::vector<std::string>{"k3", "k5"}));
  EXPECT_EQ(event.reason, "迁出");
  EXPECT_EQ(world.run.journal().back().actor.name, "tester");
}

TEST(PersonalData, SomebodyMustBeNamedWithKeys) {
  World world;
  EXPECT_EQ(world.outcome("erase_personal_data keys=[k1] reason=x"), "nothing_to_erase");
  EXPECT_EQ(world.outcome("erase_personal_data person=P1 reason=x"), "nothing_to_erase");
  EXPECT_EQ(world.outcome("erase_personal_data person=P1 keys=[k1]"), "reason_required");
}

}  // namespace
}  // namespace fenghuo::tests
