#include <algorithm>

#include "center/place_lookup.h"
#include "server/http/arguments.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

/// Amounts that cannot be: the kernel counts with what it gets.
void check(std::vector<domain::CapabilityAmount> const* needs, domain::Casualties const* casualties,
           Body& body) {
  for (std::size_t i = 0; needs != nullptr && i < needs->size(); ++i) {
    if ((*needs)[i].capability.empty() || (*needs)[i].quantity < 1) {
      body.errors().push_back(
          {"/needs/" + std::to_string(i), "a name and a quantity of at least 1"});
    }
  }
  if (casualties != nullptr && std::min({casualties->dead, casualties->injured, casualties->missing,
                                         casualties->trapped}) < 0) {
    body.errors().push_back({"/casualties", "nobody can be fewer than none"});
  }
}

/// Whether an incident that the body names, or the area it would lie in, is another's.
std::optional<Answer> refuse_foreign_place(Desk& desk, Call& call, std::optional<IncidentId> other,
                                           std::optional<std::string> const& area) {
  if (other) {
    if (auto foreign = refuse_foreign(desk, call, &domain::State::incidents, *other)) {
      return foreign;
    }
  }
  if (area && !area->empty() && !call.who.in_scope(*area)) {
    return problem(call, 403, "outside_area", "the incident would lie in another area");
  }
  return std::nullopt;
}

/// A change of an incident whose body names further things that must not be another's; `look` finds them.
template <class Command>
Answer change_within(Desk& desk, Call& call, ChangeRule const& rule,
                     std::function<std::optional<Answer>(Command&, Body&)> const& look) {
  std::optional<Answer> foreign;
  Answer answer = change<Command>(desk, call, "incident", &domain::State::incidents, rule,
                                  [&](Command& command, Body& body) {
                                    foreign = look(command, body);
                                    if (foreign) {
                                      body.errors().push_back({"", "outside the area"});
                                    }
                                  });
  return foreign ? std::move(*foreign) : std::move(answer);
}

Answer update(Desk& desk, Call& call) {
  return change_within<domain::UpdateIncident>(
      desk, call, {}, [&](domain::UpdateIncident& command, Body& body) -> std::optional<Answer> {
        auto const& facts = command.change;
        check(facts.needs ? &*facts.needs : nullptr,
              facts.casualties ? &*facts.casualties : nullptr, body);
        center::place(command, desk.center.roads(), body.errors());
        return body.good() ? refuse_foreign_place(desk, call, facts.parent, facts.area)
                           : std::nullopt;
      });
}

Answer merge(Desk& desk, Call& call) {
  return change_within<domain::MergeIncident>(
      desk, call, {.required = {"into"}}, [&](domain::MergeIncident& command, Body&) {
        return refuse_foreign_place(desk, call, command.into, {});
      });
}

Answer open(Desk& desk, Call& call) {
  domain::OpenIncident command;
  Body body{call};
  body.crs_beside_location().read(command);
  if (body.good()) {
    center::place(command, desk.center.roads(), body.errors());
    if (command.facts.area.empty() && !command.report) {
      command.facts.area = call.who.area;  // without a place it stays with those who took it in
    }
  }
  check(&command.facts.needs, &command.facts.casualties, body);
  if (body.good() && !command.report && command.facts.kind.empty()) {
    body.errors().push_back({"/kind", "an incident without a report needs a kind"});
  }
  if (!body.good()) {
    return problem(call, body.errors());
  }
  if (command.report) {
    if (auto foreign = refuse_foreign(desk, call, &domain::State::reports, *command.report)) {
      return std::move(*foreign);
    }
  }
  if (auto foreign = refuse_foreign_place(desk, call, command.facts.parent, command.facts.area)) {
    return std::move(*foreign);
  }
  return carry_out(desk, call, {.command = command}, [&](auto const& events, Answer& answer) {
    Json shown = born<domain::IncidentOpened>(desk, events.front(), &domain::State::incidents);
    answer.headers.emplace_back("Location", "/api/v1/incidents/" + *shown.find("id")->string());
    answer.body.add("incident", std::move(shown));
  });
}

