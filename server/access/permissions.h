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
  None,         ///< health, login, the page itself
  SignedIn,     ///< anybody with an account: own session, own tokens
  Read,         ///< see incidents, teams, orders, closures, travel times, the feed
  Intake,       ///< enter reports
  Dispatch,     ///< open and change incidents, give orders, availability
  OrderStatus,  ///< receipts and statuses of orders; a team: its own
  Positions,    ///< report positions; a team: its own
  CallBack,     ///< see whose reports were refused, and ring them back
  EditMap,      ///< close and open roads
  EditTeams,    ///< register and change teams
  EditRules,    ///< adopt what decisions follow: clocks and the like
  Upload,       ///< bring files in that are to be attached
  Accounts,     ///< accounts and their roles
  Operate,      ///< metrics and diagnosis
  Audit         ///< read everything that was done
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

  bool may(Permission permission) const;
  bool in_scope(std::string_view object_area) const {
    return domain::area_within(object_area, area);
  }
  /// A team's account sees and touches its own orders, incidents and team only.
  bool speaks_for_a_team() const;
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

/// Whether the identity may be told of an event: it sees one of the objects the event names. Events of
/// accounts are for those who keep accounts or audit; adopted rules hold for all who read.
bool sees(Identity const& who, domain::State const& state, domain::Event const& event);

}  // namespace fenghuo::server
