#pragma once

#include <functional>
#include <memory>

#include "center/center.h"
#include "server/access/secrets.h"
#include "server/config.h"

namespace fenghuo::server {

/// A centre on a data folder: journal, projections, tracks, snapshots, roads.
///
/// Errors: as SqliteJournal::open, Region::open and Center::open; each message names the mend.
Result<std::unique_ptr<center::Center>> open_center(
    Settings const& settings, std::function<void(std::string const&)> on_store_failure);
Result<std::unique_ptr<Secrets>> open_secrets(Settings const& settings);
/// The roads of the settings' region; straight lines without one.
Result<std::unique_ptr<center::Roads>> open_roads(Settings const& settings);

/// Serves until SIGTERM or SIGINT; the exit code.
int serve(Configuration const& configuration);

}  // namespace fenghuo::server
