#include "gis/demo/demo_county.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/gis_demo/osm_sheet.h"
#include "tests/gis_demo/road_figures.h"

namespace fenghuo::gis {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
  fs::path const f = fs::temp_directory_path() / ("fenghuo-demo-" + std::to_string(::getpid()));
  fs::create_directories(f);
  return f;
}

std::string bytes_of(fs::path const& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

struct Written {
  fs::path file;
  DemoFigures figures;
};

Written write(std::uint64_t seed, DemoSize size, std::string const& name) {
  fs::path const file = folder() / (name + ".osm.pbf");
  auto const figures = write_demo_county(file, seed, size);
  EXPECT_TRUE(figures) << (figures ? "" : figures.error().message);
  return {file, *figures};
}

/// Counties of three seeds, written and read once for all tests of a run.
struct County {
  std::uint64_t seed;
  Written written;
  OsmSheet sheet;
};

std::vector<County> const& counties() {
  static std::vector<County> const all = [] {
    std::vector<County> made;
    for (std::uint64_t const seed : {1U, 2U, 3U}) {
      Written const w = write(seed, DemoSize::County, "county-" + std::to_string(seed));
      made.push_back({seed, w, read_osm_sheet(w.file)});
    }
    return made;
  }();
  return all;
}

struct Measured {
  County const& county;
  RoadFigures roads;
};

std::vector<Measured> const& measured_counties() {
  static std::vector<Measured> const all = [] {
    std::vector<Measured> made;
    for (County const& c : counties()) {
      made.push_back({c, measure_roads(c.written.file)});
    }
    return made;
  }();
  return all;
}

class DemoCounty : public testing::Test {
 protected:
  static void TearDownTestSuite() { fs::remove_all(folder()); }
};

TEST_F(DemoCounty, KnowsItsSizesByName) {
  EXPECT_EQ(demo_size_named("county"), DemoSize::County);
  EXPECT_EQ(demo_size_named("city"), DemoSize::City);
  EXPECT_EQ(demo_size_named("province"), DemoSize::Province);
  EXPECT_EQ(demo_size_named("village"), std::nullopt);
}

TEST_F(DemoCounty, SameSeedGivesSameBytesAndAnotherSeedOthers) {
  std::string const first = bytes_of(counties()[0].written.file);
  EXPECT_GT(first.size(), 50'000U);
  EXPECT_EQ(bytes_of(write(1, DemoSize::County, "again").file), first);
  EXPECT_NE(bytes_of(counties()[1].written.file), first);
}

// The bytes of a file depend on zlib's version; what is on the map does not, nor on compiler or processor.
// This number changes when the generator is changed on purpose.
TEST_F(DemoCounty, DrawsTheSameMapOnEveryMachine) {
  EXPECT_EQ(counties()[0].sheet.content_hash, 3403726046362956297ULL);
}

TEST_F(DemoCounty, IsWholeAndInOrder) {
  for (County const& c : counties()) {
    EXPECT_TRUE(c.sheet.ordered) << "seed " << c.seed;
    EXPECT_TRUE(c.sheet.bare) << "an object has a time or an author";
    EXPECT_EQ(c.sheet.missing_nodes, 0U);
    EXPECT_EQ(c.sheet.missing_members, 0U);
    EXPECT_EQ(c.sheet.nodes.size(), c.written.figures.nodes);
    EXPECT_EQ(c.sheet.ways.size(), c.written.figures.ways);
    EXPECT_EQ(c.sheet.relations.size(), c.written.figures.relations);
    for (auto const& [id, way] : c.sheet.ways) {
      EXPECT_GE(way.nodes.size(), 2U) << "way " << id;
      EXPECT_LE(way.nodes.size(), 2000U) << "way " << id;
      EXPECT_EQ(std::adjacent_find(way.nodes.begin(), way.nodes.end()), way.nodes.end())
          << "way " << id;
    }
  }
}

TEST_F(DemoCounty, HoldsAsManyRoadNodesAsItsSizeSays) {
  for (auto const& [c, roads] : measured_counties()) {
    EXPECT_NEAR(static_cast<double>(roads.road_nodes), 30e3, 6e3) << "seed " << c.seed;
  }
  Written const city = write(1, DemoSize::City, "city");
  EXPECT_NEAR(static_cast<double>(measure_roads(city.file).road_nodes), 300e3, 60e3);
}

TEST_F(DemoCounty, TheRoadsHangTogetherAndOneWayStreetsTrapNobody) {
  for (auto const& [c, roads] : measured_counties()) {
    EXPECT_GT(roads.largest_component, 0.99) << "seed " << c.seed;
    EXPECT_GT(roads.largest_strong, 0.99) << "seed " << c.seed;
  }
}

// The bands hold what was measured on real mountain and valley country: docs/demo-county.md.
TEST_F(DemoCounty, TheRoadsAreLikeRealOnes) {
  for (auto const& [c, roads] : measured_counties()) {
    SCOPED_TRACE("seed " + std::to_string(c.seed));
    EXPECT_GT(roads.detour_settlements, 1.4);
    EXPECT_LT(roads.detour_settlements, 2.0);
    EXPECT_GT(roads.detour_any, 1.35);
    EXPECT_LT(roads.detour_any, 2.0);
    EXPECT_GT(roads.detour_town, 1.15);
    EXPECT_LT(roads.detour_town, 1.4);
    EXPECT_GT(roads.degree_share.at(1), 0.2);
    EXPECT_LT(roads.degree_share.at(1), 0.42);
    EXPECT_GT(roads.degree_share.at(3), 0.38);
    EXPECT_LT(roads.degree_share.at(4), 0.28);
    EXPECT_LT(roads.degree_share.at(5), 0.04);
  }
}

TEST_F(DemoCounty, ManyVillagesHangOnOneRoad) {
  for (auto const& [c, roads] : measured_counties()) {
    SCOPED_TRACE("seed " + std::to_string(c.seed));
    auto const villages = static_cast<double>(roads.villages);
    double const measured = static_cast<double>(roads.villages_on_one_road) / villages;
    EXPECT_EQ(roads.villages, c.written.figures.villages);
    EXPECT_GT(measured, 0.35);
    EXPECT_LT(measured, 0.75);
    // The generator counts from its plan, the measure from the nearest node to the village's sign.
    EXPECT_NEAR(static_cast<double>(c.written.figures.villages_on_one_road) / villages, measured,
                0.03);
  }
}

TEST_F(DemoCounty, RoadsCrossOnlyAtNodesBridgesAndTunnels) {
  for (County const& c : counties()) {
    std::vector<std::string> const crossings = crossings_without_node(c.sheet);
    EXPECT_TRUE(crossings.empty())
        << "seed " << c.seed << ": " << crossings.size() << ", the first at " << crossings.front();
  }
}

TEST_F(DemoCounty, RoadsCrossRiversOnBridgesOrThroughFords) {
  for (County const& c : counties()) {
    std::vector<std::string> const wet = river_crossings_without_bridge(c.sheet);
    EXPECT_TRUE(wet.empty()) << "seed " << c.seed << ": " << wet.size() << ", the first at "
                             << wet.front();
  }
}

// The two checks above are worth something only if they see a crossing that is there.
TEST_F(DemoCounty, TheCrossingChecksSeeCrossings) {
  OsmSheet sheet = counties()[0].sheet;
  for (auto& [id, way] : sheet.ways) {
    way.tags.erase("bridge");
    auto const highway = way.tags.find("highway");
    if (highway != way.tags.end() && highway->second == "motorway") {
      highway->second = "trunk";
    }
  }
  EXPECT_GE(river_crossings_without_bridge(sheet).size(), 60U);
  EXPECT_GE(crossings_without_node(sheet).size(), 10U);
}

TEST_F(DemoCounty, HasWhatACountyHas) {
  std::map<std::string, std::size_t> const at_least = {{"amenity=hospital", 2},
                                                       {"amenity=clinic", 15},
                                                       {"amenity=fire_station", 4},
                                                       {"amenity=police", 16},
                                                       {"amenity=school", 20},
                                                       {"amenity=fuel", 5},
                                                       {"amenity=townhall", 16},
                                                       {"amenity=shelter", 20},
                                                       {"emergency=assembly_point", 15},
                                                       {"aeroway=helipad", 1},
                                                       {"emergency=water_tank", 5},
                                                       {"emergency=fire_hydrant", 40},
                                                       {"emergency=fire_water_pond", 2},
                                                       {"emergency=ambulance_station", 1},
                                                       {"landuse=industrial", 1},
                                                       {"landuse=quarry", 2},
                                                       {"man_made=mineshaft", 2},
                                                       {"water=reservoir", 1},
                                                       {"landuse=reservoir", 1},
                                                       {"place=village", 150},
                                                       {"place=hamlet", 80},
                                                       {"place=town", 15},
                                                       {"place=suburb", 3},
                                                       {"waterway=river", 3},
                                                       {"waterway=stream", 10},
                                                       {"bridge=yes", 60},
                                                       {"tunnel=yes", 2},
                                                       {"ford=yes", 5},
                                                       {"route=ferry", 1},
                                                       {"highway=motorway", 10},
                                                       {"highway=motorway_link", 4},
                                                       {"highway=trunk", 4},
                                                       {"highway=primary", 10},
                                                       {"highway=secondary", 10},
                                                       {"highway=tertiary", 30},
                                                       {"highway=unclassified", 200},
                                                       {"highway=residential", 300},
                                                       {"highway=living_street", 20},
                                                       {"highway=service", 50},
                                                       {"highway=track", 50},
                                                       {"highway=path", 30},
                                                       {"oneway=yes", 10},
                                                       {"type=restriction", 1},
                                                       {"surface=concrete", 200},
                                                       {"surface=unpaved", 10}};
  for (County const& c : counties()) {
    for (auto const& [tag, count] : at_least) {
      auto const it = c.sheet.tag_count.find(tag);
      EXPECT_GE(it == c.sheet.tag_count.end() ? 0U : it->second, count)
          << tag << ", seed " << c.seed;
    }
    EXPECT_GE(c.sheet.weight_limits_on_bridges, 10U);
    EXPECT_GE(c.sheet.hairpins, 20U);
  }
}

TEST_F(DemoCounty, PlacesHaveNamesAndPopulation) {
  for (County const& c : counties()) {
    for (auto const& [id, node] : c.sheet.nodes) {
      auto const place = node.tags.find("place");
      if (place != node.tags.end()) {
        EXPECT_TRUE(node.tags.contains("name") && node.tags.contains("name:en")) << "node " << id;
        EXPECT_TRUE(place->second == "suburb" || node.tags.contains("population")) << "node " << id;
      }
    }
  }
}

TEST_F(DemoCounty, TownshipsHaveNamesAndCodesOfTheirOwn) {
  for (County const& c : counties()) {
    std::set<std::string> names;
    std::set<std::string> codes;
    std::string county;
    for (auto const& [id, relation] : c.sheet.relations) {
      auto const level = relation.tags.find("admin_level");
      if (level == relation.tags.end()) {
        continue;
      }
      EXPECT_TRUE(names.insert(relation.tags.at("name")).second) << relation.tags.at("name");
      EXPECT_TRUE(codes.insert(relation.tags.at("ref")).second) << relation.tags.at("ref");
      county = level->second == "6" ? relation.tags.at("ref") : county;
    }
    EXPECT_EQ(names.size(), 1U + 3U + c.written.figures.townships);
    EXPECT_EQ(county.size(), 6U);
    EXPECT_EQ(county.substr(0, 2), "99");  // no province of GB/T 2260
    for (std::string const& code : codes) {
      EXPECT_EQ(code.substr(0, 6), county);
      EXPECT_TRUE(code == county || code.size() == 9U) << code;
    }
  }
}

// libosmium's own assembler decides whether the rings close, and its areas are added up.
TEST_F(DemoCounty, TownshipsTileTheCounty) {
  for (County const& c : counties()) {
    std::vector<BoundaryArea> const areas = assemble_boundaries(c.written.file);
    ASSERT_EQ(areas.size(), 1U + 3U + c.written.figures.townships) << "seed " << c.seed;
    double county = 0;
    double townships = 0;
    for (BoundaryArea const& a : areas) {
      EXPECT_EQ(a.inner_rings, 0U);
      EXPECT_EQ(a.outer_rings, 1U) << a.name;
      (a.admin_level == 6 ? county : townships) += a.square_km;
    }
    EXPECT_GT(county, 900);
    EXPECT_LT(county, 1400);
    EXPECT_NEAR(townships, county, county * 1e-9);
  }
}

TEST_F(DemoCounty, ToolsOfOthersAcceptIt) {
  if (std::system("osmium --version > /dev/null 2>&1") != 0) {
    GTEST_SKIP() << "osmium-tool is not installed";
  }
  std::string const file = counties()[0].written.file.string();
  EXPECT_EQ(
      std::system(("osmium check-refs -r --no-progress " + file + " > /dev/null 2>&1").c_str()), 0);
  std::string const told = (folder() / "told").string();
  ASSERT_EQ(std::system(("osmium fileinfo -e --no-progress " + file + " > " + told).c_str()), 0);
  EXPECT_NE(bytes_of(told).find("Objects ordered (by type and id): yes"), std::string::npos);
}

TEST_F(DemoCounty, SaysWhenTheFileCannotBeWritten) {
  auto const result =
      write_demo_county(folder() / "no" / "such" / "folder" / "x.osm.pbf", 1, DemoSize::County);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::Unavailable);
  EXPECT_NE(result.error().message.find("folder"), std::string::npos);
}

TEST_F(DemoCounty, LeavesNothingBehindButTheFile) {
  fs::path const place = folder() / "alone";
  fs::create_directories(place);
  ASSERT_TRUE(write_demo_county(place / "x.osm.pbf", 4, DemoSize::County));
  EXPECT_EQ(std::distance(fs::directory_iterator{place}, fs::directory_iterator{}), 1);
}

TEST_F(DemoCounty, AProvinceIsManyCounties) {
  Written const province = write(1, DemoSize::Province, "province");
  ProvinceCount const count = count_province(province.file);
  EXPECT_NEAR(static_cast<double>(count.road_nodes), 3e6, 0.6e6);
  EXPECT_TRUE(count.ordered);
  EXPECT_GT(count.largest_component, 0.99);
  EXPECT_EQ(count.counties, 90U);
  EXPECT_EQ(count.township_names, count.townships);
  fs::remove(province.file);
}

}  // namespace
}  // namespace fenghuo::gis
