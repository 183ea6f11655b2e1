#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

std::optional<domain::RuleKind> kind_of(Call const& call) {
  return enum_named<domain::RuleKind>(call.parameters.at(0));
}

Answer no_such_kind(Call const& call) {
  std::string kinds;
  for (auto const name : EnumNames<domain::RuleKind>::kNames) {
    kinds.append(kinds.empty() ? "" : ", ").append(name);
  }
  return problem(call, 404, "not_found",
                 "there are no rules \"" + call.parameters.at(0) + "\"; there are: " + kinds);
}

Answer list_all(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"at"})) {
    return std::move(*unknown);
  }
  auto asked = moment_of(desk, call);
  if (auto* wrong = std::get_if<Answer>(&asked)) {
    return std::move(*wrong);
  }
  domain::State const state =
      look(desk, std::get<Moment>(asked), [](domain::State const& then) { return then; });
  Json::Array items;
  for (std::size_t i = 0; i < EnumNames<domain::RuleKind>::kNames.size(); ++i) {
    items.push_back(view(desk, domain::in_force(state, static_cast<domain::RuleKind>(i))));
  }
  return page_detail::page(std::move(items), "", state.sequence);
}

Answer show_one(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"at"})) {
    return std::move(*unknown);
  }
  auto asked = moment_of(desk, call);
  if (auto* wrong = std::get_if<Answer>(&asked)) {
    return std::move(*wrong);
  }
  Moment const& moment = std::get<Moment>(asked);
  auto const kind = kind_of(call);
  if (!kind) {
    return no_such_kind(call);
  }
  auto const [rules, as_of] = look(desk, moment, [&](domain::State const& state) {
    return std::pair{domain::in_force(state, *kind), state.sequence};
  });
  Answer answer = Answer::json(view(desk, rules));
  answer.body.add("as_of", as_of);
  if (!moment.is_past()) {
    answer.headers.emplace_back("ETag", '"' + std::to_string(rules.revision) + '"');
  }
  return answer;
}

/// A document is whole: a member that is left out would silently go back to its default.
struct EveryMember {
  Json const& document;
  Body& body;
  std::string path;
  template <class T>
  void operator()(std::string_view name, T const& /*member*/) {
    std::string const full =
        std::string{name}.append(messaging::fields_json_detail::suffix_of<T>());
    if (document.find(full) == nullptr) {
      body.errors().push_back({path + "/" + full, "is required: a document is adopted whole"});
    }
  }
};

void require_whole(Body& body, domain::AdoptRuleSet const& command) {
  if (command.document.clocks) {
    EveryMember every{*body.member("document")->find("clocks"), body, "/document/clocks"};
    domain::Clocks::fields(every, *command.document.clocks);
  }
}

Answer adopt(Desk& desk, Call& call) {
  auto const kind = kind_of(call);
  if (!kind) {
    return no_such_kind(call);
  }
  domain::AdoptRuleSet command;
  Body body{call};
  body.put("kind", call.parameters.at(0)).require({"because", "document"}).read(command);
  if (body.good()) {
    require_whole(body, command);
  }
  if (!body.good()) {
    return problem(call, body.errors());
  }
  if (!call.who.area.empty()) {
    return problem(call, 403, "outside_area", "rules hold everywhere, beyond your area");
  }
  return carry_out(desk, call,
                   {std::move(command), Permission::EditRules, call.parameters.at(0), true},
                   [](auto const& events, Answer& answer) {
                     auto const& adopted = std::get<domain::RuleSetAdopted>(events.front().event);
                     answer.body.add("version", adopted.version);
                   });
}

}  // namespace

void add_rule_set_routes(RouteTable& routes, Desk& desk) {
  std::string const base = "/api/v1/rule-sets";
  routes.add({"GET", base, Permission::Read, [&](Call& c) { return list_all(desk, c); }});
  routes.add({"GET", base + "/{}", Permission::Read, [&](Call& c) { return show_one(desk, c); }});
  routes.add({"PUT", base + "/{}", Permission::EditRules, [&](Call& c) { return adopt(desk, c); }});
}

}  // namespace fenghuo::server
