#include <fmt/format.h>

#include "center/clock.h"
#include "core/base/time_text.h"
#include "server/cli/commands.h"
#include "server/demo/demo_workbook.h"

namespace fenghuo::server {

namespace {

constexpr std::int64_t kDay = 24LL * 3'600 * 1'000'000;

/// Days since 1970-01-01 of a date, or of today where none is said.
std::optional<std::int64_t> day_of(Settings const& settings, std::string const& date) {
  if (date.empty()) {
    return (center::SystemClock{}.now() + minutes(settings.zone_minutes)).us / kDay;
  }
  auto const begin = parse_rfc3339(date + "T00:00:00Z");
  return begin ? std::optional{begin->us / kDay} : std::nullopt;
}

}  // namespace

int demo_workbook(Settings const& settings, DemoBookOrder const& order) {
  auto const day = day_of(settings, order.from);
  if (!day) {
    return report_error({ErrorCode::InvalidArgument, "--from is a date: 2026-11-25"});
  }
  auto const region = gis::Region::open(order.region);
  if (!region) {
    return report_error(region.error());
  }
  auto const figures = write_demo_workbook(**region, order.out, {order.seed, *day, order.days});
  if (!figures) {
    return report_error(figures.error());
  }
  fmt::print("{}\n", order.out);
  fmt::print(stderr, "{}: {} rows: {} villages, {} persons, {} teams, {} facilities, {} shifts\n",
             (*region)->info().name, figures->rows, figures->villages, figures->persons,
             figures->teams, figures->facilities, figures->shifts);
  return 0;
}

}  // namespace fenghuo::server
