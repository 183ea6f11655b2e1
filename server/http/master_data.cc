#include <type_traits>

#include "center/place_lookup.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using domain::State;
using messaging::FieldError;

/// The area a record belongs to, for whom it may be changed by.
std::string area_of(State const&, domain::Organization const& r) { return r.facts.area; }
std::string area_of(State const&, domain::Person const& r) { return r.facts.area; }
std::string area_of(State const&, domain::Area const& r) { return r.id.text; }
std::string area_of(State const&, domain::Facility const& r) { return r.facts.area; }
std::string area_of(State const&, domain::Enterprise const& r) { return r.facts.area; }
std::string area_of(State const&, domain::DutyPost const& r) { return r.facts.area; }
std::string area_of(State const& state, domain::PlanContact const& r) {
  domain::Person const* person = domain::find(state.persons, r.facts.person);
  return person == nullptr ? "" : person->facts.area;
}
std::string area_of(State const& state, domain::DutyShift const& r) {
  domain::DutyPost const* post = domain::find(state.duty_posts, r.facts.post);
  return post == nullptr ? "" : post->facts.area;
}

/// Points in WGS 84, whatever datum they came in.
void place(std::optional<domain::Location>& location, char const* name, Body& body) {
  if (location) {
    center::convert(*location, std::string{"/"} + name, body.errors());
  }
}

void require_name(std::string const& name, Body& body) {
  if (name.empty()) {
    body.errors().push_back({"/name", "is required"});
  }
}

void check_count(std::int64_t value, char const* name, Body& body) {
  if (value < 0 || value > 100'000'000) {
    body.errors().push_back({std::string{"/"} + name, "a count of at least 0"});
  }
}

void check(Desk&, domain::OrganizationFacts& facts, Body& body) { require_name(facts.name, body); }
void check(Desk&, domain::PersonFacts& facts, Body& body) {
  if (facts.name.empty()) {
    body.errors().push_back({"/name", "is required"});
  }
}
void check(Desk&, domain::AreaFacts& facts, Body& body) {
  require_name(facts.name, body);
  place(facts.location, "location", body);
  place(facts.boat_point, "boat_point", body);
  place(facts.landing_place, "landing_place", body);
  check_count(facts.population, "population", body);
  check_count(facts.households, "households", body);
  check_count(facts.assisted_count, "assisted_count", body);
  for (std::size_t i = 0; i < facts.travel.size(); ++i) {
    if (facts.travel[i].takes.us <= 0 || facts.travel[i].takes > hours(72)) {
      body.errors().push_back(
          {"/travel/" + std::to_string(i) + "/takes_s", "more than 0, at most three days"});
    }
  }
}
void check(Desk& desk, domain::FacilityFacts& facts, Body& body) {
  require_name(facts.name, body);
  place(facts.location, "location", body);
  if (facts.area.empty() && facts.location) {
    facts.area = desk.center.roads().area_at(facts.location->point);
  }
  check_count(facts.capacity, "capacity", body);
  check_count(facts.beds, "beds", body);
  for (std::size_t i = 0; i < facts.stock.size(); ++i) {
    check_count(facts.stock[i].quantity, "stock", body);
  }
}
void check(Desk& desk, domain::EnterpriseFacts& facts, Body& body) {
  require_name(facts.name, body);
  place(facts.location, "location", body);
  if (facts.area.empty() && facts.location) {
    facts.area = desk.center.roads().area_at(facts.location->point);
  }
  check_count(facts.staff, "staff", body);
}
void check(Desk&, domain::PlanContactFacts& facts, Body& body) {
  if (facts.plan.empty()) {
    body.errors().push_back({"/plan", "is required"});
  }
}
void check(Desk&, domain::DutyPostFacts& facts, Body& body) {
  require_name(facts.name, body);
  if (facts.people < 0 || facts.people > 50) {
    body.errors().push_back({"/people", "0 to 50"});
  }
  if (facts.weekdays < 0 || facts.weekdays > 127) {
    body.errors().push_back({"/weekdays", "0 to 127: bit 0 is Monday"});
  }
  for (auto const& [name, minute] :
       {std::pair{"/from_minute", facts.from_minute}, std::pair{"/to_minute", facts.to_minute}}) {
    if (minute < 0 || minute > 24 * 60) {
      body.errors().push_back({name, "0 to 1440"});
    }
  }
  if (facts.alarm_before.us < 0 || facts.alarm_before > hours(24 * 60)) {
    body.errors().push_back({"/alarm_before_s", "0 to 60 days"});
  }
}
void check(Desk&, domain::DutyShiftFacts&, Body&) {}

template <class T>
std::unique_ptr<messaging::PersonalSealer> sealer_for(Desk& desk, std::string const& id) {
  if constexpr (std::is_same_v<T, domain::Area>) {
    return std::make_unique<messaging::EachSealer>(*desk.center.personal(), "assisted:" + id);
  } else {
    return std::make_unique<messaging::SubjectSealer>(*desk.center.personal(), "person:" + id);
  }
}

