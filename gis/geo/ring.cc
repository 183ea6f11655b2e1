#include "gis/geo/ring.h"

#include <algorithm>
#include <numeric>

#include "gis/geo/distance.h"
#include "gis/geo/segments.h"

namespace fenghuo::gis {

namespace {

std::vector<GeoPoint> closed(std::span<GeoPoint const> ring) {
  std::vector<GeoPoint> out{ring.begin(), ring.end()};
  if (out.front() != out.back()) {
    out.push_back(out.front());
  }
  return out;
}

struct Side {
  GeoPoint from, to;
  std::size_t number = 0;
  std::int32_t west() const { return std::min(from.lon_e7, to.lon_e7); }
  std::int32_t east() const { return std::max(from.lon_e7, to.lon_e7); }
  std::int32_t south() const { return std::min(from.lat_e7, to.lat_e7); }
  std::int32_t north() const { return std::max(from.lat_e7, to.lat_e7); }
};

std::vector<Side> sides_of(std::span<GeoPoint const> ring) {
  std::vector<Side> sides;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    if (ring[i] != ring[i + 1]) {
      sides.push_back({ring[i], ring[i + 1], i + 1});
    }
  }
  return sides;
}

/// Whether two sides meet where they should not: neighbours share an end and nothing else.
bool meet(Side const& a, Side const& b, std::size_t a_at, std::size_t b_at, std::size_t count) {
  if (!touch(a.from, a.to, b.from, b.to)) {
    return false;
  }
  bool const b_follows = (a_at + 1) % count == b_at;
  bool const a_follows = (b_at + 1) % count == a_at;
  if (!b_follows && !a_follows) {
    return true;
  }
  if (count == 2) {
    return true;  // there and back
  }
  Side const& first = b_follows ? a : b;
  Side const& second = b_follows ? b : a;
  // Neighbours run over each other if an outer end lies on the other side.
  return lies_on(second.to, first.from, first.to) || lies_on(first.from, second.from, second.to);
}

}  // namespace

std::optional<RingCrossing> crossing_of(std::span<GeoPoint const> ring) {
  if (ring.empty()) {
    return std::nullopt;
  }
  auto const sides = sides_of(closed(ring));
  std::vector<std::size_t> from_west(sides.size());
  std::iota(from_west.begin(), from_west.end(), std::size_t{0});
  std::sort(from_west.begin(), from_west.end(),
            [&](std::size_t a, std::size_t b) { return sides[a].west() < sides[b].west(); });
  for (std::size_t i = 0; i < from_west.size(); ++i) {
    Side const& a = sides[from_west[i]];
    for (std::size_t k = i + 1; k < from_west.size() && sides[from_west[k]].west() <= a.east();
         ++k) {
      Side const& b = sides[from_west[k]];
      if (b.south() > a.north() || b.north() < a.south() ||
          !meet(a, b, from_west[i], from_west[k], sides.size())) {
        continue;
      }
      Side const& one = a.number < b.number ? a : b;
      Side const& other = a.number < b.number ? b : a;
      return RingCrossing{one.number, other.number,
                          meeting_point(one.from, one.to, other.from, other.to)};
    }
  }
  return std::nullopt;
}

RingIndex::RingIndex(std::span<GeoPoint const> ring) : ring_{closed(ring)} {
  auto const [low, high] = std::minmax_element(
      ring_.begin(), ring_.end(), [](GeoPoint a, GeoPoint b) { return a.lat_e7 < b.lat_e7; });
  south_ = low->lat_e7;
  north_ = high->lat_e7;
  std::vector<std::vector<std::uint32_t>> bands(kBands);
  for (std::size_t i = 0; i + 1 < ring_.size(); ++i) {
    auto const [from, to] = std::minmax(ring_[i].lat_e7, ring_[i + 1].lat_e7);
    for (std::int64_t band = band_of(from); band <= band_of(to); ++band) {
      bands[static_cast<std::size_t>(band)].push_back(static_cast<std::uint32_t>(i));
    }
  }
  first_.push_back(0);
  for (auto const& band : bands) {
    sides_.insert(sides_.end(), band.begin(), band.end());
    first_.push_back(static_cast<std::uint32_t>(sides_.size()));
  }
}

std::int64_t RingIndex::band_of(std::int32_t lat_e7) const {
  std::int64_t const height = std::max<std::int64_t>(1, std::int64_t{north_} - south_);
  std::int64_t const up = std::clamp<std::int64_t>(std::int64_t{lat_e7} - south_, 0, height);
  return std::min(kBands - 1, up * kBands / height);
}

bool RingIndex::holds(GeoPoint p) const {
  if (p.lat_e7 < south_ || p.lat_e7 > north_) {
    return false;
  }
  bool inside = false;
  auto const band = static_cast<std::size_t>(band_of(p.lat_e7));
  for (std::uint32_t at = first_[band]; at < first_[band + 1]; ++at) {
    GeoPoint const a = ring_[sides_[at]];
    GeoPoint const b = ring_[sides_[at] + 1];
    inside = crosses_to_the_east(p, a, b) ? !inside : inside;
  }
  return inside;
}

bool RingIndex::touches(GeoPoint a, GeoPoint b) const {
  auto const [from, to] = std::minmax(a.lat_e7, b.lat_e7);
  if (to < south_ || from > north_) {
    return false;
  }
  for (std::int64_t band = band_of(from); band <= band_of(to); ++band) {
    auto const in = static_cast<std::size_t>(band);
    for (std::uint32_t at = first_[in]; at < first_[in + 1]; ++at) {
      if (touch(a, b, ring_[sides_[at]], ring_[sides_[at] + 1])) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace fenghuo::gis
