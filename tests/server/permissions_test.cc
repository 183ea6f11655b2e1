#include "server/access/permissions.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace fenghuo::server {
namespace {

using domain::Role;

// Written from what each role does in a centre, not from the code: one line a role.
std::map<Role, std::set<Permission>> const kTable{
    {Role::DutyOfficer,
     {Permission::Read, Permission::Intake, Permission::OrderStatus, Permission::Positions,
      Permission::CallBack, Permission::EditMap, Permission::Upload, Permission::EditMaster,
      Permission::EditRoster, Permission::CallDown, Permission::EnterContact,
      Permission::SeePersonal, Permission::ImportMaster}},
    {Role::Dispatcher,
     {Permission::Read, Permission::Intake, Permission::Dispatch, Permission::OrderStatus,
      Permission::Positions, Permission::CallBack, Permission::EditMap, Permission::EditTeams,
      Permission::Upload, Permission::EditMaster, Permission::EditRoster, Permission::CallDown,
      Permission::EnterContact, Permission::SeePersonal, Permission::ImportMaster}},
    {Role::Commander,
     {Permission::Read, Permission::Intake, Permission::Dispatch, Permission::OrderStatus,
      Permission::Positions, Permission::CallBack, Permission::EditMap, Permission::EditTeams,
      Permission::EditRules, Permission::Upload, Permission::EditMaster, Permission::EditRoster,
      Permission::CallDown, Permission::EnterContact, Permission::SeePersonal,
      Permission::ImportMaster}},
    {Role::Team,
     {Permission::Read, Permission::OrderStatus, Permission::Positions, Permission::Upload,
      Permission::EnterContact, Permission::SeePersonal}},
    {Role::Liaison,
     {Permission::Read, Permission::OrderStatus, Permission::EnterContact,
      Permission::SeePersonal}},
    {Role::Observer, {Permission::Read}},
    {Role::Gateway,
     {Permission::Intake, Permission::Positions, Permission::Upload, Permission::EnterContact}},
    {Role::SystemAdmin,
     {Permission::Operate, Permission::OpenAccounts, Permission::SeeAccounts,
      Permission::ImportMaster}},
    {Role::SecurityAdmin,
     {Permission::Accounts, Permission::SeeAccounts, Permission::ErasePersonal}},
    {Role::Auditor, {Permission::Audit}}};

constexpr Permission kEvery[] = {
    Permission::Read,          Permission::Intake,       Permission::Dispatch,
    Permission::OrderStatus,   Permission::Positions,    Permission::CallBack,
    Permission::EditMap,       Permission::EditTeams,    Permission::EditRules,
    Permission::Upload,        Permission::EditMaster,   Permission::EditRoster,
    Permission::CallDown,      Permission::EnterContact, Permission::SeePersonal,
    Permission::ErasePersonal, Permission::Accounts,     Permission::Operate,
    Permission::Audit,         Permission::ImportMaster, Permission::OpenAccounts,
    Permission::SeeAccounts};

TEST(Permissions, EveryCellOfTheTable) {
  ASSERT_EQ(kTable.size(), EnumNames<Role>::kNames.size());
  for (auto const& [role, granted] : kTable) {
    for (auto const permission : kEvery) {
      EXPECT_EQ(may(role, permission), granted.contains(permission))
          << name_of(role) << " " << static_cast<int>(permission);
    }
    EXPECT_TRUE(may(role, Permission::SignedIn));
  }
}

TEST(Permissions, NoAdministratorHoldsTheWorkOfAnother) {
  for (auto const permission :
       {Permission::Operate, Permission::OpenAccounts, Permission::ImportMaster,
        Permission::Accounts, Permission::ErasePersonal, Permission::Audit}) {
    int holders = 0;
    for (auto const role : {Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor}) {
      holders += may(role, permission) ? 1 : 0;
    }
    EXPECT_EQ(holders, 1);
  }
}

domain::State world() {
  domain::State state;
  auto const put = [](auto& shelf, auto object) {
    shelf[object.id] = std::make_shared<decltype(object)>(object);
  };
  domain::Incident north, south;
  north.id = {2026, 1};
  north.facts.area = "county.north";
  north.orders = {{2026, 1}};
  south.id = {2026, 2};
  south.facts.area = "county.south";
  domain::Order order;
  order.id = {2026, 1};
  order.team = {2026, 7};
  order.incident = north.id;
  order.area = "county.north";
  domain::Team team;
  team.id = {2026, 7};
  team.facts.area = "county.south";
  put(state.incidents, north);
  put(state.incidents, south);
  put(state.orders, order);
  put(state.teams, team);
  return state;
}

Identity identity(Role role, std::string area, std::optional<TeamId> team = std::nullopt) {
  return {"x", "x", {role}, std::move(area), team};
}

TEST(Permissions, AnAreaSeesItselfAndBelowAndItsTeamsElsewhere) {
  domain::State const state = world();
  auto const north = identity(Role::Dispatcher, "county.north");
  auto const south = identity(Role::Dispatcher, "county.south");
  auto const county = identity(Role::Dispatcher, "county");
  auto const nearly = identity(Role::Dispatcher, "county.nor");
  auto const& incident = *state.incidents.at({2026, 1});
  EXPECT_TRUE(sees(north, state, incident));
  EXPECT_FALSE(sees(south, state, incident));
  EXPECT_TRUE(sees(county, state, incident));
  EXPECT_FALSE(sees(nearly, state, incident));
  EXPECT_TRUE(sees(south, state, *state.orders.at({2026, 1}))) << "the team is theirs";
}

TEST(Permissions, ATeamSeesItsOwnOnly) {
  domain::State const state = world();
  auto const own = identity(Role::Team, "", TeamId{2026, 7});
  auto const other = identity(Role::Team, "", TeamId{2026, 8});
  EXPECT_TRUE(sees(own, state, *state.incidents.at({2026, 1})));
  EXPECT_FALSE(sees(own, state, *state.incidents.at({2026, 2})));
  EXPECT_FALSE(sees(other, state, *state.incidents.at({2026, 1})));
  EXPECT_TRUE(sees(own, state, *state.orders.at({2026, 1})));
  EXPECT_FALSE(sees(other, state, *state.orders.at({2026, 1})));
  EXPECT_FALSE(sees(other, state, *state.teams.at({2026, 7})));
}

TEST(Permissions, AClosureIsKnownToAllAndWhoseWayItBlocksIsNot) {
  domain::State state = world();
  domain::Closure closure;
  closure.id = {2026, 3};
  state.closures[closure.id] = std::make_shared<domain::Closure>(closure);
  domain::RouteBlocked blocked;
  blocked.order = {2026, 1};
  blocked.team = {2026, 7};
  blocked.incident = {2026, 1};
  blocked.closure = closure.id;
  domain::Event const event{blocked};
  domain::Event const lifted{domain::ClosureLifted{closure.id, "x", {}}};
  auto const other = identity(Role::Team, "", TeamId{2026, 8});
  EXPECT_TRUE(sees(other, state, lifted));
  EXPECT_FALSE(sees(other, state, event));
  EXPECT_TRUE(sees(identity(Role::Team, "", TeamId{2026, 7}), state, event));
  EXPECT_TRUE(sees(identity(Role::Dispatcher, "county.north"), state, event));
  EXPECT_TRUE(sees(identity(Role::Dispatcher, "county.south"), state, event)) << "its team";
  EXPECT_FALSE(sees(identity(Role::Dispatcher, "county.west"), state, event));
}

TEST(Permissions, TheFeedTellsOfAccountsOnlyThoseWhoKeepOrAuditThem) {
  domain::State const state = world();
  domain::Event const event = domain::AccountOpened{"zhang", {}};
  EXPECT_FALSE(sees(identity(Role::Commander, ""), state, event));
  EXPECT_TRUE(sees(identity(Role::SecurityAdmin, ""), state, event));
  EXPECT_TRUE(sees(identity(Role::Auditor, ""), state, event));
  domain::Event const note = domain::NoteAdded{{2026, 1}, "x", {}};
  EXPECT_FALSE(sees(identity(Role::SecurityAdmin, ""), state, note));
  EXPECT_FALSE(sees(identity(Role::Dispatcher, "county.south"), state, note));
  EXPECT_TRUE(sees(identity(Role::Dispatcher, "county.north"), state, note));
}

TEST(Permissions, RulesAreToldToAllWhoReadAndFilesToThoseWhoSeeTheirObject) {
  domain::State const state = world();
  domain::Event const rules = domain::RuleSetAdopted{};
  EXPECT_TRUE(sees(identity(Role::Observer, "county.south"), state, rules));
  EXPECT_TRUE(sees(identity(Role::Team, "", TeamId{2026, 7}), state, rules));
  EXPECT_FALSE(sees(identity(Role::Gateway, ""), state, rules));
  domain::FileAttached attached;
  attached.incident = IncidentId{2026, 1};
  domain::Event const file = attached;
  EXPECT_TRUE(sees(identity(Role::Dispatcher, "county.north"), state, file));
  EXPECT_FALSE(sees(identity(Role::Dispatcher, "county.south"), state, file));
  EXPECT_TRUE(sees(identity(Role::Team, "", TeamId{2026, 7}), state, file));
  EXPECT_FALSE(sees(identity(Role::Team, "", TeamId{2026, 8}), state, file));
}

TEST(Permissions, TheJournalNamesTheRoleThatGrants) {
  Identity who = identity(Role::Observer, "");
  who.roles.push_back(Role::Dispatcher);
  EXPECT_EQ(who.acting_role(Permission::Dispatch), "dispatcher");
  EXPECT_EQ(who.acting_role(Permission::Read), "observer");
  EXPECT_EQ(who.acting_role(Permission::Audit), "");
}

}  // namespace
}  // namespace fenghuo::server
