#pragma once

#include <optional>
#include <string>
#include <vector>

namespace fenghuo::bench {

/// A figure beside its reference, measured in the same run. `ratio` is how much better than the reference:
/// 2 means twice as fast, whether the unit is a rate or a time.
struct BenchResult {
  std::string name, unit;  ///< name ends in _per_s, _ms or _us
  double median = 0, p99 = 0;
  std::string reference_name;  ///< empty: a plain count or size
  double reference_median = 0;
  double ratio = 0;
};

/// {"results": [{name, unit, median, p99, reference: {name, median}, ratio}]} or a table.
void print(std::vector<BenchResult> const& results, bool json);

/// Of a list that is sorted here; 0 for an empty one.
double quantile(std::vector<double> values, double q);

}  // namespace fenghuo::bench
