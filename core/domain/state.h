#pragma once

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "core/base/ensure.h"
#include "core/domain/account.h"
#include "core/domain/archive.h"
#include "core/domain/area.h"
#include "core/domain/call_down.h"
#include "core/domain/closure.h"
#include "core/domain/delivery.h"
#include "core/domain/duty.h"
#include "core/domain/enterprise.h"
#include "core/domain/facility.h"
#include "core/domain/founding.h"
#include "core/domain/incident.h"
#include "core/domain/order.h"
#include "core/domain/organization.h"
#include "core/domain/person.h"
#include "core/domain/plan_contact.h"
#include "core/domain/proposal.h"
#include "core/domain/report.h"
#include "core/domain/rule_set.h"
#include "core/domain/team.h"

namespace fenghuo::domain {

/// Objects of one kind, in the order of their ids. Values are immutable and shared: a copy of the state
/// (rollback, what-if, a branch of a drill) copies pointers, not objects.
template <class T>
using Shelf = std::map<decltype(T::id), std::shared_ptr<T const>>;

template <class T>
T const* find(Shelf<T> const& shelf, decltype(T::id) const& id) {
  auto const it = shelf.find(id);
  return it == shelf.end() ? nullptr : it->second.get();
}

/// Something that Tick has to turn into a fact.
struct Deadline {
  enum class Kind {
    AcknowledgeOrder,
    BeginClosure,
    EndClosure,
    Archive,
    EscalateDelivery,
    SilentDelivery,
    DutyAlarm
  };
  Time due;
  Kind kind = Kind::AcknowledgeOrder;
  std::variant<OrderId, ClosureId, IncidentId, ReportId, DeliveryId, CallDownId, DutyPostCode,
               DutyShiftCode>
      of;
  auto operator<=>(Deadline const&) const = default;
};

/// The last number given in a year.
struct Numbering {
  std::uint16_t year = 0;
  std::uint64_t last = 0;
};

/// Everything that decisions read. Changed by apply only, one event at a time.
struct State {
  std::optional<Founding> founding;
  Sequence sequence = 0;  ///< of the last event applied
  Time time;              ///< of the last event applied; never goes back
  Shelf<Report> reports;
  Shelf<Incident> incidents;
  Shelf<Team> teams;
  Shelf<Order> orders;
  Shelf<Closure> closures;
  Shelf<Account> accounts;
  Shelf<RuleSet> rule_sets;  ///< those that were adopted; see rule_set.h for what holds before
  Shelf<Proposal> proposals;
  Shelf<Organization> organizations;
  Shelf<Person> persons;
  Shelf<Area> areas;
  Shelf<Facility> facilities;
  Shelf<Enterprise> enterprises;
  Shelf<PlanContact> plan_contacts;
  Shelf<DutyPost> duty_posts;
  Shelf<DutyShift> duty_shifts;
  Shelf<CallDown> call_downs;
  Shelf<Delivery> deliveries;
  // Derived; rebuilt by apply, checked by invariants().
  std::set<ReportId> open_reports;
  std::set<IncidentId> open_incidents;
  std::map<std::string, TeamId> team_names;
  std::map<std::string, TeamId> team_codes;  ///< of those that have one
  std::map<DutyPostCode, std::set<std::pair<Time, DutyShiftCode>>> shifts_of_post;
  std::set<Deadline> deadlines;
  Numbering report_numbers, incident_numbers, team_numbers, order_numbers, closure_numbers,
      proposal_numbers, delivery_numbers, call_down_numbers;
};

/// Fills what is derived (lists of open objects, names, deadlines) from the objects, for a state that was
/// loaded and not replayed. Checked: tests/messaging/snapshot_test.cc against a replay.
void rebuild_derived(State& state);

/// What apply needs to know of an event besides its content.
struct Stamp {
  Sequence sequence = 0;
  Time time;
  std::string by = {};  ///< the account that acted
};

/// The id after the last one of this year; `ahead` counts ids already given in the same decision.
template <class Id>
Id next_id(Numbering const& numbering, int year, std::uint64_t ahead = 0) {
  auto const this_year = static_cast<std::uint16_t>(year);
  std::uint64_t const last = numbering.year == this_year ? numbering.last : 0;
  return {this_year, last + 1 + ahead};
}

template <class Id>
void note_id(Numbering& numbering, Id id) {
  numbering = {id.year, id.number};
}

/// The year that ids of a command at this time carry.
int year_in(State const& state, Time time);

/// Replaces the object `id` by a copy that `change` was applied to.
template <class T, class Change>
void edit(Shelf<T>& shelf, decltype(T::id) const& id, Sequence revision, Change const& change) {
  auto const it = shelf.find(id);
  ensure(it != shelf.end(), "an event names an object that exists");
  auto copy = std::make_shared<T>(*it->second);
  change(*copy);
  copy->revision = revision;
  it->second = std::move(copy);
}

/// The object has ended (it leaves for the archive at `at`), or goes on after all (nothing).
template <class T>
void plan_archive(State& state, T& object, std::optional<Time> at) {
  if (object.archive_at) {
    state.deadlines.erase({*object.archive_at, Deadline::Kind::Archive, object.id});
  }
  object.archive_at = at;
  if (at) {
    state.deadlines.insert({*at, Deadline::Kind::Archive, object.id});
  }
}

}  // namespace fenghuo::domain
