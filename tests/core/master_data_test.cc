// Master data: what a record refers to, the same facts again, who is retired, whom to try in which order, and
// the travel times that people know better than the map.
#include "core/domain/master_data.h"

#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/base/text_form.h"
#include "core/base/time_text.h"
#include "tests/core/kernel_run.h"

namespace fenghuo::tests {
namespace {

/// A kernel to which lines are given at one moment.
struct Office {
  KernelRun run;
  Time const now = *parse_rfc3339("2026-03-01T08:00:00+08:00");
  Office() { accept({"found_center jurisdiction=x zone_minutes=480"}); }
  std::string outcome(std::string const& line, std::optional<Sequence> expected = std::nullopt) {
    return outcome_of(run.give(now, line, expected));
  }
  void accept(std::vector<std::string> const& lines) {
    for (auto const& line : lines) {
      EXPECT_EQ(outcome(line), "accepted") << line;
    }
  }
  ~Office() { EXPECT_EQ(run.broken(), std::vector<std::string>{}); }
};

/// Every kind with all its references set; the references are recorded before it.
std::vector<std::string> records() {
  return {
      "record_organization id=G1 name=县政府 kind=government",
      "record_organization id=G2 name=应急局 parent=G1 area=X duty_phone=110",
      "record_person id=P1 title=局长 organization=G2 deputies=[P2]",
      "record_person id=P2 title=副局长 organization=G2 deputies=[P1]",
      "record_facility id=F1 name=中学 kind=shelter organization=G1 contacts=[P1,P2] capacity=300",
      "record_area id=X.T.V name=村 level=village responsible=[{function=支书 person=P1}] "
      "assisted=[{need=轮椅 helper=P2}] shelter=F1 population=900",
      "record_enterprise id=E1 name=厂 supervisor=G2 principal=P1 safety_officer=P2 staff=40",
      "record_plan_contact id=K1 plan=防汛 group=转移组 function=组长 person=P1 rank=1",
      "record_duty_post id=W1 name=值班室 organization=G2 keeper=P1 people=0",
      "record_duty_shift id=S1 post=W1 person=P2 from=2026-03-02T00:00:00Z "
      "to=2026-03-02T12:00:00Z",
  };
}

std::string without(std::string const& line, std::string const& part) {
  auto const at = line.find(part);
  return at == std::string::npos ? line : line.substr(0, at) + line.substr(at + part.size());
}

TEST(MasterData, TheSameFactsAgainChangeNothingWhateverTheKind) {
  Office office;
  office.accept(records());
  Sequence const before = office.run.state().sequence;
  for (auto const& line : records()) {
    EXPECT_EQ(office.outcome(line), "already_in_that_state") << line;
  }
  EXPECT_EQ(office.run.state().sequence, before);
}

TEST(MasterData, ARecordIsReplacedAsAWholeAndKeepsItsPlace) {
  Office office;
  office.accept(records());
  Sequence const first = office.run.state().facilities.at({"F1"})->revision;
  EXPECT_EQ(office.outcome("record_facility id=F1 name=小学", first + 1), "stale_revision");
  EXPECT_EQ(office.outcome("record_facility id=F1 name=小学", first), "accepted");
  auto const& facility = *office.run.state().facilities.at({"F1"});
  EXPECT_EQ(facility.facts.name, "小学");
  EXPECT_EQ(facility.facts.contacts, std::vector<PersonCode>{}) << "what is not said is not there";
  EXPECT_EQ(facility.revision, office.run.state().sequence);
  EXPECT_EQ(office.outcome("record_facility id=F9 name=新", 7), "stale_revision")
      << "a record that is not there yet has revision 0";
  EXPECT_EQ(office.outcome("record_facility id=F9 name=新", 0), "accepted");
}

TEST(MasterData, NothingRefersToWhatIsNotThere) {
  struct Reference {
    std::string part, broken, outcome;
  };
  std::vector<Reference> const references = {
      {"parent=G1", "parent=G9", "unknown_organization"},
      {"organization=G2 deputies", "organization=G9 deputies", "unknown_organization"},
      {"organization=G1 contacts", "organization=G9 contacts", "unknown_organization"},
      {"contacts=[P1,P2]", "contacts=[P1,P9]", "unknown_person"},
      {"person=P1}]", "person=P9}]", "unknown_person"},
      {"helper=P2", "helper=P9", "unknown_person"},
      {"shelter=F1", "shelter=F9", "unknown_facility"},
      {"supervisor=G2", "supervisor=G9", "unknown_organization"},
      {"principal=P1", "principal=P9", "unknown_person"},
      {"safety_officer=P2", "safety_officer=P9", "unknown_person"},
      {"person=P1 rank", "person=P9 rank", "unknown_person"},
      {"organization=G2 keeper", "organization=G9 keeper", "unknown_organization"},
      {"keeper=P1", "keeper=P9", "unknown_person"},
      {"post=W1", "post=W9", "unknown_duty_post"},
      {"person=P2 from", "person=P9 from", "unknown_person"},
  };
  Office office;
  for (auto const& line : records()) {
    for (auto const& reference : references) {
      if (auto const at = line.find(reference.part); at != std::string::npos) {
        std::string const broken = without(line, reference.part).insert(at, reference.broken);
        EXPECT_EQ(office.outcome(broken), reference.outcome) << broken;
      }
    }
    EXPECT_EQ(office.outcome(line), "accepted") << line;
  }
  // Deputies are often written down after those they stand in for.
  EXPECT_EQ(office.outcome("record_person id=P7 deputies=[P8]"), "accepted");
  EXPECT_EQ(office.outcome("record_person id=P7 deputies=[P8,P7]"), "refers_to_itself");
}

TEST(MasterData, WhatIsRetiredCanStillBeReferredTo) {
  Office office;
  office.accept({"record_organization id=G1 name=a retired=yes", "record_person id=P1 retired=yes",
                 "record_organization id=G2 name=b parent=G1",
                 "record_plan_contact id=K1 plan=x person=P1"});
}

TEST(MasterData, OrganisationsStandInNoCircle) {
  Office office;
  office.accept({"record_organization id=G1 name=a", "record_organization id=G2 name=b parent=G1",
                 "record_organization id=G3 name=c parent=G2"});
  EXPECT_EQ(office.outcome("record_organization id=G1 name=a parent=G1"), "cyclic_parent");
  EXPECT_EQ(office.outcome("record_organization id=G1 name=a parent=G2"), "cyclic_parent");
  EXPECT_EQ(office.outcome("record_organization id=G1 name=a parent=G3"), "cyclic_parent");
  EXPECT_EQ(office.outcome("record_organization id=G9 name=z parent=G9"), "unknown_organization");
  office.accept({"record_organization id=G2 name=b", "record_organization id=G1 name=a parent=G3"});
}

std::string chain(Office& office, std::vector<PersonCode> const& persons) {
  std::string out;
  for (auto const& code : domain::chain_of(office.run.state(), persons)) {
    out += (out.empty() ? "" : " ") + code.text;
  }
  return out;
}

TEST(Chain, EachThenHisDeputiesNobodyTwice) {
  Office office;
  office.accept({"record_person id=A deputies=[B,C]", "record_person id=B deputies=[A]",
                 "record_person id=C deputies=[X]", "record_person id=D deputies=[C,E,NOBODY]",
                 "record_person id=E"});
  EXPECT_EQ(chain(office, {{"A"}}), "A B C") << "deputies of deputies are not asked";
  EXPECT_EQ(chain(office, {{"A"}, {"B"}, {"D"}}), "A B C D E");
  EXPECT_EQ(chain(office, {{"D"}, {"A"}}), "D C E A B");
  EXPECT_EQ(chain(office, {{"D"}, {"D"}}), "D C E");
  EXPECT_EQ(chain(office, {{"NOBODY"}}), "");
  EXPECT_EQ(chain(office, {}), "");
}

TEST(Chain, WhoHasRetiredOrWasErasedIsNotTriedButHisDeputiesAre) {
  Office office;
  office.accept({"record_person id=A deputies=[B,C]", "record_person id=B", "record_person id=C",
                 "record_person id=A deputies=[B,C] retired=yes"});
  EXPECT_EQ(chain(office, {{"A"}}), "B C");
  office.accept({"erase_personal_data person=B keys=[k] reason=x"});
  EXPECT_EQ(chain(office, {{"A"}}), "C");
  EXPECT_FALSE(domain::can_be_told(office.run.state(), {"A"}));
  EXPECT_FALSE(domain::can_be_told(office.run.state(), {"B"}));
  EXPECT_TRUE(domain::can_be_told(office.run.state(), {"C"}));
  office.accept({"record_person id=A deputies=[B,C]"});
  EXPECT_EQ(chain(office, {{"A"}}), "A C") << "back in office";
}

// The rule as its header says it, the slow way: walk the persons, write down whoever may be told and is not there.
TEST(Chain, OfRandomPersonsIsThatOfAPlainWalk) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Random random{seed};
    Office office;
    std::vector<std::vector<int>> deputies(8);
    std::vector<bool> retired(8);
    for (std::size_t i = 0; i < 8; ++i) {
      std::string list;
      for (auto n = random.below(4); n > 0; --n) {
        int const deputy = static_cast<int>(random.below(8));
        if (deputy != static_cast<int>(i)) {
          deputies[i].push_back(deputy);
          list += (list.empty() ? "P" : ",P") + std::to_string(deputy);
        }
      }
      retired[i] = random.chance(250);
      office.accept({"record_person id=P" + std::to_string(i) + " deputies=[" + list + "]" +
                     (retired[i] ? " retired=yes" : "")});
    }
    std::vector<PersonCode> asked;
    std::string expected = " ";
    auto const write = [&](int person) {
      std::string const name = "P" + std::to_string(person) + " ";
      if (!retired[static_cast<std::size_t>(person)] &&
          expected.find(" " + name) == std::string::npos) {
        expected += name;
      }
    };
    for (auto n = random.below(4); n > 0; --n) {
      int const person = static_cast<int>(random.below(8));
      asked.push_back({"P" + std::to_string(person)});
      write(person);
      for (int const deputy : deputies[static_cast<std::size_t>(person)]) {
        write(deputy);
      }
    }
    EXPECT_EQ(" " + chain(office, asked) + (chain(office, asked).empty() ? "" : " "), expected)
        << seed;
  }
}

