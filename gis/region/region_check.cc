#include "gis/region/region_check.h"

#include <algorithm>

#include "gis/routing/cch/hierarchy_check.h"

namespace fenghuo::gis {

namespace {

/// Starts of consecutive slices of something with `size` elements, each at least `least` long.
bool are_slices(std::span<std::uint32_t const> first, std::size_t slices, std::size_t size,
                std::uint32_t least) {
  if (first.size() != slices + 1 || first.front() != 0 || first.back() != size) {
    return false;
  }
  for (std::size_t i = 0; i < slices; ++i) {
    if (first[i + 1] < first[i] || first[i + 1] - first[i] < least) {
      return false;
    }
  }
  return true;
}

bool on_earth(GeoPoint p) {
  return p.lat_e7 >= -900'000'000 && p.lat_e7 <= 900'000'000 && p.lon_e7 >= -1'800'000'000 &&
         p.lon_e7 <= 1'800'000'000;
}

bool all_on_earth(std::span<GeoPoint const> points) {
  return std::all_of(points.begin(), points.end(), on_earth);
}

template <class Number>
bool all_below(std::span<Number const> values, std::size_t bound) {
  return std::all_of(values.begin(), values.end(), [&](Number v) { return v < bound; });
}

std::string wrong_text(RegionView const& view) {
  bool const good =
      !view.text_first.empty() &&
      are_slices(view.text_first, view.text_first.size() - 1, view.text_bytes.size(), 0) &&
      view.text_first.size() >= 2 && view.text_first[1] == 0;
  return good ? "" : "the table of names";
}

bool edge_arrays_match(RoadGraph const& g) {
  std::size_t const edges = g.edge_from.size();
  return edges > 0 && edges < (1ULL << 31U) && g.edge_to.size() == edges &&
         g.edge_length_cm.size() == edges && g.edge_way.size() == edges &&
         g.edge_class.size() == edges && g.edge_flags.size() == edges &&
         g.edge_speed_forward.size() == edges && g.edge_speed_backward.size() == edges &&
         g.edge_max_weight.size() == edges && g.edge_max_height.size() == edges &&
         g.edge_max_width.size() == edges && g.edge_name.size() == edges &&
         g.edge_ref.size() == edges && g.edge_mainland.size() == edges &&
         g.out_arcs.size() == 2 * edges;
}

std::string wrong_topology(RoadGraph const& g) {
  std::size_t const nodes = g.node_point.size();
  if (nodes == 0 || nodes >= (1ULL << 32U) - 1 || !edge_arrays_match(g)) {
    return "lengths of the road arrays";
  }
  if (!all_below(g.edge_from, nodes) || !all_below(g.edge_to, nodes)) {
    return "ends of an edge";
  }
  if (!are_slices(g.first_out, nodes, g.out_arcs.size(), 0)) {
    return "arcs of the nodes";
  }
  for (std::uint32_t node = 0; node < nodes; ++node) {
    for (std::uint32_t at = g.first_out[node]; at < g.first_out[node + 1]; ++at) {
      bool const ascending = at == g.first_out[node] || g.out_arcs[at - 1] < g.out_arcs[at];
      if (g.out_arcs[at] >= g.arc_count() || g.tail(g.out_arcs[at]) != node || !ascending) {
        return "arcs of a node";
      }
    }
  }
  return "";
}

std::string wrong_geometry(RoadGraph const& g) {
  if (!are_slices(g.geometry_first, g.edge_count(), g.geometry.size(), 2)) {
    return "geometry of the edges";
  }
  if (!all_on_earth(g.node_point) || !all_on_earth(g.geometry)) {
    return "a point that is not on the earth";
  }
  for (EdgeId edge = 0; edge < g.edge_count(); ++edge) {
    if (g.geometry[g.geometry_first[edge]] != g.node_point[g.edge_from[edge]] ||
        g.geometry[g.geometry_first[edge + 1] - 1] != g.node_point[g.edge_to[edge]]) {
      return "an edge that does not end at its nodes";
    }
  }
  return "";
}

std::string wrong_attributes(RegionView const& view, std::size_t texts) {
  RoadGraph const& g = view.graph;
  auto const positive = [](std::uint8_t speed) { return speed > 0; };
  bool const good =
      all_below(g.edge_class, kRoadClassCount) && all_below(g.edge_name, texts) &&
      all_below(g.edge_ref, texts) && all_below(g.edge_mainland, 16) &&
      view.edge_structure.size() == g.edge_count() && all_below(view.edge_structure, texts) &&
      std::all_of(g.edge_speed_forward.begin(), g.edge_speed_forward.end(), positive) &&
      std::all_of(g.edge_speed_backward.begin(), g.edge_speed_backward.end(), positive);
  return good ? "" : "an attribute of an edge";
}

std::string wrong_grid(RegionView const& view) {
  if (view.grid.size() != 1) {
    return "the grid";
  }
  GridRecord const& grid = view.grid.front();
  std::uint64_t const cells = std::uint64_t{grid.rows} * grid.columns;
  bool const good =
      on_earth(grid.south_west) && grid.cell_lat_e7 > 0 && grid.cell_lon_e7 > 0 && grid.rows > 0 &&
      grid.columns > 0 && cells < (1ULL << 31U) &&
      are_slices(view.grid_first, static_cast<std::size_t>(cells), view.grid_edges.size(), 0) &&
      all_below(view.grid_edges, view.graph.edge_count());
  return good ? "" : "the grid";
}

std::string wrong_places(RegionView const& view, std::size_t texts) {
  for (auto const& place : view.places) {
    bool const type = place.osm_type == 'n' || place.osm_type == 'w' || place.osm_type == 'r';
    auto const last = place.is_facility != 0 ? static_cast<std::uint8_t>(FacilityKind::Reservoir)
                                             : static_cast<std::uint8_t>(PlaceKind::Locality);
    if (!type || place.is_facility > 1 || place.kind > last || place.name >= texts ||
        place.name_en >= texts || place.pinyin >= texts || !on_earth(place.point)) {
      return "a place";
    }
  }
  return "";
}

std::string wrong_milestones(RegionView const& view, std::size_t texts) {
  constexpr std::int64_t kMost = 100'000'000;
  auto const good = [&](MilestoneRecord const& post) {
    return post.road < texts && on_earth(post.point) && post.metres >= 0 && post.metres <= kMost;
  };
  return std::all_of(view.milestones.begin(), view.milestones.end(), good) ? ""
                                                                           : "a kilometre post";
}

std::string wrong_areas(RegionView const& view, std::size_t texts) {
  if (view.ring_first.empty() ||
      !are_slices(view.ring_first, view.ring_first.size() - 1, view.ring_points.size(), 3) ||
      !all_on_earth(view.ring_points)) {
    return "the rings of the areas";
  }
  std::size_t const rings = view.ring_first.size() - 1;
  for (auto const& area : view.areas) {
    bool const good = area.path < texts && area.name < texts && area.name_en < texts &&
                      area.pinyin < texts && area.first_ring <= rings &&
                      area.ring_count <= rings - area.first_ring && area.admin_level < 16;
    if (!good) {
      return "an area";
    }
  }
  return "";
}

std::string wrong_info(RegionView const& view, std::size_t texts) {
  if (view.info.size() != 1) {
    return "the facts about the region";
  }
  InfoRecord const& info = view.info.front();
  bool const good = info.name < texts && info.source_file < texts && info.source_sha256 < texts &&
                    info.licence < texts && info.built_at < texts && on_earth(info.south_west) &&
                    on_earth(info.north_east);
  return good ? "" : "the facts about the region";
}

}  // namespace

std::string contradiction_in(RegionView const& view) {
  // The order matters: each check may rely on what those before it found to be right.
  std::string wrong = wrong_text(view);
  if (!wrong.empty()) {
    return wrong;
  }
  std::size_t const texts = view.text_first.size() - 1;
  wrong = wrong_topology(view.graph);
  wrong = wrong.empty() ? wrong_geometry(view.graph) : wrong;
  wrong = wrong.empty() ? cch::contradiction_in(view.hierarchy) : wrong;
  wrong = wrong.empty() ? wrong_attributes(view, texts) : wrong;
  wrong = wrong.empty() ? wrong_grid(view) : wrong;
  wrong = wrong.empty() ? wrong_places(view, texts) : wrong;
  wrong = wrong.empty() ? wrong_milestones(view, texts) : wrong;
  wrong = wrong.empty() ? wrong_areas(view, texts) : wrong;
  return wrong.empty() ? wrong_info(view, texts) : wrong;
}

}  // namespace fenghuo::gis
