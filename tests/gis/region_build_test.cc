#include "gis/region/region_build.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "gis/geo/distance.h"
#include "gis/region/region_info_json.h"
#include "gis/region/sha256.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis {
namespace {

using testing::at;
using testing::edges_of_way;
using testing::metres_from_base;
using testing::ScratchFolder;
using testing::SmallExtract;
using Member = SmallExtract::Member;

/// Nodes 1 … count, 100 m apart, going east.
SmallExtract row_of_nodes(int count) {
  SmallExtract out;
  for (int i = 1; i <= count; ++i) {
    out.node(i, metres_from_base(0, 100.0 * i));
  }
  return out;
}

bool has(Region const& region, EdgeId edge, std::uint16_t flag) {
  return (region.graph().edge_flags[edge] & flag) != 0;
}

TEST(RegionBuild, CutsWaysAtSharedNodesAndAtTheirEnds) {
  ScratchFolder const folder;
  SmallExtract osm = row_of_nodes(5);
  osm.node(10, metres_from_base(100, 300));
  osm.way(1, {1, 2, 3, 4, 5}, {{"highway", "residential"}, {"name", "人民路"}});
  osm.way(2, {3, 10}, {{"highway", "service"}, {"ref", "X101"}});
  auto const region = osm.region(folder);
  RoadGraph const& g = region->graph();
  EXPECT_EQ(g.node_count(), 4U);  // 1, 3, 5, 10
  EXPECT_EQ(g.edge_count(), 3U);
  auto const main = edges_of_way(*region, 1);
  ASSERT_EQ(main.size(), 2U);
  EXPECT_EQ(g.geometry_first[main[0] + 1] - g.geometry_first[main[0]], 3U);
  EXPECT_NEAR(g.edge_length_cm[main[0]], 20000, 20);
  EXPECT_EQ(region->text(g.edge_name[main[0]]), "人民路");
  EXPECT_EQ(region->text(g.edge_name[edges_of_way(*region, 2).front()]), "X101");
  EXPECT_EQ(region->text(g.edge_ref[edges_of_way(*region, 2).front()]), "X101");
  EXPECT_EQ(region->text(g.edge_ref[main[0]]), "");
  EXPECT_EQ(region->info().ways_used, 2U);
  EXPECT_EQ(region->info().components, 1U);
  EXPECT_EQ(region->info().ways_cut, 0U);
}

TEST(RegionBuild, CutsAWayThatVisitsANodeTwice) {
  ScratchFolder const folder;
  SmallExtract osm = row_of_nodes(4);
  osm.way(1, {1, 2, 3, 4, 2}, {{"highway", "residential"}});
  auto const region = osm.region(folder);
  EXPECT_EQ(region->graph().node_count(), 2U);  // 1 and 2; 3 and 4 are bends of the loop
  EXPECT_EQ(region->graph().edge_count(), 2U);
}

TEST(RegionBuild, KeepsARingThatIsJoinedToNothing) {
  ScratchFolder const folder;
  SmallExtract osm = row_of_nodes(3);
  osm.way(1, {1, 2, 3, 1}, {{"highway", "residential"}, {"junction", "roundabout"}});
  auto const region = osm.region(folder);
  ASSERT_EQ(region->graph().edge_count(), 1U);
  EXPECT_EQ(region->graph().edge_from[0], region->graph().edge_to[0]);
  EXPECT_TRUE(has(*region, 0, edge_flag::kOnewayForward));
}

TEST(RegionBuild, ReadsTheSameWhateverTheOrderOfTheFile) {
  ScratchFolder const folder;
  SmallExtract osm = row_of_nodes(4);
  osm.way(1, {1, 2, 3}, {{"highway", "primary"}});
  osm.way(2, {2, 4}, {{"highway", "primary"}});
  osm.write(folder / "a.osm.pbf", SmallExtract::Order::NodesFirst);
  osm.write(folder / "b.osm.pbf", SmallExtract::Order::NodesLast);
  ASSERT_TRUE(build_region(folder / "a.osm.pbf", folder / "a", {}));
  ASSERT_TRUE(build_region(folder / "b.osm.pbf", folder / "b", {}));
  auto const a = *Region::open(folder / "a");
  auto const b = *Region::open(folder / "b");
  auto const same = [](auto const& x, auto const& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end());
  };
  EXPECT_TRUE(same(a->graph().edge_from, b->graph().edge_from));
  EXPECT_TRUE(same(a->graph().geometry, b->graph().geometry));
  EXPECT_TRUE(same(a->graph().out_arcs, b->graph().out_arcs));
}

