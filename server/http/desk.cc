#include "server/http/desk.h"

#include <algorithm>
#include <charconv>

#include "core/base/ensure.h"
#include "server/access/personal_door.h"
#include "server/http/page.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

/// Finds the events that changed the object with this id; the last of them is its revision now.
struct Touches {
  std::string_view object;
  bool found = false;

  template <class Tag>
  void operator()(std::string_view name, Id<Tag> const& id) {
    // An order that another one was diverted from is named by it, not changed by it.
    found = found || (name != "diverted_from" && to_text(id) == object);
  }
  void operator()(std::string_view name, std::string const& value) {
    found = found || (name == "account" && value == object);
  }
  template <class Tag>
  void operator()(std::string_view name, Code<Tag> const& code) {
    found = found || ((name == "id" || name == "shift") && code.text == object);
  }
  void operator()(std::string_view name, domain::RuleKind const& kind) {
    found = found || (name == "kind" && name_of(kind) == object);
  }
  /// A file names what it is attached to; other optional ids are references.
  template <class Tag>
  void operator()(std::string_view name, std::optional<Id<Tag>> const& id) {
    if (id && (name == "incident" || name == "report")) {
      (*this)(name, *id);
    }
  }
  void operator()(std::string_view /*name*/, auto const& /*member*/) {}
};

std::optional<Sequence> revision_after(std::vector<kernel::RecordedEvent> const& events,
                                       std::string_view object) {
  std::optional<Sequence> revision;
  for (auto const& event : events) {
    if (std::holds_alternative<domain::NoteAdded>(event.event)) {
      continue;  // names an incident, changes none
    }
    Touches touches{object};
    std::visit([&](auto const& e) { std::decay_t<decltype(e)>::fields(touches, e); }, event.event);
    if (touches.found) {
      revision = event.sequence;
    }
  }
  return revision;
}

}  // namespace

std::string command_id_of(Call const& call) {
  std::string const key = call.header("Idempotency-Key");
  // Keys of different accounts do not meet: nobody is given another's answer.
  return key.empty() ? "call/" + random_text(16) : call.who.account + "/" + key;
}

namespace {

/// Keyed, where there is a key: nobody who has the journal alone finds out by trying what a body said.
messaging::Digest request_hash(Desk& desk, Call const& call) {
  auto const chain = messaging::Chain::make("sha256", "request");
  std::string const text = call.method + " " + call.path + "\n" + call.body;
  messaging::PersonalKeys* keys = desk.center.personal();
  return chain->digest_of(keys == nullptr ? text : keys->blind(text));
}

/// "123" or W/"123" of If-Match.
std::optional<Sequence> revision_of(std::string_view header) {
  if (header.starts_with("W/")) {
    header.remove_prefix(2);
  }
  if (header.size() >= 2 && header.front() == '"' && header.back() == '"') {
    header = header.substr(1, header.size() - 2);
  }
  Sequence revision = 0;
  auto const [end, error] = std::from_chars(header.data(), header.data() + header.size(), revision);
  if (error != std::errc{} || end != header.data() + header.size()) {
    return std::nullopt;
  }
  return revision;
}

Json events_json(std::vector<kernel::RecordedEvent> const& events,
                 messaging::WriteStyle const& style) {
  Json::Array out;
  for (auto const& event : events) {
    out.push_back(Json::object({{"sequence", event.sequence},
                                {"type", name_of(event.event)},
                                {"recorded_at", to_json(event.recorded_at, style)},
                                {"data", messaging::event_data(event.event, style)}}));
  }
  return out;
}

/// 412 shows the object as it is now, so that the caller can decide again at once.
void add_current(Desk& desk, std::string const& object, Answer& answer) {
  auto const put = [&](auto id, auto shelf) {
    if (id) {
      auto const current = desk.center.committed().read([&](domain::State const& state) {
        auto const it = (state.*shelf).find(*id);
        return it == (state.*shelf).end() ? nullptr : it->second;
      });
      if (current != nullptr) {
        answer.body.add("current", view(desk, *current));
        answer.headers.emplace_back("ETag", '"' + std::to_string(current->revision) + '"');
      }
    }
  };
  put(id_from<IncidentTag>(object), &domain::State::incidents);
  put(id_from<ReportTag>(object), &domain::State::reports);
  put(id_from<OrderTag>(object), &domain::State::orders);
  put(id_from<TeamTag>(object), &domain::State::teams);
  put(id_from<ClosureTag>(object), &domain::State::closures);
  put(id_from<DeliveryTag>(object), &domain::State::deliveries);
  put(id_from<CallDownTag>(object), &domain::State::call_downs);
  if (auto const kind = enum_named<domain::RuleKind>(object)) {
    // Rules hold also before any were adopted.
    auto const rules = desk.center.committed().read(
        [&](domain::State const& state) { return domain::in_force(state, *kind); });
    answer.body.add("current", view(desk, rules));
    answer.headers.emplace_back("ETag", '"' + std::to_string(rules.revision) + '"');
    return;
  }
  put(std::optional{object}, &domain::State::accounts);
}

}  // namespace

