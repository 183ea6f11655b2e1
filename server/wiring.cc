#include "server/wiring.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "server/admin/admin_socket.h"
#include "server/admin/administration.h"
#include "server/admin/noted_administration.h"
#include "server/cli/exit_code.h"
#include "server/data_folder.h"
#include "server/doors.h"
#include "server/feed/feed_hub.h"
#include "server/http/http_server.h"
#include "server/stop_signal.h"
#include "server/tls/tls_folder.h"

namespace fenghuo::server {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void end_for_store_failure(std::string const& why) {
  std::fprintf(stderr,
               "fenghuo: the store failed: %s\n"
               "fenghuo: ending now; start again, and recovery decides what is there\n",
               why.c_str());
  ::_exit(static_cast<int>(ExitCode::StoreFailed));
}

void add_all_routes(RouteTable& routes, Desk& desk, Gateways const& gateways) {
  add_system_routes(routes, desk);
  add_health_routes(routes, desk, Permission::Operate);
  add_session_routes(routes, desk);
  add_second_factor_routes(routes, desk);
  add_token_routes(routes, desk);
  add_account_routes(routes, desk);
  add_security_log_routes(routes, desk);
  add_report_routes(routes, desk);
  add_call_back_routes(routes, desk);
  add_incident_routes(routes, desk);
  add_order_routes(routes, desk);
  add_proposal_routes(routes, desk);
  add_rule_set_routes(routes, desk);
  add_team_routes(routes, desk);
  add_position_routes(routes, desk);
  add_closure_routes(routes, desk);
  add_attachment_routes(routes, desk);
  add_master_data_routes(routes, desk);
  add_roster_routes(routes, desk);
  add_workbook_routes(routes, desk);
  add_call_down_routes(routes, desk);
  add_delivery_routes(routes, desk);
  add_gateway_routes(routes, desk, gateways);
  add_personal_data_routes(routes, desk);
  add_travel_routes(routes, desk);
  add_reach_routes(routes, desk);
  add_place_routes(routes, desk);
  add_feed_routes(routes, desk);
}

int fail(Error const& error) {
  std::fprintf(stderr, "fenghuo: %s\n", error.message.c_str());
  return static_cast<int>(exit_code_of_start(error.code));
}

void announce_changed_history(std::string const& what) {
  std::fprintf(
      stderr,
      "fenghuo: 警告：日志与最近的锚点不符 / WARNING: this journal is not the one that was "
      "served here\n"
      "fenghuo:   %s\n"
      "fenghuo: service goes on. If that is meant (a backup was put in place), answer for it:\n"
      "fenghuo:   fenghuo journal accept-history --data FOLDER --because \"…\"\n",
      what.c_str());
}

/// A map that was imported anew may lack what a closure was drawn on: nobody would notice by himself.
void announce_unmatched_closures(center::Center const& center) {
  for (auto const& closure : center.closures().unmatched()) {
    std::fprintf(
        stderr,
        "fenghuo: 道路阻断未匹配到道路 / closure %s matches no road of this map: close it anew\n",
        closure.c_str());
  }
}

void welcome(Settings const& settings, FirstLogin const& login, std::uint16_t port) {
  std::fprintf(
      stderr, "fenghuo: serving %s://%s:%u  (data in %s)\n", settings.uses_tls() ? "https" : "http",
      settings.listen.substr(0, settings.listen.rfind(':')).c_str(), port, settings.data.c_str());
  if (settings.region.empty()) {
    std::fprintf(stderr,
                 "fenghuo: no region: travel times are straight lines; see fenghuo region build\n");
  }
  if (!login.account.empty()) {
    std::fprintf(stderr,
                 "fenghuo: first login, shown once / 首次登录，仅显示一次\n"
                 "fenghuo:   account  / 账号  %s\n"
                 "fenghuo:   password / 密码  %s\n",
                 login.account.c_str(), login.password.c_str());
  }
}

}  // namespace

int serve(Configuration const& configuration) {
  Settings const& settings = configuration.settings;
  auto const address = parse_host_port(settings.listen);
  auto const health_address = settings.health_listen.empty()
                                  ? Result<HostPort>{HostPort{}}
                                  : parse_host_port(settings.health_listen);
  if (!address || !health_address) {
    return fail(address ? health_address.error() : address.error());
  }
  std::size_t const descriptors = raise_descriptor_limit();
  StopSignal stop;

  auto gateways = Gateways::of(settings);
  if (!gateways) {
    return fail(gateways.error());
  }
  auto opened = open_center(settings, end_for_store_failure, &*gateways);
  if (!opened) {
    return fail(opened.error());
  }
  center::Center& center = *opened->center;
  messaging::SecurityLog& security = *opened->security;
  if (!opened->changed_history.empty()) {
    announce_changed_history(opened->changed_history);
  }
  announce_unmatched_closures(center);
  auto secrets = open_secrets(settings);
  if (!secrets) {
    return fail(secrets.error());
  }
  FeedHub feed{center, **secrets};
  center.bus().listen([&](auto events) { feed.notice(events); });
  center.housekeeping().add({"ended tokens and sessions are removed", minutes(10),
                             [&] { return (*secrets)->remove_ended(center.clock().now(), 1'000); }},
                            center.clock().steady());
  center.start();
  security.note(local_entry(messaging::SecurityKind::Started, center.clock().now(),
                            fs::absolute(settings.journal_file()).lexically_normal().string(),
                            "serving " + settings.listen));
  auto const login = found_if_new(center, **secrets, settings.jurisdiction, settings.zone_minutes);
  if (!login) {
    return fail(login.error());
  }
  note_first_login(security, center.clock().now(), *login);
  auto admin =
      AdminSocket::open(fs::path{settings.data} / "admin.sock", [&](messaging::Json const& wish) {
        return administer_noted(center, **secrets, security, wish);
      });
  if (!admin) {
    return fail(admin.error());
  }
  auto call_backs = CallBacks::open(fs::path{settings.data} / "call_backs.sqlite");
  if (!call_backs) {
    return fail(call_backs.error());
  }
  auto options = http_options(settings, *address, descriptors);
  if (!options) {
    return fail(options.error());
  }
  std::shared_ptr<Certificates> certificates;
  if (settings.uses_tls()) {
    auto read = Certificates::open(tls_files(settings));
    if (!read) {
      return fail(read.error());
    }
    certificates = std::move(read).value();
  }
  options->feed = &feed;
  options->porch.tls = certificates;
  IntakeRate intake_rate{settings.intake_per_minute};
  HttpCounts counts, health_counts;
  Desk desk{center, **secrets, settings, security, **call_backs, intake_rate, counts};
  RouteTable routes, health_routes;
  add_all_routes(routes, desk, *gateways);
  add_health_routes(health_routes, desk, Permission::None);
  auto server = HttpServer::start(routes, desk, counts, std::move(options).value());
  if (!server) {
    return fail(server.error());
  }
  std::unique_ptr<HttpServer> health;
  if (!settings.health_listen.empty()) {
    auto started =
        HttpServer::start(health_routes, desk, health_counts, health_options(*health_address));
    if (!started) {
      return fail(started.error());
    }
    health = std::move(started).value();
  }
  welcome(settings, *login, (*server)->port());
  stop.wait(certificates.get());
  std::fprintf(stderr, "fenghuo: stopping\n");
  (*server)->stop();
  feed.stop();
  center.stop();
  security.note(local_entry(messaging::SecurityKind::Stopped, center.clock().now(), "", ""));
  return 0;
}

}  // namespace fenghuo::server
