#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace fenghuo::gis {

/// Han characters in Latin letters without tones, lower case, syllables apart: 贵溪市 -> "gui xi shi".
/// Source:  ICU transliteration Han-Latin, Latin-ASCII. One reading a character: names with a rare
///          reading come out with the common one.
/// Threads: one at a time.
/// Checked: tests/gis/pinyin_test.cc.
class Pinyin {
 public:
  Pinyin();
  ~Pinyin();
  Pinyin(Pinyin const&) = delete;
  Pinyin& operator=(Pinyin const&) = delete;
  /// "" for names without Han characters.
  std::string of(std::string_view name) const;

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
};

}  // namespace fenghuo::gis