void wipe_strings(Json& json) {
  if (auto const* text = json.string()) {
    wipe(const_cast<std::string&>(*text));  // the document itself is not const
  } else if (auto* items = json.array()) {
    std::for_each(items->begin(), items->end(), wipe_strings);
  } else if (auto* members = json.object()) {
    for (auto& member : *members) {
      wipe_strings(member.second);
    }
  }
}

Body::~Body() {
  if (secret_) {
    wipe_strings(json_);
  }
}

Body::Body(Call const& call) : context_{.style = {.strict = true}, .errors = {}, .path = {}} {
  if (call.body.empty()) {
    json_ = Json::Object{};
    return;
  }
  auto parsed = messaging::parse_json(call.body, {.bytes = call.body.size(), .depth = 32});
  if (!parsed) {
    context_.wrong(parsed.error().message);
  } else if (parsed->object() == nullptr) {
    context_.wrong("expected an object");
  } else {
    json_ = std::move(parsed).value();
  }
}

Body& Body::put(char const* name, Json value) {
  if (json_.find(name) != nullptr) {
    context_.errors.push_back({std::string{"/"} + name, "stands in the path already"});
  } else {
    json_.add(name, std::move(value));
  }
  return *this;
}

Body& Body::require(std::vector<char const*> const& names) {
  if (!good()) {
    return *this;
  }
  for (char const* name : names) {
    Json const* found = json_.find(name);
    if (found == nullptr || found->is_null()) {
      context_.errors.push_back({std::string{"/"} + name, "is required"});
    }
  }
  return *this;
}

Json Body::without(std::vector<char const*> const& names) const {
  Json rest{Json::Object{}};
  if (Json::Object const* members = json_.object()) {
    for (auto const& [name, value] : *members) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        rest.add(name, value);
      }
    }
  }
  return rest;
}

Body& Body::crs_beside_location() {
  Json const* crs = json_.find("crs");
  Json const* location = json_.find("location");
  if (crs != nullptr && location != nullptr && location->object() != nullptr) {
    Json moved = *location;
    if (moved.find("crs") == nullptr) {
      moved.add("crs", *crs);
    }
    Json rest = without({"crs", "location"});
    rest.add("location", std::move(moved));
    json_ = std::move(rest);
  }
  return *this;
}

messaging::WriteStyle api_style(Desk& desk) {
  std::int64_t const zone = desk.center.committed().read(
      [](domain::State const& state) { return state.founding ? state.founding->zone_minutes : 0; });
  return {.zone_minutes = static_cast<int>(zone), .complete = true};
}

