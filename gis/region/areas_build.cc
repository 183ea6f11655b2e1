#include "gis/region/areas_build.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "gis/geo/distance.h"

namespace fenghuo::gis {

namespace {

using Ring = std::vector<GeoPoint>;

bool holds(std::vector<Ring> const& rings, GeoPoint p) {
  bool inside = false;
  for (auto const& ring : rings) {
    inside = inside_ring(p, ring) ? !inside : inside;
  }
  return inside;
}

/// Node ids of the boundary's ways; nullopt if a way or a node is not in the file.
std::optional<std::vector<std::vector<std::int64_t> const*>> whole_ways(OsmExtract const& osm,
                                                                        Boundary const& boundary) {
  std::vector<std::vector<std::int64_t> const*> ways;
  for (auto const id : boundary.member_ways) {
    auto const at =
        std::lower_bound(osm.member_ways.begin(), osm.member_ways.end(), id,
                         [](MemberWay const& way, std::int64_t key) { return way.id < key; });
    if (at == osm.member_ways.end() || at->id != id || at->refs.size() < 2) {
      return std::nullopt;
    }
    bool const whole = std::all_of(at->refs.begin(), at->refs.end(), [&](std::int64_t ref) {
      return osm.nodes.has(osm.nodes.index_of(ref));
    });
    if (!whole) {
      return std::nullopt;
    }
    ways.push_back(&at->refs);
  }
  return ways;
}

/// Walks from way to way until it is back where it began; nullopt if it comes to a dead end.
class RingJoiner {
 public:
  explicit RingJoiner(std::vector<std::vector<std::int64_t> const*> ways)
      : ways_{std::move(ways)}, used_(ways_.size(), false) {
    for (std::size_t i = 0; i < ways_.size(); ++i) {
      at_end_.emplace(ways_[i]->front(), i);
      at_end_.emplace(ways_[i]->back(), i);
    }
  }

  std::optional<std::vector<std::vector<std::int64_t>>> rings() {
    std::vector<std::vector<std::int64_t>> out;
    for (std::size_t first = 0; first < ways_.size(); ++first) {
      if (used_[first]) {
        continue;
      }
      used_[first] = true;
      std::vector<std::int64_t> ring = *ways_[first];
      while (ring.front() != ring.back()) {
        if (!extend(ring)) {
          return std::nullopt;
        }
      }
      out.push_back(std::move(ring));
    }
    return out;
  }

 private:
  bool extend(std::vector<std::int64_t>& ring) {
    auto const [begin, end] = at_end_.equal_range(ring.back());
    for (auto it = begin; it != end; ++it) {
      if (used_[it->second]) {
        continue;
      }
      used_[it->second] = true;
      auto const& way = *ways_[it->second];
      if (way.front() == ring.back()) {
        ring.insert(ring.end(), way.begin() + 1, way.end());
      } else {
        ring.insert(ring.end(), way.rbegin() + 1, way.rend());
      }
      return true;
    }
    return false;
  }

