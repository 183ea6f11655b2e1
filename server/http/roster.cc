#include "core/base/time_text.h"
#include "server/http/arguments.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using domain::State;
using messaging::Json;

std::optional<Time> time_argument(Call const& call, char const* name) {
  std::string text = call.argument(name);
  std::replace(text.begin(), text.end(), ' ', '+');  // a + that nobody escaped
  return parse_rfc3339(text);
}

Json post_json(Desk& desk, State const& state, domain::DutyPost const& post, Time at) {
  auto const style = api_style(desk);
  Json::Array there;
  for (domain::DutyShift const* shift : domain::on_duty(state, post.id, at)) {
    domain::Person const* person = domain::find(state.persons, shift->who());
    Json item = Json::object({{"shift", shift->id.text},
                              {"person", shift->who().text},
                              {"until", to_json(shift->facts.to, style)}});
    if (person != nullptr) {
      item.add("name", to_json(person->facts.name, style));
      item.add("title", person->facts.title);
      item.add("mobile", to_json(person->facts.mobile, style));
      item.add("phone", to_json(person->facts.phone, style));
      item.add("radio", person->facts.radio);
      Json::Array deputies;
      for (auto const& deputy : person->facts.deputies) {
        deputies.emplace_back(deputy.text);
      }
      item.add("deputies", std::move(deputies));
    }
    if (shift->stand_in) {
      item.add("instead_of", shift->facts.person.text);
      item.add("because", shift->because);
    }
    there.push_back(std::move(item));
  }
  bool const needed = domain::must_be_manned(state, post.facts, at);
  auto const people = static_cast<std::int64_t>(there.size());
  Json out = Json::object(
      {{"id", post.id.text},
       {"name", post.facts.name},
       {"area", post.facts.area},
       {"manned", needed},
       {"short_of", needed ? std::max<std::int64_t>(0, post.facts.people - people) : 0},
       {"on_duty", std::move(there)}});
  auto const hole = domain::next_hole(state, post.id, at);
  out.add("next_hole", hole ? to_json(*hole, style) : Json{});
  return out;
}

/// Who is on duty at a moment (now, if none is asked for), post by post.
Answer on_duty(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"time", "at", "area"})) {
    return std::move(*unknown);
  }
  auto asked = moment_of(desk, call);
  if (auto* wrong = std::get_if<Answer>(&asked)) {
    return std::move(*wrong);
  }
  Moment const& moment = std::get<Moment>(asked);
  Time at = moment.is_past() ? *moment.time : desk.center.clock().now();
  if (call.query.contains("time")) {
    auto const wanted = time_argument(call, "time");
    if (!wanted) {
      return problem(call, {{"time", "expected a time with its offset"}});
    }
    at = *wanted;
  }
  return look(desk, moment, [&](State const& state) {
    Json::Array items;
    for (auto const& [id, post] : state.duty_posts) {
      if (!post->facts.retired && sees(call.who, state, *post) &&
          domain::area_within(post->facts.area, call.argument("area"))) {
        items.push_back(post_json(desk, state, *post, at));
      }
    }
    Answer answer = Answer::json(Json::object({{"items", std::move(items)}}));
    answer.body.add("time", to_json(at, api_style(desk)));
    answer.body.add("as_of", state.sequence);
    return answer;
  });
}

/// The holes that begin before a moment (in 14 days, if none is asked for), post by post.
Answer holes(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"until"})) {
    return std::move(*unknown);
  }
  Time const now = desk.center.clock().now();
  auto const until = call.query.contains("until") ? time_argument(call, "until")
                                                  : std::optional{now + hours(24 * 14)};
  if (!until || *until > now + hours(24 * 400)) {
    return problem(call, {{"until", "a time with its offset, at most 400 days ahead"}});
  }
  constexpr std::size_t kMost = 1'000;
  return desk.center.committed().read([&](State const& state) {
    auto const style = api_style(desk);
    Json::Array items;
    for (auto const& [id, post] : state.duty_posts) {
      if (!sees(call.who, state, *post)) {
        continue;
      }
      for (auto hole = domain::next_hole(state, id, now);
           hole && hole->from < *until && items.size() < kMost;
           hole = hole->until ? domain::next_hole(state, id, *hole->until) : std::nullopt) {
        Json item = to_json(*hole, style);
        item.add("post", id.text);
        item.add("name", post->facts.name);
        item.add("said", domain::is_said(*post, *hole));
        items.push_back(std::move(item));
      }
    }
    Answer answer = Answer::json(Json::object({{"items", std::move(items)}}));
    answer.body.add("as_of", state.sequence);
    return answer;
  });
}

template <class Command>
Answer change_shift(Desk& desk, Call& call, std::vector<char const*> required) {
  auto const id = path_id<DutyShiftCode>(call, 0);
  auto const outside = id && desk.center.committed().read([&](State const& state) {
    domain::DutyShift const* shift = domain::find(state.duty_shifts, *id);
    domain::DutyPost const* post =
        shift == nullptr ? nullptr : domain::find(state.duty_posts, shift->facts.post);
    return post != nullptr && !call.who.in_scope(post->facts.area);
  });
  if (outside) {
    return problem(call, 403, "outside_area", "this post belongs to another area");
  }
  return change<Command>(desk, call, "shift", &State::duty_shifts,
                         {.permission = Permission::EditRoster, .required = std::move(required)});
}

}  // namespace

void add_roster_routes(RouteTable& routes, Desk& desk) {
  routes.add({"GET", "/api/v1/roster", Permission::Read, [&](Call& c) { return on_duty(desk, c); }})
      .work = WorkClass::Status;
  routes.add(
      {"GET", "/api/v1/roster/holes", Permission::Read, [&](Call& c) { return holes(desk, c); }});
  routes.add({"POST", "/api/v1/duty-shifts/{}/swap", Permission::EditRoster, [&](Call& c) {
                return change_shift<domain::SwapDuty>(desk, c, {"person", "because"});
              }});
  routes.add({"POST", "/api/v1/duty-shifts/{}/cancel", Permission::EditRoster,
              [&](Call& c) { return change_shift<domain::CancelDuty>(desk, c, {"because"}); }});
}

}  // namespace fenghuo::server