Answer carry_out(Desk& desk, Call& call, Submission submission, Finish const& finish) {
  messaging::Request request;
  std::string const if_match = call.header("If-Match");
  if (submission.takes_if_match && if_match.empty()) {
    return problem(call, 428, "if_match_required",
                   "send the ETag of " + submission.object +
                       " as If-Match, so that nobody's change is overwritten");
  }
  if (!if_match.empty() && if_match != "*") {
    request.envelope.expected_revision = revision_of(if_match);
    if (!request.envelope.expected_revision) {
      return problem(call, {{"If-Match", "expected an ETag as a read gave it"}});
    }
  }
  if (call.header("Idempotency-Key").size() > 200) {
    return problem(call, {{"Idempotency-Key", "at most 200 characters"}});
  }
  ensure(!has_plain_personal(submission.command),
         "what is said of persons is sealed on its way in");
  request.envelope.id = submission.id.empty() ? command_id_of(call) : submission.id;
  request.envelope.actor = {call.who.account, call.who.acting_role(submission.permission)};
  request.envelope.command = std::move(submission.command);
  request.hash = request_hash(desk, call);
  messaging::Outcome const outcome = desk.center.carry_out(std::move(request));
  if (auto const* refusal = std::get_if<domain::Refusal>(&outcome)) {
    Answer answer = problem(call, *refusal);
    if (answer.status == 412) {
      add_current(desk, submission.object, answer);
    }
    return answer;
  }
  if (std::holds_alternative<messaging::IdReused>(outcome)) {
    return problem(call, 422, "id_reused", "take a new Idempotency-Key for a new request");
  }
  if (auto const* error = std::get_if<Error>(&outcome)) {
    return problem(call, *error);
  }
  auto const& carried = std::get<messaging::Carried>(outcome);
  Answer answer = Answer::json(Json{Json::Object{}}, submission.object.empty() ? 201 : 200);
  if (carried.events.empty()) {
    return answer;
  }
  answer.body.add("sequence", carried.events.back().sequence);
  if (auto const revision = revision_after(carried.events, submission.object)) {
    answer.body.add("revision", *revision);
    answer.headers.emplace_back("ETag", '"' + std::to_string(*revision) + '"');
  }
  if (finish) {
    finish(carried.events, answer);
  }
  answer.body.add("events", events_json(carried.events, api_style(desk)));
  if (carried.replayed) {
    answer.headers.emplace_back("Idempotency-Replayed", "true");
  }
  return answer;
}

Json view(Desk& desk, domain::Report const& report) { return to_json(report, api_style(desk)); }
Json view(Desk& desk, domain::Incident const& incident) {
  return to_json(incident, api_style(desk));
}
Json view(Desk& desk, domain::Order const& order) { return to_json(order, api_style(desk)); }
Json view(Desk& desk, domain::RuleSet const& rules) { return to_json(rules, api_style(desk)); }
Json view(Desk& desk, domain::Account const& account) { return to_json(account, api_style(desk)); }

#define FENGHUO_VIEW(T) \
  Json view(Desk& desk, domain::T const& record) { return to_json(record, api_style(desk)); }
FENGHUO_VIEW(Organization)
FENGHUO_VIEW(Person)
FENGHUO_VIEW(Area)
FENGHUO_VIEW(Facility)
FENGHUO_VIEW(Enterprise)
FENGHUO_VIEW(PlanContact)
FENGHUO_VIEW(DutyPost)
FENGHUO_VIEW(DutyShift)
FENGHUO_VIEW(Delivery)
#undef FENGHUO_VIEW

Json view(Desk& desk, domain::CallDown const& call_down) {
  auto const style = api_style(desk);
  Json out = to_json(call_down, style);
  auto const count = desk.center.committed().read(
      [&](domain::State const& state) { return domain::count_rows(state, call_down); });
  out.add("count", to_json(count, style));
  return out;
}

Json view(Desk& desk, domain::Team const& team) {
  return team_json(desk, team, desk.center.positions().latest(team.id), desk.center.clock().now());
}

Json team_json(Desk& desk, domain::Team const& team,
               std::optional<messaging::TrackPoint> const& position, Time at) {
  Json out = to_json(team, api_style(desk));
  bool const committed =
      team.order.has_value() && team.availability == domain::Availability::Available;
  out.add("state", committed ? std::string_view{"committed"} : name_of(team.availability));
  out.add("position", position ? position_json(desk, *position, at) : Json{});
  return out;
}

}  // namespace fenghuo::server
