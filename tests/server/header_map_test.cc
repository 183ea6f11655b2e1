#include "server/workbook/header_map.h"

#include <gtest/gtest.h>

#include "tests/messaging/scratch_folder.h"

namespace fenghuo::server {
namespace {

/// "their sheet>ours: their column>ours, …" of each sheet.
std::string shown(Result<HeaderMap> const& map) {
  if (!map) {
    return "refused: " + map.error().message;
  }
  std::string out;
  for (auto const& [theirs, sheet] : *map) {
    out.append(theirs).append(">").append(sheet.ours->english).append(":");
    for (auto const& [title, column] : sheet.columns) {
      out.append(" ").append(title).append(">").append(column->english);
    }
    out += "\n";
  }
  return out;
}

std::string of_json(std::string_view text) {
  auto const json = messaging::parse_json(text);
  return shown(json ? header_map_of(*json) : Result<HeaderMap>{json.error()});
}

constexpr char const* kSame = "人员>persons: 电话>mobile\n花名册>persons: 号码>phone 名字>name\n";

TEST(HeaderMap, JsonYamlAndCsvSayTheSame) {
  EXPECT_EQ(
      of_json(R"({"花名册": {"sheet": "persons", "columns": {"名字": "name", "号码": "办公电话"}},
                        "人员": {"columns": {"电话": "手机"}}})"),
      kSame);
  tests::ScratchFolder const folder;
  tests::write_file(folder / "map.yaml",
                    "花名册:\n  sheet: 人员\n  columns:\n    名字: 姓名\n    号码: phone\n"
                    "人员: {columns: {电话: mobile}}\n");
  EXPECT_EQ(shown(read_header_map(folder / "map.yaml")), kSame);
  tests::write_file(
      folder / "map.csv",
      "对方表,本系统表,对方列,本系统列\n花名册,人员,名字,name\n花名册,人员,号码,phone\n"
      "人员,,电话,手机\n");
  EXPECT_EQ(shown(read_header_map(folder / "map.csv")), kSame);
}

TEST(HeaderMap, WhatIsNoneOfOursIsToldWithOurs) {
  auto const says = [](std::string const& told, char const* words) {
    EXPECT_TRUE(told.starts_with("refused: ")) << told;
    EXPECT_NE(told.find(words), std::string::npos) << told;
  };
  says(of_json(R"({"花名册": {"columns": {}}})"), "take one of 单位 (organizations)");
  says(of_json(R"({"人员": {"columns": {"电话": "fax"}}})"), "take one of 人员编码 (code)");
  says(of_json(R"({"人员": {"columns": {"a": "mobile", "b": "手机"}}})"), "mapped twice");
  for (auto const* wrong : {"[]", "{\"人员\": 1}", R"({"人员": {"column": {}}})",
                            R"({"人员": {"columns": {"a": 1}}})", R"({"人员": {"sheet": {}}})"}) {
    says(of_json(wrong), "expected {");
  }
  tests::ScratchFolder const folder;
  says(shown(read_header_map(folder / "none.yaml")), "none.yaml: cannot be read");
  says(shown(read_header_map(folder / "none.csv")), "none.csv");
  says(shown(read_header_map(folder / "map.txt")), "ends with .yaml or .csv");
  tests::write_file(folder / "bad.yaml", "人员: [1, 2]\n");
  says(shown(read_header_map(folder / "bad.yaml")), "expected {");
  tests::write_file(folder / "torn.yaml", "人员: {columns: {a: \n");
  says(shown(read_header_map(folder / "torn.yaml")), "torn.yaml: ");
  tests::write_file(folder / "bad.csv", "their_sheet,theirs,ours\n人员,电话,mobile\n人员,x,fax\n");
  says(shown(read_header_map(folder / "bad.csv")), "line 3: \"fax\" is no column");
  tests::write_file(folder / "titles.csv", "a,b\n");
  says(shown(read_header_map(folder / "titles.csv")), "expected the titles");
}

TEST(HeaderMap, OfTwoTheFirstCounts) {
  auto const map = [](std::string_view text) {
    return *header_map_of(*messaging::parse_json(text));
  };
  EXPECT_EQ(shown(joined(map(R"({"人员": {"columns": {"a": "mobile"}}})"),
                         map(R"({"人员": {"columns": {"a": "phone", "b": "name"}},
                                 "x": {"sheet": "teams"}})"))),
            "x>teams:\n人员>persons: a>mobile b>name\n");
}

}  // namespace
}  // namespace fenghuo::server
