#include "core/base/text_form.h"

#include <gtest/gtest.h>

#include "core/domain/vocabulary.h"

namespace fenghuo {

namespace {

template <class T>
std::string text_of(T const& value) {
  std::string out;
  append_text(out, value);
  return out;
}

TEST(TextForm, WritesEachKindOfValue) {
  EXPECT_EQ(text_of(true), "yes");
  EXPECT_EQ(text_of(false), "no");
  EXPECT_EQ(text_of(std::int64_t{-42}), "-42");
  EXPECT_EQ(text_of(Time{0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(text_of(seconds(90)), "90s");
  EXPECT_EQ(text_of(seconds(0)), "0s");
  EXPECT_EQ(text_of(milliseconds(1500)), "1500ms");
  EXPECT_EQ(text_of(microseconds(-7)), "-7us");
  EXPECT_EQ(text_of(metres(12)), "1200cm");
  EXPECT_EQ(text_of(GeoPoint{305'000'001, -1'140'000'000}), "30.5000001/-114.0000000");
  EXPECT_EQ(text_of(GeoPoint{-1, 0}), "-0.0000001/0.0000000");
  EXPECT_EQ(text_of(IncidentId{2026, 42}), "I-2026-000042");
  EXPECT_EQ(text_of(domain::Means::Inperson), "in_person");
  EXPECT_EQ(text_of(std::vector<std::int64_t>{}), "[]");
  EXPECT_EQ(text_of(std::vector<std::int64_t>{1, 2}), "[1,2]");
  EXPECT_EQ(text_of(std::optional<std::int64_t>{}), "-");
  EXPECT_EQ(text_of(std::optional<std::int64_t>{3}), "3");
}

TEST(TextForm, QuotesWhatIsNotAPlainWord) {
  EXPECT_EQ(text_of(std::string{"engine-2.a_b:c/d+e"}), "engine-2.a_b:c/d+e");
  EXPECT_EQ(text_of(std::string{"厂房起火"}), "厂房起火");
  EXPECT_EQ(text_of(std::string{""}), "\"\"");
  EXPECT_EQ(text_of(std::string{"-"}), "\"-\"");
  EXPECT_EQ(text_of(std::string{"a b"}), "\"a b\"");
  EXPECT_EQ(text_of(std::string{"a,b"}), "\"a,b\"");
  EXPECT_EQ(text_of(std::string{"[]"}), "\"[]\"");
  EXPECT_EQ(text_of(std::string{"a=b"}), "\"a=b\"");
  EXPECT_EQ(text_of(std::string{"say \"go\" \\ stop\nnow"}), "\"say \\\"go\\\" \\\\ stop\\nnow\"");
}

TEST(TextForm, LeavesOutWhatHoldsNothing) {
  domain::Testimony said;
  EXPECT_EQ(fields_text(said), "means=system");
  said.said_by = "-";
  EXPECT_EQ(fields_text(said), "means=system said_by=\"-\"");
  said.occurred_at = Time{0};
  EXPECT_EQ(fields_text(said), "means=system said_by=\"-\" occurred_at=1970-01-01T00:00:00Z");
  EXPECT_EQ(text_of(domain::Casualties{1, 0, 2, 0}), "{dead=1 injured=0 missing=2 trapped=0}");
}

struct Renaming {
  std::optional<std::string> name;
  std::optional<std::vector<std::int64_t>> numbers;
  static void fields(auto& f, auto& self) {
    f("name", self.name);
    f("numbers", self.numbers);
  }
};

TEST(TextForm, SettingToNothingIsNotTheSameAsNotSetting) {
  EXPECT_EQ(fields_text(Renaming{}), "");
  EXPECT_EQ(fields_text(Renaming{"", std::vector<std::int64_t>{}}), "name=\"\" numbers=[]");
}

}  // namespace

}  // namespace fenghuo
