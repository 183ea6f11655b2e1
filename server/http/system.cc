#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "server/http/page.h"
#include "server/page/embedded.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

/// The scalars of YAML's core schema, as JSON.
Json scalar_json(YAML::Node const& node) {
  std::string const& text = node.Scalar();
  if (node.Tag() == "!") {  // was quoted
    return text;
  }
  if (text == "true" || text == "false") {
    return text == "true";
  }
  if (text.empty() || text == "null" || text == "~") {
    return {};
  }
  auto const number = messaging::parse_json(text);
  return number && number->is_number() ? *number : Json{text};
}

Json yaml_json(YAML::Node const& node) {
  if (node.IsSequence()) {
    Json::Array out;
    for (auto const& item : node) {
      out.push_back(yaml_json(item));
    }
    return out;
  }
  if (node.IsMap()) {
    Json out{Json::Object{}};
    for (auto const& member : node) {
      out.add(member.first.Scalar(), yaml_json(member.second));
    }
    return out;
  }
  return node.IsScalar() ? scalar_json(node) : Json{};
}

/// The API's description, from the file that is its source.
std::string const& openapi_json() {
  static std::string const kText = yaml_json(YAML::Load(std::string{embedded_openapi()})).text();
  return kText;
}

Answer ready(Desk& desk, Call& call) {
  Json::Array reasons;
  auto const not_ready = [&](std::string what, std::string detail) {
    reasons.push_back(Json::object({{"part", std::move(what)}, {"detail", std::move(detail)}}));
  };
  bool const founded = desk.center.committed().read(
      [](domain::State const& state) { return state.founding.has_value(); });
  if (!founded) {
    not_ready("centre", "not founded yet");
  }
  if (std::string const trouble = desk.center.last_trouble(); !trouble.empty()) {
    not_ready("housekeeping", trouble);
  }
  for (auto& trouble : desk.security.troubles()) {
    not_ready("security log", std::move(trouble));
  }
  for (auto const& subscriber : desk.center.bus().status()) {
    if (!subscriber.last_error.empty()) {
      not_ready("subscriber " + subscriber.name, subscriber.last_error);
    }
  }
  if (desk.center.waiting_commands() > messaging::CommandLoop::kQueue / 2) {
    not_ready("command loop", "commands are waiting");
  }
  bool const good = reasons.empty();
  constexpr std::size_t kMostNamed = 100;
  Json::Array unmatched;
  for (auto& closure : desk.center.closures().unmatched()) {
    if (unmatched.size() < kMostNamed) {
      unmatched.emplace_back(std::move(closure));
    }
  }
  Sequence const sequence = desk.center.committed().read([](auto const& s) { return s.sequence; });
  Answer answer = Answer::json(Json::object({{"ready", good},
                                             {"reasons", std::move(reasons)},
                                             {"sequence", sequence},
                                             {"roads_as_of", desk.center.closures().as_of()},
                                             {"basis", name_of(desk.center.roads().basis())},
                                             {"closures_unmatched", std::move(unmatched)}}),
                               good ? 200 : 503);
  (void)call;
  return answer;
}

void metric(std::string& out, std::string_view name, std::string_view kind, std::string_view help,
            std::uint64_t value) {
  out += fmt::format("# HELP fenghuo_{0} {1}\n# TYPE fenghuo_{0} {2}\nfenghuo_{0} {3}\n", name,
                     help, kind, value);
}

std::string gateway_metrics(Desk& desk) {
  auto const all = desk.center.outbox().figures();
  std::string out;
  auto const family = [&](std::string_view name, std::string_view kind, std::string_view help,
                          auto const& value) {
    out += all.empty()
               ? ""
               : fmt::format("# HELP fenghuo_gateway_{0} {1}\n# TYPE fenghuo_gateway_{0} {2}\n",
                             name, help, kind);
    for (auto const& one : all) {
      out += fmt::format("fenghuo_gateway_{}{{gateway=\"{}\"}} {}\n", name, one.name, value(one));
    }
  };
  family("handed_over_total", "counter", "Messages that the gateway took since the start",
         [](auto const& one) { return one.handed_over; });
  family("dead_total", "counter", "Messages that were given up",
         [](auto const& one) { return one.dead; });
  family("failures_total", "counter", "Tries that failed",
         [](auto const& one) { return one.failures; });
  family("waiting", "gauge", "Messages that are for it now",
         [](auto const& one) { return one.waiting; });
  family("up", "gauge", "0 while it is left alone after five failures",
         [](auto const& one) { return one.state == messaging::CircuitState::Open ? 0 : 1; });
  return out;
}