std::string travel(Office& office, std::string const& to, std::string const& team_area,
                   domain::VehicleProfile profile) {
  auto const found = domain::travel_by_hand(office.run.state(), to, team_area, profile);
  return found ? found->note + " " + std::to_string(found->takes.us / minutes(1).us) : "-";
}

TEST(TravelByHand, TheInnermostCardTheNearestOriginTheProfile) {
  using Profile = domain::VehicleProfile;
  Office office;
  office.accept({
      "record_area id=X.T name=乡 level=township travel=[{profile=light takes=3600s note=乡},"
      "{profile=foot takes=18000s note=乡步行}]",
      "record_area id=X.T.V name=村 level=village travel=["
      "{profile=foot takes=9000s note=步行},"
      "{profile=light takes=1200s note=车},"
      "{from=X.T profile=foot takes=2400s note=乡里步行},"
      "{from=X.T.S profile=offroad takes=600s note=邻村越野}]",
      "record_area id=X.T.W name=无话村 level=village",
      "record_area id=X.T.R name=撤村 level=village retired=yes travel=[{takes=60s note=旧}]",
  });
  EXPECT_EQ(travel(office, "X.T.V", "X.C", Profile::Light), "车 20") << "its own profile";
  EXPECT_EQ(travel(office, "X.T.V", "X.C", Profile::Foot), "步行 150");
  EXPECT_EQ(travel(office, "X.T.V", "X.C", Profile::Heavy), "步行 150") << "at least on foot";
  EXPECT_EQ(travel(office, "X.T.V", "X.T.K", Profile::Light), "乡里步行 40")
      << "the nearer origin stands above the profile";
  EXPECT_EQ(travel(office, "X.T.V", "X.T.S", Profile::Offroad), "邻村越野 10");
  EXPECT_EQ(travel(office, "X.T.V", "X.T.S", Profile::Light), "乡里步行 40")
      << "what an off-road car does is no word for another";
  EXPECT_EQ(travel(office, "X.T.V", "X.T.SX", Profile::Offroad), "乡里步行 40")
      << "X.T.SX does not lie in X.T.S";
  EXPECT_EQ(travel(office, "X.T.V.H", "X.C", Profile::Light), "车 20") << "a hamlet without a card";
  EXPECT_EQ(travel(office, "X.T.W", "X.C", Profile::Light), "乡 60") << "the township's word";
  EXPECT_EQ(travel(office, "X.T.R", "X.C", Profile::Light), "乡 60")
      << "a retired card says nothing";
  EXPECT_EQ(travel(office, "X.U.V", "X.C", Profile::Light), "-");
  EXPECT_EQ(travel(office, "", "X.C", Profile::Light), "-");
}

TEST(Codes, StandInAnAddressAsTheyAre) {
  for (std::string const& good :
       std::vector<std::string>{"A", "990121.001", "东岭村", "a b", "a:b", std::string(64, 'x')}) {
    EXPECT_TRUE(is_code(good)) << good;
  }
  for (std::string const& bad :
       std::vector<std::string>{"", " a", "a ", "a/b", "a?b", "a#b", "a%b", "a\"b", "a\\b", "a,b",
                                "a\nb", "a\x7f", std::string(65, 'x')}) {
    EXPECT_FALSE(is_code(bad)) << bad;
  }
}

}  // namespace
}  // namespace fenghuo::tests
