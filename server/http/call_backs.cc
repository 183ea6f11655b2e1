#include "server/http/arguments.h"
#include "server/http/desk.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

Json call_back_json(CallBack const& entry, messaging::WriteStyle const& style) {
  return Json::object({{"id", entry.id},
                       {"at", to_json(entry.at, style)},
                       {"peer", entry.peer},
                       {"account", entry.account},
                       {"area", entry.area},
                       {"status", entry.status},
                       {"channel", entry.channel},
                       {"caller", entry.caller},
                       {"text", entry.text},
                       {"reason", entry.reason},
                       {"done_by", entry.done_by},
                       {"done_at", to_json(entry.done_at, style)}});
}

/// Those whose reports were refused, oldest first.
Answer list(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"after", "limit", "done"})) {
    return std::move(*unknown);
  }
  auto const after = whole_number(call.argument("after").empty() ? "0" : call.argument("after"));
  auto const limit = whole_number(call.argument("limit").empty() ? "100" : call.argument("limit"));
  std::string const done = call.argument("done");
  if (!after || *after < 0 || !limit || *limit < 1 || *limit > 500 ||
      (!done.empty() && done != "true" && done != "false")) {
    return problem(call, {{"after", "expected a number; limit 1 to 500, done true or false"}});
  }
  auto const rows =
      desk.call_backs.list(*after, static_cast<std::size_t>(*limit),
                           done.empty() ? std::nullopt : std::optional{done == "true"});
  if (!rows) {
    return problem(call, rows.error());
  }
  Json::Array items;
  auto const style = api_style(desk);
  for (auto const& row : *rows) {
    if (call.who.in_scope(row.area)) {
      items.push_back(call_back_json(row, style));
    }
  }
  Json const next =
      rows->size() == static_cast<std::size_t>(*limit) ? Json{rows->back().id} : Json{};
  return Answer::json(Json::object({{"items", std::move(items)}, {"next_after", next}}));
}

Answer tick_off(Desk& desk, Call& call) {
  auto const id = whole_number(call.parameters[0]);
  auto found = id ? desk.call_backs.find(*id) : Result<std::optional<CallBack>>{std::nullopt};
  if (!found) {
    return problem(call, found.error());
  }
  if (!*found) {
    return problem(call, 404, "not_found", "there is no such call-back");
  }
  if (!call.who.in_scope((*found)->area)) {
    return problem(call, 403, "outside_area", "it is of another area");
  }
  auto const done = desk.call_backs.done(*id, call.who.account, desk.center.clock().now());
  if (!done) {
    return problem(call, done.error());
  }
  found = desk.call_backs.find(*id);
  if (!found || !*found) {
    return found ? problem(call, 404, "not_found", "there is no such call-back")
                 : problem(call, found.error());
  }
  return Answer::json(call_back_json(**found, api_style(desk)));
}

}  // namespace

void add_call_back_routes(RouteTable& routes, Desk& desk) {
  std::string const base = "/api/v1/call-backs";
  routes.add({"GET", base, Permission::CallBack, [&](Call& c) { return list(desk, c); }});
  routes.add({"POST", base + "/{}/done", Permission::CallBack,
              [&](Call& c) { return tick_off(desk, c); }});
}

}  // namespace fenghuo::server
