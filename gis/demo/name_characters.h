#pragma once

#include <string_view>

namespace fenghuo::gis::demo {

/// The reading of one of the characters that names are composed from, as these names are read
/// (长 chang, 重 does not occur). "" for a character that is not in the table.
/// Checked: tests/gis_demo/demo_county_test.cc against ICU's transliterator.
std::string_view pinyin_of(std::string_view character);

}  // namespace fenghuo::gis::demo
