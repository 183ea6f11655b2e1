#include "core/domain/personal_data.h"

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

std::optional<Refusal> refuse_subject(State const& state, ErasePersonalData const& command) {
  if (command.report && find(state.reports, *command.report) == nullptr) {
    Refusal refusal = missing(state, *command.report);
    if (refusal.rejection != Rejection::Archived) {
      return refusal;  // what is in the archive can be erased like everything else
    }
  }
  if (command.person) {
    Person const* person = find(state.persons, *command.person);
    if (person == nullptr) {
      return refuse(Rejection::UnknownPerson, {{"person", command.person->text}});
    }
    if (person->erased_at) {
      return refuse(Rejection::PersonalDataErased, {{"person", command.person->text}});
    }
  }
  if (command.area && find(state.areas, *command.area) == nullptr) {
    return refuse(Rejection::UnknownArea, {{"area", command.area->text}});
  }
  return std::nullopt;
}

}  // namespace

Decision decide(State const& state, Context const& /*context*/, ErasePersonalData const& command) {
  if (auto refusal = refuse_subject(state, command)) {
    return *refusal;
  }
  if (command.reason.empty()) {
    return refuse(Rejection::ReasonRequired);
  }
  bool const names_somebody = command.person || command.report || command.area;
  if (!names_somebody || command.keys.empty()) {
    return refuse(Rejection::NothingToErase);
  }
  return PersonalDataErased{command.person, command.report, command.area, command.keys,
                            command.reason};
}

void apply(State& state, Stamp const& stamp, PersonalDataErased const& event) {
  if (event.person) {
    edit(state.persons, *event.person, stamp.sequence, [&](Person& person) {
      person.erased_at = stamp.time;
      person.facts.retired = true;  // nobody is told any more through a number that is gone
    });
  }
}

}  // namespace fenghuo::domain
