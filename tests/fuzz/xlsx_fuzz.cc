// A workbook as strangers send it: either the bytes of the file, or its parts alone, which are then put into a zip
// file with right checksums, so that it is not the checksums alone that keep harm out.
#include "messaging/tables/table_writer.h"
#include "messaging/tables/xlsx_reader.h"
#include "tests/fuzz/table_rules.h"
#include "tests/fuzz/target.h"
#include "tests/messaging/table_rows.h"

namespace fenghuo::fuzz {

namespace {

constexpr char kPart = '\x1E', kContent = '\x1F';  // a part begins; its name ends

std::string zipped(std::string_view parts) {
  tests::HandmadeZip zip;
  while (!parts.empty()) {
    auto const end = std::min(parts.find(kPart), parts.size());
    auto const part = parts.substr(0, end);
    auto const name = std::min(part.find(kContent), part.size());
    zip.add(std::string{part.substr(0, std::min<std::size_t>(name, 100))},
            part.substr(std::min(name + 1, part.size())), {.stored = true});
    parts.remove_prefix(std::min(end + 1, parts.size()));
  }
  return zip.bytes();
}

/// The parts of a workbook as this target reads them.
std::string parts_of(tests::WorkbookParts const& workbook) {
  std::string out;
  for (auto const& [name, content] : workbook.all()) {
    out += (out.empty() ? "" : std::string(1, kPart)) + name + kContent + content;
  }
  return out;
}

std::vector<std::string> seeds() {
  tests::WorkbookParts const full{
      .sheet_data =
          R"(<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>)"
          R"(<row r="3"><c r="A3" s="1"><v>46351.5</v></c><c r="B3" s="2"><v>1.5</v></c><c t="b"><v>1</v></c>)"
          R"(<c t="e"><v>#N/A</v></c><c><f>1</f></c><c t="str"><f>1</f><v>x</v></c></row>)"
          R"(<row><c t="inlineStr"><is><r><t>a</t></r><rPh><t>b</t></rPh></is></c><c t="d"><v>2026-11-25T08:00:00</v></c>)"
          R"(<c s="3"><v>7</v></c><c><v>1.38E+10</v></c><c><v>110101199003070000</v></c></row>)",
      .shared =
          "<si><t>姓名</t></si><si><r><t>a_x000D_</t></r><rPh sb=\"0\" "
          "eb=\"1\"><t>p</t></rPh></si>",
      .formats =
          R"(<numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m\-d hh:mm;@"/>)"
          R"(<numFmt numFmtId="165" formatCode="[h]:mm"/><numFmt numFmtId="166" formatCode="000"/>)",
      .styles = R"(<xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>)",
      .behind = R"(<mergeCells><mergeCell ref="A1:B2"/></mergeCells>)",
      .properties = "date1904=\"1\"",
      .state = "state=\"hidden\""};
  tests::WorkbookParts strict{.sheet_data = "<row><c><v>1</v></c></row>"};
  strict.strict = true;
  auto const ours = messaging::write_xlsx(
      {{"x"}, "r", {{"S", {{"a", messaging::ColumnFormat::Date, "h", {"1"}}}, {{"2026-11-25"}}}}},
      std::filesystem::temp_directory_path());
  return {parts_of(full), parts_of(strict), full.bytes(), ours.value()};
}

std::vector<std::string> words() {
  return {"<row r=\"",
          "<c r=\"",
          "<v>",
          "</v>",
          "<is>",
          "</is>",
          "<t>",
          "</c>",
          "</row>",
          "t=\"s\"",
          "t=\"d\"",
          "s=\"1\"",
          "<f>",
          "<si>",
          "</si>",
          "<rPh>",
          "&#0;",
          "&amp;",
          "<!DOCTYPE w [",
          "<!ENTITY x \"y\">",
          "_x000D_",
          "_xD800_",
          "1E308",
          "4294967296",
          "XFD1048576",
          "[h]",
          "\\",
          "<![CDATA[",
          "../",
          "PK\5\6",
          "PK\6\7",
          "PK\1\2",
          std::string(1, kPart),
          std::string(1, kContent),
          std::string(4, '\xFF')};
}

Verdict judge(std::string_view bytes) {
  messaging::TableLimits limits;
  limits.unpacked_bytes = 1U << 20U;
  limits.rows = 10'000;
  limits.columns = 100;
  limits.cell_characters = 200;
  limits.shared_strings = 100;
  RuledRows rows{limits};
  std::string const file = bytes.starts_with("PK") ? std::string{bytes} : zipped(bytes);
  auto const read = messaging::read_xlsx(file, rows, limits);
  if (!rows.problem.empty()) {
    return {true, rows.problem};
  }
  if (!read) {
    bool const told =
        read.error().code == ErrorCode::InvalidArgument && !read.error().message.empty();
    return {false, told ? "" : "refused without a reason"};
  }
  return {true, ""};
}

}  // namespace

Target const kXlsx{"xlsx", seeds, judge, words};

}  // namespace fenghuo::fuzz

FENGHUO_FUZZ_ENTRY(fenghuo::fuzz::kXlsx)
