#include "messaging/tables/table.h"

#include <gtest/gtest.h>

#include "messaging/tables/cell_text.h"
#include "messaging/tables/number_format.h"
#include "messaging/tables/xlsx_reference.h"

namespace fenghuo::messaging {
namespace {

TEST(Table, CellsAreNamedAsExcelNamesThem) {
  EXPECT_EQ(cell_name(0, 1), "A1");
  EXPECT_EQ(cell_name(2, 12), "C12");
  EXPECT_EQ(cell_name(25, 3), "Z3");
  EXPECT_EQ(cell_name(26, 3), "AA3");
  EXPECT_EQ(cell_name(701, 3), "ZZ3");
  EXPECT_EQ(cell_name(702, 3), "AAA3");
  EXPECT_EQ(cell_name(16'383, 1'048'576), "XFD1048576");
  for (std::uint32_t column = 0; column < 16'384; ++column) {
    auto const back = cell_reference(cell_name(column, 7));
    ASSERT_TRUE(back);
    ASSERT_EQ(back->column, column);
    ASSERT_EQ(back->row, 7U);
  }
  for (auto const* wrong :
       {"", "A", "1", "A0", "XFE1", "A1048577", "a1", "A1B", "A-1", "AAAAAAAAA1"}) {
    EXPECT_FALSE(cell_reference(wrong)) << wrong;
  }
  EXPECT_FALSE(cell_range("B2:A1"));
  EXPECT_EQ(cell_range("B2:C9")->last_row, 9U);
}

TEST(Table, ARowGivesItsCellsByColumn) {
  std::vector<Cell> cells(2);
  cells[0].text = "a";
  cells[1].text = "c";
  cells[1].column = 2;
  Row const row{1, cells};
  EXPECT_EQ(row.text(0), "a");
  EXPECT_EQ(row.at(1), nullptr);
  EXPECT_EQ(row.text(1), "");
  EXPECT_EQ(row.text(2), "c");
  EXPECT_EQ(row.at(3), nullptr);
  EXPECT_FALSE(is_remark(row));
  cells[0].text = "# 填写说明";
  EXPECT_TRUE(is_remark(row));
}

TEST(Table, WhatIsWrongWithACellIsToldWithTheMend) {
  Cell cell;
  EXPECT_EQ(cell_problem(cell), "");
  cell.digits_lost = true;
  EXPECT_NE(cell_problem(cell).find("format the column as text"), std::string::npos);
  cell = {"#DIV/0!", 0, CellKind::FormulaError, true, false};
  EXPECT_NE(cell_problem(cell).find("#DIV/0!"), std::string::npos);
  cell = {"", 0, CellKind::FormulaWithoutValue, true, false};
  EXPECT_NE(cell_problem(cell).find("save it"), std::string::npos);
}

TEST(Table, EscapesOfExcelAreTakenBack) {
  EXPECT_EQ(without_escapes("a_x000D_b"), "a\rb");
  EXPECT_EQ(without_escapes("_x005F_x000D_"), "_x000D_");
  EXPECT_EQ(without_escapes("_x4E2D__x6587_"), "中文");
  for (auto const* kept : {"_x000D", "_x00G0_", "_xD800_", "a_x", "_x_x_x", "__", ""}) {
    EXPECT_EQ(without_escapes(kept), kept);
  }
}

TEST(Table, OnlyWellFormedTextIsUtf8) {
  EXPECT_TRUE(is_utf8("火 a\xF0\x9F\x94\xA5"));
  EXPECT_EQ(sound_length("ab\xFF"), 2U);
  for (auto const* wrong : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                            "\xF4\x90\x80\x80", "\xE4\xB8", "\x80"}) {
    EXPECT_EQ(sound_length(wrong), 0U);
  }
}

using Kind = NumberFormat::Kind;

TEST(NumberFormats, ACodeShowsDatesTimesOrNumbers) {
  struct Case {
    char const* code;
    Kind kind;
  };
  for (auto const& [code, kind] : {
           Case{"General", Kind::Plain},
           {"0.00", Kind::Plain},
           {"#,##0;[Red]-#,##0", Kind::Plain},
           {"0.00E+00", Kind::Plain},
           {"\"day\"0", Kind::Plain},
           {"0\\d", Kind::Plain},
           {"[Red]0", Kind::Plain},
           {"@", Kind::Plain},
           {"[$¥-804]#,##0.00", Kind::Plain},
           {"000000", Kind::Zeros},
           {"yyyy-mm-dd", Kind::Date},
           {"yyyy\"年\"m\"月\"d\"日\";@", Kind::Date},
           {"[$-804]yyyy年m月d日", Kind::Date},
           {"[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\"", Kind::Date},
           {"mmm", Kind::Date},
           {"[$-804]aaaa;@", Kind::Date},
           {"m/d", Kind::Date},
           {"hh:mm", Kind::Time},
           {"mm:ss", Kind::Time},
           {"h:mm AM/PM", Kind::Time},
           {"上午/下午h\"时\"mm\"分\"", Kind::Time},
           {"yyyy/m/d h:mm", Kind::DateTime},
           {"m/d h:mm", Kind::DateTime},
           {"[h]:mm:ss", Kind::Elapsed},
           {"[mm]:ss", Kind::Elapsed},
           {"\"unclosed", Kind::Plain},
           {"[", Kind::Plain},
           {"\\", Kind::Plain},
           {"", Kind::Plain},
       }) {
    EXPECT_EQ(format_of_code(code).kind, kind) << code;
  }
  EXPECT_EQ(built_in_format(14).kind, Kind::Date);
  EXPECT_EQ(built_in_format(31).kind, Kind::Date);
  EXPECT_EQ(built_in_format(33).kind, Kind::Time);
  EXPECT_EQ(built_in_format(22).kind, Kind::DateTime);
  EXPECT_EQ(built_in_format(46).kind, Kind::Elapsed);
  EXPECT_EQ(built_in_format(4).kind, Kind::Plain);
  EXPECT_EQ(built_in_format(49).kind, Kind::Plain);
}

std::string shown(std::string_view raw, NumberFormat format = {}, bool from_1904 = false) {
  auto const number = shown_number(raw, format, from_1904);
  return !number ? "none" : number->text + (number->digits_lost ? " lost" : "");
}

TEST(NumberFormats, NumbersStandAsTheUserSeesThem) {
  EXPECT_EQ(shown("13800138000"), "13800138000");
  EXPECT_EQ(shown("13800138000.0"), "13800138000");
  EXPECT_EQ(shown("1.3800138E+10"), "13800138000");
  EXPECT_EQ(shown("1.38E+10"), "13800000000");
  EXPECT_EQ(shown("0.30000000000000004"), "0.3");
  EXPECT_EQ(shown("106.12345600000001"), "106.123456");
  EXPECT_EQ(shown("-0"), "0");
  EXPECT_EQ(shown("-12.50"), "-12.5");
  EXPECT_EQ(shown("1E-7"), "0.0000001");
  EXPECT_EQ(shown(" 5 "), "5");
  EXPECT_EQ(shown("999999999999999"), "999999999999999");
  EXPECT_EQ(shown("1.1010119900307E+17"), "110101199003070000 lost");
  EXPECT_EQ(shown("1.1010119900101101E17"),
            "110101199001011000 lost");  // no digits of the double's
  EXPECT_EQ(shown("-1E+21"), "-1000000000000000000000 lost");
  EXPECT_EQ(shown("110101199003070000"), "110101199003070000 lost");
  EXPECT_EQ(shown("110101199003074518"), "110101199003074518");  // openpyxl writes all digits
  EXPECT_EQ(shown("123", {Kind::Zeros, 6}), "000123");
  EXPECT_EQ(shown("1234567", {Kind::Zeros, 6}), "1234567");
  for (auto const* wrong : {"", "x", "1x", "nan", "inf", "1e999", "0x10", "1,5", "++1"}) {
    EXPECT_EQ(shown(wrong), "none") << wrong;
  }
}

TEST(NumberFormats, DatesFollowBothSystemsAndExcelsLeapYear) {
  EXPECT_EQ(shown("46351", {Kind::Date}), "2026-11-25");
  EXPECT_EQ(shown("46351.999999", {Kind::Date}), "2026-11-25");
  EXPECT_EQ(shown("46351.333333333336", {Kind::DateTime}), "2026-11-25T08:00:00");
  EXPECT_EQ(shown("46351.999999999", {Kind::DateTime}), "2026-11-26T00:00:00");
  EXPECT_EQ(shown("46351.333333333336", {Kind::Time}), "08:00");
  EXPECT_EQ(shown("0.33368055555555554", {Kind::Time}), "08:00:30");
  EXPECT_EQ(shown("0.33333333333333331", {Kind::DateTime}), "08:00");
  EXPECT_EQ(shown("1.0625", {Kind::Elapsed}), "25:30");
  EXPECT_EQ(shown("44889", {Kind::Date}, true), "2026-11-25");
  EXPECT_EQ(shown("0", {Kind::Date}, true), "1904-01-01");
  EXPECT_EQ(shown("1", {Kind::Date}), "1900-01-01");
  EXPECT_EQ(shown("59", {Kind::Date}), "1900-02-28");
  EXPECT_EQ(shown("60", {Kind::Date}), "1900-02-29");
  EXPECT_EQ(shown("61", {Kind::Date}), "1900-03-01");
  EXPECT_EQ(shown("2958465", {Kind::Date}), "9999-12-31");
  EXPECT_EQ(shown("2958466", {Kind::Date}), "2958466");
  EXPECT_EQ(shown("-1", {Kind::Date}), "-1");
}

TEST(NumberFormats, ADateSpeltOutIsTakenAsItStands) {
  EXPECT_EQ(shown_date("2026-11-25", {Kind::Date}), "2026-11-25");
  EXPECT_EQ(shown_date("2026-11-25T00:00:00", {Kind::Date}), "2026-11-25");
  EXPECT_EQ(shown_date("2026-11-25T08:00:00.000Z", {Kind::DateTime}), "2026-11-25T08:00:00");
  EXPECT_EQ(shown_date("2026-11-25T08:00", {}), "2026-11-25T08:00:00");
  EXPECT_EQ(shown_date("2026-11-25T08:00:30", {Kind::Time}), "08:00:30");
  EXPECT_FALSE(shown_date("2026/11/25", {}));
  EXPECT_FALSE(shown_date("2026-11-25 08:00", {}));
  EXPECT_FALSE(shown_date("", {}));
}

}  // namespace
}  // namespace fenghuo::messaging
