// Deliveries: what a receipt, a voice and a clock do to one, and what none of them ever does.
#include "core/domain/delivery.h"

#include <gtest/gtest.h>

#include "core/base/time_text.h"
#include "core/domain/state_text.h"
#include "core/kernel/kernel.h"
#include "tests/core/kernel_run.h"
#include "tests/core/random_commands.h"

namespace fenghuo::tests {
namespace {

using domain::DeliveryStatus;
using domain::OrderStatus;

/// Team 1 with a leader (L1, then her deputies L2 and L3, then M1) has an order; team 2 is free.
struct Sent {
  KernelRun run;
  Time const begin = *parse_rfc3339("2026-06-20T22:00:00+08:00");

  Sent() {
    for (std::string const line :
         {"found_center jurisdiction=x zone_minutes=480", "record_person id=L2",
          "record_person id=L3", "record_person id=L1 deputies=[L2,L3]", "record_person id=M1",
          "register_team name=一队 contacts=[L1,M1]", "register_team name=二队",
          "open_incident kind=fire",
          "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001 instruction=出动}] "
          "acknowledge_within=120s"}) {
      EXPECT_EQ(outcome(0, line), "accepted") << line;
    }
  }
  ~Sent() { EXPECT_EQ(run.broken(), std::vector<std::string>{}); }

