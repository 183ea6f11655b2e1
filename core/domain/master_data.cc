#include "core/domain/master_data.h"

#include <algorithm>

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

using Refused = std::optional<Refusal>;

template <class T>
Refused refuse_unknown(Shelf<T> const& shelf, std::optional<decltype(T::id)> const& id,
                       Rejection unknown, char const* name) {
  if (id && find(shelf, *id) == nullptr) {
    return refuse(unknown, {{name, to_text(*id)}});
  }
  return std::nullopt;
}

Refused refuse_unknown(State const& state, std::optional<PersonCode> const& id) {
  return refuse_unknown(state.persons, id, Rejection::UnknownPerson, "person");
}
Refused refuse_unknown(State const& state, std::optional<OrganizationCode> const& id) {
  return refuse_unknown(state.organizations, id, Rejection::UnknownOrganization, "organization");
}
Refused refuse_unknown(State const& state, std::vector<PersonCode> const& ids) {
  for (auto const& id : ids) {
    if (auto refusal = refuse_unknown(state, std::optional{id})) {
      return refusal;
    }
  }
  return std::nullopt;
}

Refused refuse_facts(State const& state, OrganizationCode const& /*id*/,
                     OrganizationFacts const& facts) {
  return refuse_unknown(state, facts.parent);
}

/// A person may be his own deputy's deputy: two who stand in for each other is the usual arrangement. Deputies may
/// be recorded after those they stand in for, so they need not be known yet.
Refused refuse_facts(State const& state, PersonCode const& id, PersonFacts const& facts) {
  if (auto refusal = refuse_unknown(state, facts.organization)) {
    return refusal;
  }
  if (Person const* person = find(state.persons, id); person != nullptr && person->erased_at) {
    return refuse(Rejection::PersonalDataErased, {{"person", id.text}});
  }
  if (std::find(facts.deputies.begin(), facts.deputies.end(), id) != facts.deputies.end()) {
    return refuse(Rejection::RefersToItself, {{"person", id.text}});
  }
  return std::nullopt;
}

Refused refuse_facts(State const& state, AreaCode const& /*id*/, AreaFacts const& facts) {
  for (auto const& responsible : facts.responsible) {
    if (auto refusal = refuse_unknown(state, std::optional{responsible.person})) {
      return refusal;
    }
  }
  for (auto const& assisted : facts.assisted) {
    if (auto refusal = refuse_unknown(state, assisted.helper)) {
      return refusal;
    }
  }
  return refuse_unknown(state.facilities, facts.shelter, Rejection::UnknownFacility, "facility");
}

Refused refuse_facts(State const& state, FacilityCode const& /*id*/, FacilityFacts const& facts) {
  if (auto refusal = refuse_unknown(state, facts.organization)) {
    return refusal;
  }
  return refuse_unknown(state, facts.contacts);
}

Refused refuse_facts(State const& state, EnterpriseCode const& /*id*/,
                     EnterpriseFacts const& facts) {
  if (auto refusal = refuse_unknown(state, facts.supervisor)) {
    return refusal;
  }
  for (auto const& person : {facts.principal, facts.safety_officer}) {
    if (auto refusal = refuse_unknown(state, person)) {
      return refusal;
    }
  }
  return std::nullopt;
}

Refused refuse_facts(State const& state, PlanContactCode const& /*id*/,
                     PlanContactFacts const& facts) {
  return refuse_unknown(state, std::optional{facts.person});
}

Refused refuse_facts(State const& state, DutyPostCode const& /*id*/, DutyPostFacts const& facts) {
  if (auto refusal = refuse_unknown(state, facts.organization)) {
    return refusal;
  }
  return refuse_unknown(state, facts.keeper);
}

Refused refuse_facts(State const& state, DutyShiftCode const& id, DutyShiftFacts const& facts) {
  if (auto refusal = refuse_unknown(state, std::optional{facts.person})) {
    return refusal;
  }
  if (auto refusal = refuse_unknown(state.duty_posts, std::optional{facts.post},
                                    Rejection::UnknownDutyPost, "post")) {
    return refusal;
  }
  if (facts.to <= facts.from || facts.to - facts.from > kLongestShift) {
    return refuse(Rejection::ShiftLength, {{"most_days", "31"}});
  }
  DutyShift const* known = find(state.duty_shifts, id);
  if (known != nullptr && known->cancelled) {
    return std::nullopt;  // it mans nothing, whatever it says
  }
  bool const stands_in = known != nullptr && known->stand_in;
  return refuse_overlap(state, id, facts, stands_in ? *known->stand_in : facts.person);
}

Refused refuse_circle(State const& state, RecordOrganization const& command) {
  for (auto above = command.facts.parent; above;) {
    if (*above == command.id) {
      return refuse(Rejection::CyclicParent, {{"organization", command.id.text}});
    }
    Organization const* parent = find(state.organizations, *above);
    above = parent == nullptr ? std::nullopt : parent->facts.parent;
  }
  return std::nullopt;
}

