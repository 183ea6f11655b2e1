// Call-downs and deliveries: who is told when, who is silent, and that nothing of it ever sends a team.
#include "core/domain/call_down.h"

#include <gtest/gtest.h>

#include <set>

#include "core/base/time_text.h"
#include "core/kernel/kernel.h"
#include "tests/core/kernel_run.h"

namespace fenghuo::tests {
namespace {

Time begin() { return *parse_rfc3339("2026-06-20T22:00:00+08:00"); }

std::string village(int number) {
  std::string const digits = std::to_string(1000 + number);
  return "X.T" + std::to_string(number / 15) + ".V" + digits.substr(1);
}

/// Ninety villages in six townships, each with a responsible person and his deputy; the last has nobody.
struct County {
  KernelRun run;
  static constexpr int kVillages = 90;

  County() {
    run.give(begin(), "found_center jurisdiction=x zone_minutes=480");
    for (int i = 0; i < kVillages; ++i) {
      std::string const p = "P" + std::to_string(i);
      must("record_person id=" + p + "b title=x");
      must("record_person id=" + p + " title=x deputies=[" + p + "b]");
      must("record_area id=" + village(i) + " level=village name=v" +
           (i + 1 < kVillages ? " responsible=[{person=" + p + "}]" : ""));
    }
    must("record_area id=X.T0 level=township name=t");
  }
  void must(std::string const& line, Time when = begin()) {
    auto const decision = run.give(when, line);
    ASSERT_TRUE(decision.accepted()) << line << ": " << outcome_of(decision);
  }
  domain::CallDown const& call_down() const { return *run.state().call_downs.begin()->second; }
  domain::Delivery const& row(std::size_t at) const {
    return *run.state().deliveries.at(call_down().rows.at(at));
  }
  domain::CallDownCount count() const { return domain::count_rows(run.state(), call_down()); }
  void enter(std::size_t at, std::string const& rest, Time when) {
    must("enter_contact delivery=" + to_text(call_down().rows.at(at)) + " " + rest, when);
  }
  /// Ticks at every deadline up to a moment.
  void pass_to(Time when) {
    while (auto const due = kernel::next_deadline(run.state())) {
      if (*due > when) {
        return;
      }
      run.give(*due, "tick");
    }
  }
};

constexpr char const* kOpen =
    "open_call_down title=x text=转移 areas=[X] answer_within=600s silent_after=1800s";

TEST(CallDown, NinetyVillagesWithTwelveSilentOnes) {
  County county;
  county.must(kOpen);
  EXPECT_EQ(county.call_down().rows.size(), 90U);
  EXPECT_EQ(county.count().unnamed, 1);
  std::set<std::size_t> silent;
  for (std::size_t i = 0; i < 90; ++i) {
    if (i % 9 == 8 || i >= 88) {
      silent.insert(i);
    }
  }
  silent.insert(0);
  ASSERT_EQ(silent.size(), 12U);
  for (std::size_t i = 0; i < 90; ++i) {
    if (silent.contains(i)) {
      continue;
    }
    // A third answers at once, a third through the deputy after the clock, a third after "no answer".
    Time const when = begin() + seconds(static_cast<std::int64_t>(i));
    if (i % 3 == 0) {
      county.enter(i, "step=answered means=phone", when);
    } else if (i % 3 == 1) {
      county.enter(i, "step=no_answer means=phone", when);
      EXPECT_EQ(county.row(i).recipients.back().person->text, "P" + std::to_string(i) + "b");
      county.enter(i, "step=read_back means=phone", when);
    }
  }
  county.pass_to(begin() + seconds(660));
  for (std::size_t i = 2; i < 88; i += 3) {
    if (!silent.contains(i)) {
      ASSERT_EQ(county.row(i).recipients.size(), 2U) << i;
      county.enter(i, "step=answered means=radio", begin() + seconds(700));
    }
  }
  county.pass_to(begin() + minutes(60));
  auto const count = county.count();
  EXPECT_EQ(count.rows, 90);
  EXPECT_EQ(count.heard, 78);
  EXPECT_EQ(count.silent, 12);
  EXPECT_EQ(count.waiting, 0);
  for (std::size_t i = 0; i < 90; ++i) {
    EXPECT_EQ(county.row(i).silent, silent.contains(i)) << i;
  }
  EXPECT_EQ(county.run.broken(), std::vector<std::string>{});
  // Silent ends when somebody is heard after all, at the time he gives.
  county.enter(0, "step=answered means=runner occurred_at=2026-06-20T22:50:00+08:00",
               begin() + minutes(70));
  EXPECT_FALSE(county.row(0).silent);
  EXPECT_EQ(county.row(0).heard_at, begin() + minutes(50));
  EXPECT_EQ(county.count().silent, 11);
  EXPECT_EQ(
      outcome_of(county.run.give(begin() + minutes(71), "close_call_down call_down=N-2026-000001")),
      "reason_required");
}

TEST(CallDown, TheClocksTellTheDeputyThenCallItSilent) {
  County county;
  county.must(kOpen);
  county.pass_to(begin() + seconds(600) - microseconds(1));
  EXPECT_EQ(county.row(3).recipients.size(), 1U);
  county.pass_to(begin() + seconds(600));
  ASSERT_EQ(county.row(3).recipients.size(), 2U);
  EXPECT_FALSE(county.row(3).silent);
  county.pass_to(begin() + seconds(1200));  // the deputy did not answer either: nobody is left
  EXPECT_TRUE(county.row(3).silent);
  EXPECT_FALSE(county.row(89).silent) << "nobody named: the second clock only";
  county.pass_to(begin() + seconds(1800));
  EXPECT_TRUE(county.row(89).silent);
}

TEST(CallDown, HeardOnceItMayHaveToBeHeardAgain) {
  County county;
  county.must(std::string{kOpen} + " keep_hearing=3600s");
  county.enter(5, "step=answered", begin() + minutes(5));
  county.pass_to(begin() + minutes(64));
  EXPECT_FALSE(county.row(5).silent);
  county.pass_to(begin() + minutes(65));
  EXPECT_TRUE(county.row(5).silent);
  county.enter(5, "step=answered", begin() + minutes(66));
  EXPECT_FALSE(county.row(5).silent);
  county.pass_to(begin() + minutes(126));
  EXPECT_TRUE(county.row(5).silent);
}

TEST(CallDown, WhatIsEnteredAfterTheEndIsKeptAndChangesNothingElse) {
  County county;
  county.must(kOpen);
  county.must("close_call_down call_down=N-2026-000001 outcome=结束", begin() + minutes(1));
  auto const row = county.row(7).id;
  county.enter(7, "step=answered means=phone said_by=张三 occurred_at=2026-06-20T22:00:30+08:00",
               begin() + hours(9));
  auto const& kept = *county.run.state().deliveries.at(row);
  EXPECT_EQ(kept.status, domain::DeliveryStatus::Ended);
  ASSERT_EQ(kept.contacts.size(), 1U);
  EXPECT_EQ(kept.contacts.front().occurred_at, begin() + seconds(30));
  EXPECT_EQ(kept.contacts.front().recorded_at, begin() + hours(9));
  // Fourteen days later it leaves with all its rows.
  county.pass_to(begin() + hours(24 * 15));
  EXPECT_TRUE(county.run.state().call_downs.empty());
  EXPECT_TRUE(county.run.state().deliveries.empty());
  EXPECT_EQ(county.run.broken(), std::vector<std::string>{});
  EXPECT_EQ(outcome_of(county.run.give(begin() + hours(24 * 15),
                                       "enter_contact delivery=" + to_text(row))),
            "archived");
}

TEST(CallDown, ATownshipAVillageAPersonATeamEachOnce) {
  County county;
  county.must("register_team name=队 contacts=[P3]");
  county.must(
      "open_call_down title=x text=y areas=[X.T1,X.T1.V020,X.T2.V030] persons=[P5] "
      "teams=[T-2026-000001]");
  EXPECT_EQ(county.call_down().rows.size(), 15U + 1U + 1U + 1U);
  EXPECT_EQ(county.call_down().area, "");
  EXPECT_EQ(county.row(16).recipients.front().person->text, "P5");
  EXPECT_EQ(county.row(17).recipients.front().team, (TeamId{2026, 1}));
  EXPECT_EQ(county.row(17).chain.front().text, "P3");
}

TEST(CallDown, NobodyIsCalledWhoHasRetired) {
  County county;
  county.must("record_person id=P4 title=x deputies=[P4b] retired=yes");
  county.must(kOpen);
  EXPECT_EQ(county.row(4).recipients.front().person->text, "P4b");
  EXPECT_TRUE(county.row(4).chain.empty());
}

TEST(CallDown, TooManyRowsAreRefused) {
  KernelRun run;
  run.give(begin(), "found_center jurisdiction=x");
  for (std::size_t i = 0; i <= domain::kMaxCallRows; ++i) {
    run.give(begin(), "record_area id=A." + std::to_string(i) + " level=village");
  }
  EXPECT_EQ(outcome_of(run.give(begin(), "open_call_down title=x areas=[A]")),
            "too_many_call_rows");
}

/// A county that is written down by the test.
struct Small {
  KernelRun run;
  explicit Small(std::vector<std::string> const& lines) {
    accept(begin(), {"found_center jurisdiction=x zone_minutes=480"});
    accept(begin(), lines);
  }
  void accept(Time when, std::vector<std::string> const& lines) {
    for (auto const& line : lines) {
      EXPECT_EQ(outcome_of(run.give(when, line)), "accepted") << line;
    }
  }
  std::string outcome(Time when, std::string const& line) {
    return outcome_of(run.give(when, line));
  }
  /// "area: who is tried, who follows" of each row of the last call-down.
  std::vector<std::string> rows() const {
    std::vector<std::string> out;
    for (auto const id : run.state().call_downs.rbegin()->second->rows) {
      domain::Delivery const& row = *run.state().deliveries.at(id);
      std::string line = row.area + ":";
      for (auto const& recipient : row.recipients) {
        line += " " + (recipient.team ? to_text(*recipient.team) : recipient.person->text);
      }
      for (auto const& person : row.chain) {
        line += " " + person.text;
      }
      out.push_back(line);
    }
    return out;
  }
  domain::CallDownCount count() const {
    return domain::count_rows(run.state(), *run.state().call_downs.rbegin()->second);
  }
  domain::Delivery const& row(std::uint64_t number) const {
    return *run.state().deliveries.at({2026, number});
  }
  void pass_to(Time when) {
    while (auto const due = kernel::next_deadline(run.state())) {
      if (*due > when) {
        return;
      }
      run.give(*due, "tick");
    }
  }
  ~Small() { EXPECT_EQ(run.broken(), std::vector<std::string>{}); }
};

using Rows = std::vector<std::string>;

TEST(CallDownRows, AreTheVillagesThatLieInTheAreasWithWhomToTry) {
  Small county{{
      "record_person id=A deputies=[B]",
      "record_person id=B deputies=[A]",
      "record_person id=C",
      "record_area id=X.T level=township responsible=[{person=C}]",
      "record_area id=X.T.V1 level=village responsible=[{person=A},{person=C},{person=B}]",
      "record_area id=X.T.V2 level=community",
      "record_area id=X.T.V3 level=village retired=yes",
      "record_area id=X.T.V1.H1 level=hamlet",
      "record_area id=X.T.V1.H2 level=hamlet "
      "responsible=[{person=C}]",
      "record_area id=X.T2.V9 level=village responsible=[{person=C}]",
      "record_area id=X.T-old level=village",
  }};
  county.accept(begin(), {"open_call_down title=x areas=[X.T]"});
  EXPECT_EQ(county.rows(), (Rows{"X.T.V1: A B C", "X.T.V1.H2: C", "X.T.V2:"}));
  EXPECT_EQ(county.count().unnamed, 1);
  county.accept(begin(), {"open_call_down title=x areas=[X.T.V1.H1,X.T.V1,X.T]"});
  EXPECT_EQ(county.rows(), (Rows{"X.T.V1: A B C", "X.T.V1.H1:", "X.T.V1.H2: C", "X.T.V2:"}))
      << "a hamlet that is named, a village that is named twice";
  county.accept(begin(), {"open_call_down title=x areas=[X.T2]"});
  EXPECT_EQ(county.rows(), Rows{"X.T2.V9: C"}) << "an area that has no card of its own";
  EXPECT_EQ(county.run.state().call_downs.rbegin()->second->area, "X.T2.V9");
  EXPECT_EQ(county.outcome(begin(), "open_call_down title=x areas=[X.T3]"), "unknown_area");
  EXPECT_EQ(county.outcome(begin(), "open_call_down title=x"), "nobody_to_call");
}

TEST(CallDownRows, AnAreaWhoseNeighbourSortsBeforeItsVillagesIsKnown) {
  Small county{{"record_area id=X-1.V level=village", "record_area id=X.V level=village"}};
  county.accept(begin(), {"open_call_down title=x areas=[X]"});
  EXPECT_EQ(county.rows(), Rows{"X.V:"});
}

TEST(CallDownRows, WhoIsNamedTwiceIsCalledOnce) {
  Small county{{"record_person id=A area=X", "record_person id=B area=X",
                "register_team name=t area=X contacts=[A]"}};
  county.accept(begin(), {"open_call_down title=x persons=[B,A,B] "
                          "teams=[T-2026-000001,T-2026-000001]"});
  EXPECT_EQ(county.rows(), (Rows{"X: B", "X: A", "X: T-2026-000001 A"}));
}

std::vector<std::string> one_village() {
  return {"record_person id=A deputies=[B]", "record_person id=B",
          "record_area id=X.V level=village responsible=[{person=A}]",
          "open_call_down title=x areas=[X] answer_within=600s silent_after=1800s "
          "keep_hearing=3600s"};
}

TEST(CallDown, HeardOnceAndSilentAgainItIsNotClosedWithoutAReason) {
  Small county{one_village()};
  county.accept(begin() + minutes(1), {"enter_contact delivery=D-2026-000001 step=answered"});
  EXPECT_EQ(county.count().heard, 1);
  county.pass_to(begin() + hours(2));
  EXPECT_EQ(county.count().heard, 1);
  EXPECT_EQ(county.count().silent, 1);
  auto const refused =
      county.run.give(begin() + hours(2), "close_call_down call_down=N-2026-000001");
  EXPECT_EQ(outcome_of(refused), "reason_required");
  EXPECT_EQ(
      std::get<domain::Refusal>(refused.outcome).facts,
      (std::vector<std::pair<std::string, std::string>>{{"not_heard", "0"}, {"silent", "1"}}));
  county.accept(begin() + hours(2), {"enter_contact delivery=D-2026-000001 step=answered"});
  county.accept(begin() + hours(2), {"close_call_down call_down=N-2026-000001"});
}

TEST(CallDown, AnEntryOlderThanTheLastDoesNotEndASilence) {
  Small county{one_village()};
  county.accept(begin() + minutes(20), {"enter_contact delivery=D-2026-000001 step=answered"});
  county.pass_to(begin() + minutes(85));
  ASSERT_TRUE(county.row(1).silent);
  county.accept(begin() + minutes(90), {"enter_contact delivery=D-2026-000001 step=read_back "
                                        "occurred_at=2026-06-20T22:10:00+08:00"});
  EXPECT_TRUE(county.row(1).silent);
  EXPECT_EQ(county.row(1).heard_at, begin() + minutes(20));
  EXPECT_FALSE(kernel::next_deadline(county.run.state())) << "it is not said again";
  county.accept(begin() + minutes(91), {"enter_contact delivery=D-2026-000001 step=answered "
                                        "occurred_at=2026-06-20T23:00:00+08:00"});
  EXPECT_FALSE(county.row(1).silent);
  EXPECT_EQ(kernel::next_deadline(county.run.state()), begin() + minutes(120));
}

TEST(CallDown, TheSecondClockDoesNotStopTheChain) {
  Small county{one_village()};
  county.accept(begin(),
                {"open_call_down title=y areas=[X] answer_within=3000s silent_after=1800s"});
  county.pass_to(begin() + seconds(1800));
  EXPECT_TRUE(county.row(2).silent);
  EXPECT_EQ(county.row(2).recipients.size(), 1U);
  county.pass_to(begin() + seconds(3000));
  EXPECT_TRUE(county.row(2).silent);
  EXPECT_EQ(county.row(2).recipients.size(), 2U) << "the deputy is told all the same";
}

TEST(CallDown, HowItEndedStaysCountable) {
  Small county{{"record_person id=A", "record_area id=X.V1 level=village responsible=[{person=A}]",
                "record_area id=X.V2 level=village responsible=[{person=A}]",
                "record_area id=X.V3 level=village responsible=[{person=A}]",
                "open_call_down title=x areas=[X] answer_within=600s silent_after=1800s"}};
  county.accept(begin() + minutes(1), {"enter_contact delivery=D-2026-000001 step=answered",
                                       "enter_contact delivery=D-2026-000002 step=read_back"});
  county.pass_to(begin() + minutes(30));
  county.accept(begin() + minutes(31), {"close_call_down call_down=N-2026-000001 outcome=结束"});
  auto const& closed = std::get<domain::CallDownClosed>(county.run.journal().back().event);
  EXPECT_EQ(closed.rows, 3);
  EXPECT_EQ(closed.heard, 2);
  EXPECT_EQ(closed.silent, 1);
  county.accept(begin() + minutes(40), {"enter_contact delivery=D-2026-000003 step=read_back"});
  auto const count = county.count();
  EXPECT_EQ(count.heard, 2);
  EXPECT_EQ(count.read_back, 1) << "what is entered after the end is for the record";
  EXPECT_EQ(count.silent, 1);
  EXPECT_EQ(count.waiting, 0);
}

/// An order to a team with a leader and a deputy.
struct Sent {
  KernelRun run;
  Sent() {
    for (std::string const line :
         {"found_center jurisdiction=x", "record_person id=L2 title=x",
          "record_person id=L1 title=x deputies=[L2]", "register_team name=一队 contacts=[L1]",
          "register_team name=二队", "open_incident kind=fire",
          "issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}] "
          "acknowledge_within=120s"}) {
      EXPECT_TRUE(run.give(begin(), line).accepted()) << line;
    }
  }
  domain::Order const& order() const { return *run.state().orders.begin()->second; }
  domain::Delivery const& delivery() const { return *run.state().deliveries.begin()->second; }
};

TEST(Delivery, AMissingReceiptTellsTheLeaderAndNeverSendsAnybody) {
  Sent sent;
  std::size_t ordered = 0;
  for (int i = 0; i < 50; ++i) {
    if (auto const due = kernel::next_deadline(sent.run.state())) {
      sent.run.give(*due, "tick");
    }
  }
  for (auto const& event : sent.run.journal()) {
    ordered += std::holds_alternative<domain::OrderIssued>(event.event) ? 1U : 0U;
  }
  EXPECT_EQ(ordered, 1U);
  EXPECT_EQ(sent.run.state().orders.size(), 1U);
  EXPECT_FALSE(sent.run.state().teams.at({2026, 2})->order);
  std::vector<std::string> told;
  for (auto const& recipient : sent.delivery().recipients) {
    told.push_back(recipient.team ? to_text(*recipient.team) : recipient.person->text);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"T-2026-000001", "L1", "L2"}));
  EXPECT_TRUE(sent.delivery().silent);
  EXPECT_EQ(sent.order().status, domain::OrderStatus::Issued);
}

