#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/units.h"
#include "core/domain/vocabulary.h"
#include "messaging/sqlite/database.h"
#include "messaging/storage/disk.h"

namespace fenghuo::messaging {

/// One position of a team, as its device or a person told it.
struct TrackPoint {
  TeamId team;
  GeoPoint point;
  Time device_time;  ///< when it was there
  Time received_at;
  std::int64_t accuracy_m = 0;  ///< 0: not known
  domain::Means means = domain::Means::System;
  std::string said_by;  ///< who reported it, where not the team's device
};

/// Where teams have been: a telemetry store of its own beside the journal, written in batches. A crash may
/// lose the last second; the journal promises more, positions do not.
/// A file that does not open as one is put aside (.damaged) and a new one begun.
/// Threads: any, one at a time inside. Errors: Unavailable, DataLoss.
/// Checked: tests/messaging/track_store_test.cc.
class TrackStore {
 public:
  static Result<std::unique_ptr<TrackStore>> open(std::filesystem::path const& file,
                                                  Disk& disk = system_disk());

  /// Where a damaged file was put when this was opened; empty: it was none.
  std::filesystem::path const& put_aside() const { return put_aside_; }

  Result<void> append(std::span<TrackPoint const> points);
  /// Removes points whose device time lies before a time, at most `most`; the youngest of each team stays. Out:
  /// how many. The file does not shrink: what is free is used again.
  Result<std::size_t> trim(Time before, std::size_t most);
  /// The youngest point of each team, by device time.
  Result<std::vector<TrackPoint>> latest();
  /// The youngest point of a team that was known at a time.
  Result<std::optional<TrackPoint>> last_known(TeamId team, Time at);
  /// Points of a team in a span of device time, ascending, at most `most`.
  Result<std::vector<TrackPoint>> track(TeamId team, Time from, Time until, std::size_t most);

 private:
  explicit TrackStore(Database db) : db_{std::move(db)} {}
  Result<std::vector<std::string>> teams();
  Result<std::vector<TrackPoint>> points_of(Statement& select);
  std::filesystem::path put_aside_;
  std::mutex mutex_;
  Database db_;
};

}  // namespace fenghuo::messaging
