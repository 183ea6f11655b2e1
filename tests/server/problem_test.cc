#include "server/http/problem.h"

#include <gtest/gtest.h>

namespace fenghuo::server {
namespace {

TEST(Problem, EveryRefusalHasATitleInBothLanguages) {
  for (auto const name : EnumNames<domain::Rejection>::kNames) {
    EXPECT_FALSE(title_of(name, Language::Chinese).empty()) << name;
    EXPECT_FALSE(title_of(name, Language::English).empty()) << name;
    EXPECT_NE(title_of(name, Language::Chinese), title_of(name, Language::English)) << name;
  }
}

TEST(Problem, RefusalsKeepTheirNameAndFacts) {
  Call call;
  call.language = Language::English;
  Answer const answer = problem(call, domain::Refusal{domain::Rejection::TeamOnOrder,
                                                      {{"order", "O-2026-000007"}, {"x", ""}}});
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(*answer.body.find("rejection")->string(), "team_on_order");
  EXPECT_EQ(*answer.body.find("facts")->find("order")->string(), "O-2026-000007");
  EXPECT_EQ(answer.body.find("facts")->find("x"), nullptr);
  EXPECT_EQ(*answer.body.find("type")->string(), "/problems/team_on_order");
}

TEST(Problem, StatusOfEachKind) {
  Call const call;
  auto const status = [&](domain::Rejection rejection) {
    return problem(call, domain::Refusal{rejection, {}}).status;
  };
  EXPECT_EQ(status(domain::Rejection::UnknownReport), 404);
  EXPECT_EQ(status(domain::Rejection::UnknownAccount), 404);
  EXPECT_EQ(status(domain::Rejection::StaleRevision), 412);
  EXPECT_EQ(status(domain::Rejection::IncidentClosed), 409);
  EXPECT_EQ(problem(call, Error{ErrorCode::DataLoss, ""}).status, 500);
  Answer const unavailable = problem(call, Error{ErrorCode::Unavailable, ""});
  EXPECT_EQ(unavailable.status, 503);
  ASSERT_FALSE(unavailable.headers.empty());
  EXPECT_EQ(unavailable.headers.front().first, "Retry-After");
}

TEST(Problem, AThousandErrorsAreCutShort) {
  std::vector<messaging::FieldError> const errors(1'000, {"/x", "unknown member"});
  Answer const answer = problem(Call{}, errors);
  EXPECT_EQ(answer.body.find("errors")->array()->size(), 50U);
  EXPECT_LE(answer.body.find("detail")->string()->size(), 500U);
}

}  // namespace
}  // namespace fenghuo::server