TEST(Delivery, WhatIsHeardOfItIsHeardOfTheOrder) {
  {
    Sent sent;
    sent.run.give(begin() + seconds(5), "enter_contact delivery=D-2026-000001 step=delivered");
    EXPECT_EQ(sent.order().status, domain::OrderStatus::Delivered);
    sent.run.give(begin() + seconds(9), "enter_contact delivery=D-2026-000001 step=read_back");
    EXPECT_EQ(sent.order().status, domain::OrderStatus::Acknowledged);
    EXPECT_EQ(sent.delivery().status, domain::DeliveryStatus::ReadBack);
    EXPECT_FALSE(kernel::next_deadline(sent.run.state()));
  }
  {
    Sent sent;
    sent.run.give(begin() + seconds(5),
                  "set_order_status order=O-2026-000001 status=en_route means=radio");
    EXPECT_EQ(sent.delivery().status, domain::DeliveryStatus::Answered);
    EXPECT_FALSE(kernel::next_deadline(sent.run.state()));
  }
  for (std::string const end : {"decline_order order=O-2026-000001 reason=x",
                                "cancel_order order=O-2026-000001 reason=x"}) {
    Sent sent;
    sent.run.give(begin() + seconds(5), end);
    EXPECT_EQ(sent.delivery().status, domain::DeliveryStatus::Ended) << end;
    EXPECT_FALSE(kernel::next_deadline(sent.run.state())) << end;
    sent.run.give(begin() + seconds(6), "enter_contact delivery=D-2026-000001 step=answered");
    EXPECT_NE(sent.order().status, domain::OrderStatus::Acknowledged) << end;
    EXPECT_EQ(sent.delivery().contacts.size(), 1U);
  }
}

