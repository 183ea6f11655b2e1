#include "server/data_folder.h"

#include <fmt/format.h>

#include <cstdio>

#include "center/security_anchors.h"
#include "messaging/attachments/attachment_check.h"
#include "messaging/journal/sqlite_journal.h"
#include "messaging/security_log/security_check.h"
#include "server/admin/noted_administration.h"

namespace fenghuo::server {

namespace fs = std::filesystem;

namespace {

gis::RoutingSettings routing_settings(Settings const& settings) {
  return {.against_oneway_permille = static_cast<std::uint32_t>(settings.against_oneway_permille),
          .heavy_weight_kg = static_cast<std::uint32_t>(settings.heavy_weight_kg),
          .heavy_height_cm = static_cast<std::uint32_t>(settings.heavy_height_cm),
          .heavy_width_cm = static_cast<std::uint32_t>(settings.heavy_width_cm)};
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
                               std::function<void(std::string const&)> on_store_failure,
                               Gateways* gateways) {
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
  auto personal = messaging::PersonalKeys::open(settings.personal_file());
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
  if (gateways != nullptr) {
    ports.bearers = std::move(gateways->bearers);
    options.receipts_url = [gateways](auto name) { return gateways->receipts_url(name); };
  }
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
  return Secrets::open(fs::path{settings.data} / "secrets.sqlite",
                       {.profile = profile_named(settings.security_profile),
                        .sessions = settings.sessions_per_account,
                        .now = center::SystemClock{}.now()});
}

}  // namespace fenghuo::server
