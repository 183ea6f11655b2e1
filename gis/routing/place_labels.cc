#include "gis/routing/place_labels.h"

#include <algorithm>
#include <cmath>

namespace fenghuo::gis {

namespace {

std::vector<cch::End> ends_of(Region const& region, RoadPoint const& point, cch::Way way) {
  std::vector<cch::End> out;
  for (Start const& start : way == cch::Way::Leaving ? point.departures() : point.arrivals()) {
    out.push_back({region.hierarchy().rank_of[start.node],
                   static_cast<Weight>(std::min<std::uint64_t>(start.ms, kClosed))});
  }
  return out;
}

GeoPoint moved(GeoPoint from, double lat, double lon) {
  auto const within = [](double value, double most) {
    return static_cast<std::int32_t>(std::clamp(value, -most, most));
  };
  return {within(from.lat_e7 + lat, 900'000'000), within(from.lon_e7 + lon, 1'800'000'000)};
}

}  // namespace

std::size_t PlaceLabels::KeyHash::operator()(Key const& key) const {
  std::uint64_t z = static_cast<std::uint32_t>(key.point.lat_e7);
  z = z << 32U | static_cast<std::uint32_t>(key.point.lon_e7);
  z ^= static_cast<std::uint64_t>(key.within_cm) << 7U;
  z ^= key.base << 3U ^ static_cast<std::uint64_t>(key.profile) << 1U ^
       static_cast<std::uint64_t>(key.way);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

std::optional<PlaceLabels::Entry> PlaceLabels::known(Key const& key) {
  if (auto const it = young_.find(key); it != young_.end()) {
    return it->second;
  }
  auto const it = old_.find(key);
  return it == old_.end() ? std::nullopt : std::optional{it->second};
}

void PlaceLabels::keep(Key const& key, Entry entry) {
  if (young_.size() >= kGeneration) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_[key] = std::move(entry);
}

/// Whether a place found under another state of the closures is right for this one.
bool PlaceLabels::is_good(Metric const& metric, Key const& key, LabelledPlace const& place) const {
  return place.rows ==
         cch::rows_above(region_.hierarchy(), metric.arc_weights(key.profile), place.label.lowest);
}

PlaceLabels::Found PlaceLabels::made(Metric const& metric, Key const& key,
                                     LabelledPlace const* before) const {
  RoadWeights const& weights = metric.weights(key.profile);
  Result<Snap> const at = before != nullptr
                              ? Result<Snap>{before->snap}
                              : snap(region_, metric, key.profile, key.point, {key.within_cm});
  if (!at) {
    return at.error();
  }
  auto place = std::make_shared<LabelledPlace>(
      LabelledPlace{*at, RoadPoint{region_.graph(), weights, *at}, {}, {}, 0, {}, {}});
  place->ends = ends_of(region_, place->point, key.way);
  auto const& arcs = metric.arc_weights(key.profile);
  cch::make_label(region_.hierarchy(), arcs, key.way, place->ends, place->label);
  place->rows = cch::rows_above(region_.hierarchy(), arcs, place->label.lowest);
  // 1e-7 degree of latitude is 1.1119508 cm; a hundredth more covers rounding.
  double const reach = static_cast<double>(at->away.cm + kMainlandReach.cm) * 1.01 / 1.1119508 + 2;
  double const squeeze = std::max(1e-6, std::cos(key.point.lat_e7 * 1e-7 * 0.017453292519943295));
  place->low = moved(key.point, -reach, -reach / squeeze);
  place->high = moved(key.point, reach, reach / squeeze);
  return std::shared_ptr<LabelledPlace const>{std::move(place)};
}

std::vector<std::shared_ptr<LabelledPlace const>> PlaceLabels::find_all(
    Metric const& metric, Profile profile, cch::Way way, std::span<GeoPoint const> points,
    Distance within) {
  std::vector<std::shared_ptr<LabelledPlace const>> out(points.size());
  std::vector<std::optional<Entry>> entries(points.size());
  auto const key = [&](std::size_t i) {
    return Key{metric.base(), points[i], within.cm, profile, way};
  };
  {
    std::scoped_lock const lock{mutex_};
    for (std::size_t i = 0; i < points.size(); ++i) {
      entries[i] = known(key(i));
    }
  }
  std::vector<std::size_t> renewed;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (entries[i] && entries[i]->good_for == metric.id()) {
      out[i] = entries[i]->place;
      continue;
    }
    bool const touched =
        !entries[i] || metric.touches(entries[i]->place->low, entries[i]->place->high);
    if (!touched && is_good(metric, key(i), *entries[i]->place)) {
      out[i] = entries[i]->place;
    } else if (auto made_now = made(metric, key(i), touched ? nullptr : entries[i]->place.get())) {
      out[i] = *made_now;
      if (metric.touches(out[i]->low, out[i]->high)) {
        continue;  // where it is snapped to holds for these closures only
      }
    } else {
      continue;
    }
    renewed.push_back(i);
  }
  std::scoped_lock const lock{mutex_};
  for (std::size_t const i : renewed) {
    keep(key(i), {out[i], metric.id()});
  }
  return out;
}

PlaceLabels::Found PlaceLabels::find(Metric const& metric, Profile profile, cch::Way way,
                                     GeoPoint point, Distance within) {
  auto found = find_all(metric, profile, way, {&point, 1}, within);
  return found.front() != nullptr
             ? Found{std::move(found.front())}
             : made(metric, {metric.base(), point, within.cm, profile, way}, nullptr);
}

}  // namespace fenghuo::gis