TEST(RegionBuild, CutsWaysWhoseNodesAreMissing) {
  ScratchFolder const folder;
  SmallExtract osm;
  for (int const id : {1, 2, 5, 6, 9}) {
    osm.node(id, metres_from_base(0, 100.0 * id));
  }
  osm.way(1, {1, 2, 3, 4, 5, 6, 7, 9}, {{"highway", "tertiary"}});
  osm.way(2, {7, 8}, {{"highway", "tertiary"}});
  auto const region = osm.region(folder);
  EXPECT_EQ(region->graph().edge_count(), 2U);  // 1-2 and 5-6; 9 stands alone
  EXPECT_EQ(region->info().ways_cut, 2U);
  EXPECT_EQ(region->info().nodes_missing, 4U);  // 3, 4, 7, 8
  EXPECT_EQ(region->info().ways_used, 1U);
  EXPECT_EQ(region->info().ways_read, 2U);
  EXPECT_EQ(region->info().components, 2U);
}

TEST(RegionBuild, AnObstacleBecomesAnEdgeOfItsOwn) {
  ScratchFolder const folder;
  SmallExtract osm;
  osm.node(1, metres_from_base(0, 0)).node(2, metres_from_base(0, 100), {{"barrier", "bollard"}});
  osm.node(3, metres_from_base(0, 200)).node(4, metres_from_base(0, 300), {{"barrier", "gate"}});
  osm.node(5, metres_from_base(0, 400));
  osm.way(1, {1, 2, 3, 4, 5}, {{"highway", "residential"}});
  auto const region = osm.region(folder);
  RoadGraph const& g = region->graph();
  EXPECT_EQ(g.edge_count(), 5U);  // three of road, two of obstacle
  std::vector<std::uint16_t> obstacles;
  for (EdgeId edge = 0; edge < g.edge_count(); ++edge) {
    if (g.edge_length_cm[edge] == 0) {
      obstacles.push_back(g.edge_flags[edge] & (edge_flag::kNoMotor | edge_flag::kGate));
      EXPECT_EQ(g.node_point[g.edge_from[edge]], g.node_point[g.edge_to[edge]]);
      EXPECT_NE(g.edge_from[edge], g.edge_to[edge]);
    } else {
      EXPECT_FALSE(has(*region, edge, edge_flag::kNoMotor));
      EXPECT_FALSE(has(*region, edge, edge_flag::kGate));
    }
  }
  EXPECT_EQ(obstacles, (std::vector<std::uint16_t>{edge_flag::kNoMotor, edge_flag::kGate}));
  EXPECT_EQ(region->info().components, 1U);
}

TEST(RegionBuild, AFerryTakesItsTimeFromItsTag) {
  ScratchFolder const folder;
  SmallExtract osm = row_of_nodes(31);
  osm.way(1, {1, 31}, {{"route", "ferry"}, {"motor_vehicle", "yes"}, {"duration", "00:18"}});
  auto const region = osm.region(folder);
  EXPECT_EQ(region->graph().edge_speed_forward[0], 10);  // 3 km in 18 min
  EXPECT_FALSE(has(*region, 0, edge_flag::kSpeedAssumed));
}

