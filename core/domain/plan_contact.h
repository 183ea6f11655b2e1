#pragma once

#include <optional>
#include <string>

#include "core/domain/master_data.h"

/// A contact of a contingency plan 预案联系人: who holds which function in which plan.
namespace fenghuo::domain {

struct PlanContactFacts {
  std::string plan, group, function;  ///< e.g. 防汛预案, 转移安置组, 组长
  PersonCode person;
  std::int64_t rank = 0;  ///< order within the group
  bool retired = false;
  bool operator==(PlanContactFacts const&) const = default;
  static void fields(auto& f, auto& self) {
    f("plan", self.plan);
    f("group", self.group);
    f("function", self.function);
    f("person", self.person);
    f("rank", self.rank);
    f("retired", self.retired);
  }
};

struct PlanContact {
  static constexpr std::string_view kRecordName = "record_plan_contact";
  static constexpr std::string_view kRecordedName = "plan_contact_recorded";
  static constexpr int kVersion = 1;
  using Facts = PlanContactFacts;
  PlanContactCode id;
  PlanContactFacts facts;
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    PlanContactFacts::fields(f, self.facts);
    f("revision", self.revision);
  }
};

using RecordPlanContact = Record<PlanContact>;
using PlanContactRecorded = Recorded<PlanContact>;

Decision decide(State const& state, Context const& context, RecordPlanContact const& command);
void apply(State& state, Stamp const& stamp, PlanContactRecorded const& event);

}  // namespace fenghuo::domain