Json timeline_entry(kernel::RecordedEvent const& event, messaging::WriteStyle const& style) {
  return Json::object({{"sequence", event.sequence},
                       {"type", name_of(event.event)},
                       {"occurred_at", to_json(event.occurred_at, style)},
                       {"recorded_at", to_json(event.recorded_at, style)},
                       {"actor", event.actor.name},
                       {"role", event.actor.role},
                       {"data", messaging::event_data(event.event, style)}});
}

/// Sequences of the events about any of the subjects, ascending, after `after` and up to `until`.
Result<std::vector<Sequence>> sequences_about(messaging::SubjectIndex& index,
                                              std::vector<std::string> const& subjects,
                                              Sequence after, Sequence until, std::size_t most) {
  std::vector<Sequence> sequences;
  for (auto const& subject : subjects) {
    auto const found = index.sequences(subject, after, most);
    if (!found) {
      return found.error();
    }
    sequences.insert(sequences.end(), found->begin(), found->end());
  }
  std::sort(sequences.begin(), sequences.end());
  sequences.erase(std::unique(sequences.begin(), sequences.end()), sequences.end());
  std::erase_if(sequences, [&](Sequence sequence) { return sequence > until; });
  return sequences;
}

/// What happened to an incident, its reports and its orders, in order.
Answer timeline(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"after", "at"})) {
    return std::move(*unknown);
  }
  auto const id = path_id<IncidentId>(call);
  if (!id || desk.center.subjects() == nullptr) {
    return problem(call, 404, "not_found", "there is no incident " + call.parameters[0]);
  }
  auto const after = whole_number(call.argument("after").empty() ? "0" : call.argument("after"));
  if (!after || *after < 0) {
    return problem(call, {{"after", "expected a sequence number"}});
  }
  auto asked = moment_of(desk, call);
  if (auto* wrong = std::get_if<Answer>(&asked)) {
    return std::move(*wrong);
  }
  auto const found_incident =
      find_at(desk, call, std::get<Moment>(asked), &domain::State::incidents, *id);
  if (auto refused = refuse_found(call, found_incident)) {
    return std::move(*refused);
  }
  domain::Incident const& incident = *found_incident->object;
  Sequence const as_of = found_incident->as_of;
  std::vector<std::string> subjects{call.parameters[0]};
  for (auto const order : incident.orders) {
    subjects.push_back(to_text(order));
  }
  for (auto const report : incident.reports) {
    subjects.push_back(to_text(report));
  }
  constexpr std::size_t kMost = 500;
  await(*desk.center.subjects(), as_of);
  // One more than is shown: only then is it known that there are more.
  auto found = sequences_about(*desk.center.subjects(), subjects, *after, as_of, kMost + 1);
  if (!found) {
    return problem(call, found.error());
  }
  std::vector<Sequence>& sequences = *found;
  Json const next = sequences.size() > kMost ? Json{sequences[kMost - 1]} : Json{};
  sequences.resize(std::min(sequences.size(), kMost));
  Json::Array items;
  auto const style = api_style(desk);
  for (auto const sequence : sequences) {
    auto const rows = desk.center.journal().read(sequence - 1, 1);
    if (!rows || rows->empty()) {
      return problem(call, rows ? Error{ErrorCode::Unavailable, "the index is ahead of the journal"}
                                : rows.error());
    }
    auto const event = messaging::decode_row(rows->front());
    if (!event) {
      return problem(call, event.error());
    }
    items.push_back(timeline_entry(*event, style));
  }
  auto const position = desk.center.subjects()->position();
  return Answer::json(Json::object({{"items", std::move(items)},
                                    {"next_after", next},
                                    {"as_of", std::min(as_of, position ? *position : 0)}}));
}