SmallExtract town() {
  SmallExtract osm = row_of_nodes(4);
  osm.way(1, {1, 2, 3, 4}, {{"highway", "residential"}});
  osm.node(
      20, metres_from_base(50, 50),
      {{"place", "village"}, {"name", "花园村"}, {"name:en", "Huayuan"}, {"population", "1 200"}});
  osm.node(21, metres_from_base(50, 60), {{"place", "town"}, {"name:zh", "雄石"}});
  osm.node(22, metres_from_base(50, 70), {{"place", "hamlet"}});  // nameless: of no use
  osm.node(23, metres_from_base(0, 0), {{"emergency", "fire_hydrant"}});
  osm.node(30, metres_from_base(0, 0)).node(31, metres_from_base(0, 200));
  osm.node(32, metres_from_base(100, 200)).node(33, metres_from_base(100, 0));
  osm.way(2, {30, 31, 32, 33, 30}, {{"amenity", "hospital"}, {"name", "人民医院"}});
  osm.way(3, {30, 31, 32, 33, 30}, {});
  osm.way(4, {30, 31, 32}, {{"amenity", "school"}});  // open: no area
  osm.relation(7, {{'w', 3, "outer"}},
               {{"type", "multipolygon"}, {"landuse", "industrial"}, {"name", "化工园"}});
  return osm;
}

TEST(RegionBuild, FindsPlacesAndFacilitiesOnNodesWaysAndRelations) {
  ScratchFolder const folder;
  auto const region = town().region(folder);
  auto const& places = region->places();
  ASSERT_EQ(places.size(), 5U);
  EXPECT_EQ(places[0].kind, "village");
  EXPECT_EQ(places[0].name, "花园村");
  EXPECT_EQ(places[0].name_en, "Huayuan");
  EXPECT_EQ(places[0].pinyin, "hua yuan cun");
  EXPECT_EQ(places[0].population, 1200);
  EXPECT_EQ(places[1].name, "雄石");
  EXPECT_EQ(places[2].kind, "water_source");
  EXPECT_EQ(places[2].osm_type, 'n');
  EXPECT_EQ(places[3].kind, "industrial");
  EXPECT_EQ(places[3].osm_type, 'r');
  EXPECT_EQ(places[4].kind, "hospital");
  EXPECT_EQ(places[4].osm_type, 'w');
  EXPECT_LE(distance_between(places[4].point, metres_from_base(50, 100)), metres(1));
  EXPECT_LE(distance_between(places[3].point, metres_from_base(50, 100)), metres(1));
  EXPECT_EQ(region->info().places, 2U);
  EXPECT_EQ(region->info().facilities, 3U);
  Place const* const near = region->nearest_settlement(metres_from_base(50, 58), metres(500));
  ASSERT_NE(near, nullptr);
  EXPECT_EQ(near->osm_id, 21);
  EXPECT_EQ(region->nearest_settlement(metres_from_base(5000, 0), metres(500)), nullptr);
}