Answer metrics(Desk& desk) {
  auto const figures = desk.center.writer_figures();
  std::string out;
  metric(out, "events_total", "counter", "Events made durable since the start", figures.events);
  metric(out, "batches_total", "counter", "Groups of commands made durable", figures.batches);
  metric(out, "commands_refused_total", "counter", "Commands that the rules refused",
         figures.refused);
  metric(out, "commands_replayed_total", "counter", "Commands answered from the journal",
         figures.replayed);
  metric(out, "commands_failed_total", "counter", "Commands that could not be stored",
         figures.failed);
  metric(out, "commands_waiting", "gauge", "Commands in the queue", desk.center.waiting_commands());
  metric(out, "positions_dropped_total", "counter", "Positions that did not reach the track store",
         desk.center.positions().dropped());
  metric(out, "closures_unmatched", "gauge", "Closures that match no road of the map",
         desk.center.closures().unmatched().size());
  metric(out, "orders_passed_over_total", "counter",
         "Orders under way whose routes were not looked at after a closure: there were too many",
         desk.center.route_watch().passed_over());
  auto const security = desk.security.figures();
  metric(out, "security_rows_total", "counter", "Rows written to the security log", security.rows);
  metric(out, "security_rows_lost_total", "counter", "Rows of the security log that found no room",
         security.lost);
  auto const scrub = desk.center.scrub_figures();
  metric(out, "journal_scrub_row", "gauge", "Last row proved in this pass over the journal",
         static_cast<std::uint64_t>(scrub.at));
  metric(out, "journal_scrub_rows_total", "counter", "Rows proved in the background", scrub.rows);
  metric(out, "journal_scrub_passes_total", "counter", "Whole passes over the journal",
         scrub.passes);
  metric(out, "journal_scrub_last_pass_seconds", "gauge",
         "When the last whole pass ended, in seconds since 1970; 0: none yet",
         scrub.last_pass ? static_cast<std::uint64_t>(scrub.last_pass->us / 1'000'000) : 0);
  metric(out, "journal_scrub_damaged_total", "counter", "Rows that did not verify", scrub.found);
  desk.center.committed().read([&](domain::State const& state) {
    metric(out, "sequence", "gauge", "Last event", static_cast<std::uint64_t>(state.sequence));
    metric(out, "open_incidents", "gauge", "Incidents that are not closed",
           state.open_incidents.size());
    metric(out, "open_reports", "gauge", "Reports waiting for somebody", state.open_reports.size());
    metric(out, "teams", "gauge", "Registered teams", state.teams.size());
    return 0;
  });
  out += gateway_metrics(desk);
  Answer answer;
  answer.type = "text/plain; version=0.0.4";
  answer.text = std::move(out) + desk.http.metrics();
  return answer;
}

Answer center_info(Desk& desk) {
  auto const style = api_style(desk);
  Sequence as_of = 0;
  auto const founding = desk.center.committed().read([&](domain::State const& state) {
    as_of = state.sequence;
    return state.founding;
  });
  Json body = founding ? to_json(*founding, style) : Json{Json::Object{}};
  if (auto const* region = desk.center.roads().region()) {
    body.add("region", Json::object({{"name", region->name},
                                     {"licence", region->licence},
                                     {"nodes", region->nodes},
                                     {"arcs", region->arcs},
                                     {"south_west", to_json(region->south_west, style)},
                                     {"north_east", to_json(region->north_east, style)}}));
  } else {
    body.add("region", Json{});
  }
  body.add("basis", name_of(desk.center.roads().basis()));
  body.add("as_of", as_of);
  return Answer::json(std::move(body));
}

Answer page(std::string_view text, std::string type) {
  Answer answer;
  answer.type = std::move(type);
  answer.text = text;
  answer.headers.emplace_back(
      "Content-Security-Policy",
      "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'");
  return answer;
}

}  // namespace

void add_health_routes(RouteTable& routes, Desk& desk, Permission metrics_permission) {
  routes
      .add({"GET", "/healthz", Permission::None,
            [](Call&) {
              return Answer::json(Json::object({{"status", "ok"}}));
            }})
      .work = WorkClass::Status;
  routes.add({"GET", "/readyz", Permission::None, [&](Call& c) { return ready(desk, c); }}).work =
      WorkClass::Status;
  routes.add({"GET", "/metrics", metrics_permission, [&](Call&) { return metrics(desk); }}).work =
      WorkClass::Status;
}

void add_system_routes(RouteTable& routes, Desk& desk) {
  routes.add({"GET", "/api/v1/openapi.json", Permission::None,
              [](Call&) { return page(openapi_json(), "application/json"); }});
  routes
      .add(
          {"GET", "/api/v1/center", Permission::SignedIn, [&](Call&) { return center_info(desk); }})
      .work = WorkClass::Status;
  struct File {
    char const* path;
    std::string_view text;
    char const* type;
  };
  for (File const& file : {File{"/", embedded_page(), "text/html"},
                           {"/page.js", embedded_script(), "text/javascript"},
                           {"/page.css", embedded_style(), "text/css"}}) {
    routes
        .add({"GET", file.path, Permission::None,
              [file](Call&) { return page(file.text, file.type); }})
        .work = WorkClass::Status;
  }
}

}  // namespace fenghuo::server
