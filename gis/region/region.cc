#include "gis/region/region.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gis/geo/distance.h"
#include "gis/region/edge_grid.h"
#include "gis/region/mapped_file.h"
#include "gis/region/region_format.h"

namespace fenghuo::gis {

namespace {

constexpr std::array<std::string_view, 6> kPlaceNames{"city",   "town",   "village",
                                                      "hamlet", "suburb", "locality"};
constexpr std::array<std::string_view, 14> kFacilityNames{
    "hospital", "clinic",    "fire_station",      "police",
    "school",   "fuel",      "water_source",      "shelter",
    "helipad",  "town_hall", "ambulance_station", "industrial",
    "mine",     "reservoir"};

struct Box {
  GeoPoint low, high;
  bool holds(GeoPoint p) const {
    return p.lat_e7 >= low.lat_e7 && p.lat_e7 <= high.lat_e7 && p.lon_e7 >= low.lon_e7 &&
           p.lon_e7 <= high.lon_e7;
  }
};

RegionInfo info_of(RegionView const& view) {
  InfoRecord const& record = view.info.front();
  auto const text = [&](std::uint32_t index) { return std::string{text_at(view, index)}; };
  RegionInfo info;
  info.format_version = kRegionFormatVersion;
  info.name = text(record.name);
  info.source_file = text(record.source_file);
  info.source_sha256 = text(record.source_sha256);
  info.licence = text(record.licence);
  info.built_at = text(record.built_at);
  info.south_west = record.south_west;
  info.north_east = record.north_east;
  info.nodes = view.graph.node_count();
  info.edges = view.graph.edge_count();
  info.arcs = view.graph.arc_count();
  info.geometry_points = view.graph.geometry.size();
  info.facilities = static_cast<std::uint64_t>(
      std::count_if(view.places.begin(), view.places.end(),
                    [](PlaceRecord const& place) { return place.is_facility != 0; }));
  info.places = view.places.size() - info.facilities;
  info.areas = view.areas.size();
  info.milestones = view.milestones.size();
  info.ways_read = record.ways_read;
  info.ways_used = record.ways_used;
  info.ways_cut = record.ways_cut;
  info.nodes_missing = record.nodes_missing;
  info.areas_incomplete = record.areas_incomplete;
  info.components = record.components;
  info.largest_component_nodes = record.largest_component_nodes;
  info.speed_assumed_permille = record.speed_assumed_permille;
  info.load_assumed_permille = record.load_assumed_permille;
  info.width_assumed_permille = record.width_assumed_permille;
  info.hierarchy_arcs = record.hierarchy_arcs;
  info.hierarchy_triangles = record.hierarchy_triangles;
  info.hierarchy_depth = record.hierarchy_depth;
  info.build_ms = record.build_ms;
  info.peak_memory_kib = record.peak_memory_kib;
  return info;
}

Place place_of(RegionView const& view, PlaceRecord const& record) {
  Place place;
  place.osm_id = record.osm_id;
  place.osm_type = record.osm_type;
  place.is_facility = record.is_facility != 0;
  place.kind = place.is_facility ? name_of(static_cast<FacilityKind>(record.kind))
                                 : name_of(static_cast<PlaceKind>(record.kind));
  place.point = record.point;
  place.name = text_at(view, record.name);
  place.name_en = text_at(view, record.name_en);
  place.pinyin = text_at(view, record.pinyin);
  place.population = record.population;
  return place;
}

Area area_of(RegionView const& view, AreaRecord const& record) {
  return {std::string{text_at(view, record.path)}, std::string{text_at(view, record.name)},
          std::string{text_at(view, record.name_en)}, std::string{text_at(view, record.pinyin)},
          static_cast<std::uint8_t>(record.admin_level)};
}

}  // namespace

std::string_view name_of(PlaceKind kind) { return kPlaceNames[static_cast<std::size_t>(kind)]; }
std::string_view name_of(FacilityKind kind) {
  return kFacilityNames[static_cast<std::size_t>(kind)];
}

struct Region::Parts {
  MappedFile file;
  RegionView view;
  cch::CommonAncestors common_ancestors;
  RegionInfo info;
  std::vector<Place> places;
  std::vector<Area> areas;
  std::vector<Box> area_boxes;
  std::vector<Milestone> milestones;

  std::vector<std::span<GeoPoint const>> rings_of(std::size_t area) const {
    AreaRecord const& record = view.areas[area];
    std::vector<std::span<GeoPoint const>> rings;
    for (std::uint32_t ring = record.first_ring; ring < record.first_ring + record.ring_count;
         ++ring) {
      std::uint32_t const first = view.ring_first[ring];
      rings.push_back(view.ring_points.subspan(first, view.ring_first[ring + 1] - first));
    }
    return rings;
  }

