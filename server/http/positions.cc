#include "center/place_lookup.h"
#include "core/base/time_text.h"
#include "server/http/arguments.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

constexpr std::size_t kMostPositions = 10'000;

/// A position as a call writes it.
struct PositionItem {
  TeamId team;
  domain::Location location;
  std::optional<Time> device_time;
  std::int64_t accuracy_m = 0;
  domain::Means means = domain::Means::System;
  std::string said_by;
  static void fields(auto& f, auto& self) {
    f("team", self.team);
    f("location", self.location);
    f("device_time", self.device_time);
    f("accuracy_m", self.accuracy_m);
    f("means", self.means);
    f("said_by", self.said_by);
  }
};

std::string take(Desk& desk, Call& call, Json const& item) {
  messaging::ReadContext context{.style = {.strict = true}, .errors = {}, .path = {}};
  PositionItem position;
  from_json(item, position, context);
  for (char const* required : {"team", "location"}) {
    if (context.errors.empty() && item.find(required) == nullptr) {
      context.errors.push_back({std::string{"/"} + required, "is required"});
    }
  }
  if (context.errors.empty()) {
    center::convert(position.location, "/location", context.errors);
  }
  if (!context.errors.empty()) {
    return context.errors.front().pointer + ": " + context.errors.front().message;
  }
  bool known = false;
  bool const own = desk.center.committed().read([&](domain::State const& state) {
    auto const* team = domain::find(state.teams, position.team);
    known = team != nullptr;
    return known && sees(call.who, state, *team);
  });
  if (!own) {
    return known ? "not your team" : "there is no such team";
  }
  Time const now = desk.center.clock().now();
  auto const result = desk.center.positions().take(
      {position.team, position.location.point, position.device_time.value_or(now), now,
       std::max(position.accuracy_m, position.location.accuracy_m), position.means,
       position.said_by},
      now);
  return result == center::PositionResult::InFuture
             ? "device_time lies in the future: set the device's clock"
             : "";
}

Answer report(Desk& desk, Call& call) {
  Body body{call};
  body.require({"positions"});
  Json const* positions = body.member("positions");
  if (body.good() &&
      (positions->array() == nullptr || positions->array()->size() > kMostPositions)) {
    body.errors().push_back({"/positions", "expected a list of at most 10000 positions"});
  }
  if (!body.good()) {
    return problem(call, body.errors());
  }
  Json::Array refused;
  auto const& items = *positions->array();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (std::string why = take(desk, call, items[i]); !why.empty()) {
      refused.push_back(Json::object({{"index", std::uint64_t{i}}, {"detail", std::move(why)}}));
    }
  }
  std::size_t const taken = items.size() - refused.size();
  int const status = taken == 0 && !items.empty() ? 400 : 200;
  Answer answer = status == 400 ? problem(call, 400, "malformed", "no position could be taken")
                                : Answer::json(Json{Json::Object{}});
  answer.body.add("taken", std::uint64_t{taken});
  answer.body.add("refused", std::move(refused));
  return answer;
}

/// A position with its team.
Json with_team(Desk& desk, messaging::TrackPoint const& point) {
  Json out = Json::object({{"team", to_text(point.team)}});
  out.add("position", position_json(desk, point, desk.center.clock().now()));
  return out;
}

Answer latest(Desk& desk, Call& call) {
  auto const points = desk.center.positions().all();
  Sequence as_of = 0;
  Json::Array items;
  std::vector<messaging::TrackPoint> seen;
  desk.center.committed().read([&](domain::State const& state) {
    as_of = state.sequence;
    for (auto const& point : points) {
      auto const* team = domain::find(state.teams, point.team);
      if (team != nullptr && sees(call.who, state, *team)) {
        seen.push_back(point);
      }
    }
    return 0;
  });
  for (auto const& point : seen) {
    items.push_back(with_team(desk, point));
  }
  return Answer::json(
      Json::object({{"items", std::move(items)}, {"next_cursor", Json{}}, {"as_of", as_of}}));
}

Answer track(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"from", "until"})) {
    return std::move(*unknown);
  }
  auto const id = path_id<TeamId>(call);
  if (!id || desk.center.tracks() == nullptr) {
    return problem(call, 404, "not_found", "there is no track of " + call.parameters[0]);
  }
  if (auto foreign = refuse_foreign(desk, call, &domain::State::teams, *id)) {
    return std::move(*foreign);
  }
  bool const known = desk.center.committed().read(
      [&](domain::State const& state) { return domain::find(state.teams, *id) != nullptr; });
  if (!known) {
    return problem(call, 404, "not_found", "there is no team " + call.parameters[0]);
  }
  auto const moment = [&](char const* name, Time otherwise) {
    std::string const text = call.argument(name);
    return text.empty() ? std::optional{otherwise} : parse_rfc3339(text);
  };
  auto const from = moment("from", {0});
  auto const until = moment("until", desk.center.clock().now() + hours(1));
  if (!from || !until) {
    return problem(call,
                   {{"from", "expected a time with its offset; in a query + is written %2B"}});
  }
  auto const points = desk.center.tracks()->track(*id, *from, *until, kMostPositions);
  if (!points) {
    return problem(call, points.error());
  }
  Json::Array items;
  for (auto const& point : *points) {
    items.push_back(position_json(desk, point, desk.center.clock().now()));
  }
  return Answer::json(Json::object({{"team", call.parameters[0]}, {"items", std::move(items)}}));
}

}  // namespace

void add_position_routes(RouteTable& routes, Desk& desk) {
  routes.add({"POST", "/api/v1/positions", Permission::Positions,
              [&](Call& c) { return report(desk, c); },
              static_cast<std::size_t>(desk.settings.positions_limit), WorkClass::Status});
  routes.add(
      {"GET", "/api/v1/positions", Permission::Read, [&](Call& c) { return latest(desk, c); }});
  routes
      .add({"GET", "/api/v1/teams/{}/track", Permission::Read,
            [&](Call& c) { return track(desk, c); }})
      .work = WorkClass::Bulk;
}

}  // namespace fenghuo::server
