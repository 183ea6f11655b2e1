#include <gtest/gtest.h>
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "gis/demo/name_characters.h"
#include "gis/demo/naming.h"

namespace fenghuo::gis::demo {
namespace {

class Reading {
 public:
  Reading() {
    UErrorCode status = U_ZERO_ERROR;
    transliterator_.reset(
        icu::Transliterator::createInstance("Han-Latin; Latin-ASCII", UTRANS_FORWARD, status));
    EXPECT_TRUE(U_SUCCESS(status));
  }
  std::string of(std::string const& han) const {
    icu::UnicodeString text = icu::UnicodeString::fromUTF8(han);
    transliterator_->transliterate(text);
    std::string latin;
    text.toUTF8String(latin);
    return latin;
  }

 private:
  std::unique_ptr<icu::Transliterator> transliterator_;
};

/// Letters only: "Li'ao Jia" and "liaojia" are the same.
std::string letters(std::string const& text) {
  std::string out;
  for (char const c : text) {
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (c >= 'a' && c <= 'z') {
      out += c;
    }
  }
  return out;
}

TEST(DemoNaming, ReadsCharactersAsIcuDoes) {
  // Of several readings ICU gives the commonest; in names these are read otherwise.
  std::map<std::string, std::string> const in_names = {
      {"长", "zhang"}, {"盛", "cheng"}, {"朝", "zhao"}};
  Reading const reading;
  Naming naming{11};
  std::set<std::string> characters;
  for (int i = 0; i < 3000; ++i) {
    for (Name const& name : {naming.village(), naming.river(), naming.street(), naming.firm()}) {
      for (std::size_t k = 0; k < name.han.size(); k += 3) {
        characters.insert(name.han.substr(k, 3));
      }
    }
  }
  for (int i = 0; i < 300; ++i) {
    std::string const han = naming.township().han;
    for (std::size_t k = 0; k < han.size(); k += 3) {
      characters.insert(han.substr(k, 3));
    }
  }
  EXPECT_GT(characters.size(), 150U);
  for (std::string const& c : characters) {
    std::string const expected = letters(reading.of(c));
    std::string const ours{pinyin_of(c)};
    auto const other = in_names.find(c);
    EXPECT_TRUE(ours == expected || (other != in_names.end() && other->second == expected))
        << c << ": " << ours << ", ICU reads " << expected;
  }
}

TEST(DemoNaming, GivesTheNamesOfAreasOnce) {
  Naming naming{5};
  std::set<std::string> seen;
  for (int i = 0; i < 2000; ++i) {
    EXPECT_TRUE(seen.insert(naming.township().han).second);
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(seen.insert(naming.county().han).second);
  }
}

TEST(DemoNaming, LatinBelongsToHan) {
  Naming naming{6};
  for (int i = 0; i < 200; ++i) {
    Name const name = naming.village();
    std::string joined;
    for (std::size_t k = 0; k < name.han.size(); k += 3) {
      joined += pinyin_of(name.han.substr(k, 3));
    }
    EXPECT_EQ(letters(name.latin), joined);
    EXPECT_TRUE(name.latin[0] >= 'A' && name.latin[0] <= 'Z') << name.latin;
  }
}

}  // namespace
}  // namespace fenghuo::gis::demo
