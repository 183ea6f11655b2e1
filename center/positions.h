#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/base/units.h"
#include "messaging/tracks/track_store.h"

namespace fenghuo::center {

enum class PositionResult { Taken, Older, InFuture };

/// Where the teams are: the latest position of each in memory, last writer by device time wins; all of them
/// go on to the track store in batches. Telemetry: never in the journal, never in the way of a command.
///
/// Threads: any. The queue to the store is bounded (100,000); beyond it the oldest points are dropped and
///          counted.
/// Checked: tests/center/positions_test.cc.
class Positions {
 public:
  /// A position dated more than five minutes ahead is not taken: a device with a wrong clock would hide
  /// every later one.
  PositionResult take(messaging::TrackPoint const& point, Time now);

  std::optional<messaging::TrackPoint> latest(TeamId team) const;
  std::vector<messaging::TrackPoint> all() const;
  /// Those that changed after `change`; sets `change` to the last one seen.
  std::vector<messaging::TrackPoint> changed_after(std::uint64_t& change) const;

  /// For a start: what the store remembers, without storing it again.
  void restore(std::span<messaging::TrackPoint const> points);
  /// Takes what is to be stored; what could not be stored is given back and taken again with the next.
  std::vector<messaging::TrackPoint> take_unsaved();
  void give_back(std::vector<messaging::TrackPoint> unsaved);
  std::uint64_t dropped() const;

 private:
  static constexpr std::size_t kUnsaved = 100'000;
  void drop_oldest(std::size_t count);
  struct Latest {
    messaging::TrackPoint point;
    std::uint64_t change = 0;
  };
  mutable std::mutex mutex_;
  std::map<TeamId, Latest> latest_;
  std::vector<messaging::TrackPoint> unsaved_;
  std::uint64_t changes_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace fenghuo::center