Json candidate_json(Desk& desk, center::RecommendedTeam const& team) {
  auto const style = api_style(desk);
  auto const& candidate = team.candidate;
  auto const& approach = candidate.approach;
  std::string const name = desk.center.committed().read([&](domain::State const& state) {
    auto const* found = domain::find(state.teams, candidate.team);
    return found == nullptr ? std::string{} : found->facts.name;
  });
  Json reasons{Json::Object{}};
  reasons.add("rank", candidate.rank);
  reasons.add("turnout_s", to_json(candidate.turnout, style));
  reasons.add("travel_s", to_json(candidate.travel, style));
  reasons.add("position", name_of(approach.position));
  reasons.add("position_age_s", to_json(approach.position_age, style));
  reasons.add("speed_assumed_permille", approach.assumed_permille);
  return Json::object({{"team", to_text(candidate.team)},
                       {"name", name},
                       {"eta_s", to_json(candidate.eta, style)},
                       {"distance_m", to_json(team.distance, style)},
                       {"basis", name_of(approach.basis)},
                       {"covers", candidate.covers},
                       {"quantity", candidate.quantity},
                       {"reasons", std::move(reasons)}});
}

Answer recommendation(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {})) {
    return std::move(*unknown);
  }
  auto const id = path_id<IncidentId>(call);
  if (!id) {
    return problem(call, 404, "not_found", "\"" + call.parameters[0] + "\" is not an id");
  }
  if (auto foreign = refuse_foreign(desk, call, &domain::State::incidents, *id)) {
    return std::move(*foreign);
  }
  auto const made = desk.center.dispatch().recommend(*id);
  if (!made) {
    return problem(call, made.error());
  }
  auto const style = api_style(desk);
  Json::Array teams, alternatives, looked_at;
  for (auto const& team : made->teams) {
    teams.push_back(candidate_json(desk, team));
  }
  for (auto const& team : made->alternatives) {
    alternatives.push_back(candidate_json(desk, team));
  }
  for (auto const& look : made->looked_at) {
    looked_at.push_back(Json::object({{"team", to_text(look.team)},
                                      {"why_not", name_of(look.why_not)},
                                      {"detail", look.detail}}));
  }
  return Answer::json(
      Json::object({{"incident", call.parameters[0]},
                    {"teams", std::move(teams)},
                    {"unmet", to_json(made->unmet, style)},
                    {"alternatives", std::move(alternatives)},
                    {"looked_at", std::move(looked_at)},
                    {"proposal", made->proposal.empty() ? Json{} : Json{made->proposal}},
                    {"as_of", made->as_of},
                    {"state_as_of", made->state_as_of}}));
}

}  // namespace

void add_incident_routes(RouteTable& routes, Desk& desk) {
  auto const shelf = &domain::State::incidents;
  std::string const base = "/api/v1/incidents";
  routes.add({"POST", base, Permission::Dispatch, [&](Call& c) { return open(desk, c); }});
  routes.add(
      {"GET", base, Permission::Read, [&desk, shelf](Call& c) { return list(desk, c, shelf); }});
  routes.add({"GET", base + "/{}", Permission::Read,
              [&desk, shelf](Call& c) { return show(desk, c, shelf); }});
  routes.add(
      {"PATCH", base + "/{}", Permission::Dispatch, [&](Call& c) { return update(desk, c); }});
  routes.add({"POST", base + "/{}/status", Permission::Dispatch, [&desk, shelf](Call& c) {
                return change<domain::SetIncidentStatus>(desk, c, "incident", shelf,
                                                         {.required = {"status"}});
              }});
  routes.add({"POST", base + "/{}/close", Permission::Dispatch, [&desk, shelf](Call& c) {
                return change<domain::CloseIncident>(desk, c, "incident", shelf,
                                                     {.required = {"outcome"}});
              }});
  routes.add(
      {"POST", base + "/{}/merge", Permission::Dispatch, [&](Call& c) { return merge(desk, c); }});
  routes.add({"POST", base + "/{}/notes", Permission::OrderStatus, [&desk, shelf](Call& c) {
                return change<domain::AddNote>(desk, c, "incident", shelf,
                                               {.permission = Permission::OrderStatus,
                                                .takes_if_match = false,
                                                .required = {"text"}});
              }});
  routes.add(
      {"GET", base + "/{}/timeline", Permission::Read, [&](Call& c) { return timeline(desk, c); }});
  // An order waits for it, so no crowd of lists may stand before it.
  routes
      .add({"GET", base + "/{}/recommendation", Permission::Read,
            [&](Call& c) { return recommendation(desk, c); }})
      .work = WorkClass::Status;
}

}  // namespace fenghuo::server
