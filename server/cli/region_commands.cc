#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "gis/demo/demo_county.h"
#include "gis/region/region_build.h"
#include "messaging/codec/fields_json.h"
#include "server/cli/commands.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

/// A line that is written over, on a terminal; nothing elsewhere.
void show_progress(std::string_view phase, int percent) {
  if (::isatty(STDERR_FILENO) == 1) {
    fmt::print(stderr, "\r{:<24} {:3} %{}", phase, percent, percent >= 100 ? "\n" : "");
    std::fflush(stderr);
  }
}

Json info_json(gis::RegionInfo const& info) {
  return Json::object({{"name", info.name},
                       {"source_file", info.source_file},
                       {"source_sha256", info.source_sha256},
                       {"licence", info.licence},
                       {"built_at", info.built_at},
                       {"format_version", info.format_version},
                       {"south_west", messaging::to_json(info.south_west, {})},
                       {"north_east", messaging::to_json(info.north_east, {})},
                       {"nodes", info.nodes},
                       {"edges", info.edges},
                       {"arcs", info.arcs},
                       {"geometry_points", info.geometry_points},
                       {"places", info.places},
                       {"facilities", info.facilities},
                       {"areas", info.areas},
                       {"milestones", info.milestones},
                       {"ways_read", info.ways_read},
                       {"ways_used", info.ways_used},
                       {"ways_cut", info.ways_cut},
                       {"nodes_missing", info.nodes_missing},
                       {"components", info.components},
                       {"largest_component_nodes", info.largest_component_nodes},
                       {"speed_assumed_permille", info.speed_assumed_permille},
                       {"load_assumed_permille", info.load_assumed_permille},
                       {"width_assumed_permille", info.width_assumed_permille},
                       {"profiles", Json::Array{"light", "heavy", "offroad", "foot"}},
                       {"build_ms", info.build_ms},
                       {"peak_memory_kib", info.peak_memory_kib}});
}

void print_info(gis::RegionInfo const& info) {
  fmt::print("{}\n  from {} ({})\n  built {} in {} ms, {} MiB at most\n", info.name,
             info.source_file, info.licence, info.built_at, info.build_ms,
             info.peak_memory_kib / 1024);
  fmt::print(
      "  {} nodes, {} edges, {} arcs, {} points; {} connected parts, the largest of {} nodes\n",
      info.nodes, info.edges, info.arcs, info.geometry_points, info.components,
      info.largest_component_nodes);
  fmt::print("  {} places, {} facilities, {} areas, {} kilometre posts\n", info.places,
             info.facilities, info.areas, info.milestones);
  fmt::print("  {} ways read, {} used as roads, {} cut where {} nodes are missing\n",
             info.ways_read, info.ways_used, info.ways_cut, info.nodes_missing);
  fmt::print(
      "  assumed, because the data does not say: speed on {:.1f} %, load on {:.1f} %, width on "
      "{:.1f} % of the length\n",
      static_cast<double>(info.speed_assumed_permille) / 10,
      static_cast<double>(info.load_assumed_permille) / 10,
      static_cast<double>(info.width_assumed_permille) / 10);
}

}  // namespace

int report_error(Error const& error) {
  fmt::print(stderr, "fenghuo: {}\n", error.message);
  return static_cast<int>(exit_code_of(error.code));
}

int region_build(RegionBuildWish const& wish) {
  auto const info =
      gis::build_region(wish.file, wish.out, {wish.name, wish.licence, show_progress});
  if (!info) {
    return report_error(info.error());
  }
  print_info(*info);
  return 0;
}

int region_demo(RegionDemoWish const& wish) {
  auto const size = gis::demo_size_named(wish.size);
  if (!size) {
    return report_error({ErrorCode::InvalidArgument, "--size is county, city or province"});
  }
  std::error_code error;
  std::filesystem::create_directories(wish.out, error);
  if (error) {
    return report_error(
        {ErrorCode::Unavailable, fmt::format("cannot make {}: {}", wish.out, error.message())});
  }
  auto const file = std::filesystem::path{wish.out} / "demo.osm.pbf";
  auto const figures = gis::write_demo_county(file, wish.seed, *size);
  if (!figures) {
    return report_error(figures.error());
  }
  fmt::print(stderr, "{}: wrote {}, {} nodes, {} ways, {} townships, {} villages\n", figures->name,
             file.string(), figures->nodes, figures->ways, figures->townships, figures->villages);
  return region_build(
      {file.string(), wish.out, figures->name,
       "fictitious county, made by fenghuo; nothing here is a map of a real place"});
}

int region_info(std::string const& folder, bool json) {
  auto const region = gis::Region::open(folder);
  if (!region) {
    return report_error(region.error());
  }
  auto const& info = (*region)->info();
  if (json) {
    fmt::print("{}\n", info_json(info).text());
  } else {
    print_info(info);
  }
  return 0;
}

}  // namespace fenghuo::server