  std::string outcome(int second, std::string const& line) {
    return outcome_of(run.give(begin + seconds(second), line));
  }
  std::string contact(int second, std::string const& rest) {
    return outcome(second, "enter_contact delivery=D-2026-000001 " + rest);
  }
  domain::Order const& order() const { return *run.state().orders.at({2026, 1}); }
  domain::Delivery const& delivery() const { return *run.state().deliveries.at({2026, 1}); }
  std::string told() const {
    std::string out;
    for (auto const& recipient : delivery().recipients) {
      out += (out.empty() ? "" : " ") +
             (recipient.team ? to_text(*recipient.team) : recipient.person->text);
    }
    return out;
  }
  /// Ticks at each deadline up to that second.
  void pass_to(int second) {
    while (auto const due = kernel::next_deadline(run.state())) {
      if (*due > begin + seconds(second)) {
        return;
      }
      run.give(std::max(*due, run.state().time), "tick");
    }
  }
  std::size_t count(std::string_view name) const {
    std::size_t found = 0;
    for (auto const& event : run.journal()) {
      found += domain::name_of(event.event) == name ? 1U : 0U;
    }
    return found;
  }
};

TEST(Deliveries, AnOrderOpensOneWithTheChainOfItsTeam) {
  Sent sent;
  EXPECT_EQ(sent.order().delivery, sent.delivery().id);
  EXPECT_EQ(sent.delivery().order, sent.order().id);
  EXPECT_EQ(sent.delivery().text, "出动");
  EXPECT_EQ(sent.told(), "T-2026-000001");
  EXPECT_EQ(sent.delivery().chain, (std::vector<PersonCode>{{"L1"}, {"L2"}, {"L3"}, {"M1"}}));
  EXPECT_EQ(sent.delivery().answer_by, sent.order().acknowledge_by);
  EXPECT_EQ(sent.delivery().answer_within, seconds(120));
}

TEST(Deliveries, TheClockTellsTheNextEachWithTheSameTime) {
  Sent sent;
  std::vector<std::string> const told = {"T-2026-000001", "T-2026-000001 L1", "T-2026-000001 L1 L2",
                                         "T-2026-000001 L1 L2 L3", "T-2026-000001 L1 L2 L3 M1"};
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(sent.told(), told[static_cast<std::size_t>(i)]);
    EXPECT_EQ(sent.delivery().answer_by, sent.begin + seconds(120 * (i + 1)));
    EXPECT_FALSE(sent.delivery().silent);
    sent.pass_to(120 * (i + 1));
  }
  EXPECT_EQ(sent.told(), told.back());
  EXPECT_TRUE(sent.delivery().silent);
  EXPECT_FALSE(kernel::next_deadline(sent.run.state()));
  EXPECT_EQ(sent.count("delivery_silent"), 1U);
  EXPECT_EQ(sent.count("acknowledgement_overdue"), 1U);
}

TEST(Deliveries, ALateTickGivesTheNextHisWholeTime) {
  Sent sent;
  sent.run.give(sent.begin + hours(3), "tick");
  EXPECT_EQ(sent.told(), "T-2026-000001 L1");
  EXPECT_EQ(sent.delivery().answer_by, sent.begin + hours(3) + seconds(120));
}

TEST(Deliveries, NoAnswerTellsTheNextAtOnce) {
  Sent sent;
  EXPECT_EQ(sent.contact(10, "step=no_answer means=radio"), "accepted");
  EXPECT_EQ(sent.told(), "T-2026-000001 L1");
  EXPECT_EQ(sent.delivery().answer_by, sent.begin + seconds(130));
  EXPECT_EQ(sent.contact(20, "step=no_answer person=L1"), "accepted");
  EXPECT_EQ(sent.contact(21, "step=no_answer person=L1"), "accepted");
  EXPECT_EQ(sent.told(), "T-2026-000001 L1 L2") << "L1 is not the one who is tried now";
  EXPECT_EQ(sent.contact(22, "step=called person=L2"), "accepted");
  EXPECT_EQ(sent.told(), "T-2026-000001 L1 L2") << "a call is no answer and no silence";
  for (std::string const person : {"L2", "L3", "M1"}) {
    EXPECT_EQ(sent.contact(23, "step=no_answer person=" + person), "accepted");
  }
  EXPECT_EQ(sent.told(), "T-2026-000001 L1 L2 L3 M1") << "nobody comes after the last";
  EXPECT_FALSE(sent.delivery().silent) << "the last has his time";
  sent.pass_to(600);
  EXPECT_TRUE(sent.delivery().silent);
  EXPECT_EQ(sent.contact(601, "step=no_answer"), "accepted");
  EXPECT_EQ(sent.told(), "T-2026-000001 L1 L2 L3 M1");
}

TEST(Deliveries, AnswersEndTheWaitingWhoeverGivesThem) {
  for (std::string const step : {"answered", "read_back"}) {
    Sent sent;
    sent.pass_to(240);
    EXPECT_EQ(sent.contact(250, "step=" + step + " person=L1 means=phone"), "accepted");
    EXPECT_EQ(sent.delivery().status,
              step == "answered" ? DeliveryStatus::Answered : DeliveryStatus::ReadBack);
    EXPECT_EQ(sent.delivery().heard_at, sent.begin + seconds(250));
    EXPECT_EQ(sent.order().status, OrderStatus::Acknowledged);
    EXPECT_EQ(sent.order().course.back().means, domain::Means::Phone);
    EXPECT_FALSE(kernel::next_deadline(sent.run.state()));
    // An answer after the read-back takes nothing back; "no answer" tells nobody any more.
    EXPECT_EQ(sent.contact(260, "step=answered"), "accepted");
    EXPECT_EQ(sent.contact(261, "step=delivered"), "accepted");
    EXPECT_EQ(sent.contact(262, "step=no_answer"), "accepted");
    EXPECT_EQ(sent.delivery().status,
              step == "answered" ? DeliveryStatus::Answered : DeliveryStatus::ReadBack);
    EXPECT_EQ(sent.told(), "T-2026-000001 L1 L2");
    EXPECT_EQ(sent.delivery().contacts.size(), 4U);
  }
}

TEST(Deliveries, SilenceEndsWithAnAnswer) {
  Sent sent;
  sent.pass_to(10'000);
  ASSERT_TRUE(sent.delivery().silent);
  EXPECT_EQ(sent.contact(10'001, "step=delivered"), "accepted");
  EXPECT_TRUE(sent.delivery().silent) << "that it lies there is no answer";
  EXPECT_EQ(sent.order().status, OrderStatus::Delivered);
  EXPECT_EQ(sent.contact(10'002, "step=answered"), "accepted");
  EXPECT_FALSE(sent.delivery().silent);
}

TEST(Deliveries, DeliveredStillWaitsForItsAnswer) {
  Sent sent;
  EXPECT_EQ(sent.contact(5, "step=delivered reference=g-17"), "accepted");
  EXPECT_EQ(sent.delivery().status, DeliveryStatus::Delivered);
  EXPECT_EQ(sent.order().status, OrderStatus::Delivered);
  sent.pass_to(120);
  EXPECT_EQ(sent.told(), "T-2026-000001 L1");
  EXPECT_EQ(sent.contact(130, "step=delivered"), "accepted");
  EXPECT_EQ(sent.count("order_status_set"), 1U) << "the order is delivered once";
}

TEST(Deliveries, EachStatusOfTheOrderSaysWhatItMeans) {
  struct Case {
    std::string line;
    DeliveryStatus status;
    bool waits;
  };
  std::vector<Case> const cases = {
      {"set_order_status order=O-2026-000001 status=delivered", DeliveryStatus::Delivered, true},
      {"set_order_status order=O-2026-000001 status=acknowledged", DeliveryStatus::Answered, false},
      {"set_order_status order=O-2026-000001 status=on_scene", DeliveryStatus::Answered, false},
      {"set_order_status order=O-2026-000001 status=returned", DeliveryStatus::Answered, false},
      {"decline_order order=O-2026-000001 reason=x", DeliveryStatus::Ended, false},
      {"cancel_order order=O-2026-000001 reason=x", DeliveryStatus::Ended, false},
      {"divert_order order=O-2026-000001 to=I-2026-000002 reason=x", DeliveryStatus::Ended, false},
  };
  for (auto const& one : cases) {
    Sent sent;
    EXPECT_EQ(sent.outcome(0, "open_incident title=b"), "accepted");
    EXPECT_EQ(sent.outcome(30, one.line), "accepted") << one.line;
    EXPECT_EQ(sent.delivery().status, one.status) << one.line;
    EXPECT_EQ(sent.delivery().answer_by.has_value(), one.waits) << one.line;
    EXPECT_EQ(sent.delivery().ended_because.empty(), one.status != DeliveryStatus::Ended);
    sent.pass_to(120);
    EXPECT_EQ(sent.told(), one.waits ? "T-2026-000001 L1" : "T-2026-000001") << one.line;
    EXPECT_EQ(sent.run.state().deliveries.size(), one.line.starts_with("divert") ? 2U : 1U);
  }
}

TEST(Deliveries, AnAnswerIsHeardWhenItHappenedNotWhenItWasEntered) {
  Sent sent;
  EXPECT_EQ(sent.outcome(600,
                         "set_order_status order=O-2026-000001 status=acknowledged "
                         "means=radio occurred_at=2026-06-20T22:01:00+08:00"),
            "accepted");
  EXPECT_EQ(sent.delivery().heard_at, sent.begin + seconds(60));
  EXPECT_EQ(sent.contact(610, "step=answered occurred_at=2026-06-20T22:15:11+08:00"),
            "occurred_in_future");
  EXPECT_EQ(sent.contact(611, "step=answered occurred_at=2026-06-20T22:00:30+08:00"), "accepted");
  EXPECT_EQ(sent.delivery().heard_at, sent.begin + seconds(60)) << "older than what is known";
}

TEST(Deliveries, AReceiptThatComesTwiceIsOne) {
  Sent sent;
  EXPECT_EQ(sent.contact(5, "step=delivered reference=g-17 means=sms"), "accepted");
  EXPECT_EQ(sent.contact(6, "step=delivered reference=g-17 means=sms"), "already_in_that_state");
  EXPECT_EQ(sent.contact(7, "step=answered reference=g-17 means=sms"), "accepted")
      << "the same message, a further step";
  EXPECT_EQ(sent.contact(8, "step=answered reference=g-18 means=sms"), "accepted");
  EXPECT_EQ(sent.contact(9, "step=called"), "accepted");
  EXPECT_EQ(sent.contact(9, "step=called"), "accepted") << "people do call twice";
  EXPECT_EQ(sent.delivery().contacts.size(), 5U);
}

TEST(Deliveries, HandoversAreNotedOnceABearerAndRecipient) {
  Sent sent;
  std::string const to = "record_handover delivery=D-2026-000001 ";
  EXPECT_EQ(sent.outcome(1, to + "recipient=0 bearer=sms tries=1 reference=g-17"), "accepted");
  EXPECT_EQ(sent.outcome(2, to + "recipient=0 bearer=sms outcome=dead tries=5"),
            "already_in_that_state");
  EXPECT_EQ(sent.outcome(3, to + "recipient=0 bearer=webhook outcome=dead tries=5 detail=404"),
            "accepted");
  sent.pass_to(120);
  EXPECT_EQ(sent.outcome(121, to + "recipient=1 bearer=sms tries=1"), "accepted");
  ASSERT_EQ(sent.delivery().handovers.size(), 3U);
  EXPECT_EQ(sent.delivery().handovers[1].handover.outcome, domain::HandoverOutcome::Dead);
  EXPECT_EQ(sent.delivery().status, DeliveryStatus::Open) << "a gateway is not the team";
  EXPECT_EQ(sent.outcome(122, "resend_delivery delivery=D-2026-000001"), "reason_required");
  EXPECT_EQ(sent.outcome(122, "resend_delivery delivery=D-2026-000001 reason=信号恢复"),
            "accepted");
  EXPECT_TRUE(sent.delivery().handovers.empty());
  EXPECT_EQ(sent.told(), "T-2026-000001 L1") << "the same recipients";
  EXPECT_EQ(sent.count("order_issued"), 1U) << "sent again is not ordered again";
}

TEST(Deliveries, OnlyTheNewestContactsStay) {
  Sent sent;
  for (std::size_t i = 0; i < domain::kContactsKept + 5; ++i) {
    EXPECT_EQ(sent.contact(1, "step=called note=n" + std::to_string(i)), "accepted");
  }
  EXPECT_EQ(sent.delivery().contacts.size(), domain::kContactsKept);
  EXPECT_EQ(sent.delivery().contacts.front().note, "n5");
}

TEST(Deliveries, WhoRetiredSinceIsPassedOver) {
  Sent sent;
  EXPECT_EQ(sent.outcome(1, "record_person id=L1 deputies=[L2,L3] retired=yes"), "accepted");
  EXPECT_EQ(sent.outcome(1, "record_person id=L3 retired=yes"), "accepted");
  sent.pass_to(120);
  EXPECT_EQ(sent.told(), "T-2026-000001 L2");
  EXPECT_EQ(sent.contact(130, "step=no_answer"), "accepted");
  EXPECT_EQ(sent.told(), "T-2026-000001 L2 M1");
  EXPECT_EQ(sent.outcome(131, "record_person id=L1 retired=no"), "accepted");
  sent.pass_to(400);
  EXPECT_EQ(sent.told(), "T-2026-000001 L2 M1 L1") << "back in office";
  sent.pass_to(800);
  EXPECT_TRUE(sent.delivery().silent) << "L3 is left and retired";
  EXPECT_FALSE(kernel::next_deadline(sent.run.state())) << "it is said once";
  EXPECT_EQ(sent.count("delivery_silent"), 1U);
}

/// A hole is found at once and its keeper has `within` to answer; the alarm leaves `archive` later.
struct Alarm {
  KernelRun run;
  Time const begin = *parse_rfc3339("2026-06-20T22:00:00+08:00");
  explicit Alarm(std::string const& clocks) {
    for (std::string const& line :
         {std::string{"found_center jurisdiction=x"}, std::string{"record_person id=K2"},
          std::string{"record_person id=K1 deputies=[K2]"},
          "adopt_rule_set kind=clocks because=x document={clocks={" + clocks + "}}",
          std::string{"record_duty_post id=W name=x keeper=K1"}, std::string{"tick"}}) {
      EXPECT_EQ(outcome_of(run.give(begin, line)), "accepted") << line;
    }
    EXPECT_EQ(run.state().deliveries.size(), 1U);
  }
};

// The center was away for a week: in one Tick the alarm's answer is overdue and the alarm leaves.
TEST(Deliveries, ALateTickMayCallTheNextAndArchiveInOne) {
  for (std::string const clocks : {"answer_alarm_within=86400s archive_after=3600s",
                                   "answer_alarm_within=3600s archive_after=86400s"}) {
    Alarm alarm{clocks};
    Time const later = alarm.begin + hours(24 * 7);
    for (int i = 0; i < 5 && kernel::next_deadline(alarm.run.state()).value_or(later) < later;
         ++i) {
      EXPECT_EQ(outcome_of(alarm.run.give(later, "tick")), "accepted");
    }
    EXPECT_TRUE(alarm.run.state().deliveries.empty()) << clocks;
    EXPECT_EQ(alarm.run.broken(), std::vector<std::string>{});
    EXPECT_EQ(outcome_of(alarm.run.give(later, "enter_contact delivery=D-2026-000001")),
              "archived");
  }
}

TEST(Deliveries, ALateTickSaysSilentOnce) {
  KernelRun run;
  Time const begin = *parse_rfc3339("2026-06-20T22:00:00+08:00");
  for (std::string const line :
       {"found_center jurisdiction=x", "record_person id=P1",
        "record_area id=X.V level=village responsible=[{person=P1}]",
        "open_call_down title=x areas=[X] answer_within=600s silent_after=1800s"}) {
    EXPECT_EQ(outcome_of(run.give(begin, line)), "accepted") << line;
  }
  auto const decision = run.give(begin + hours(5), "tick");
  EXPECT_EQ(std::get<0>(decision.outcome).size(), 1U);
  EXPECT_TRUE(run.state().deliveries.begin()->second->silent);
  EXPECT_FALSE(kernel::next_deadline(run.state()));
  EXPECT_EQ(run.broken(), std::vector<std::string>{});
}

bool orders(domain::Command const& command) {
  return std::holds_alternative<domain::IssueOrders>(command) ||
         std::holds_alternative<domain::DivertOrder>(command);
}

// The lesson of London 1992: nothing but an order that a person gives sends a team, whatever is missing,
// late, said twice or handed over anew.
TEST(Deliveries, NoReceiptNoClockAndNoVoiceEverSendsATeam) {
  std::size_t looked_at = 0;
  for (std::uint64_t const seed : {11U, 12U, 13U, 14U}) {
    Random random{seed};
    KernelRun run;
    Time now = *parse_rfc3339("2026-06-20T22:00:00+08:00");
    run.give(now, "found_center jurisdiction=x");
    for (int i = 0; i < 3000; ++i) {
      now = now + seconds(random.between(0, 60));
      auto const command = random_command(random, run.state(), now);
      auto const before = run.state().teams;
      auto const decision = run.give(now, command);
      if (!decision.accepted() || orders(command)) {
        continue;
      }
      for (auto const& event : std::get<0>(decision.outcome)) {
        ++looked_at;
        EXPECT_NE(domain::name_of(event), "order_issued") << domain::name_of(command);
      }
      for (auto const& [id, team] : run.state().teams) {
        auto const known = before.find(id);
        bool const was = known != before.end() && known->second->order.has_value();
        EXPECT_TRUE(was || !team->order) << to_text(id) << " after " << domain::name_of(command);
      }
    }
    EXPECT_EQ(run.broken(), std::vector<std::string>{});
  }
  EXPECT_GT(looked_at, 1000U);
}

}  // namespace
}  // namespace fenghuo::tests
