#include <gtest/gtest.h>

#include "core/base/random.h"
#include "messaging/tables/csv_reader.h"
#include "messaging/tables/table_reader.h"
#include "messaging/tables/table_writer.h"
#include "tests/messaging/scratch_folder.h"
#include "tests/messaging/table_rows.h"

namespace fenghuo::messaging {
namespace {

using tests::TableRows;
using Texts = std::vector<std::string>;

Texts cells_of(std::string_view bytes) {
  TableRows rows;
  auto const read = read_csv(bytes, "S", rows);
  EXPECT_TRUE(read) << read.error().message;
  return rows.cells;
}

std::string refusal_of(std::string_view bytes, TableLimits const& limits = {}) {
  TableRows rows;
  auto const read = read_csv(bytes, "S", rows, limits);
  EXPECT_TRUE(read || read.error().code == ErrorCode::InvalidArgument);
  return read ? "taken" : read.error().message;
}

TEST(CsvReader, QuotesLinesAndSeparators) {
  Texts const expected{"A1 text a", "B1 text b", "A2 text 1", "B2 text 2"};
  for (auto const* bytes : {"a,b\r\n1,2\r\n", "a,b\n1,2", "a,b\r1,2\r", "a;b\n1;2", "a\tb\n1\t2",
                            "\xEF\xBB\xBF"
                            "a,b\n1,2",
                            "\"a\",\"b\"\n\"1\",\"2\""}) {
    EXPECT_EQ(cells_of(bytes), expected) << bytes;
  }
  EXPECT_EQ(cells_of("\"x;y\",b\n1,2;3"),
            (Texts{"A1 text x;y", "B1 text b", "A2 text 1", "B2 text 2;3"}));
  EXPECT_EQ(cells_of("\"a \"\"q\"\"\",\"two\r\nlines\"\n,\"\"\n\n0086,b\"c"),
            (Texts{"A1 text a \"q\"", "B1 text two\r\nlines", "A4 text 0086", "B4 text b\"c"}));
  EXPECT_EQ(cells_of(""), Texts{});
  EXPECT_EQ(cells_of("\n\n,,\n"), Texts{});
  EXPECT_EQ(cells_of("a,"), Texts{"A1 text a"});
  EXPECT_EQ(cells_of("id,id\n1,2"), (Texts{"A1 text id", "B1 text id", "A2 text 1", "B2 text 2"}));
}

TEST(CsvReader, EncodingsOfChineseTables) {
  Texts const expected{"A1 text 姓名", "B1 text 电话", "A2 text 张\xF0\xA0\xAE\xB7", "B2 text 119"};
  EXPECT_EQ(cells_of("姓名,电话\n张𠮷,119\n"), expected);
  EXPECT_EQ(cells_of("\xD0\xD5\xC3\xFB,\xB5\xE7\xBB\xB0\n\xD5\xC5\x95\x33\xA7\x37,119\n").front(),
            "A1 text 姓名");
  EXPECT_EQ(cells_of("\xD0\xD5\xC3\xFB,\xB5\xE7\xBB\xB0\n\xD5\xC5\x95\x33\xA7\x37,119\n")[3],
            "B2 text 119");
  std::string little = "\xFF\xFE", big = "\xFE\xFF";
  for (char16_t const unit : std::u16string{u"姓名\t电话\n张𠮷\t119\n"}) {
    auto const low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8);
    little += {low, high};
    big += {high, low};
  }
  EXPECT_EQ(cells_of(little), expected);
  EXPECT_EQ(cells_of(big), expected);
}

TEST(CsvReader, ALongFileOfGb18030IsReadInPieces) {
  std::string bytes;
  Texts expected;
  for (std::uint32_t i = 1; i <= 20'000; ++i) {
    bytes += "\xB6\xAB\xC1\xEB,\x95\x32\x82\x36\n";  // 东岭 and U+20000, a pair of surrogates
    expected.push_back("A" + std::to_string(i) + " text 东岭");
    expected.push_back("B" + std::to_string(i) + " text \xF0\xA0\x80\x80");
  }
  EXPECT_EQ(cells_of(bytes), expected);
}

TEST(CsvReader, WhatIsWrongIsToldByLineAndColumn) {
  EXPECT_EQ(refusal_of("a,b\n1,\"x\ny\n"),
            "line 2, column 3: a quote (\") begins here and is never closed; close it");
  EXPECT_EQ(refusal_of("a,b\n东,\"x\"y\n"),
            "line 2, column 6: text behind a closing quote; write a quote in a quoted cell twice");
  EXPECT_EQ(
      refusal_of("a,b\n1,\xFF\xFF\n"),
      "line 2, column 3: bytes that are no text in GB18030; save the file again as CSV UTF-8");
  EXPECT_EQ(refusal_of("\xEF\xBB\xBF"
                       "a\n\xFF"),
            "line 2, column 1: bytes that are no text in UTF-8; save the file again as CSV UTF-8");
  EXPECT_EQ(refusal_of(std::string("a\0b", 3)),
            "line 1, column 2: a NUL, which no text holds; save the file again as CSV UTF-8");
  EXPECT_NE(refusal_of(std::string("\xFF\xFE"
                                   "a\0b",
                                   5))
                .find("UTF-16LE"),
            std::string::npos);
}

TEST(CsvReader, LimitsAreKept) {
  TableLimits limits;
  limits.rows = 2;
  limits.columns = 2;
  limits.cell_characters = 3;
  EXPECT_EQ(refusal_of("中文字,b,\n'=ab,2", limits), "taken");
  EXPECT_EQ(refusal_of("a,b,c", limits),
            "line 1, column 6: the row has more than 2 columns; delete what does not belong there");
  EXPECT_NE(refusal_of("a\nb\nc\n", limits).find("more than 2 rows"), std::string::npos);
  EXPECT_NE(refusal_of("abcd", limits).find("more than 3 characters"), std::string::npos);
  EXPECT_NE(refusal_of("abcde", limits).find("more than 3 characters"), std::string::npos);
  limits.file_bytes = 2;
  EXPECT_NE(refusal_of("abc", limits).find("larger than"), std::string::npos);
  tests::ScratchFolder const folder;
  tests::write_file(folder / "large.csv", "abc");
  TableRows rows;
  EXPECT_FALSE(read_table_file(folder / "large.csv", rows, limits));
  EXPECT_TRUE(read_table_file(folder / "large.csv", rows));
  EXPECT_EQ(rows.sheets, Texts{"large"});
}

TEST(CsvWriter, FormulasAreWrittenAsTextsAndReadBack) {
  Texts const texts{"=1+1",
                    "+8613800138000",
                    "-1",
                    "@SUM(A1)",
                    "\t=1",
                    "\r=1",
                    "＝1",
                    "'=1",
                    "''+1",
                    "'quoted",
                    "it's",
                    "a=b",
                    "a,\"b",
                    "two\nlines",
                    "'",
                    "0086",
                    "=cmd|' /C calc'!A0"};
  TableSheet sheet{"S", {{"text"}, {"n", ColumnFormat::Number}}, {}};
  Texts expected{"A1 text text", "B1 text n"};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    sheet.rows.push_back({texts[i], "-12.5"});
    expected.push_back("A" + std::to_string(i + 2) + " text " + texts[i]);
    expected.push_back("B" + std::to_string(i + 2) + " text -12.5");
  }
  auto const written = write_csv(sheet);
  ASSERT_TRUE(written);
  EXPECT_TRUE(
      written->starts_with("\xEF\xBB\xBFtext,n\r\n'=1+1,-12.5\r\n'+8613800138000,-12.5\r\n"));
  EXPECT_EQ(cells_of(*written), expected);
  EXPECT_EQ(write_csv(sheet).value(), *written);
}

