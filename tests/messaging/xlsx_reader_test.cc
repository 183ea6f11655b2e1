#include "messaging/tables/xlsx_reader.h"

#include <gtest/gtest.h>

#include "tests/messaging/table_rows.h"

namespace fenghuo::messaging {
namespace {

using tests::HandmadeZip;
using tests::TableRows;
using tests::WorkbookParts;
using Texts = std::vector<std::string>;

Texts cells_of(WorkbookParts const& parts) {
  TableRows rows;
  auto const read = read_xlsx(parts.bytes(), rows);
  EXPECT_TRUE(read) << read.error().message;
  return rows.cells;
}

std::string refusal_of(WorkbookParts const& parts, TableLimits const& limits = {}) {
  TableRows rows;
  auto const read = read_xlsx(parts.bytes(), rows, limits);
  EXPECT_TRUE(read || read.error().code == ErrorCode::InvalidArgument);
  return read ? "taken" : read.error().message;
}

TEST(XlsxReader, TextsAreSharedInlineOrOfRuns) {
  EXPECT_EQ(
      cells_of(
          {.sheet_data =
               R"(<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c>)"
               R"(<c r="C1" t="inlineStr"><is><t>内 联</t></is></c>)"
               R"(<c r="D1" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r>)"
               R"(<rPh sb="0" eb="1"><t>no</t></rPh></is></c></row>)",
           .shared = "<si><t>0086</t></si><si><r><rPr><b/></rPr><t>张</t></r><r><t>三</t></r>"
                     "<rPh sb=\"0\" eb=\"1\"><t>zhang</t></rPh><phoneticPr fontId=\"1\"/></si>"}),
      (Texts{"A1 text 张三", "B1 text 0086", "C1 text 内 联", "D1 text a b"}));
}

TEST(XlsxReader, FormulasGiveTheirStoredValue) {
  EXPECT_EQ(
      cells_of({.sheet_data =
                    R"(<row r="1"><c r="A1"><f>1+1</f><v>2</v></c>)"
                    R"(<c r="B1" t="str"><f>A1&amp;"x"</f><v>2x</v></c><c r="C1"><f>1</f></c>)"
                    R"(<c r="D1"><f>1</f><v></v></c><c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c>)"
                    R"(<c r="F1" t="b"><f t="shared" si="0"/><v>1</v></c>)"
                    R"(<c r="G1" t="str"><f>""</f><v></v></c></row>)"}),
      (Texts{"A1 number 2 (formula)", "B1 text 2x (formula)", "C1 no value  (formula)",
             "D1 no value  (formula)", "E1 error #DIV/0! (formula)", "F1 boolean true (formula)"}));
}

TEST(XlsxReader, DatesGoByTheFormatOfTheirStyle) {
  WorkbookParts parts{
      .sheet_data =
          R"(<row r="1"><c r="A1" s="1"><v>46351</v></c><c r="B1" s="2"><v>46351.5</v></c>)"
          R"(<c r="C1" s="3"><v>0.25</v></c><c r="D1" s="4"><v>7</v></c><c r="E1"><v>46351</v></c>)"
          R"(<c r="F1" s="1" t="d"><v>2026-11-25T00:00:00</v></c><c r="G1" s="99"><v>1</v></c></row>)",
      .formats =
          R"(<numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot; hh:mm"/>)"
          R"(<numFmt numFmtId="165" formatCode="000"/>)",
      .styles =
          R"(<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/><xf numFmtId="165"/>)"};
  Texts expected{
      "A1 date 2026-11-25", "B1 date 2026-11-25T12:00:00", "C1 date 06:00", "D1 number 007",
      "E1 number 46351",    "F1 date 2026-11-25",          "G1 number 1"};
  EXPECT_EQ(cells_of(parts), expected);
  parts.strict = true;
  EXPECT_EQ(cells_of(parts), expected);
  parts.properties = "date1904=\"true\"";
  EXPECT_EQ(cells_of(parts)[0], "A1 date 2030-11-26");
}

TEST(XlsxReader, EmptyRowsAndUnnamedCellsKeepTheNumbersRight) {
  EXPECT_EQ(
      cells_of(
          {.sheet_data =
               R"(<row r="2"><c r="B2"/></row><row r="4" ht="20"/>)"
               R"(<row r="7"><c r="C7"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>)"}),
      (Texts{"C7 number 1", "D7 number 2", "A8 number 3"}));
}

TEST(XlsxReader, MergedCellsAndHiddenSheetsAreTold) {
  WorkbookParts const parts{
      .sheet_data = R"(<row r="1"><c r="A1"><v>1</v></c><c r="B1"/></row>)",
      .behind = R"(<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>)",
      .state = "state=\"veryHidden\""};
  TableRows rows;
  ASSERT_TRUE(read_xlsx(parts.bytes(), rows));
  EXPECT_EQ(rows.sheets, Texts{"hidden: S"});
  EXPECT_EQ(rows.cells, Texts{"A1 number 1"});
  EXPECT_EQ(rows.merges, Texts{"A1:B2"});
}

TEST(XlsxReader, TheVisitorChoosesSheetsAndStops) {
  WorkbookParts const parts{.sheet_data =
                                "<row><c><v>1</v></c></row><row><c><v>2</v></c></row><row"};
  TableRows unwanted;
  unwanted.skipped_sheet = "S";
  EXPECT_TRUE(read_xlsx(parts.bytes(), unwanted));
  EXPECT_EQ(unwanted.cells, Texts{});
  TableRows first;
  first.most_rows = 1;
  EXPECT_TRUE(read_xlsx(parts.bytes(), first));
  EXPECT_EQ(first.cells, Texts{"A1 number 1"});
}

TEST(XlsxReader, ForeignElementsAreNoCells) {
  EXPECT_EQ(
      cells_of({.sheet_data =
                    R"(<x:row xmlns:x="urn:other"><row><c><v>9</v></c></row></x:row>)"
                    R"(<row r="1"><c r="A1"><x:v xmlns:x="urn:other">2</x:v><v>1</v></c></row>)"}),
      Texts{"A1 number 1"});
}

TEST(XlsxReader, WhatIsWrongIsToldByCell) {
  EXPECT_EQ(refusal_of({.sheet_data = R"(<row r="3"><c r="B3" t="s"><v>7</v></c></row>)"}),
            "sheet S, cell B3: its text is missing in the file; save the file again as .xlsx");
  EXPECT_EQ(refusal_of({.sheet_data = R"(<row r="3"><c r="B3"><v>x</v></c></row>)"}),
            "sheet S, cell B3: what should be a number is none; type it again");
  for (auto const* rows :
       {R"(<row r="3"/><row r="3"/>)", R"(<row r="3"/><row r="2"/>)", R"(<row r="0"/>)",
        R"(<row r="-1"/>)", R"(<row r="1"><c r="A2"><v>1</v></c></row>)",
        R"(<row r="1"><c r="B1"/><c r="A1"/></row>)", R"(<row r="1"><c r="ZZZZ1"/></row>)"}) {
    EXPECT_NE(refusal_of({.sheet_data = rows}).find("does not follow"), std::string::npos) << rows;
  }
}

TEST(XlsxReader, LimitsAreKept) {
  TableLimits limits;
  limits.rows = 2;
  limits.columns = 2;
  limits.cell_characters = 3;
  limits.shared_strings = 2;
  std::string const fine = R"(<row r="2"><c r="B2" t="s"><v>0</v></c><c r="XFD2" s="0"/></row>)";
  WorkbookParts parts{.sheet_data = fine,
                      .shared = "<si><t>中文字</t></si><si><t>_x000D_ab</t></si>"};
  EXPECT_EQ(refusal_of(parts, limits), "taken");
  auto const says = [&](char const* words) {
    return refusal_of(parts, limits).find(words) != std::string::npos;
  };
  parts.shared = "<si><t>abcd</t></si>";
  EXPECT_TRUE(says("more than 3 characters"));
  parts.shared = "<si><t>a</t></si><si><t>b</t></si><si><t>c</t></si>";
  EXPECT_TRUE(says("more than 2 different texts"));
  parts.shared = "<si><t>a</t></si>";
  parts.sheet_data = R"(<row r="3"/>)";
  EXPECT_TRUE(says("beyond row 2"));
  parts.sheet_data = R"(<row r="1"><c r="C1"><v>1</v></c></row>)";
  EXPECT_TRUE(says("longer than 2 columns"));
  parts.sheet_data = R"(<row r="1"><c t="inlineStr"><is><t>abcd</t></is></c></row>)";
  EXPECT_TRUE(says("more than 3 characters"));
  parts.sheet_data = R"(<row r="1"><c t="str"><v>abcd</v></c></row>)";
  EXPECT_TRUE(says("more than 3 characters"));
  parts.sheet_data = fine;
  limits.sheets = 0;
  EXPECT_TRUE(says("more than 0 sheets"));
  limits.sheets = 1;
  limits.shared_bytes = 0;
  EXPECT_TRUE(says("0 MiB of them"));
}

}  // namespace
}  // namespace fenghuo::messaging
