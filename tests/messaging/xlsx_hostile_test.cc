// Workbooks that somebody made to do harm, or that were damaged on their way.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "messaging/tables/table_reader.h"
#include "messaging/tables/table_writer.h"
#include "messaging/tables/xlsx_reader.h"
#include "tests/messaging/scratch_folder.h"
#include "tests/messaging/table_rows.h"

namespace fenghuo::messaging {
namespace {

using tests::HandmadeZip;
using tests::TableRows;
using tests::WorkbookParts;

std::string const kOneRow = R"(<row r="1"><c r="A1"><v>1</v></c></row>)";

/// "taken", or why not.
std::string verdict(std::string_view bytes, TableLimits const& limits = {}) {
  TableRows rows;
  auto const read = read_table(bytes, "x.xlsx", rows, limits);
  if (read) {
    return "taken";
  }
  EXPECT_EQ(read.error().code, ErrorCode::InvalidArgument);
  return read.error().message;
}

#define EXPECT_SAYS(text, words) \
  EXPECT_NE((text).find(words), std::string::npos) << (text).substr(0, 300)

std::string with_part(std::string const& name, std::string_view content,
                      HandmadeZip::Lies const& lies = {}) {
  HandmadeZip zip;
  WorkbookParts{.sheet_data = kOneRow}.add_to(zip);
  zip.add(name, content, lies);
  return zip.bytes();
}

/// A workbook whose main part is this.
std::string with_workbook(std::string_view content, HandmadeZip::Lies const& lies = {}) {
  HandmadeZip zip;
  zip.add("_rels/.rels",
          R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)"
          R"(<Relationship Id="a" Type="x/officeDocument" Target="w.xml"/></Relationships>)");
  zip.add("w.xml", content, lies);
  return zip.bytes();
}

TEST(XlsxHostile, TheHandmadeWorkbookIsFine) {
  EXPECT_EQ(verdict(WorkbookParts{.sheet_data = kOneRow}.bytes()), "taken");
  EXPECT_EQ(verdict(with_part("docProps/app.xml", "<x/>")), "taken");
}

TEST(XlsxHostile, AZipBombIsRefusedByItsRatioAndItsSize) {
  WorkbookParts const bomb{.sheet_data = std::string(64U << 20U, ' ')};
  std::string const bytes = bomb.bytes();
  ASSERT_LT(bytes.size(), 200'000U);
  EXPECT_SAYS(verdict(bytes), "more than 200 times its size");
  TableLimits limits;
  limits.ratio = 100'000;
  EXPECT_EQ(verdict(bytes, limits), "taken");
  limits.unpacked_bytes = 8U << 20U;
  EXPECT_SAYS(verdict(bytes, limits), "unpacks to more than 8 MiB");
  limits = {};
  limits.file_bytes = bytes.size() - 1;
  EXPECT_SAYS(verdict(bytes, limits), "larger than 0 MiB");
}

TEST(XlsxHostile, DocumentTypesAndEntitiesAreRefused) {
  std::string laughs = "<!DOCTYPE w [<!ENTITY a0 \"ha\">";
  for (int i = 1; i < 30; ++i) {
    std::string const before = "&a" + std::to_string(i - 1) + ";";
    laughs += "<!ENTITY a" + std::to_string(i) + " \"" + before + before + "\">";
  }
  EXPECT_SAYS(verdict(with_workbook(laughs + "]><w>&a29;</w>")), "document type declaration");
  EXPECT_SAYS(
      verdict(with_workbook("<!DOCTYPE w [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><w>&x;</w>")),
      "document type declaration");
  EXPECT_SAYS(verdict(with_workbook("<!DOCTYPE w SYSTEM \"http://127.0.0.1:1/w.dtd\"><w/>")),
              "document type declaration");
  EXPECT_SAYS(verdict(with_workbook("<w>&x;</w>")), "is no XML (undefined entity in line 1)");
}

TEST(XlsxHostile, DeepAndLongMarkupIsRefused) {
  std::string deep;
  for (int i = 0; i < 500'000; ++i) {
    deep += "<a>";
  }
  EXPECT_SAYS(verdict(with_workbook(deep)), "nested deeper than 64");
  TableLimits dense;
  dense.ratio = 100'000;
  EXPECT_SAYS(verdict(with_workbook("<w a=\"" + std::string(3U << 20U, 'x') + "\"/>"), dense),
              "longer than 1 MiB");
  EXPECT_SAYS(verdict(with_workbook("<w><!--" + std::string(3U << 20U, 'x') + "--></w>"), dense),
              "longer than 1 MiB");
}

TEST(XlsxHostile, EncodingsThatAreNoneAreRefused) {
  std::string const tail = "<w x=\"\xB6\xAB\"/>";
  EXPECT_SAYS(verdict(with_workbook("<?xml version=\"1.0\" encoding=\"GB2312\"?>" + tail)),
              "is no XML (unknown encoding");
  EXPECT_SAYS(verdict(with_workbook("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + tail)),
              "is no XML (not well-formed");
  EXPECT_SAYS(verdict(with_workbook(std::string("\xFF\xFE<\0w", 5))), "is no XML");
  EXPECT_SAYS(verdict(with_workbook("")), "is no XML (no element found");
}

TEST(XlsxHostile, EveryTruncatedFileIsRefused) {
  std::string const whole = WorkbookParts{.sheet_data = kOneRow}.bytes();
  for (std::size_t size = 4; size < whole.size(); ++size) {
    ASSERT_NE(verdict(whole.substr(0, size)), "taken") << size;
  }
}

TEST(XlsxHostile, SizesAndChecksumsThatLieAreRefused) {
  std::string const book = "<workbook/>";
  for (bool const stored : {false, true}) {
    for (long long const off : {-1, 1, 1'000}) {
      EXPECT_NE(verdict(with_workbook(book, {.stored = stored, .size_off = off})), "taken") << off;
      EXPECT_NE(verdict(with_workbook(book, {.stored = stored, .size_off = off})).find("w.xml"),
                std::string::npos)
          << verdict(with_workbook(book, {.stored = stored, .size_off = off}));
    }
  }
  EXPECT_SAYS(verdict(with_workbook(book, {.crc_of = "other"})), "is damaged");
  EXPECT_SAYS(verdict(with_workbook(book, {.flags = 1})), "w.xml");
  EXPECT_SAYS(verdict(with_workbook(book, {.method = 12})), "packed in an unusual way");
}

TEST(XlsxHostile, NamesOfPartsAreUniqueAndStayInside) {
  EXPECT_SAYS(verdict(with_part("xl/workbook.xml", "<x/>")), "two parts of one name");
  EXPECT_SAYS(verdict(with_part("XL\\Workbook.XML", "<x/>")), "two parts of one name");
  for (auto const* name : {"../x", "/etc/passwd", "xl/../../x", "C:/x", "..\\x", ""}) {
    EXPECT_SAYS(verdict(with_part(name, "<x/>")), "leads out of it");
  }
}

TEST(XlsxHostile, TooManyPartsAreRefusedBeforeTheyAreRead) {
  HandmadeZip zip;
  WorkbookParts{.sheet_data = kOneRow}.add_to(zip);
  std::string const lie = zip.bytes(1'001);
  EXPECT_SAYS(verdict(lie), "more than 1000 parts");
  for (int i = 0; i < 1'000; ++i) {
    zip.add("p" + std::to_string(i), "");
  }
  EXPECT_SAYS(verdict(zip.bytes()), "more than 1000 parts");
  EXPECT_NE(verdict(zip.bytes(7)), "taken");
  std::string const fine = WorkbookParts{.sheet_data = kOneRow}.bytes();
  std::string locator = "PK\6\7";
  locator.resize(20, '\1');
  EXPECT_SAYS(verdict(fine.substr(0, fine.size() - 22) + locator + fine.substr(fine.size() - 22)),
              "parts");
}

TEST(XlsxHostile, OtherFilesAreRefusedWithTheAdviceToSaveAsXlsx) {
  for (std::string const& bytes :
       {std::string{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 rest"},
        std::string{"\xEF\xBB\xBF\n<HTML><table>"},
        std::string{"<?xml version=\"1.0\"?><Workbook/>"},
        with_part("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        with_workbook("<document/>"), HandmadeZip{}.bytes()}) {
    EXPECT_SAYS(verdict(bytes), ".xlsx");
  }
  TableRows rows;
  EXPECT_EQ(read_table_file("/nowhere/x.xlsx", rows).error().code, ErrorCode::NotFound);
  EXPECT_EQ(read_table_file("/dev", rows).error().code, ErrorCode::NotFound);
}

/// Of this process, in KiB: now ("VmRSS:") or at most since reset_peak ("VmHWM:").
long resident(std::string const& which) {
  std::ifstream status{"/proc/self/status"};
  std::string word;
  long kib = 0;
  while (status >> word) {
    if (word == which) {
      status >> kib;
    }
  }
  return kib;
}

class Counted : public TableVisitor {
 public:
  bool sheet(SheetInfo const& /*info*/) override { return true; }
  bool row(Row const& row) override {
    cells += row.cells.size();
    return true;
  }
  std::size_t cells = 0;
};

void expect_small(std::filesystem::path const& file) {
#if defined(__SANITIZE_ADDRESS__)
  constexpr long kMostMiB = 512;  // it keeps what was freed
#else
  constexpr long kMostMiB = 64;
#endif
  ::malloc_trim(0);
  std::ofstream{"/proc/self/clear_refs"} << "5";
  long const before = resident("VmRSS:");
  Counted counted;
  auto const read = read_table_file(file, counted);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(counted.cells, 600'000U);
  long const grown = (resident("VmHWM:") - before) / 1'024;
  EXPECT_LT(grown, kMostMiB);
  testing::Test::RecordProperty("grown_mib", static_cast<int>(grown));
}

/// KiB that reading these bytes takes for a moment.
long grown_by(std::string const& bytes, std::string const& reason) {
  ::malloc_trim(0);
  std::ofstream{"/proc/self/clear_refs"} << "5";
  long const before = resident("VmRSS:");
  EXPECT_SAYS(verdict(bytes), reason);
  return resident("VmHWM:") - before;
}
#if defined(__SANITIZE_ADDRESS__)
constexpr long kMostGrowth = 256 * 1'024;
#else
constexpr long kMostGrowth = 48 * 1'024;
#endif

TEST(XlsxHostile, ADirectoryOfMoreEntriesThanItsRecordCanSayIsNotRead) {
  std::string entry = "PK\1\2";
  entry.resize(46, '\0');
  entry[28] = 1;  // the length of its name
  entry += 'a';
  constexpr std::size_t kEntries = 65'536 * 12 + 1;  // the record can but say 1
  std::string bytes(31, '\0');
  bytes.replace(0, 4, "PK\3\4");
  bytes[26] = 1;
  std::size_t const begin = bytes.size();
  for (std::size_t i = 0; i < kEntries; ++i) {
    bytes += entry;
  }
  auto const put = [&](std::size_t value, int width) {
    for (; width > 0; --width, value >>= 8U) {
      bytes += static_cast<char>(value & 0xFFU);
    }
  };
  std::size_t const size = bytes.size() - begin;
  bytes += "PK\5\6";
  put(0, 4);
  put(kEntries % 65'536, 2);
  put(kEntries % 65'536, 2);
  put(size, 4);
  put(begin, 4);
  put(0, 2);
  EXPECT_LT(grown_by(bytes, "more than 1000 parts"), kMostGrowth);
}

TEST(XlsxHostile, NamesWithoutEndAreNotKept) {
  std::string names, spaces;
  for (int i = 0; i < 2'000'000; ++i) {
    names += "<a" + std::to_string(i) + "/>";
  }
  EXPECT_LT(grown_by(with_workbook("<w>" + names + "</w>"), "too many different names"),
            kMostGrowth);
  for (int i = 0; i < 400'000; ++i) {
    std::string const n = std::to_string(i);
    spaces.append("<n").append(n).append(":a xmlns:n").append(n).append("='u").append(n) += "'/>";
  }
  EXPECT_LT(grown_by(with_workbook("<w>" + spaces + "</w>"), "too many different names"),
            kMostGrowth);
}

TEST(XlsxHostile, NamesOfPartsAndSheetsAreShort) {
  std::string const name(1'025, 'x');
  HandmadeZip zip;
  zip.add("_rels/.rels",
          R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)"
          R"(<Relationship Id="a" Type="x/officeDocument" Target=")" +
              name + R"("/></Relationships>)");
  EXPECT_SAYS(verdict(zip.bytes()), "name of a part is too long");
  EXPECT_SAYS(
      verdict(with_workbook(
          R"(<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets>)"
          R"(<sheet name=")" +
          name + R"("/></sheets></workbook>)")),
      "shorten it to 31 characters");
}

void write_large_workbook(std::filesystem::path const& file) {
  std::string rows, shared;
  for (int r = 1; r <= 20'000; ++r) {
    rows += "<row r=\"" + std::to_string(r) + "\">";
    for (std::uint32_t c = 0; c < 30; ++c) {
      std::string const index = std::to_string((r - 1) * 30 + static_cast<int>(c));
      rows += "<c r=\"" + cell_name(c, static_cast<std::uint32_t>(r)) + "\" t=\"s\"><v>" + index +
              "</v></c>";
      shared += "<si><t>东岭村第" + index + "户</t></si>";
    }
    rows += "</row>";
  }
  tests::write_file(file, WorkbookParts{.sheet_data = rows, .shared = shared}.bytes());
}

TEST(XlsxHostile, TwentyThousandRowsNeedLittleMemory) {
  tests::ScratchFolder const folder;
  // By another process: what this one has freed it would use again without growing.
  pid_t const writer = ::fork();
  ASSERT_GE(writer, 0);
  if (writer == 0) {
    write_large_workbook(folder / "shared.xlsx");
    ::_exit(0);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(writer, &status, 0), writer);
  ASSERT_EQ(status, 0);
  expect_small(folder / "shared.xlsx");
}

}  // namespace
}  // namespace fenghuo::messaging