  Box box_of(std::size_t area) const {
    Box box{{900'000'000, 1'800'000'000}, {-900'000'000, -1'800'000'000}};
    for (auto const ring : rings_of(area)) {
      for (auto const p : ring) {
        box.low = {std::min(box.low.lat_e7, p.lat_e7), std::min(box.low.lon_e7, p.lon_e7)};
        box.high = {std::max(box.high.lat_e7, p.lat_e7), std::max(box.high.lon_e7, p.lon_e7)};
      }
    }
    return box;
  }

  bool holds(std::size_t area, GeoPoint point) const {
    bool inside = false;
    if (area_boxes[area].holds(point)) {
      for (auto const ring : rings_of(area)) {
        inside = inside_ring(point, ring) ? !inside : inside;
      }
    }
    return inside;
  }
};

Region::Region(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
Region::~Region() = default;

Result<std::shared_ptr<Region const>> Region::open(std::filesystem::path const& folder) {
  auto file = MappedFile::open(folder / "region.fhr");
  if (!file) {
    return file.error();
  }
  if (auto sound = check_envelope(file->bytes()); !sound) {
    return Error{sound.error().code, folder.string() + ": " + sound.error().message};
  }
  auto view = view_of(file->bytes());
  if (!view) {
    return Error{view.error().code, folder.string() + ": " + view.error().message};
  }
  auto parts = std::make_unique<Parts>(Parts{std::move(file).value(),
                                             *view,
                                             cch::CommonAncestors{view->hierarchy},
                                             info_of(*view),
                                             {},
                                             {},
                                             {},
                                             {}});
  for (auto const& record : view->places) {
    parts->places.push_back(place_of(*view, record));
  }
  for (auto const& record : view->areas) {
    parts->areas.push_back(area_of(*view, record));
    parts->area_boxes.push_back(parts->box_of(parts->area_boxes.size()));
  }
  for (auto const& record : view->milestones) {
    parts->milestones.push_back(
        {record.osm_id, record.point, record.metres, text_at(*view, record.road)});
  }
  return std::shared_ptr<Region const>{new Region{std::move(parts)}};
}

RegionInfo const& Region::info() const { return parts_->info; }
RoadGraph const& Region::graph() const { return parts_->view.graph; }
cch::Hierarchy const& Region::hierarchy() const { return parts_->view.hierarchy; }
cch::CommonAncestors const& Region::common_ancestors() const { return parts_->common_ancestors; }
std::string_view Region::text(std::uint32_t index) const { return text_at(parts_->view, index); }
std::string_view Region::ref_of(EdgeId edge) const {
  return text(parts_->view.graph.edge_ref[edge]);
}
std::string_view Region::structure_of(EdgeId edge) const {
  return text(parts_->view.edge_structure[edge]);
}
std::vector<Milestone> const& Region::milestones() const { return parts_->milestones; }
std::vector<Place> const& Region::places() const { return parts_->places; }
std::vector<Area> const& Region::areas() const { return parts_->areas; }

std::vector<std::span<GeoPoint const>> Region::rings(std::size_t area) const {
  ensure(area < parts_->areas.size(), "area index in range");
  return parts_->rings_of(area);
}

std::string Region::area_at(GeoPoint point) const {
  Area const* innermost = nullptr;
  for (std::size_t i = 0; i < parts_->areas.size(); ++i) {
    Area const& area = parts_->areas[i];
    if ((innermost == nullptr || area.admin_level > innermost->admin_level) &&
        parts_->holds(i, point)) {
      innermost = &area;
    }
  }
  return innermost == nullptr ? "" : innermost->path;
}

Place const* Region::nearest_settlement(GeoPoint point, Distance within) const {
  Place const* nearest = nullptr;
  Distance least = within;
  for (auto const& place : parts_->places) {
    if (place.is_facility) {
      break;
    }
    Distance const away = distance_between(point, place.point);
    if (away < least || (nearest == nullptr && away == least)) {
      nearest = &place;
      least = away;
    }
  }
  return nearest;
}

std::vector<EdgeId> Region::edges_in(GeoPoint south_west, GeoPoint north_east) const {
  if (south_west.lat_e7 > north_east.lat_e7 || south_west.lon_e7 > north_east.lon_e7) {
    return {};
  }
  return edges_in_cells(parts_->view, south_west, north_east);
}

}  // namespace fenghuo::gis
