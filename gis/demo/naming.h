#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "core/base/random.h"

namespace fenghuo::gis::demo {

/// A name as people write it and as it reads in Latin letters.
struct Name {
  std::string han;
  std::string latin;  ///< capitalised pinyin without tone marks: "Lijia'ao"
  Name with(std::string_view han_suffix, std::string_view english) const;
};

/// Invents names: composed from characters, never taken from a list of places. Names of counties and
/// townships are each given once, so that a name means one place. Compositions that a well-known real
/// place bears are left out.
///
/// Checked: tests/gis_demo/demo_county_test.cc (no two townships share a name).
class Naming {
 public:
  explicit Naming(std::uint64_t seed) : random_{seed} {}
  Name county();      ///< without 县
  Name prefecture();  ///< without 市
  Name township();    ///< without 镇, 乡 or 街道
  Name village();     ///< whole: 李家坳, 上坪, 石桥湾
  Name river();       ///< whole: 荻溪, 青沙河
  Name street();      ///< without 路 or 街: 人民, 建设, 望江
  Name firm();        ///< 禾盛, for a works

 private:
  Name compose(std::string_view first, std::string_view second);
  std::string_view pick(std::string_view characters);
  Random random_;
  std::set<std::string> taken_;
};

}  // namespace fenghuo::gis::demo
