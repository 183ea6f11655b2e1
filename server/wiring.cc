#include "server/wiring.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "center/security_anchors.h"
#include "messaging/attachments/attachment_check.h"
#include "messaging/journal/sqlite_journal.h"
#include "messaging/security_log/security_check.h"
#include "server/admin/admin_socket.h"
#include "server/admin/administration.h"
#include "server/admin/noted_administration.h"
#include "server/cli/exit_code.h"
#include "server/feed/feed_hub.h"
#include "server/http/http_server.h"

namespace fenghuo::server {

namespace fs = std::filesystem;

namespace {

gis::RoutingSettings routing_settings(Settings const& settings) {
  return {.against_oneway_permille = static_cast<std::uint32_t>(settings.against_oneway_permille),
          .heavy_weight_kg = static_cast<std::uint32_t>(settings.heavy_weight_kg),
          .heavy_height_cm = static_cast<std::uint32_t>(settings.heavy_height_cm),
          .heavy_width_cm = static_cast<std::uint32_t>(settings.heavy_width_cm)};
}

/// Every connection is a descriptor: as many as the system lets us have. How many that are.
std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return 1'024;  // what every system gives
  }
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur);
}

/// What is left of the descriptors for each of the two that wait at the door and those that read the feed,
/// after files, uploads and the health port.
std::size_t connections_of(std::size_t descriptors, std::int64_t wanted) {
  constexpr std::size_t kOurs = 400;
  std::size_t const most = descriptors > 2 * kOurs ? (descriptors - kOurs) / 2 : kOurs / 4;
  return std::min(most, static_cast<std::size_t>(wanted));
}

/// Vital work and logins are never refused: their queues hold as many as can be connected.
WorkQueues::Lanes lanes_of(Settings const& s, std::size_t connections) {
  auto const lane = [](std::int64_t workers, std::size_t queue, int nice) {
    return WorkQueues::Lane{static_cast<std::size_t>(workers), queue, nice};
  };
  return {lane(s.vital_workers, connections, 0), lane(s.sign_in_workers, connections, 0),
          lane(s.status_workers, static_cast<std::size_t>(s.status_queue), 0),
          lane(s.query_workers, static_cast<std::size_t>(s.query_queue), 5),
          lane(s.bulk_workers, static_cast<std::size_t>(s.bulk_queue), 10)};
}

PorchLimits porch_limits(Settings const& s, std::size_t connections) {
  using std::chrono::milliseconds;
  PorchLimits limits;
  limits.header = milliseconds{s.header_deadline_ms};
  limits.request = milliseconds{s.request_deadline_ms};
  limits.idle = milliseconds{s.idle_deadline_ms};
  limits.answer = milliseconds{s.answer_deadline_ms};
  limits.connections = connections;
  limits.per_address = static_cast<std::size_t>(s.http_per_address);
  limits.request_bytes = limits.answer_bytes = static_cast<std::size_t>(s.http_buffer_mb) << 20U;
  return limits;
}

Result<HttpServer::Options> http_options(Settings const& settings, HostPort address,
                                         std::size_t descriptors) {
  auto trusted = AddressSet::parse(settings.trusted_gateways);
  if (!trusted) {
    return Error{trusted.error().code, "trusted_gateways: " + trusted.error().message};
  }
  auto spool = Spool::open(fs::path{settings.data} / "uploads",
                           static_cast<std::uint64_t>(settings.upload_room_mb) << 20U);
  if (!spool) {
    return spool.error();
  }
  std::size_t const connections = connections_of(descriptors, settings.http_connections);
  HttpServer::Options options;
  options.porch = {std::move(address), porch_limits(settings, connections),
                   lanes_of(settings, connections), std::move(trusted).value(),
                   std::move(spool).value()};
  options.feed_readers = connections_of(descriptors, settings.feed_readers);
  return options;
}

/// Health and metrics: a porch and workers of their own, so that whoever watches is not misled by a crowd
/// at the other door.
HttpServer::Options health_options(HostPort address) {
  constexpr std::size_t kConnections = 128;
  HttpServer::Options options;
  options.porch.address = std::move(address);
  options.porch.limits.connections = kConnections;
  for (auto& lane : options.porch.lanes) {
    lane = {1, kConnections, 0};
  }
  return options;
}

