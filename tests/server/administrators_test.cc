#include "server/access/administrators.h"

#include <gtest/gtest.h>

namespace fenghuo::server {
namespace {

using domain::Role;
using Roles = std::vector<Role>;

SecurityProfile const& apart() { return *profile_named("mlps3"); }
SecurityProfile const& together() { return *profile_named("asvs"); }

void hold(domain::State& state, std::string const& name, Roles roles, bool disabled = false) {
  domain::Account account;
  account.id = name;
  account.facts.roles = std::move(roles);
  account.disabled = disabled;
  state.accounts[name] = std::make_shared<domain::Account>(account);
}

domain::State founded() {
  domain::State state;
  hold(state, std::string{kFoundingAccount},
       {Role::Commander, Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor});
  return state;
}

domain::State settled() {
  domain::State state = founded();
  hold(state, "sys", {Role::SystemAdmin});
  hold(state, "sec", {Role::SecurityAdmin});
  hold(state, "aud", {Role::Auditor, Role::Observer});
  return state;
}

std::string said(SecurityProfile const& profile, domain::State const& state,
                 std::string_view account, Roles const& roles, std::string_view by) {
  auto const refusal = refuse_roles(profile, state, {account, roles, by});
  return refusal ? std::string{refusal->problem} : "";
}

TEST(Administrators, NoTwoOfTheThreeOfficesWhereTheyAreApart) {
  auto const state = settled();
  Role const offices[] = {Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor};
  for (Role const one : offices) {
    EXPECT_EQ(said(apart(), state, "new", {one}, "sec"), "");
    EXPECT_EQ(said(apart(), state, "new", {Role::Commander, one}, "sec"), "");
    for (Role const other : offices) {
      if (one != other) {
        EXPECT_EQ(said(apart(), state, "new", {one, Role::Observer, other}, "sec"),
                  "administrators_apart");
        EXPECT_EQ(said(apart(), state, "new", {one, other}, ""), "administrators_apart")
            << "on the machine too";
        EXPECT_EQ(said(together(), state, "new", {one, other}, "sec"), "");
      }
    }
  }
  auto const refusal =
      refuse_roles(apart(), state, {"new", {Role::SystemAdmin, Role::Auditor}, "sec"});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 409);
  EXPECT_NE(refusal->detail.find("system_admin and auditor"), std::string::npos);
}

TEST(Administrators, NobodyGrantsHimselfARole) {
  auto const state = settled();
  for (auto const* profile : {&apart(), &together()}) {
    EXPECT_EQ(said(*profile, state, "sec", {Role::SecurityAdmin, Role::Commander}, "sec"),
              "not_allowed");
    EXPECT_EQ(said(*profile, state, "sec", {Role::Auditor}, "sec"), "not_allowed");
    EXPECT_EQ(said(*profile, state, "sec", {Role::SecurityAdmin}, "sec"), "");
    EXPECT_EQ(said(*profile, state, "sec", {}, "sec"), "") << "one may leave";
  }
  EXPECT_EQ(said(apart(), state, "sec", {Role::Commander}, "sec2"), "");
}

TEST(Administrators, TheFoundingAccountKeepsWhatItHasUntilTheThreeAreThere) {
  Roles const all{Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor};
  auto state = founded();
  EXPECT_EQ(said(apart(), state, kFoundingAccount, all, kFoundingAccount), "");
  EXPECT_EQ(said(apart(), state, "other", all, kFoundingAccount), "administrators_apart");
  hold(state, "sys", {Role::SystemAdmin});
  hold(state, "sec", {Role::SecurityAdmin});
  hold(state, "aud", {Role::Auditor}, true);
  EXPECT_EQ(said(apart(), state, kFoundingAccount, all, "sec"), "") << "one of them is closed";
  state = settled();
  EXPECT_EQ(said(apart(), state, kFoundingAccount, all, "sec"), "administrators_apart");
  EXPECT_EQ(said(apart(), state, kFoundingAccount, {Role::Commander}, "sec"), "");

  auto poorer = founded();
  hold(poorer, std::string{kFoundingAccount}, {Role::SystemAdmin});
  EXPECT_EQ(
      said(apart(), poorer, kFoundingAccount, {Role::SystemAdmin, Role::SecurityAdmin}, "sec"),
      "administrators_apart")
      << "it keeps; it does not gain";
}

TEST(Administrators, WhoHoldsWhat) {
  auto const first = administrators_of(founded());
  EXPECT_EQ(first.together, std::vector<std::string>{"admin"});
  EXPECT_EQ(first.vacant, (std::vector<std::string>{"system_admin", "security_admin", "auditor"}));
  auto state = settled();
  EXPECT_TRUE(administrators_of(state).vacant.empty());
  EXPECT_EQ(administrators_of(state).accounts, 4U);
  hold(state, std::string{kFoundingAccount}, {Role::Commander});
  EXPECT_TRUE(administrators_of(state).together.empty());
  hold(state, "aud", {Role::Auditor}, true);
  EXPECT_EQ(administrators_of(state).vacant, std::vector<std::string>{"auditor"});
  EXPECT_EQ(joined_offices({Role::Auditor, Role::Team}), "");
}

}  // namespace
}  // namespace fenghuo::server
