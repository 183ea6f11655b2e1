#include "gis/region/region.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/base/random.h"
#include "gis/region/region_format.h"
#include "gis/region/sha256.h"
#include "gis/routing/router.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis {
namespace {

using testing::metres_from_base;
using testing::ScratchFolder;

std::vector<char> content_of(std::filesystem::path const& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void write(std::filesystem::path const& file, std::vector<char> const& bytes) {
  std::ofstream{file, std::ios::binary | std::ios::trunc}.write(
      bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

class RegionFile : public ::testing::Test {
 protected:
  RegionFile() {
    auto osm = testing::drawn({"A--B--C",  //
                               "|  |  |",  //
                               "D--E>>F"});
    osm.node(500, metres_from_base(0, 0), {{"place", "village"}, {"name", "大岩"}});
    osm.node(501, metres_from_base(5, 100),
             {{"highway", "milestone"}, {"distance", "12.5"}, {"road_ref", "S12"}});
    osm.way(600, {'A', 'C', 'F', 'D', 'A'}, {});
    osm.relation(700, {{'w', 600, "outer"}},
                 {{"type", "boundary"},
                  {"boundary", "administrative"},
                  {"admin_level", "8"},
                  {"name", "镇"}});
    region_ = osm.region(folder_);
    bytes_ = content_of(folder_ / "region/region.fhr");
    std::filesystem::create_directories(folder_ / "changed");
  }

  Result<std::shared_ptr<Region const>> opened(std::vector<char> const& bytes) const {
    write(folder_ / "changed/region.fhr", bytes);
    return Region::open(folder_ / "changed");
  }

  ScratchFolder folder_;
  std::shared_ptr<Region const> region_;
  std::vector<char> bytes_;
};

TEST_F(RegionFile, OpensAsItWasWritten) {
  auto const again = opened(bytes_);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->info().edges, region_->info().edges);
  EXPECT_EQ((*again)->info().built_at, region_->info().built_at);
  EXPECT_EQ((*again)->places().front().name, "大岩");
  EXPECT_EQ((*again)->areas().front().name, "镇");
  EXPECT_EQ((*again)->area_at(metres_from_base(-50, 150)), "r700");
  EXPECT_EQ((*again)->text(0), "");
}

TEST_F(RegionFile, EveryChangedByteIsFound) {
  for (std::size_t at = 0; at < bytes_.size(); ++at) {
    auto changed = bytes_;
    changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
    auto const region = opened(changed);
    ASSERT_FALSE(region) << "byte " << at;
    bool const version =
        at >= offsetof(FileHeader, version) && at < offsetof(FileHeader, section_count);
    ASSERT_EQ(region.error().code, version ? ErrorCode::InvalidArgument : ErrorCode::DataLoss)
        << at;
  }
}

TEST_F(RegionFile, EveryTruncationIsFoundAndSoIsATail) {
  for (std::size_t size = 0; size < bytes_.size(); ++size) {
    auto const region =
        opened({bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(size)});
    ASSERT_FALSE(region) << size;
    ASSERT_EQ(region.error().code, ErrorCode::DataLoss) << size;
  }
  auto longer = bytes_;
  longer.push_back(0);
  EXPECT_EQ(opened(longer).error().code, ErrorCode::DataLoss);
}

TEST_F(RegionFile, AnotherVersionNamesTheMend) {
  auto changed = bytes_;
  changed[offsetof(FileHeader, version)] = 99;
  auto const region = opened(changed);
  ASSERT_FALSE(region);
  EXPECT_EQ(region.error().code, ErrorCode::InvalidArgument);
  EXPECT_NE(region.error().message.find("fenghuo region build"), std::string::npos);
}

TEST_F(RegionFile, AMissingFolderIsNotFound) {
  EXPECT_EQ(Region::open(folder_ / "nowhere").error().code, ErrorCode::NotFound);
  EXPECT_EQ(Region::open(folder_.path()).error().code, ErrorCode::NotFound);
}

/// Puts a right checksum on wrong bytes.
void seal(std::vector<char>& bytes) {
  auto const all = std::as_bytes(std::span{bytes});
  Sha256 hash;
  hash.add(all.first(offsetof(FileHeader, sha256)));
  hash.add(all.subspan(sizeof(FileHeader)));
  auto const digest = hash.finish();
  std::memcpy(bytes.data() + offsetof(FileHeader, sha256), digest.data(), digest.size());
}

/// Uses everything that an opened region offers; what it answers does not matter, only that it stays
/// inside the file.
void use(std::shared_ptr<Region const> const& region) {
  RoadGraph const& g = region->graph();
  for (EdgeId edge = 0; edge < g.edge_count(); ++edge) {
    region->text(g.edge_name[edge]);
    region->text(g.edge_ref[edge]);
  }
  for (std::size_t area = 0; area < region->areas().size(); ++area) {
    region->rings(area);
  }
  GeoPoint const here = metres_from_base(-50, 150);
  region->area_at(here);
  region->nearest_settlement(here, metres(5000));
  region->edges_in(metres_from_base(-300, -300), metres_from_base(300, 900));
  auto const router = Router::make(region);
  for (std::size_t profile = 0; profile < kProfileCount; ++profile) {
    ClosureShape const closure{"c", {here, metres_from_base(-60, 400)}, false, {}};
    auto const metric = Metric::build(*region, {}, {&closure, 1}, 1);
    auto const route = router->route(*metric, static_cast<Profile>(profile), here,
                                     metres_from_base(-150, 600), {});
    EXPECT_TRUE(route || route.error().code == ErrorCode::NotFound);
  }
}

// A file whose checksum was made right again must open to something sound or not at all.
TEST_F(RegionFile, DamageUnderARightChecksumCannotLeadOutside) {
  Random random{11};
  int opened_after = 0;
  int refused = 0;
  for (int round = 0; round < 6000; ++round) {
    auto changed = bytes_;
    auto const changes = random.between(1, 3);
    for (std::int64_t i = 0; i < changes; ++i) {
      // Half of the time in the first kilobytes, where the table and the small sections are.
      std::size_t const size =
          random.chance(500) ? std::min<std::size_t>(1500, changed.size()) : changed.size();
      std::size_t const at = sizeof(FileHeader) + random.below(size - sizeof(FileHeader));
      changed[at] = random.chance(500) ? static_cast<char>(random.below(256))
                                       : static_cast<char>(random.chance(500) ? 0xFF : 0x80);
    }
    seal(changed);
    auto const region = opened(changed);
    if (region) {
      use(*region);
      ++opened_after;
    } else {
      ASSERT_EQ(region.error().code, ErrorCode::DataLoss);
      ++refused;
    }
  }
  EXPECT_GT(opened_after, 100);
  EXPECT_GT(refused, 100);
}

TEST_F(RegionFile, EachIndexSectionIsChecked) {
  FileHeader header;
  std::memcpy(&header, bytes_.data(), sizeof(header));
  for (std::uint32_t i = 0; i < header.section_count; ++i) {
    SectionEntry entry;
    std::memcpy(&entry, bytes_.data() + sizeof(header) + i * sizeof(entry), sizeof(entry));
    // Names, way ids, lengths, flags and limits may hold any number; points of rings, which nothing
    // else repeats, may lie anywhere, also 1e-7 degree south-west of the origin.
    std::vector<std::uint32_t> const free{3, 9, 10, 12, 13, 14, 15, 16, 17, 28};
    if (std::find(free.begin(), free.end(), entry.id) != free.end()) {
      continue;
    }
    auto changed = bytes_;
    std::memset(changed.data() + entry.offset, 0xFF, entry.count * entry.element_size);
    seal(changed);
    EXPECT_FALSE(opened(changed)) << "section " << entry.id;
  }
}

TEST_F(RegionFile, EdgesInABoxAreAllFound) {
  RoadGraph const& g = region_->graph();
  Random random{5};
  for (int round = 0; round < 2000; ++round) {
    GeoPoint const a = metres_from_base(static_cast<double>(random.between(-300, 100)),
                                        static_cast<double>(random.between(-100, 700)));
    GeoPoint const b = {a.lat_e7 + static_cast<std::int32_t>(random.below(20000)),
                        a.lon_e7 + static_cast<std::int32_t>(random.below(20000))};
    auto const found = region_->edges_in(a, b);
    ASSERT_TRUE(std::is_sorted(found.begin(), found.end()));
    ASSERT_EQ(std::adjacent_find(found.begin(), found.end()), found.end());
    for (EdgeId edge = 0; edge < g.edge_count(); ++edge) {
      // The drawing's roads run along the axes, so box against box is exact.
      GeoPoint const p = g.node_point[g.edge_from[edge]];
      GeoPoint const q = g.node_point[g.edge_to[edge]];
      bool const meets =
          std::min(p.lat_e7, q.lat_e7) <= b.lat_e7 && std::max(p.lat_e7, q.lat_e7) >= a.lat_e7 &&
          std::min(p.lon_e7, q.lon_e7) <= b.lon_e7 && std::max(p.lon_e7, q.lon_e7) >= a.lon_e7;
      ASSERT_TRUE(!meets || std::binary_search(found.begin(), found.end(), edge));
    }
  }
}

}  // namespace
}  // namespace fenghuo::gis