template <class T>
Decision decide_record(State const& state, Context const& context, Shelf<T> const& shelf,
                       Record<T> const& command) {
  if (auto refusal = refuse_facts(state, command.id, command.facts)) {
    return *refusal;
  }
  T const* known = find(shelf, command.id);
  if (auto refusal = refuse_stale(context, known == nullptr ? 0 : known->revision)) {
    return *refusal;
  }
  if (known != nullptr && known->facts == command.facts) {
    return refuse(Rejection::AlreadyInThatState, {{"id", to_text(command.id)}});
  }
  if constexpr (std::is_same_v<T, Organization>) {
    if (auto refusal = refuse_circle(state, command)) {
      return *refusal;
    }
  }
  return Recorded<T>{command.id, command.facts};
}

template <class T>
void apply_recorded(Shelf<T>& shelf, Stamp const& stamp, Recorded<T> const& event) {
  auto const known = shelf.find(event.id);
  auto next = known == shelf.end() ? std::make_shared<T>() : std::make_shared<T>(*known->second);
  next->id = event.id;
  next->facts = event.facts;
  next->revision = stamp.sequence;
  shelf[event.id] = std::move(next);
}

}  // namespace

#define FENGHUO_RECORD(T, shelf)                                                          \
  Decision decide(State const& state, Context const& context, Record<T> const& command) { \
    return decide_record(state, context, state.shelf, command);                           \
  }                                                                                       \
  void apply(State& state, Stamp const& stamp, Recorded<T> const& event) {                \
    apply_recorded(state.shelf, stamp, event);                                            \
  }
FENGHUO_RECORD(Organization, organizations)
FENGHUO_RECORD(Person, persons)
FENGHUO_RECORD(Area, areas)
FENGHUO_RECORD(Facility, facilities)
FENGHUO_RECORD(Enterprise, enterprises)
FENGHUO_RECORD(PlanContact, plan_contacts)
#undef FENGHUO_RECORD

Decision decide(State const& state, Context const& context, RecordDutyPost const& command) {
  return decide_record(state, context, state.duty_posts, command);
}
Decision decide(State const& state, Context const& context, RecordDutyShift const& command) {
  return decide_record(state, context, state.duty_shifts, command);
}

void apply(State& state, Stamp const& stamp, DutyPostRecorded const& event) {
  DutyPost const* before = find(state.duty_posts, event.id);
  if (auto const due = before == nullptr ? std::nullopt : alarm_at(*before)) {
    state.deadlines.erase({*due, Deadline::Kind::DutyAlarm, event.id});
  }
  apply_recorded(state.duty_posts, stamp, event);
  look_for_holes(state, stamp, event.id);
}

void apply(State& state, Stamp const& stamp, DutyShiftRecorded const& event) {
  if (DutyShift const* before = find(state.duty_shifts, event.id)) {
    forget_shift(state, *before);
    DutyPostCode const post = before->facts.post;
    apply_recorded(state.duty_shifts, stamp, event);
    note_shift(state, event.id);
    if (post != event.facts.post) {
      look_for_holes(state, stamp, post);
    }
  } else {
    apply_recorded(state.duty_shifts, stamp, event);
    note_shift(state, event.id);
  }
  look_for_holes(state, stamp, event.facts.post);
}

bool can_be_told(State const& state, PersonCode const& code) {
  Person const* person = find(state.persons, code);
  return person != nullptr && !person->facts.retired && !person->erased_at;
}

std::vector<PersonCode> chain_of(State const& state, std::vector<PersonCode> const& persons) {
  std::vector<PersonCode> chain;
  auto const add = [&](PersonCode const& code) {
    if (can_be_told(state, code) && std::find(chain.begin(), chain.end(), code) == chain.end()) {
      chain.push_back(code);
    }
  };
  for (auto const& code : persons) {
    add(code);
    if (Person const* person = find(state.persons, code)) {
      std::for_each(person->facts.deputies.begin(), person->facts.deputies.end(), add);
    }
  }
  return chain;
}

std::optional<HandTravel> travel_by_hand(State const& state, std::string_view to,
                                         std::string_view team_area, VehicleProfile profile) {
  for (std::string area{to}; !area.empty();
       area = area.find('.') == std::string::npos ? "" : area.substr(0, area.rfind('.'))) {
    Area const* card = find(state.areas, AreaCode{area});
    HandTravel const* best = nullptr;
    auto const rank = [&](HandTravel const& travel) {
      return std::pair{travel.from.size(), travel.profile == profile};
    };
    if (card != nullptr && !card->facts.retired) {
      for (auto const& travel : card->facts.travel) {
        bool const fits = area_within(team_area, travel.from) &&
                          (travel.profile == profile || travel.profile == VehicleProfile::Foot);
        if (fits && (best == nullptr || rank(travel) > rank(*best))) {
          best = &travel;
        }
      }
    }
    if (best != nullptr) {
      return *best;
    }
  }
  return std::nullopt;
}

}  // namespace fenghuo::domain
