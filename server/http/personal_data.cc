#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using domain::State;

void add_key(std::vector<std::string>& keys, domain::Sealed const& text) {
  if (!text.key.empty() && std::find(keys.begin(), keys.end(), text.key) == keys.end()) {
    keys.push_back(text.key);
  }
}

/// Carries the erasure out and destroys the keys before it is answered; a centre that stops in between
/// does it at its next start, from the journal.
Answer erase(Desk& desk, Call& call, domain::ErasePersonalData command) {
  return carry_out(
      desk, call,
      {.command = std::move(command),
       .permission = Permission::ErasePersonal,
       .object = call.parameters.at(0)},
      [&](auto const& events, Answer& answer) {
        auto const& erased = std::get<domain::PersonalDataErased>(events.front().event);
        auto const done = desk.center.personal()->erase(erased.keys);
        answer.body.add("keys_destroyed", done ? messaging::Json{true} : messaging::Json{false});
      });
}

std::optional<Answer> read_reason(Call& call, domain::ErasePersonalData& command) {
  Body body{call};
  body.require({"reason"});
  if (body.good()) {
    messaging::Json const* reason = body.member("reason");
    if (reason->string() == nullptr || reason->string()->empty() ||
        body.json().object()->size() != 1) {
      body.errors().push_back({"/reason", "say why; nothing else is taken here"});
    } else {
      command.reason = *reason->string();
    }
  }
  return body.good() ? std::nullopt : std::optional{problem(call, body.errors())};
}

Answer erase_person(Desk& desk, Call& call) {
  domain::ErasePersonalData command;
  if (auto wrong = read_reason(call, command)) {
    return std::move(*wrong);
  }
  command.person = path_id<PersonCode>(call, 0);
  if (!command.person) {
    return problem(call, 404, "not_found", "that is no code");
  }
  desk.center.committed().read([&](State const& state) {
    if (domain::Person const* person = domain::find(state.persons, *command.person)) {
      for (auto const& text : {person->facts.name, person->facts.mobile, person->facts.phone}) {
        add_key(command.keys, text);
      }
    }
    return 0;
  });
  return erase(desk, call, std::move(command));
}

Answer erase_caller(Desk& desk, Call& call) {
  domain::ErasePersonalData command;
  if (auto wrong = read_reason(call, command)) {
    return std::move(*wrong);
  }
  auto const id = path_id<ReportId>(call, 0);
  if (!id) {
    return problem(call, 404, "not_found", "\"" + call.parameters.at(0) + "\" is not an id");
  }
  command.report = *id;
  Identity const everywhere{};  // security administrators read no reports; here they name one
  Call looking = call;
  looking.who = everywhere;
  auto const found = find_at(desk, looking, Moment{}, &State::reports, *id);
  if (!found) {
    return problem(call, found.error());
  }
  if (found->object != nullptr) {
    add_key(command.keys, found->object->caller);
  }
  return erase(desk, call, std::move(command));
}

Answer erase_assisted(Desk& desk, Call& call) {
  domain::ErasePersonalData command;
  if (auto wrong = read_reason(call, command)) {
    return std::move(*wrong);
  }
  command.area = path_id<AreaCode>(call, 0);
  if (!command.area) {
    return problem(call, 404, "not_found", "that is no code");
  }
  // Also of those who stood on the card once and do not any more.
  auto keys = desk.center.personal()->keys_under("assisted:" + command.area->text + "/");
  if (!keys) {
    return problem(call, keys.error());
  }
  command.keys = std::move(keys).value();
  return erase(desk, call, std::move(command));
}

}  // namespace

void add_personal_data_routes(RouteTable& routes, Desk& desk) {
  Permission const permission = Permission::ErasePersonal;
  routes.add({"POST", "/api/v1/persons/{}/erase", permission,
              [&](Call& c) { return erase_person(desk, c); }});
  routes.add({"POST", "/api/v1/reports/{}/erase-caller", permission,
              [&](Call& c) { return erase_caller(desk, c); }});
  routes.add({"POST", "/api/v1/areas/{}/erase-assisted", permission,
              [&](Call& c) { return erase_assisted(desk, c); }});
}

}  // namespace fenghuo::server
