// What a message says, word for word, and the ids that gateways give back.
#include "center/letter.h"

#include <gtest/gtest.h>

#include "core/base/time_text.h"
#include "tests/core/kernel_run.h"

namespace fenghuo::center {
namespace {

/// 22:00 on the 20th of June in China.
struct Told {
  tests::KernelRun run;
  Time const begin = *parse_rfc3339("2026-06-20T22:00:00+08:00");

  Told() { give(0, "found_center jurisdiction=烽原县 zone_minutes=480"); }
  void give(int second, std::string const& line) {
    ASSERT_TRUE(run.give(begin + seconds(second), line).accepted()) << line;
  }
  std::string text(std::size_t which = 0) const {
    auto const& one =
        *std::next(run.state().deliveries.begin(), static_cast<std::ptrdiff_t>(which))->second;
    return letter_text(run.state(), one, one.answer_by);
  }
};

TEST(Letter, AnOrderSaysWhatWhereAndUntilWhen) {
  Told told;
  told.give(0, "register_team name=一队");
  told.give(0, "register_team name=消防 force=external");
  told.give(0,
            "open_incident kind=flood title=河水漫堤 address=下渡口 "
            "location={point=30.1234567/120.0999999 crs=wgs84}");
  told.give(
      0,
      "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001 instruction=带冲锋舟。},"
      "{team=T-2026-000002}] acknowledge_within=120s");
  EXPECT_EQ(
      told.text(0),
      "【烽原县】出动命令 O-2026-000001：河水漫堤，赶赴下渡口（东经120.10000，北纬30.12346）。"
      "带冲锋舟。请于22:02前回复");
  EXPECT_TRUE(told.text(1).starts_with("【烽原县】商请出动 O-2026-000002：")) << told.text(1);
}

TEST(Letter, ACallDownNamesTheVillageAndTheDayWhereItIsAnother) {
  Told told;
  told.give(0, "record_person id=P1");
  told.give(0,
            "record_area id=990121.01.001 name=东岭村 level=village responsible=[{function=村支书 "
            "person=P1}]");
  told.give(
      0,
      "open_call_down title=山洪红色预警 text=立即转移 areas=[990121.01.001] answer_within=10800s");
  EXPECT_EQ(told.text(), "【烽原县】山洪红色预警（东岭村）：立即转移。请于6月21日01:00前回复");
}

TEST(Letter, AHoleOfTheRosterSaysWhoIsMissingWhen) {
  Told told;
  told.give(0, "record_person id=P1");
  told.give(0, "record_duty_post id=W name=应急值班室 keeper=P1 alarm_before=3600s");
  told.give(0, "record_person id=P2");
  told.give(
      0,
      "record_duty_shift id=S1 post=W person=P2 from=2026-06-20T14:00:00Z to=2026-06-20T15:30:00Z");
  told.give(
      0,
      "record_duty_shift id=S2 post=W person=P2 from=2026-06-20T18:00:00Z to=2026-06-22T00:00:00Z");
  told.give(1800, "tick");
  EXPECT_TRUE(told.text().starts_with(
      "【烽原县】值班空缺：应急值班室 23:30起至6月21日02:00无人值班，请安排"))
      << told.text();
}

TEST(Letter, AnIdComesBackAsItWentAndNothingElseIsOne) {
  MessageId const id{"9f3c21aa", *id_from<DeliveryTag>("D-2026-000012"), 3, 17,
                     domain::Means::Phone};
  EXPECT_EQ(to_text(id), "9f3c21aa:D-2026-000012:3:17:phone");
  EXPECT_EQ(parse_message_id(to_text(id)), id);
  for (std::string const text :
       {"", ":", "::::", "9f3c21aa:D-2026-000012:3:17", "9f3c21aa:D-2026-000012:3:17:phone:x",
        "9f3c21aa:D-2026-000012:-1:0:sms", "9f3c21aa:D-2026-000012:03:0:sms",
        "9f3c21aa:D-2026-000012:3:99999999999999999999:sms", "9f3c21aa:O-2026-000012:3:17:phone",
        "9f3c21aa:D-2026-000012:3:17:pigeon", ":D-2026-000012:3:17:phone"}) {
    EXPECT_FALSE(parse_message_id(text)) << text;
  }
  EXPECT_FALSE(parse_message_id(std::string(200, 'x') + ":D-2026-000012:3:17:sms"));
}

}  // namespace
}  // namespace fenghuo::center
