#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/units.h"

namespace fenghuo {

/// RFC 3339 with the offset given in minutes east of UTC; fractions only where there are any, at most
/// microseconds. Years 0000 to 9999. Checked: tests/core/base_test.cc.
std::string to_rfc3339(Time time, int offset_minutes = 0);

/// RFC 3339 with any offset (Z, z, +08:00), up to nine fraction digits, cut to microseconds.
/// nullopt for anything else: a missing offset, a day that the month does not have, a leap second, a
/// moment whose year in UTC is not 0000 to 9999 (the journal could not be read back).
std::optional<Time> parse_rfc3339(std::string_view text);

/// The calendar year at the given offset.
int year_of(Time time, int offset_minutes);

}  // namespace fenghuo