/// Which members a body must have.
template <class T>
std::vector<char const*> required_of() {
  if constexpr (std::is_same_v<T, domain::DutyShift>) {
    return {"post", "person", "from", "to"};
  } else if constexpr (std::is_same_v<T, domain::PlanContact>) {
    return {"plan", "person"};
  } else {
    return {"name"};
  }
}

template <class T>
struct Kind {
  char const* member;  ///< how an answer calls it
  domain::Shelf<T> State::*shelf;
  Permission permission;
};

/// Makes a record or replaces it. A code that was never used needs no If-Match, one that exists does.
template <class T>
Answer put(Desk& desk, Call& call, Kind<T> const& kind) {
  auto const id = path_id<decltype(T::id)>(call, 0);
  if (!id) {
    return problem(call, {{"id", "a code of 1 to 64 bytes without / ? # % \" \\ and comma"}});
  }
  auto const sealer = sealer_for<T>(desk, id->text);
  Body body{call};
  body.context().sealer = sealer.get();
  domain::Record<T> command;
  body.crs_beside_location().put("id", id->text).require(required_of<T>()).read(command);
  if (body.good()) {
    check(desk, command.facts, body);
  }
  if (!body.good()) {
    return problem(call, body.errors());
  }
  T next;
  next.id = command.id;
  next.facts = command.facts;
  bool exists = false;
  bool const allowed = desk.center.committed().read([&](State const& state) {
    T const* known = domain::find(state.*(kind.shelf), *id);
    exists = known != nullptr;
    return call.who.in_scope(area_of(state, next)) &&
           (known == nullptr || call.who.in_scope(area_of(state, *known)));
  });
  if (!allowed) {
    return problem(call, 403, "outside_area", "this record belongs to another area");
  }
  return with_current(desk,
                      carry_out(desk, call,
                                {.command = std::move(command),
                                 .permission = kind.permission,
                                 .object = exists ? id->text : "",
                                 .takes_if_match = exists},
                                [&](auto const& events, Answer& answer) {
                                  next.facts =
                                      std::get<domain::Recorded<T>>(events.front().event).facts;
                                  next.revision = events.front().sequence;
                                  answer.body.add(kind.member, view(desk, next));
                                  answer.headers.emplace_back("Location", call.path);
                                }),
                      kind.shelf, *id);
}

template <class T>
void add(RouteTable& routes, Desk& desk, std::string const& base, Kind<T> kind) {
  routes.add({"GET", base, Permission::Read,
              [&desk, kind](Call& c) { return list(desk, c, kind.shelf); }});
  routes.add({"GET", base + "/{}", Permission::Read,
              [&desk, kind](Call& c) { return show(desk, c, kind.shelf); }});
  routes.add({"PUT", base + "/{}", kind.permission,
              [&desk, kind](Call& c) { return put(desk, c, kind); }});
}

/// The same records under the name that people look for.
void add_kind(RouteTable& routes, Desk& desk, std::string const& path, std::string const& kind) {
  routes.add({"GET", path, Permission::Read, [&desk, kind](Call& c) {
                if (c.query.contains("kind")) {
                  return problem(c, {{"kind", "stands in the path already"}});
                }
                c.query["kind"] = kind;
                return list(desk, c, &State::facilities);
              }});
}

}  // namespace

void add_master_data_routes(RouteTable& routes, Desk& desk) {
  std::string const base = "/api/v1/";
  Permission const edit = Permission::EditMaster;
  add<domain::Organization>(routes, desk, base + "organizations",
                            {"organization", &State::organizations, edit});
  add<domain::Person>(routes, desk, base + "persons", {"person", &State::persons, edit});
  add<domain::Area>(routes, desk, base + "areas", {"area", &State::areas, edit});
  add<domain::Facility>(routes, desk, base + "facilities", {"facility", &State::facilities, edit});
  add<domain::Enterprise>(routes, desk, base + "enterprises",
                          {"enterprise", &State::enterprises, edit});
  add<domain::PlanContact>(routes, desk, base + "plan-contacts",
                           {"plan_contact", &State::plan_contacts, edit});
  add<domain::DutyPost>(routes, desk, base + "duty-posts",
                        {"duty_post", &State::duty_posts, Permission::EditRoster});
  add<domain::DutyShift>(routes, desk, base + "duty-shifts",
                         {"duty_shift", &State::duty_shifts, Permission::EditRoster});
  add_kind(routes, desk, base + "depots", "depot");
  add_kind(routes, desk, base + "shelters", "shelter");
  add_kind(routes, desk, base + "hospitals", "hospital");
}

}  // namespace fenghuo::server
