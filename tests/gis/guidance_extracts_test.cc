#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/random.h"
#include "tests/gis/small_extract.h"
#include "tests/gis/steps_hold.h"

/// Real roads from shared/data/osm: what must hold on every route, and that a driver is not talked to death.
namespace fenghuo::gis {
namespace {

class GuidanceExtract : public ::testing::TestWithParam<char const*> {};
INSTANTIATE_TEST_SUITE_P(All, GuidanceExtract,
                         ::testing::Values("cn-guixi", "cn-nanjing", "cn-puyang-qingzu",
                                           "cn-shanghai-center", "andorra-2013", "maribor",
                                           "liechtenstein-2024"),
                         [](auto const& param) {
                           std::string name = param.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(GuidanceExtract, StepsHoldAndAreFew) {
  auto const data = testing::shared_data();
  std::filesystem::path const file =
      data ? *data / "osm" / (std::string{GetParam()} + ".osm.pbf") : std::filesystem::path{};
  if (!data || !std::filesystem::exists(file)) {
    GTEST_SKIP()
        << "shared/data/osm is not here: set FENGHUO_SHARED_DATA to the folder that holds it";
  }
  testing::ScratchFolder const folder;
  ASSERT_TRUE(build_region(file, folder / "r", {}));
  auto const region = *Region::open(folder / "r");
  auto const router = Router::make(region);
  auto const metric = Metric::build(*region, {}, {}, 1);
  auto const& info = region->info();
  Random random{11};
  std::size_t routes = 0;
  std::size_t steps_said = 0;
  std::int64_t driven_cm = 0;
  for (int i = 0; i < 120; ++i) {
    auto const within = [&](std::int32_t low, std::int32_t high) {
      return static_cast<std::int32_t>(random.between(low, high));
    };
    auto const point = [&] {
      return GeoPoint{within(info.south_west.lat_e7, info.north_east.lat_e7),
                      within(info.south_west.lon_e7, info.north_east.lon_e7)};
    };
    auto const profile = static_cast<Profile>(i % 4);
    GeoPoint const from = point();
    GeoPoint const to = point();
    auto const found = router->route(*metric, profile, from, to, {});
    if (!found || !*found) {
      continue;
    }
    auto const steps = steps_of(*region, {}, profile, **found, to);
    testing::expect_steps_hold(region->graph(), **found, steps, profile);
    ASSERT_FALSE(HasFatalFailure()) << "route " << i;
    ++routes;
    steps_said += profile == Profile::Foot ? 0 : steps.size();
    driven_cm += profile == Profile::Foot ? 0 : (*found)->distance.cm;
  }
  EXPECT_GT(routes, 20U);
  // Chinese villages stand in grids of nameless roads, where there is much to say.
  EXPECT_LT(static_cast<std::int64_t>(steps_said), 3 * driven_cm / 100'000);
}

}  // namespace
}  // namespace fenghuo::gis
