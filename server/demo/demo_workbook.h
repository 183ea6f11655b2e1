#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/units.h"
#include "gis/region/region.h"

namespace fenghuo::server {

struct DemoWorkbookWish {
  std::uint64_t seed = 1;
  /// Days since 1970-01-01, local: the roster begins at eight o'clock of the day before.
  std::int64_t first_day = 0;
  std::int64_t days = 28;  ///< of the roster, at most 366
};

struct DemoWorkbookFigures {
  std::int64_t rows = 0, persons = 0, villages = 0, teams = 0, facilities = 0, shifts = 0;
};

/// Writes the county workbook of a county that does not exist: departments, persons, the villages of a demo map with
/// their cards, teams of all tiers, depots, facilities, enterprises, a roster, and contacts of plans.
///
/// Towns, villages and facilities are those of the map, with its names and positions; everything else is invented. The
/// same map, wish and program give the same bytes, and a later `first_day` changes no row but adds shifts.
/// Two gaps are left on purpose, for `fenghuo readiness` to find: the last village on the list has one person to call and
/// no deputy, and every Saturday one township office has nobody on duty.
///
/// Errors:  InvalidArgument  the map has no township with a village, or it is none that `fenghuo region demo` made:
///                           invented people are not put on a map of a real place
///          Unavailable      the file cannot be written
/// Cost:    0.3 s and 40 MiB for a county.
/// Threads: any.
/// Checked: tests/outside/test_demo_workbook.py; docs/demo-county.md says why nobody can own its telephone numbers.
Result<DemoWorkbookFigures> write_demo_workbook(gis::Region const& region,
                                                std::filesystem::path const& file,
                                                DemoWorkbookWish const& wish);

}  // namespace fenghuo::server