TEST(Delivery, NoAnswerOfSomebodyWhoIsNotTriedNowTellsNobody) {
  Sent sent;
  sent.run.give(begin() + seconds(5), "enter_contact delivery=D-2026-000001 step=no_answer");
  ASSERT_EQ(sent.delivery().recipients.size(), 2U);
  sent.run.give(begin() + seconds(6),
                "enter_contact delivery=D-2026-000001 step=no_answer person=L2");
  EXPECT_EQ(sent.delivery().recipients.size(), 2U);
  sent.run.give(begin() + seconds(7),
                "enter_contact delivery=D-2026-000001 step=no_answer person=L1");
  EXPECT_EQ(sent.delivery().recipients.size(), 3U);
}

TEST(Delivery, AResentOneIsHandedOverAnew) {
  Sent sent;
  std::string const dead =
      "record_handover delivery=D-2026-000001 recipient=0 bearer=sms outcome=dead tries=5 detail=x";
  EXPECT_TRUE(sent.run.give(begin(), dead).accepted());
  EXPECT_EQ(outcome_of(sent.run.give(begin(), dead)), "already_in_that_state");
  EXPECT_TRUE(sent.run.give(begin(), "resend_delivery delivery=D-2026-000001 reason=x").accepted());
  EXPECT_TRUE(sent.delivery().handovers.empty());
  EXPECT_TRUE(sent.run.give(begin(), dead).accepted());
}

TEST(Delivery, ItLeavesWithItsIncident) {
  Sent sent;
  sent.run.give(begin(), "set_order_status order=O-2026-000001 status=returned");
  sent.run.give(begin(), "close_incident incident=I-2026-000001 outcome=x");
  sent.run.give(begin() + hours(24 * 15), "tick");
  EXPECT_TRUE(sent.run.state().orders.empty());
  EXPECT_TRUE(sent.run.state().deliveries.empty());
  EXPECT_EQ(sent.run.broken(), std::vector<std::string>{});
}

}  // namespace
}  // namespace fenghuo::tests
