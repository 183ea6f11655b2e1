#include "gis/region/region_build.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

#include "core/base/time_text.h"
#include "gis/region/areas_build.h"
#include "gis/region/edge_grid.h"
#include "gis/region/graph_build.h"
#include "gis/region/mapped_file.h"
#include "gis/region/osm_extract.h"
#include "gis/region/pinyin.h"
#include "gis/region/region_format.h"
#include "gis/region/region_info_json.h"
#include "gis/region/sha256.h"
#include "gis/routing/arc_weight.h"
#include "gis/routing/cch/nested_dissection.h"

namespace fenghuo::gis {

namespace {

constexpr std::string_view kOsmLicence =
    "© OpenStreetMap contributors, Open Database License (ODbL) 1.0, "
    "https://www.openstreetmap.org/copyright";

std::uint64_t peak_memory_kib() {
  // Not getrusage: its figure goes on from the process that started this one.
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) {
      return std::strtoull(line.c_str() + 6, nullptr, 10);
    }
  }
  return 0;
}

Time now() {
  auto const since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

bool carries_vehicles(RoadGraph const& graph, EdgeId edge) {
  return (graph.edge_flags[edge] & edge_flag::kNoMotor) == 0;
}

/// How much of the length of the roads for vehicles has the flag.
std::uint64_t permille_with(RoadGraph const& graph, std::uint16_t flag) {
  std::uint64_t all = 0;
  std::uint64_t with = 0;
  for (EdgeId edge = 0; edge < graph.edge_count(); ++edge) {
    std::uint64_t const length = carries_vehicles(graph, edge) ? graph.edge_length_cm[edge] : 0;
    all += length;
    with += (graph.edge_flags[edge] & flag) != 0 ? length : 0;
  }
  return all == 0 ? 0 : with * 1000 / all;
}

/// Everything that becomes the region file, in the order in which it is made.
class Build {
 public:
  Build(std::filesystem::path const& osm_file, BuildOptions const& options)
      : osm_file_{osm_file}, options_{options} {}

  Result<void> make() {
    auto hash = sha256_of_file(osm_file_);
    if (!hash) {
      return hash.error();
    }
    auto osm = read_osm(osm_file_, options_.progress);
    if (!osm) {
      return osm.error();
    }
    say("roads", 0);
    BuiltGraph built = build_graph(*osm, texts_);
    if (built.arrays.edge_from.empty()) {
      return Error{ErrorCode::InvalidArgument,
                   osm_file_.filename().string() +
                       " holds no road: take an extract with highways and their nodes"};
    }
    graph_ = std::move(built.arrays);
    graph_.edge_mainland = mainland_of(graph_.view());
    grid_ = make_grid(graph_.view());
    if (auto done = contract(); !done) {
      return done;
    }
    say("places", 0);
    add_places(*osm);
    add_milestones(*osm);
    BuiltAreas const areas = build_areas(*osm);
    add_areas(areas);
    fill_info(*osm, built, areas, *hash);
    return {};
  }

  Result<void> write(std::filesystem::path const& file) {
    say("writing", 0);
    info_.built_at = texts_.index_of(to_rfc3339(now()));
    info_.peak_memory_kib = peak_memory_kib();
    info_.build_ms =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                       std::chrono::steady_clock::now() - started_)
                                       .count());
    ReplacedFile out{file};
    auto done = write_region(view(), [&](auto bytes) { return out.write(bytes); });
    return done ? out.put_in_place() : done;
  }

 private:
  void say(std::string_view phase, int percent) const {
    if (options_.progress) {
      options_.progress(phase, percent);
    }
  }

  RegionView view() const {
    return {{&info_, 1},
            texts_.first(),
            texts_.bytes(),
            graph_.view(),
            {&grid_.record, 1},
            grid_.first,
            grid_.edges,
            places_,
            areas_,
            ring_first_,
            ring_points_,
            graph_.edge_structure,
            milestones_,
            hierarchy_.view(graph_.edge_from, graph_.edge_to)};
  }

  Result<void> contract() {
    say("order of contraction", 0);
    auto const order =
        cch::nested_dissection(graph_.edge_from, graph_.edge_to, graph_.node_point,
                               [this](int percent) { say("order of contraction", percent); });
    auto built = cch::build_hierarchy(order, graph_.edge_from, graph_.edge_to);
    if (!built) {
      return built.error();
    }
    hierarchy_ = std::move(built).value();
    auto const quality = cch::quality_of(hierarchy_.view(graph_.edge_from, graph_.edge_to));
    info_.hierarchy_arcs = quality.arcs;
    info_.hierarchy_triangles = quality.triangles;
    info_.hierarchy_depth = quality.depth_max;
    return {};
  }

  void add_places(OsmExtract const& osm) {
    places_ = osm.places;
    for (auto& place : places_) {
      std::string const& name = osm.place_texts[place.name];
      place.pinyin = texts_.index_of(pinyin_.of(name));
      place.name = texts_.index_of(name);
      place.name_en = texts_.index_of(osm.place_texts[place.name_en]);
    }
    std::sort(places_.begin(), places_.end(), [](PlaceRecord const& a, PlaceRecord const& b) {
      return std::tie(a.is_facility, a.osm_type, a.osm_id) <
             std::tie(b.is_facility, b.osm_type, b.osm_id);
    });
  }

  void add_milestones(OsmExtract const& osm) {
    for (auto const& post : osm.milestones) {
      milestones_.push_back({post.id, post.point, post.metres, texts_.index_of(post.road)});
    }
    std::sort(milestones_.begin(), milestones_.end(),
              [](auto const& a, auto const& b) { return a.osm_id < b.osm_id; });
  }

  void add_areas(BuiltAreas const& areas) {
    for (auto const& area : areas.areas) {
      AreaRecord record;
      record.path = texts_.index_of(area.path);
      record.name = texts_.index_of(area.name);
      record.name_en = texts_.index_of(area.name_en);
      record.pinyin = texts_.index_of(pinyin_.of(area.name));
      record.admin_level = area.admin_level;
      record.first_ring = static_cast<std::uint32_t>(ring_first_.size() - 1);
      record.ring_count = static_cast<std::uint32_t>(area.rings.size());
      areas_.push_back(record);
      for (auto const& ring : area.rings) {
        ring_points_.insert(ring_points_.end(), ring.begin(), ring.end());
        ring_first_.push_back(static_cast<std::uint32_t>(ring_points_.size()));
      }
    }
  }

  void fill_info(OsmExtract const& osm, BuiltGraph const& built, BuiltAreas const& areas,
                 std::string const& hash) {
    RoadGraph const graph = graph_.view();
    std::string const file = osm_file_.filename().string();
    info_.name = texts_.index_of(options_.name.empty() ? file : options_.name);
    info_.source_file = texts_.index_of(file);
    info_.source_sha256 = texts_.index_of(hash);
    info_.licence = texts_.index_of(options_.licence.empty() ? kOsmLicence
                                                             : std::string_view{options_.licence});
    constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
    info_.south_west = {kMost, kMost};
    info_.north_east = {-kMost, -kMost};
    for (auto const p : graph.geometry) {
      info_.south_west = {std::min(info_.south_west.lat_e7, p.lat_e7),
                          std::min(info_.south_west.lon_e7, p.lon_e7)};
      info_.north_east = {std::max(info_.north_east.lat_e7, p.lat_e7),
                          std::max(info_.north_east.lon_e7, p.lon_e7)};
    }
    info_.ways_read = osm.ways_read;
    info_.ways_used = built.ways_used;
    info_.ways_cut = built.ways_cut;
    info_.nodes_missing = built.nodes_missing;
    info_.areas_incomplete = areas.incomplete;
    WeakParts const parts = weak_parts(graph);
    info_.components = parts.count;
    info_.largest_component_nodes = parts.largest;
    info_.speed_assumed_permille = permille_with(graph, edge_flag::kSpeedAssumed);
    info_.load_assumed_permille = permille_with(graph, edge_flag::kLoadAssumed);
    info_.width_assumed_permille = permille_with(graph, edge_flag::kWidthAssumed);
  }

  std::filesystem::path osm_file_;
  BuildOptions const& options_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  TextPool texts_;
  Pinyin pinyin_;
  GraphArrays graph_;
  EdgeGrid grid_;
  cch::HierarchyArrays hierarchy_;
  std::vector<PlaceRecord> places_;
  std::vector<MilestoneRecord> milestones_;
  std::vector<AreaRecord> areas_;
  std::vector<std::uint32_t> ring_first_{0};
  std::vector<GeoPoint> ring_points_;
  InfoRecord info_;
};

}  // namespace

Result<RegionInfo> build_region(std::filesystem::path const& osm_file,
                                std::filesystem::path const& out_folder,
                                BuildOptions const& options) {
  Build build{osm_file, options};
  if (auto made = build.make(); !made) {
    return made.error();
  }
  std::error_code error;
  std::filesystem::create_directories(out_folder, error);
  if (error) {
    return Error{ErrorCode::Unavailable,
                 "cannot make the folder " + out_folder.string() + ": " + error.message()};
  }
  if (auto written = build.write(out_folder / "region.fhr"); !written) {
    return written.error();
  }
  auto const region = Region::open(out_folder);
  if (!region) {
    return region.error();
  }
  RegionInfo const info = (*region)->info();
  std::string const json = info_json(info);
  ReplacedFile out{out_folder / "region.json"};
  auto written = out.write(std::as_bytes(std::span{json}));
  written = written ? out.put_in_place() : written;
  return written ? Result<RegionInfo>{info} : Result<RegionInfo>{written.error()};
}

}  // namespace fenghuo::gis
