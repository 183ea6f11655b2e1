#pragma once

#include <filesystem>
#include <string>

#include "bench/year_of_work.h"
#include "core/base/result.h"
#include "messaging/codec/json.h"

namespace fenghuo::bench {

struct YearWish {
  WorkWish work;
  std::string keep;  ///< folder that the data stay in; empty: one that is removed at the end
  bool json = false;
};

/// A long life in minutes: a year of incidents written through the whole way of a command, then how the data
/// lie on the disk, how fast a centre starts on them (after a stop, after a kill, on a damaged newest
/// snapshot, without any), what it holds in memory, and how fast the past is shown, each measured in a
/// process of its own and beside its reference: the same from the beginning of the journal.
/// Returns the exit code.
int bench_year(YearWish const& wish);

/// A centre on the files of a data folder, on one thread, under this clock.
Result<std::unique_ptr<center::Center>> open_year_center(
    std::filesystem::path const& folder, std::shared_ptr<center::ManualClock> clock);
/// When a simulated year begins: 2026-01-01T00:00+08:00.
inline constexpr Time kYearBegins{1'767'196'800'000'000};

}  // namespace fenghuo::bench
