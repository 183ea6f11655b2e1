#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/account.h"
#include "core/domain/event.h"
#include "core/domain/state.h"

namespace fenghuo::server {

/// What a call needs. Every route names one; nothing but health and login goes without.
enum class Permission {
  None,           ///< health, login, the page itself
  SignedIn,       ///< anybody with an account: own session, own tokens
  Read,           ///< see incidents, teams, orders, closures, travel times, the feed
  Intake,         ///< enter reports
  Dispatch,       ///< open and change incidents, give orders, availability
  OrderStatus,    ///< receipts and statuses of orders; a team: its own
  Positions,      ///< report positions; a team: its own
  CallBack,       ///< see whose reports were refused, and ring them back
  EditMap,        ///< close and open roads
  EditTeams,      ///< register and change teams
  EditRules,      ///< adopt what decisions follow: clocks and the like
  Upload,         ///< bring files in that are to be attached
  EditMaster,     ///< organisations, persons, areas, facilities, enterprises, contacts of plans
  EditRoster,     ///< posts and shifts
  CallDown,       ///< open and close call-downs, send dead letters again
  EnterContact,   ///< who was told, who answered; a team, a liaison, a gateway: theirs
  SeePersonal,    ///< names and numbers of persons unmasked
  ErasePersonal,  ///< destroy the keys that open what is held of a person
  Accounts,       ///< accounts and their roles
  Operate,        ///< metrics and diagnosis
  Audit           ///< read everything that was done
};

/// The table of roles and permissions; one place. Checked cell by cell in tests/server/permissions_test.cc.
bool may(domain::Role role, Permission permission);

/// Who is calling: the account as it stands in the committed state.
struct Identity {
  std::string account;
  std::string display_name;
  std::vector<domain::Role> roles;
  std::string area;            ///< scope; empty: everywhere
  std::optional<TeamId> team;  ///< set where the account speaks for one team only
  std::optional<PersonCode> person = {};
  std::optional<OrganizationCode> organization = {};  ///< of a liaison

  bool may(Permission permission) const;
  bool in_scope(std::string_view object_area) const {
    return domain::area_within(object_area, area);
  }
  /// A team's account sees and touches its own orders, incidents and team only.
  bool speaks_for_a_team() const;
  /// A liaison sees what concerns his organisation.
  bool is_liaison() const;
  /// A gateway hands in and reports back; it sees what it was given only.
  bool is_gateway() const;
  /// The role written into the journal: the first that grants the permission.
  std::string acting_role(Permission permission) const;
};

/// Whether the identity may see an object.
bool sees(Identity const& who, domain::State const& state, domain::Report const& report);
bool sees(Identity const& who, domain::State const& state, domain::Incident const& incident);
bool sees(Identity const& who, domain::State const& state, domain::Order const& order);
bool sees(Identity const& who, domain::State const& state, domain::Team const& team);
bool sees(Identity const& who, domain::State const& state, domain::Closure const& closure);
bool sees(Identity const& who, domain::State const& state, domain::Account const& account);
bool sees(Identity const& who, domain::State const& state, domain::Proposal const& proposal);
bool sees(Identity const& who, domain::State const& state, domain::Organization const& record);
bool sees(Identity const& who, domain::State const& state, domain::Person const& record);
bool sees(Identity const& who, domain::State const& state, domain::Area const& record);
bool sees(Identity const& who, domain::State const& state, domain::Facility const& record);
bool sees(Identity const& who, domain::State const& state, domain::Enterprise const& record);
bool sees(Identity const& who, domain::State const& state, domain::PlanContact const& record);
bool sees(Identity const& who, domain::State const& state, domain::DutyPost const& record);
bool sees(Identity const& who, domain::State const& state, domain::DutyShift const& record);
bool sees(Identity const& who, domain::State const& state, domain::CallDown const& call_down);
bool sees(Identity const& who, domain::State const& state, domain::Delivery const& delivery);

/// Whether the identity may be told of an event: it sees one of the objects the event names. Events of
/// accounts are for those who keep accounts or audit; adopted rules hold for all who read.
bool sees(Identity const& who, domain::State const& state, domain::Event const& event);

}  // namespace fenghuo::server