TEST(CsvWriter, WhatNoReaderTakesIsNotWritten) {
  for (std::string const& text : {std::string{"\xFF"}, std::string{"a\0b", 3}}) {
    auto const written = write_csv({"S", {{"a"}}, {{text}}});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(written.error().message.find("sheet S: a text of column 1"), std::string::npos);
  }
}

TEST(CsvWriter, AnyTextComesBack) {
  Random random{1};
  Texts const pieces{"'", "=", "+", "\"", ",", ";", "\t", "\r", "\n", "东", "a", "𠮷", "-", " "};
  for (int round = 0; round < 2'000; ++round) {
    TableSheet sheet{"S", {{"c0"}, {"c1"}, {"c2"}}, {}};
    Texts expected{"A1 text c0", "B1 text c1", "C1 text c2"};
    for (std::uint32_t r = 2; r < 5; ++r) {
      sheet.rows.emplace_back();
      for (std::uint32_t c = 0; c < 3; ++c) {
        std::string text;
        for (auto n = random.below(6); n > 0; --n) {
          text += pieces[random.below(pieces.size())];
        }
        if (!text.empty()) {
          expected.push_back(cell_name(c, r) + " text " + text);
        }
        sheet.rows.back().push_back(std::move(text));
      }
    }
    ASSERT_EQ(cells_of(write_csv(sheet).value()), expected);
  }
}

}  // namespace
}  // namespace fenghuo::messaging
