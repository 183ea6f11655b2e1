// A region file as another may have made it: every input gets a right checksum, so that it is not the checksum
// alone that keeps us inside the file.
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>

#include "gis/region/region.h"
#include "gis/region/region_format.h"
#include "gis/region/sha256.h"
#include "gis/routing/cch/sweep.h"
#include "gis/routing/guidance.h"
#include "gis/routing/road_lookup.h"
#include "gis/routing/route_words.h"
#include "gis/routing/router.h"
#include "tests/fuzz/target.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::fuzz {

namespace {

using gis::testing::metres_from_base;

gis::testing::ScratchFolder const& folder() {
  static gis::testing::ScratchFolder const one;
  return one;
}

std::vector<std::string> seeds() {
  auto osm = gis::testing::drawn({"A--B--C",  //
                                  "|  |  |",  //
                                  "D--E>>F"});
  osm.node(500, metres_from_base(0, 0), {{"place", "village"}, {"name", "大岩"}});
  osm.node(501, metres_from_base(5, 100),
           {{"highway", "milestone"}, {"distance", "12.5"}, {"road_ref", "S12"}});
  osm.node(502, metres_from_base(0, 0)).node(503, metres_from_base(0, 300));
  osm.way(601, {502, 503},
          {{"highway", "primary"}, {"ref", "S12"}, {"bridge", "yes"}, {"bridge:name", "翠河桥"}});
  osm.way(600, {'A', 'C', 'F', 'D', 'A'}, {});
  osm.relation(
      700, {{'w', 600, "outer"}},
      {{"type", "boundary"}, {"boundary", "administrative"}, {"admin_level", "8"}, {"name", "镇"}});
  osm.region(folder());
  std::ifstream in{folder() / "region/region.fhr", std::ios::binary};
  return {{std::istreambuf_iterator<char>{in}, {}}};
}

std::vector<std::string> words() {
  return {std::string(4, '\xFF'), std::string(8, '\xFF'), std::string(4, '\0'),
          std::string(8, '\0'),   {"\0\0\0\x80", 4},      {"\xFF\xFF\xFF\x7F", 4}};
}

void seal(std::string& bytes) {
  if (bytes.size() < sizeof(gis::FileHeader)) {
    return;
  }
  auto const all = std::as_bytes(std::span{bytes});
  gis::Sha256 hash;
  hash.add(all.first(offsetof(gis::FileHeader, sha256)));
  hash.add(all.subspan(sizeof(gis::FileHeader)));
  auto const digest = hash.finish();
  std::memcpy(bytes.data() + offsetof(gis::FileHeader, sha256), digest.data(), digest.size());
}

/// Uses everything that an opened region offers; what it answers does not matter, only that it stays inside.
void use(std::shared_ptr<gis::Region const> const& region) {
  auto const& graph = region->graph();
  for (gis::EdgeId edge = 0; edge < graph.edge_count(); ++edge) {
    region->text(graph.edge_name[edge]);
    region->ref_of(edge);
    region->structure_of(edge);
  }
  for (std::size_t area = 0; area < region->areas().size(); ++area) {
    region->rings(area);
  }
  GeoPoint const here = metres_from_base(-50, 150);
  region->area_at(here);
  region->nearest_settlement(here, metres(5'000));
  region->edges_in(metres_from_base(-300, -300), metres_from_base(300, 900));
  auto const router = gis::Router::make(region);
  for (std::size_t profile = 0; profile < gis::kProfileCount; ++profile) {
    gis::ClosureShape closure;
    closure.points = {here, metres_from_base(-60, 400)};
    auto const metric = gis::Metric::build(*region, {}, {&closure, 1}, 1);
    GeoPoint const there = metres_from_base(-150, 600);
    auto const kind = static_cast<gis::Profile>(profile);
    if (auto const route = router->route(*metric, kind, here, there, {}); route && *route) {
      for (auto const& step : gis::steps_of(*region, {}, kind, **route, there)) {
        (void)gis::words_for(step, kind);
      }
    }
    gis::cch::Label label;
    gis::cch::End const end{region->hierarchy().rank_of[0], 0};
    gis::cch::make_label(region->hierarchy(), metric->arc_weights(kind), gis::cch::Way::Arriving,
                         {&end, 1}, label);
    std::vector<gis::Weight> all;
    gis::cch::one_to_all(region->hierarchy(), metric->arc_weights(kind), gis::cch::Way::Arriving,
                         label, all);
    gis::RoadQuestion bridge, kilometre;
    bridge.bridge = "翠河桥";
    kilometre.road = "S12";
    kilometre.km = "12.5";
    (void)gis::find_road(*region, *metric, *router, bridge);
    (void)gis::find_road(*region, *metric, *router, kilometre);
  }
}

Verdict judge(std::string_view input) {
  std::string bytes{input};
  seal(bytes);
  std::filesystem::create_directories(folder() / "changed");
  std::ofstream{folder() / "changed/region.fhr", std::ios::binary | std::ios::trunc} << bytes;
  auto const region = gis::Region::open(folder() / "changed");
  if (!region) {
    auto const code = region.error().code;
    bool const right = code == ErrorCode::DataLoss || code == ErrorCode::InvalidArgument;
    return {false, right ? "" : "an error of the wrong kind"};
  }
  use(*region);
  return {true, ""};
}

}  // namespace

Target const kRegion{"region", seeds, judge, words};

}  // namespace fenghuo::fuzz

FENGHUO_FUZZ_ENTRY(fenghuo::fuzz::kRegion)