/// A county of 10 km with two townships, the western one with a hole that belongs to the eastern.
SmallExtract county() {
  SmallExtract osm = row_of_nodes(2);
  osm.way(1, {1, 2}, {{"highway", "residential"}});
  auto const corner = [&](std::int64_t id, double north, double east) {
    osm.node(id, metres_from_base(north * 1000, east * 1000));
  };
  corner(100, 0, 0), corner(101, 0, 5), corner(102, 0, 10);
  corner(103, 10, 10), corner(104, 10, 5), corner(105, 10, 0);
  corner(110, 4, 2), corner(111, 4, 3), corner(112, 5, 3), corner(113, 5, 2);
  osm.way(11, {104, 105, 100, 101}, {});
  osm.way(12, {101, 102, 103, 104}, {});
  osm.way(13, {101, 104}, {});
  osm.way(14, {110, 111, 112}, {});
  osm.way(15, {110, 113, 112}, {});
  auto const boundary = [&](std::int64_t id, std::vector<Member> members, char const* level,
                            char const* name, testing::Tags more = {}) {
    more.insert({{"type", "boundary"},
                 {"boundary", "administrative"},
                 {"admin_level", level},
                 {"name", name}});
    osm.relation(id, std::move(members), more);
  };
  boundary(1000, {{'w', 11, "outer"}, {'w', 12, "outer"}}, "6", "青石县", {{"ref", "520199"}});
  boundary(1001, {{'w', 11, "outer"}, {'w', 13, "outer"}, {'w', 14, "inner"}, {'w', 15, "inner"}},
           "8", "西乡", {{"ref:GB/T2260", "520199101"}});
  boundary(1002, {{'w', 12, "outer"}, {'w', 13, "outer"}, {'w', 14, ""}, {'w', 15, ""}}, "8",
           "东乡");
  boundary(1003, {{'w', 11, "outer"}}, "8", "缺口乡");
  boundary(1004, {{'w', 11, "outer"}, {'w', 99, "outer"}}, "8", "缺路乡");
  return osm;
}

TEST(RegionBuild, AssemblesBoundariesAndNestsThem) {
  ScratchFolder const folder;
  auto const region = county().region(folder);
  auto const& areas = region->areas();
  ASSERT_EQ(areas.size(), 3U);
  EXPECT_EQ(areas[0].path, "520199");
  EXPECT_EQ(areas[1].path, "520199.520199101");
  EXPECT_EQ(areas[2].path, "520199.r1002");
  EXPECT_EQ(areas[0].pinyin, "qing shi xian");
  EXPECT_EQ(areas[1].admin_level, 8);
  EXPECT_EQ(region->info().areas_incomplete, 2U);
  EXPECT_EQ(region->rings(1).size(), 2U);
  auto const where = [&](double north, double east) {
    return region->area_at(metres_from_base(north * 1000, east * 1000));
  };
  EXPECT_EQ(where(2, 2), "520199.520199101");
  EXPECT_EQ(where(4.5, 2.5), "520199.r1002");  // in the hole
  EXPECT_EQ(where(5, 7), "520199.r1002");
  EXPECT_EQ(where(11, 7), "");
}

TEST(RegionBuild, WritesTheFactsAsJson) {
  ScratchFolder const folder;
  town().write(folder / "small.osm.pbf");
  BuildOptions options;
  options.name = "name with \"quotes\" and \n";
  std::vector<std::string> phases;
  options.progress = [&](std::string_view phase, int percent) {
    EXPECT_GE(percent, 0);
    EXPECT_LE(percent, 100);
    if (phases.empty() || phases.back() != phase) {
      phases.emplace_back(phase);
    }
  };
  auto const info = build_region(folder / "small.osm.pbf", folder / "r", options);
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_GE(phases.size(), 4U);
  std::ifstream in{folder / "r/region.json"};
  auto const json = nlohmann::json::parse(in);
  EXPECT_EQ(json["name"], options.name);
  EXPECT_EQ(json["edges"], info->edges);
  EXPECT_EQ(json["source_sha256"], *sha256_of_file(folder / "small.osm.pbf"));
  EXPECT_EQ(json["bbox"].size(), 4U);
  EXPECT_GT(info->peak_memory_kib, 1000U);
  EXPECT_EQ((*Region::open(folder / "r"))->info().name, options.name);
}