  std::vector<std::vector<std::int64_t> const*> ways_;
  std::vector<bool> used_;
  std::multimap<std::int64_t, std::size_t> at_end_;
};

std::optional<std::vector<Ring>> rings_of(OsmExtract const& osm, Boundary const& boundary) {
  auto ways = whole_ways(osm, boundary);
  if (!ways || ways->empty()) {
    return std::nullopt;
  }
  auto const trails = RingJoiner{std::move(*ways)}.rings();
  if (!trails) {
    return std::nullopt;
  }
  std::vector<Ring> rings;
  for (auto const& trail : *trails) {
    Ring ring;
    for (std::size_t i = 0; i + 1 < trail.size(); ++i) {
      ring.push_back(osm.nodes.point(osm.nodes.index_of(trail[i])));
    }
    if (ring.size() >= 3) {
      rings.push_back(std::move(ring));
    }
  }
  return rings.empty() ? std::nullopt : std::optional{std::move(rings)};
}

/// Longitudes at which the rings cross a line of latitude, ascending.
std::vector<double> crossings(std::vector<Ring> const& rings, double lat) {
  std::vector<double> out;
  for (auto const& ring : rings) {
    for (std::size_t i = 0, before = ring.size() - 1; i < ring.size(); before = i++) {
      double const a = ring[before].lat_e7;
      double const b = ring[i].lat_e7;
      if ((a > lat) != (b > lat)) {
        double const run = static_cast<double>(std::int64_t{ring[i].lon_e7} - ring[before].lon_e7);
        out.push_back(ring[before].lon_e7 + (lat - a) / (b - a) * run);
      }
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// A point well inside: the middle of the widest stretch on a few lines of latitude. Neighbours share
/// their borders, so a point of the border would say nothing.
GeoPoint inner_point(std::vector<Ring> const& rings) {
  std::int32_t low = rings.front().front().lat_e7;
  std::int32_t high = low;
  for (auto const& ring : rings) {
    for (auto const p : ring) {
      low = std::min(low, p.lat_e7);
      high = std::max(high, p.lat_e7);
    }
  }
  GeoPoint best = rings.front().front();
  double widest = -1;
  for (int step = 1; step <= 7; ++step) {
    double const lat = low + (static_cast<double>(high) - low) * step / 8.0 + 0.5;
    auto const cuts = crossings(rings, lat);
    for (std::size_t i = 0; i + 1 < cuts.size(); i += 2) {
      if (cuts[i + 1] - cuts[i] > widest) {
        widest = cuts[i + 1] - cuts[i];
        best = {static_cast<std::int32_t>(lat),
                static_cast<std::int32_t>((cuts[i] + cuts[i + 1]) / 2)};
      }
    }
  }
  return best;
}

struct Assembled {
  Boundary const* boundary = nullptr;
  std::vector<Ring> rings;
  std::string path;
};

/// In: areas with a lower admin_level stand before and have their paths.
std::string path_of(std::vector<Assembled> const& all, std::size_t self,
                    std::set<std::string> const& taken) {
  Assembled const& area = all[self];
  GeoPoint const inner = inner_point(area.rings);
  Assembled const* parent = nullptr;
  for (std::size_t i = 0; i < self; ++i) {
    std::uint8_t const level = all[i].boundary->admin_level;
    bool const closer = parent == nullptr || level > parent->boundary->admin_level;
    if (level < area.boundary->admin_level && closer && holds(all[i].rings, inner)) {
      parent = &all[i];
    }
  }
  std::string const above = parent == nullptr ? "" : parent->path + ".";
  std::string const path = above + area.boundary->code;
  return taken.count(path) == 0 ? path : above + "r" + std::to_string(area.boundary->id);
}

}  // namespace

BuiltAreas build_areas(OsmExtract const& osm) {
  BuiltAreas out;
  std::vector<Assembled> all;
  for (auto const& boundary : osm.boundaries) {
    if (auto rings = rings_of(osm, boundary)) {
      all.push_back({&boundary, std::move(*rings), ""});
    } else {
      ++out.incomplete;
    }
  }
  std::sort(all.begin(), all.end(), [](Assembled const& a, Assembled const& b) {
    return a.boundary->admin_level == b.boundary->admin_level
               ? a.boundary->id < b.boundary->id
               : a.boundary->admin_level < b.boundary->admin_level;
  });
  std::set<std::string> taken;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].path = path_of(all, i, taken);
    taken.insert(all[i].path);
  }
  for (auto& area : all) {
    out.areas.push_back({area.path, area.boundary->name, area.boundary->name_en,
                         area.boundary->admin_level, std::move(area.rings)});
  }
  std::sort(out.areas.begin(), out.areas.end(),
            [](BuiltArea const& a, BuiltArea const& b) { return a.path < b.path; });
  return out;
}

}  // namespace fenghuo::gis
