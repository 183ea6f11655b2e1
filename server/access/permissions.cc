#include "server/access/permissions.h"

#include <algorithm>
#include <span>

namespace fenghuo::server {

namespace {

using domain::Role;

constexpr Permission kDispatcher[] = {
    Permission::Read,         Permission::Intake,      Permission::Dispatch,
    Permission::OrderStatus,  Permission::Positions,   Permission::CallBack,
    Permission::EditMap,      Permission::EditTeams,   Permission::Upload,
    Permission::EditMaster,   Permission::EditRoster,  Permission::CallDown,
    Permission::EnterContact, Permission::SeePersonal, Permission::ImportMaster};
constexpr Permission kCommander[] = {
    Permission::Read,        Permission::Intake,       Permission::Dispatch,
    Permission::OrderStatus, Permission::Positions,    Permission::CallBack,
    Permission::EditMap,     Permission::EditTeams,    Permission::EditRules,
    Permission::Upload,      Permission::EditMaster,   Permission::EditRoster,
    Permission::CallDown,    Permission::EnterContact, Permission::SeePersonal,
    Permission::ImportMaster};
constexpr Permission kDuty[] = {
    Permission::Read,        Permission::Intake,       Permission::OrderStatus,
    Permission::Positions,   Permission::CallBack,     Permission::EditMap,
    Permission::Upload,      Permission::EditMaster,   Permission::EditRoster,
    Permission::CallDown,    Permission::EnterContact, Permission::SeePersonal,
    Permission::ImportMaster};
constexpr Permission kTeam[] = {Permission::Read,         Permission::OrderStatus,
                                Permission::Positions,    Permission::Upload,
                                Permission::EnterContact, Permission::SeePersonal};
constexpr Permission kLiaison[] = {Permission::Read, Permission::OrderStatus,
                                   Permission::EnterContact, Permission::SeePersonal};
constexpr Permission kObserver[] = {Permission::Read};
constexpr Permission kGateway[] = {Permission::Intake, Permission::Positions, Permission::Upload,
                                   Permission::EnterContact};
constexpr Permission kSystem[] = {Permission::Operate, Permission::OpenAccounts,
                                  Permission::SeeAccounts, Permission::ImportMaster};
constexpr Permission kSecurity[] = {Permission::Accounts, Permission::SeeAccounts,
                                    Permission::ErasePersonal};
constexpr Permission kAuditor[] = {Permission::Audit};

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
      return kLiaison;
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
  void operator()(std::string_view, DeliveryId const& id) { look(state.deliveries, id); }
  void operator()(std::string_view, CallDownId const& id) { look(state.call_downs, id); }
  void operator()(std::string_view, DutyPostCode const& id) { look(state.duty_posts, id); }
  void operator()(std::string_view, DutyShiftCode const& id) { look(state.duty_shifts, id); }
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
         std::is_same_v<E, domain::ClosureArchived> ||
         std::is_same_v<E, domain::CallDownArchived> || std::is_same_v<E, domain::DeliveryArchived>;
}

/// A record of master data: whoever may see it now may be told of its change.
template <class E>
struct RecordOf {
  static constexpr bool kIs = false;
};
template <class T>
struct RecordOf<domain::Recorded<T>> {
  static constexpr bool kIs = true;
  static T from(domain::Recorded<T> const& event) {
    T record;
    record.id = event.id;
    record.facts = event.facts;
    return record;
  }
};

/// Whether a team belongs to an organisation: the office writes its code or its name beside the team.
bool belongs_to(domain::State const& state, domain::Team const& team,
                std::optional<OrganizationCode> const& organization) {
  if (!organization || team.facts.organization.empty()) {
    return false;
  }
  domain::Organization const* known = domain::find(state.organizations, *organization);
  return team.facts.organization == organization->text ||
         (known != nullptr && team.facts.organization == known->facts.name);
}

bool has_order_for(Identity const& who, domain::State const& state,
                   domain::Incident const& incident) {
  return std::any_of(incident.orders.begin(), incident.orders.end(), [&](OrderId id) {
    domain::Order const* order = domain::find(state.orders, id);
    domain::Team const* team = order == nullptr ? nullptr : domain::find(state.teams, order->team);
    return team != nullptr && belongs_to(state, *team, who.organization);
  });
}

/// What lies in one's own area, and what belongs to those above: a township sees the county's offices.
bool near_scope(Identity const& who, std::string const& area) {
  return who.in_scope(area) || domain::area_within(who.area, area);
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

bool Identity::is_liaison() const {
  return !roles.empty() &&
         std::all_of(roles.begin(), roles.end(), [](Role role) { return role == Role::Liaison; });
}

bool Identity::is_gateway() const {
  return !roles.empty() &&
         std::all_of(roles.begin(), roles.end(), [](Role role) { return role == Role::Gateway; });
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
  if (who.speaks_for_a_team() || who.is_liaison()) {
    domain::Incident const* incident =
        report.incident ? domain::find(state.incidents, *report.incident) : nullptr;
    return incident != nullptr && sees(who, state, *incident);
  }
  return !who.is_gateway() && who.in_scope(report.area);
}

bool sees(Identity const& who, domain::State const& state, domain::Incident const& incident) {
  if (who.speaks_for_a_team()) {
    return std::any_of(incident.orders.begin(), incident.orders.end(), [&](OrderId id) {
      domain::Order const* order = domain::find(state.orders, id);
      return order != nullptr && who.team == order->team;
    });
  }
  if (who.is_liaison()) {
    return has_order_for(who, state, incident);
  }
  return who.in_scope(incident.facts.area);
}

bool sees(Identity const& who, domain::State const& state, domain::Order const& order) {
  if (who.speaks_for_a_team()) {
    return who.team == order.team;
  }
  domain::Team const* team = domain::find(state.teams, order.team);
  if (who.is_liaison()) {
    return team != nullptr && belongs_to(state, *team, who.organization);
  }
  return who.in_scope(order.area) || (team != nullptr && who.in_scope(team->facts.area));
}

bool sees(Identity const& who, domain::State const& state, domain::Team const& team) {
  if (who.speaks_for_a_team()) {
    return who.team == team.id;
  }
  return who.is_liaison() ? belongs_to(state, team, who.organization)
                          : who.in_scope(team.facts.area);
}

bool sees(Identity const& who, domain::State const& /*state*/, domain::Closure const& closure) {
  // Roads are everybody's: a team on its way must know of a closure next door too.
  return who.speaks_for_a_team() || who.area.empty() || closure.facts.area.empty() ||
         who.in_scope(closure.facts.area);
}

bool sees(Identity const& who, domain::State const& /*state*/, domain::Account const& account) {
  return who.account == account.id || who.may(Permission::SeeAccounts) ||
         who.may(Permission::Audit);
}

bool sees(Identity const& who, domain::State const& state, domain::Proposal const& proposal) {
  domain::Incident const* incident = domain::find(state.incidents, proposal.incident);
  return incident != nullptr && sees(who, state, *incident);
}

bool sees(Identity const& who, domain::State const& /*state*/, domain::Organization const& record) {
  return who.speaks_for_a_team() || who.is_liaison() || near_scope(who, record.facts.area);
}

bool sees(Identity const& who, domain::State const& state, domain::Person const& record) {
  if (who.person == record.id) {
    return true;
  }
  if (who.speaks_for_a_team()) {
    domain::Team const* team = who.team ? domain::find(state.teams, *who.team) : nullptr;
    return team != nullptr && std::find(team->facts.contacts.begin(), team->facts.contacts.end(),
                                        record.id) != team->facts.contacts.end();
  }
  return who.is_liaison() ? record.facts.organization == who.organization
                          : near_scope(who, record.facts.area);
}

bool sees(Identity const& who, domain::State const& /*state*/, domain::Area const& record) {
  return who.speaks_for_a_team() || who.is_liaison() || near_scope(who, record.id.text);
}

bool sees(Identity const& who, domain::State const& /*state*/, domain::Facility const& record) {
  return who.speaks_for_a_team() || who.is_liaison() || near_scope(who, record.facts.area);
}

bool sees(Identity const& who, domain::State const& /*state*/, domain::Enterprise const& record) {
  return who.speaks_for_a_team() || (who.is_liaison() ? record.facts.supervisor == who.organization
                                                      : who.in_scope(record.facts.area));
}

bool sees(Identity const& who, domain::State const& state, domain::PlanContact const& record) {
  domain::Person const* person = domain::find(state.persons, record.facts.person);
  return !who.speaks_for_a_team() && person != nullptr && sees(who, state, *person);
}

bool sees(Identity const& who, domain::State const& /*state*/, domain::DutyPost const& record) {
  if (who.speaks_for_a_team()) {
    return false;
  }
  return who.is_liaison() ? record.facts.organization == who.organization
                          : near_scope(who, record.facts.area);
}

bool sees(Identity const& who, domain::State const& state, domain::DutyShift const& record) {
  domain::DutyPost const* post = domain::find(state.duty_posts, record.facts.post);
  return (who.person && record.who() == *who.person) ||
         (post != nullptr && sees(who, state, *post));
}

bool sees(Identity const& who, domain::State const& state, domain::CallDown const& call_down) {
  if (who.speaks_for_a_team() || who.is_liaison() || !who.in_scope(call_down.area)) {
    // Those who have a row in it know of the call-down; they see that row only.
    return std::any_of(call_down.rows.begin(), call_down.rows.end(), [&](DeliveryId id) {
      domain::Delivery const* row = domain::find(state.deliveries, id);
      return row != nullptr && sees(who, state, *row);
    });
  }
  return true;
}

bool sees(Identity const& who, domain::State const& state, domain::Delivery const& delivery) {
  auto const reaches = [&](domain::Recipient const& recipient) {
    if ((who.team && recipient.team == who.team) ||
        (who.person && recipient.person == who.person)) {
      return true;
    }
    if (!who.is_liaison()) {
      return false;
    }
    domain::Team const* team =
        recipient.team ? domain::find(state.teams, *recipient.team) : nullptr;
    domain::Person const* person =
        recipient.person ? domain::find(state.persons, *recipient.person) : nullptr;
    return (team != nullptr && belongs_to(state, *team, who.organization)) ||
           (person != nullptr && person->facts.organization == who.organization);
  };
  if (std::any_of(delivery.recipients.begin(), delivery.recipients.end(), reaches)) {
    return true;
  }
  if (who.is_gateway()) {
    return !delivery.handovers.empty();
  }
  return !who.speaks_for_a_team() && !who.is_liaison() && who.in_scope(delivery.area);
}

bool sees(Identity const& who, domain::State const& state, domain::Event const& event) {
  return std::visit(
      [&](auto const& e) {
        using E = std::decay_t<decltype(e)>;
        if constexpr (concerns_accounts<E>() || std::is_same_v<E, domain::PersonalDataErased>) {
          return who.may(Permission::SeeAccounts) || who.may(Permission::Audit);
        } else if (!who.may(Permission::Read)) {
          return false;
        } else if (std::is_same_v<E, domain::RuleSetAdopted> ||
                   (who.area.empty() && !who.speaks_for_a_team() && !who.is_liaison())) {
          return true;
        } else if constexpr (RecordOf<E>::kIs) {
          return sees(who, state, RecordOf<E>::from(e));
        } else if constexpr (leaves_the_state<E>()) {
          return !who.speaks_for_a_team() && !who.is_liaison() &&
                 who.in_scope(e.area);  // what it names is gone by now
        } else {
          SeenObject look{who, state};
          if constexpr (std::is_same_v<E, domain::FileAttached>) {
            look.named(e.incident, state.incidents);
            look.named(e.report, state.reports);
          } else if constexpr (std::is_same_v<E, domain::RouteBlocked>) {
            // Everybody may know of the closure, but not where the teams of others are going.
            look.look(state.orders, e.order);
            look.look(state.incidents, e.incident);
          } else {
            E::fields(look, e);
          }
          return look.seen;
        }
      },
      event);
}

}  // namespace fenghuo::server
