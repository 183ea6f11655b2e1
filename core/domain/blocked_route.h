#pragma once

#include <optional>
#include <string>

#include "core/domain/vocabulary.h"

/// A team is on its way and a closure that came meanwhile lies on its route 途中受阻: said once for each order and
/// closure, for people to act on. Nothing is done to the order by itself.
///
/// Who says it: the centre alone, which knows the roads. What it knew of the ways comes in with the command.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

// Command.

struct NoteBlockedRoute {
  static constexpr std::string_view kName = "note_blocked_route";
  OrderId order;
  ClosureId closure;
  Duration eta_before;                ///< of the quickest way as if the closure were not there
  std::optional<Duration> eta_after;  ///< of the quickest way that is left; none: there is none
  Sequence metric_as_of = 0;          ///< whose closures the ways were looked up with
  static void fields(auto& f, auto& self) {
    f("order", self.order);
    f("closure", self.closure);
    f("eta_before", self.eta_before);
    f("eta_after", self.eta_after);
    f("metric_as_of", self.metric_as_of);
  }
};

// Event.

struct RouteBlocked {
  static constexpr std::string_view kName = "route_blocked";
  static constexpr int kVersion = 1;
  OrderId order;
  TeamId team;
  IncidentId incident;
  ClosureId closure;
  std::string closure_name;
  Duration eta_before;
  std::optional<Duration> eta_after;
  Sequence metric_as_of = 0;
  static void fields(auto& f, auto& self) {
    f("order", self.order);
    f("team", self.team);
    f("incident", self.incident);
    f("closure", self.closure);
    f("closure_name", self.closure_name);
    f("eta_before", self.eta_before);
    f("eta_after", self.eta_after);
    f("metric_as_of", self.metric_as_of);
  }
};

Decision decide(State const& state, Context const& context, NoteBlockedRoute const& command);

void apply(State& state, Stamp const& stamp, RouteBlocked const& event);

}  // namespace fenghuo::domain