/// Blocks the signals that end a server in every thread, and waits for one of them.
class StopSignal {
 public:
  StopSignal() {
    // A shell starts jobs in the background with SIGINT ignored, and what is ignored is never waited for.
    std::signal(SIGINT, SIG_DFL);
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  void wait() {
    int signal = 0;
    sigwait(&signals_, &signal);
  }

 private:
  sigset_t signals_{};
};

[[noreturn]] void end_for_store_failure(std::string const& why) {
  std::fprintf(stderr,
               "fenghuo: the store failed: %s\n"
               "fenghuo: ending now; start again, and recovery decides what is there\n",
               why.c_str());
  ::_exit(static_cast<int>(ExitCode::StoreFailed));
}

void add_all_routes(RouteTable& routes, Desk& desk) {
  add_system_routes(routes, desk);
  add_health_routes(routes, desk, Permission::Operate);
  add_session_routes(routes, desk);
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
  add_personal_data_routes(routes, desk);
  add_travel_routes(routes, desk);
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

void welcome(Settings const& settings, FirstLogin const& login, std::uint16_t port) {
  std::fprintf(stderr, "fenghuo: serving http://%s:%u  (data in %s)\n",
               settings.listen.substr(0, settings.listen.rfind(':')).c_str(), port,
               settings.data.c_str());
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

Result<std::unique_ptr<center::Roads>> open_roads(Settings const& settings) {
  if (settings.region.empty()) {
    return center::straight_line_roads();
  }
  auto region = gis::Region::open(settings.region);
  if (!region) {
    return region.error();
  }
  return center::region_roads(std::move(region).value(), routing_settings(settings));
}

Result<std::shared_ptr<messaging::SecurityLog>> open_security_log(Settings const& settings) {
  messaging::SecurityLogOptions options;
  options.keep = hours(24 * settings.security_log_days);
  options.algorithm = settings.hash;
  options.mirror = settings.anchor_mirror;
  options.now = [clock = center::SystemClock{}] { return clock.now(); };
  auto log = messaging::SecurityLog::open(settings.data, std::move(options));
  if (!log) {
    return log.error();
  }
  return std::shared_ptr<messaging::SecurityLog>{std::move(log).value()};
}

Result<OpenCenter> open_center(Settings const& settings,
                               std::function<void(std::string const&)> on_store_failure) {
  fs::path const folder{settings.data};
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return Error{ErrorCode::Unavailable, fmt::format("cannot make the data folder {}: {}",
                                                     folder.string(), error.message())};
  }
  auto journal = messaging::SqliteJournal::open(settings.journal_file(), {"center", settings.hash});
  if (!journal) {
    return journal.error();
  }
  auto security = open_security_log(settings);
  if (!security) {
    return security.error();
  }
  OpenCenter opened;
  opened.security = *security;
  auto changed = messaging::changed_history(**journal, opened.security->store());
  if (!changed) {
    return changed.error();
  }
  if (!changed->empty()) {
    opened.changed_history = std::move(changed).value();
    opened.security->note(local_entry(messaging::SecurityKind::HistoryChanged,
                                      center::SystemClock{}.now(), "", opened.changed_history));
  }
  auto roads = open_roads(settings);
  if (!roads) {
    return roads.error();
  }
  auto subjects = messaging::SubjectIndex::open(folder / "subjects.sqlite");
  auto archive = messaging::Archive::open(folder / "archive.sqlite");
  auto tracks = messaging::TrackStore::open(folder / "tracks.sqlite");
  if (!subjects || !archive || !tracks) {
    return !subjects ? subjects.error() : !archive ? archive.error() : tracks.error();
  }
  auto attachments = std::make_unique<messaging::AttachmentStore>(settings.attachments_folder());
  if (auto const ready = attachments->prepare(); !ready) {
    return ready.error();
  }
  auto personal = messaging::PersonalKeys::open(folder / "personal.sqlite");
  if (!personal) {
    return personal.error();
  }
  if (auto const& aside = (*tracks)->put_aside(); !aside.empty()) {
    std::fprintf(stderr, "fenghuo: the tracks were damaged: put aside as %s, and begun anew\n",
                 aside.c_str());
  }
  center::Ports ports{std::make_shared<center::SystemClock>(),
                      std::move(journal).value(),
                      std::move(roads).value(),
                      std::move(subjects).value(),
                      std::move(archive).value(),
                      std::move(tracks).value(),
                      messaging::Snapshots{folder / "snapshots"},
                      std::make_unique<center::SecurityAnchors>(opened.security),
                      std::move(attachments),
                      std::move(personal).value()};
  center::CenterOptions options;
  options.keep_tracks = hours(24 * settings.track_days);
  options.on_store_failure = std::move(on_store_failure);
  options.on_damage = [](std::string const& what) {
    std::fprintf(
        stderr,
        "fenghuo: the journal is damaged: %s\n"
        "fenghuo: run `fenghuo journal verify`, then restore a backup; the centre goes on\n",
        what.c_str());
  };
  auto center = center::Center::open(std::move(ports), std::move(options));
  if (!center) {
    return center.error();
  }
  opened.center = std::move(center).value();
  return opened;
}

Result<std::unique_ptr<Secrets>> open_secrets(Settings const& settings) {
  return Secrets::open(fs::path{settings.data} / "secrets.sqlite");
}

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

  auto opened = open_center(settings, end_for_store_failure);
  if (!opened) {
    return fail(opened.error());
  }
  center::Center& center = *opened->center;
  messaging::SecurityLog& security = *opened->security;
  if (!opened->changed_history.empty()) {
    announce_changed_history(opened->changed_history);
  }
  auto secrets = open_secrets(settings);
  if (!secrets) {
    return fail(secrets.error());
  }
  FeedHub feed{center};
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
  options->feed = &feed;
  IntakeRate intake_rate{settings.intake_per_minute};
  HttpCounts counts, health_counts;
  Desk desk{center, **secrets, settings, security, **call_backs, intake_rate, counts};
  RouteTable routes, health_routes;
  add_all_routes(routes, desk);
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
  stop.wait();
  std::fprintf(stderr, "fenghuo: stopping\n");
  (*server)->stop();
  feed.stop();
  center.stop();
  security.note(local_entry(messaging::SecurityKind::Stopped, center.clock().now(), "", ""));
  return 0;
}

}  // namespace fenghuo::server
