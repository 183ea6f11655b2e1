#pragma once

#include <functional>
#include <memory>

#include "center/center.h"
#include "messaging/security_log/security_log.h"
#include "server/access/secrets.h"
#include "server/config.h"
#include "server/gateways/gateways.h"

namespace fenghuo::server {

/// A centre and the security log that its anchors go to.
struct OpenCenter {
  std::shared_ptr<messaging::SecurityLog> security;  ///< ends after the centre
  std::unique_ptr<center::Center> center;
  std::string changed_history;  ///< what the newest anchor says against the journal; empty: nothing
};

/// A centre on a data folder: journal, security log, projections, tracks, snapshots, roads.
///
/// Errors: as SqliteJournal::open, SecurityLog::open, Region::open and Center::open; each message names the
///         mend.
/// `gateways`: their bearers move into the centre; it must outlive it. None: nothing leaves the house.
Result<OpenCenter> open_center(Settings const& settings,
                               std::function<void(std::string const&)> on_store_failure,
                               Gateways* gateways = nullptr);
/// The security log of a data folder, for writing.
Result<std::shared_ptr<messaging::SecurityLog>> open_security_log(Settings const& settings);
Result<std::unique_ptr<Secrets>> open_secrets(Settings const& settings);
/// The roads of the settings' region; straight lines without one.
Result<std::unique_ptr<center::Roads>> open_roads(Settings const& settings);

}  // namespace fenghuo::server
