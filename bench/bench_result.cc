#include "bench/bench_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "messaging/codec/json.h"

namespace fenghuo::bench {

using messaging::Json;

double quantile(std::vector<double> values, double q) {
  if (values.empty()) {
    return 0;
  }
  std::sort(values.begin(), values.end());
  auto const at = static_cast<std::size_t>(std::lround(q * static_cast<double>(values.size() - 1)));
  return values[std::min(at, values.size() - 1)];
}

namespace {

/// Small figures with the digits that tell them apart.
std::string shown(double value) { return fmt::format("{:.{}f}", value, value < 10 ? 3 : 1); }

}  // namespace

void print(std::vector<BenchResult> const& results, bool json) {
  if (json) {
    Json::Array rows;
    for (auto const& r : results) {
      Json row =
          Json::object({{"name", r.name}, {"unit", r.unit}, {"median", r.median}, {"p99", r.p99}});
      if (!r.reference_name.empty()) {
        row.add("reference",
                Json::object({{"name", r.reference_name}, {"median", r.reference_median}}));
        row.add("ratio", r.ratio);
      }
      rows.push_back(std::move(row));
    }
    fmt::print("{}\n", Json::object({{"results", std::move(rows)}}).text());
    return;
  }
  fmt::print("{:<40} {:>12} {:>12}  {:<34} {:>12} {:>9}\n", "name", "median", "p99", "reference",
             "median", "ratio");
  for (auto const& r : results) {
    if (r.reference_name.empty()) {
      fmt::print("{:<40} {:>12} {:>12}\n", r.name, shown(r.median), shown(r.p99));
      continue;
    }
    fmt::print("{:<40} {:>12} {:>12}  {:<34} {:>12} {:>9.2f}\n", r.name, shown(r.median),
               shown(r.p99), r.reference_name, shown(r.reference_median), r.ratio);
  }
}

}  // namespace fenghuo::bench
