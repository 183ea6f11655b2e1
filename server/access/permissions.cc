#include "server/access/permissions.h"

#include <algorithm>
#include <span>

namespace fenghuo::server {

namespace {

using domain::Role;

constexpr Permission kDispatcher[] = {
    Permission::Read,        Permission::Intake,    Permission::Dispatch,
    Permission::OrderStatus, Permission::Positions, Permission::CallBack,
    Permission::EditMap,     Permission::EditTeams, Permission::Upload};
constexpr Permission kCommander[] = {
    Permission::Read,      Permission::Intake,   Permission::Dispatch, Permission::OrderStatus,
    Permission::Positions, Permission::CallBack, Permission::EditMap,  Permission::EditTeams,
    Permission::EditRules, Permission::Upload};
constexpr Permission kDuty[] = {
    Permission::Read,     Permission::Intake,  Permission::OrderStatus, Permission::Positions,
    Permission::CallBack, Permission::EditMap, Permission::Upload};
constexpr Permission kTeam[] = {Permission::Read, Permission::OrderStatus, Permission::Positions,
                                Permission::Upload};
constexpr Permission kObserver[] = {Permission::Read};
constexpr Permission kGateway[] = {Permission::Intake, Permission::Positions, Permission::Upload};
constexpr Permission kSystem[] = {Permission::Operate};
constexpr Permission kSecurity[] = {Permission::Accounts};
constexpr Permission kAuditor[] = {Permission::Read, Permission::Audit};

std::span<Permission const> granted(Role role) {
  switch (role) {
    case Role::DutyOfficer:
      return kDuty;
    case Role::Dispatcher:
      return kDispatcher;
    case Role::Commander:
      return kCommander;
    case Role::Team:
      return kTeam;
    case Role::Observer:
      return kObserver;
    case Role::Gateway:
      return kGateway;
    case Role::SystemAdmin:
      return kSystem;
    case Role::SecurityAdmin:
      return kSecurity;
    case Role::Liaison:
      return kObserver;
    case Role::Auditor:
      break;
  }
  return kAuditor;
}

/// Calls `visit` for every object that an event names; true once one of them is seen.
struct SeenObject {
  Identity const& who;
  domain::State const& state;
  bool seen = false;

  template <class T>
  void look(domain::Shelf<T> const& shelf, decltype(T::id) id) {
    T const* object = domain::find(shelf, id);
    seen = seen || (object != nullptr && sees(who, state, *object));
  }
  template <class Id, class T>
  void named(std::optional<Id> const& id, domain::Shelf<T> const& shelf) {
    if (id) {
      look(shelf, *id);
    }
  }
  void operator()(std::string_view, ReportId const& id) { look(state.reports, id); }
  void operator()(std::string_view, IncidentId const& id) { look(state.incidents, id); }
  void operator()(std::string_view, OrderId const& id) { look(state.orders, id); }
  void operator()(std::string_view, TeamId const& id) { look(state.teams, id); }
  void operator()(std::string_view, ClosureId const& id) { look(state.closures, id); }
  void operator()(std::string_view, auto const& /*member*/) {}
};

template <class E>
constexpr bool concerns_accounts() {
  return std::is_same_v<E, domain::AccountOpened> || std::is_same_v<E, domain::AccountChanged> ||
         std::is_same_v<E, domain::AccountDisabledSet>;
}

template <class E>
constexpr bool leaves_the_state() {
  return std::is_same_v<E, domain::IncidentArchived> || std::is_same_v<E, domain::ReportArchived> ||
         std::is_same_v<E, domain::ClosureArchived>;
}

}  // namespace

bool may(Role role, Permission permission) {
  if (permission == Permission::None || permission == Permission::SignedIn) {
    return true;
  }
  auto const permissions = granted(role);
  return std::find(permissions.begin(), permissions.end(), permission) != permissions.end();
}

bool Identity::may(Permission permission) const {
  return permission == Permission::SignedIn || permission == Permission::None ||
         std::any_of(roles.begin(), roles.end(),
                     [&](Role role) { return server::may(role, permission); });
}

bool Identity::speaks_for_a_team() const {
  return !roles.empty() &&
         std::all_of(roles.begin(), roles.end(), [](Role role) { return role == Role::Team; });
}

std::string Identity::acting_role(Permission permission) const {
  for (Role const role : roles) {
    if (server::may(role, permission)) {
      return std::string{name_of(role)};
    }
  }
  return "";
}

bool sees(Identity const& who, domain::State const& state, domain::Report const& report) {
  if (who.speaks_for_a_team()) {
    domain::Incident const* incident =
        report.incident ? domain::find(state.incidents, *report.incident) : nullptr;
    return incident != nullptr && sees(who, state, *incident);
  }
  return who.in_scope(report.area);
}

bool sees(Identity const& who, domain::State const& state, domain::Incident const& incident) {
  if (who.speaks_for_a_team()) {
    return std::any_of(incident.orders.begin(), incident.orders.end(), [&](OrderId id) {
      domain::Order const* order = domain::find(state.orders, id);
      return order != nullptr && who.team == order->team;
    });
  }
  return who.in_scope(incident.facts.area);
}

bool sees(Identity const& who, domain::State const& state, domain::Order const& order) {
  if (who.speaks_for_a_team()) {
    return who.team == order.team;
  }
  domain::Team const* team = domain::find(state.teams, order.team);
  return who.in_scope(order.area) || (team != nullptr && who.in_scope(team->facts.area));
}

bool sees(Identity const& who, domain::State const& /*state*/, domain::Team const& team) {
  return who.speaks_for_a_team() ? who.team == team.id : who.in_scope(team.facts.area);
}

bool sees(Identity const& who, domain::State const& /*state*/, domain::Closure const& closure) {
  // Roads are everybody's: a team on its way must know of a closure next door too.
  return who.speaks_for_a_team() || who.area.empty() || closure.facts.area.empty() ||
         who.in_scope(closure.facts.area);
}

bool sees(Identity const& who, domain::State const& /*state*/, domain::Account const& account) {
  return who.account == account.id || who.may(Permission::Accounts) || who.may(Permission::Audit);
}

bool sees(Identity const& who, domain::State const& state, domain::Proposal const& proposal) {
  domain::Incident const* incident = domain::find(state.incidents, proposal.incident);
  return incident != nullptr && sees(who, state, *incident);
}

bool sees(Identity const& who, domain::State const& state, domain::Event const& event) {
  return std::visit(
      [&](auto const& e) {
        using E = std::decay_t<decltype(e)>;
        if constexpr (concerns_accounts<E>()) {
          return who.may(Permission::Accounts) || who.may(Permission::Audit);
        } else if (!who.may(Permission::Read)) {
          return false;
        } else if (std::is_same_v<E, domain::RuleSetAdopted> ||
                   (who.area.empty() && !who.speaks_for_a_team())) {
          return true;
        } else if constexpr (leaves_the_state<E>()) {
          return !who.speaks_for_a_team() && who.in_scope(e.area);  // what it names is gone by now
        } else {
          SeenObject look{who, state};
          if constexpr (std::is_same_v<E, domain::FileAttached>) {
            look.named(e.incident, state.incidents);
            look.named(e.report, state.reports);
          } else {
            E::fields(look, e);
          }
          return look.seen;
        }
      },
      event);
}

}  // namespace fenghuo::server
