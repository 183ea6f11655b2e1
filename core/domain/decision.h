#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/ids.h"
#include "core/base/units.h"
#include "core/domain/event.h"
#include "core/domain/rejection.h"

namespace fenghuo::domain {

/// What decide gives back: the events that follow, or the refusal. Never both, never neither.
struct Decision {
  std::variant<std::vector<Event>, Refusal> outcome;

  Decision(std::vector<Event> events) : outcome{std::move(events)} {}       // NOLINT: implicit
  Decision(Event event) : outcome{std::vector<Event>{std::move(event)}} {}  // NOLINT: implicit
  Decision(Refusal refusal) : outcome{std::move(refusal)} {}                // NOLINT: implicit
  template <class E>
  requires std::constructible_from<Event, E> Decision(E event)
      : Decision{Event{std::move(event)}} {}  // NOLINT: implicit

  bool accepted() const { return outcome.index() == 0; }
};

inline Refusal refuse(Rejection rejection,
                      std::vector<std::pair<std::string, std::string>> facts = {}) {
  return {rejection, std::move(facts)};
}

/// What decide may know besides the state: it comes in with the envelope.
struct Context {
  Time time;
  std::optional<Sequence> expected_revision;  ///< If-Match of the object that the command names
};

/// The first refusal that every command with an `expected_revision` and a stated time shares.
std::optional<Refusal> refuse_stale(Context const& context, Sequence revision);
std::optional<Refusal> refuse_future(Context const& context, std::optional<Time> occurred_at);

}  // namespace fenghuo::domain
