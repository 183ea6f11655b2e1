#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fenghuo::gis {

/// A name as it is compared: without spaces, ASCII letters small, full-width letters and digits as plain ones.
std::string spoken_name(std::string_view name);

/// Whether what was said is one of the names in a tag ("G65;S12" holds two).
bool is_named(std::string_view tag, std::string_view spoken);

/// Those of the names that may have been meant, the likeliest first, at most `most`: one holds the other, or few
/// characters differ.
/// In:      names: any number, repeats allowed; spoken: of spoken_name().
/// Cost:    length of the name squared for each.
/// Checked: tests/gis/spoken_name_test.cc.
std::vector<std::string> names_like(std::vector<std::string> names, std::string_view spoken,
                                    std::size_t most);

}  // namespace fenghuo::gis