// "abc" from FIPS 180-4's examples.
TEST(RegionBuild, Sha256IsSha256) {
  ScratchFolder const folder;
  std::ofstream{folder / "abc"} << "abc";
  EXPECT_EQ(*sha256_of_file(folder / "abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

Error failure_of(std::filesystem::path const& file, ScratchFolder const& folder) {
  auto const built = build_region(file, folder / "out", {});
  EXPECT_FALSE(built.has_value());
  EXPECT_FALSE(std::filesystem::exists(folder / "out/region.fhr"));
  return built ? Error{ErrorCode::Conflict, "it was built"} : built.error();
}

TEST(RegionBuild, RefusesWhatIsNotAnExtract) {
  ScratchFolder const folder;
  EXPECT_EQ(failure_of(folder / "missing.osm.pbf", folder).code, ErrorCode::NotFound);
  std::ofstream{folder / "text.osm.pbf"} << "<osm version='0.6'></osm>\n";
  EXPECT_EQ(failure_of(folder / "text.osm.pbf", folder).code, ErrorCode::InvalidArgument);
  std::ofstream{folder / "empty.osm.pbf"};
  EXPECT_EQ(failure_of(folder / "empty.osm.pbf", folder).code, ErrorCode::InvalidArgument);
  SmallExtract roadless = row_of_nodes(3);
  roadless.way(1, {1, 2, 3}, {{"waterway", "river"}});
  roadless.way(2, {1, 99}, {{"highway", "primary"}});
  roadless.write(folder / "river.osm.pbf");
  Error const error = failure_of(folder / "river.osm.pbf", folder);
  EXPECT_EQ(error.code, ErrorCode::InvalidArgument);
  EXPECT_NE(error.message.find("no road"), std::string::npos);
}

std::string content_of(std::filesystem::path const& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// A file that ends between two blobs looks whole to libosmium, as does one with up to three bytes of
// the next blob's length. Behind the last way there is one such border in this file.
TEST(RegionBuild, RefusesTruncatedFiles) {
  ScratchFolder const folder;
  town().write(folder / "whole.osm.pbf");
  std::string const whole = content_of(folder / "whole.osm.pbf");
  int built = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::ofstream{folder / "cut.osm.pbf", std::ios::binary | std::ios::trunc}
        << whole.substr(0, size);
    auto const result = build_region(folder / "cut.osm.pbf", folder / "cut", {});
    built += result ? 1 : 0;
    if (!result) {
      ASSERT_EQ(result.error().code, ErrorCode::InvalidArgument) << size;
    }
  }
  EXPECT_LE(built, 4);
}

TEST(RegionBuild, SurvivesEveryChangedByteOfAnExtract) {
  ScratchFolder const folder;
  town().write(folder / "whole.osm.pbf");
  std::string const whole = content_of(folder / "whole.osm.pbf");
  for (std::size_t at_byte = 0; at_byte < whole.size(); ++at_byte) {
    std::string changed = whole;
    changed[at_byte] = static_cast<char>(changed[at_byte] ^ 0x55);
    std::ofstream{folder / "bad.osm.pbf", std::ios::binary | std::ios::trunc} << changed;
    auto const result = build_region(folder / "bad.osm.pbf", folder / "bad", {});
    if (!result) {
      ASSERT_EQ(result.error().code, ErrorCode::InvalidArgument) << result.error().message;
    }
  }
}

TEST(RegionBuild, LeavesOtherFilesAndSaysWhatItCannotWrite) {
  ScratchFolder const folder;
  SmallExtract osm = row_of_nodes(2);
  osm.way(1, {1, 2}, {{"highway", "residential"}});
  osm.write(folder / "a.osm.pbf");
  std::filesystem::create_directories(folder / "out");
  std::ofstream{folder / "out/notes.txt"} << "kept";
  ASSERT_TRUE(build_region(folder / "a.osm.pbf", folder / "out", {}));
  ASSERT_TRUE(build_region(folder / "a.osm.pbf", folder / "out", {}));
  std::vector<std::string> names;
  for (auto const& entry : std::filesystem::directory_iterator{folder / "out"}) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"notes.txt", "region.fhr", "region.json"}));
  auto const blocked = build_region(folder / "a.osm.pbf", folder / "a.osm.pbf", {});
  ASSERT_FALSE(blocked);
  EXPECT_EQ(blocked.error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace fenghuo::gis
