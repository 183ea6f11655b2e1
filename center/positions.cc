#include "center/positions.h"

#include <algorithm>
#include <utility>

namespace fenghuo::center {

PositionResult Positions::take(messaging::TrackPoint const& point, Time now) {
  if (point.device_time > now + minutes(5)) {
    return PositionResult::InFuture;
  }
  std::scoped_lock const lock{mutex_};
  if (unsaved_.size() >= kUnsaved) {
    drop_oldest(kUnsaved / 10);
  }
  unsaved_.push_back(point);  // late points belong to the track even if they are not the latest
  auto const it = latest_.find(point.team);
  if (it != latest_.end() && it->second.point.device_time >= point.device_time) {
    return PositionResult::Older;
  }
  latest_.insert_or_assign(point.team, Latest{point, ++changes_});
  return PositionResult::Taken;
}

std::optional<messaging::TrackPoint> Positions::latest(TeamId team) const {
  std::scoped_lock const lock{mutex_};
  auto const it = latest_.find(team);
  return it == latest_.end() ? std::nullopt : std::optional{it->second.point};
}

std::vector<messaging::TrackPoint> Positions::all() const {
  std::uint64_t from_start = 0;
  return changed_after(from_start);
}

std::vector<messaging::TrackPoint> Positions::changed_after(std::uint64_t& change) const {
  std::scoped_lock const lock{mutex_};
  std::vector<messaging::TrackPoint> out;
  for (auto const& [team, latest] : latest_) {
    if (latest.change > change) {
      out.push_back(latest.point);
    }
  }
  change = changes_;
  return out;
}

void Positions::restore(std::span<messaging::TrackPoint const> points) {
  std::scoped_lock const lock{mutex_};
  for (auto const& point : points) {
    latest_.insert_or_assign(point.team, Latest{point, ++changes_});
  }
}

std::vector<messaging::TrackPoint> Positions::take_unsaved() {
  std::scoped_lock const lock{mutex_};
  return std::exchange(unsaved_, {});
}

void Positions::give_back(std::vector<messaging::TrackPoint> unsaved) {
  std::scoped_lock const lock{mutex_};
  unsaved.insert(unsaved.end(), unsaved_.begin(), unsaved_.end());
  unsaved_ = std::move(unsaved);
  if (unsaved_.size() > kUnsaved) {
    drop_oldest(unsaved_.size() - kUnsaved);
  }
}

void Positions::drop_oldest(std::size_t count) {
  unsaved_.erase(unsaved_.begin(), unsaved_.begin() + static_cast<std::ptrdiff_t>(count));
  dropped_ += count;
}

std::uint64_t Positions::dropped() const {
  std::scoped_lock const lock{mutex_};
  return dropped_;
}

}  // namespace fenghuo::center
