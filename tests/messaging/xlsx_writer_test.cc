#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "messaging/tables/table_reader.h"
#include "messaging/tables/table_writer.h"
#include "messaging/tables/xlsx_reader.h"
#include "tests/messaging/scratch_folder.h"
#include "tests/messaging/table_rows.h"

namespace fenghuo::messaging {
namespace {

using tests::TableRows;
using Texts = std::vector<std::string>;

Workbook small_workbook() {
  TableSheet people{"人员", {}, {}};
  people.columns = {{"姓名", ColumnFormat::Text, "全名", {}, 12},
                    {"电话", ColumnFormat::Text, "手机号码", {}, 16},
                    {"类别", ColumnFormat::Text, "", {"网格员", "灾害信息员"}, 12},
                    {"人数", ColumnFormat::Number, "", {}, 8},
                    {"自", ColumnFormat::Date, "", {}, 12},
                    {"更新", ColumnFormat::DateTime, "", {}, 20},
                    {"班次", ColumnFormat::TimeOfDay, "", {}, 8}};
  people.rows = {
      {"张三", "+8613800138000", "网格员", "12.5", "2026-11-25", "2026-11-25T08:00:30", "08:00"},
      {"=1+1", "0086", "", "many", "2026-02-30", "yesterday", "25:00"},
      {},
      {"a\rb_x0041_\x01", "\xEF\xBF\xBF"}};
  return {{"请填写本表", "第二行"}, "说明", {people}};
}

Texts cells_of(std::string const& bytes, Texts* sheets = nullptr) {
  TableRows rows;
  auto const read = read_xlsx(bytes, rows);
  EXPECT_TRUE(read) << read.error().message;
  if (sheets != nullptr) {
    *sheets = rows.sheets;
  }
  return rows.cells;
}

Result<std::string> written_in_scratch(Workbook const& workbook) {
  tests::ScratchFolder const folder;
  auto written = write_xlsx(workbook, folder.path());
  EXPECT_TRUE(folder.names().empty());
  return written;
}

TEST(XlsxWriter, WhatIsWrittenIsReadBack) {
  auto const written = written_in_scratch(small_workbook());
  ASSERT_TRUE(written) << written.error().message;
  Texts sheets;
  EXPECT_EQ(cells_of(*written, &sheets), (Texts{"A1 text 请填写本表",
                                                "A2 text 第二行",
                                                "A1 text 姓名",
                                                "B1 text 电话",
                                                "C1 text 类别",
                                                "D1 text 人数",
                                                "E1 text 自",
                                                "F1 text 更新",
                                                "G1 text 班次",
                                                "A2 text # 全名",
                                                "B2 text 手机号码",
                                                "A3 text 张三",
                                                "B3 text +8613800138000",
                                                "C3 text 网格员",
                                                "D3 number 12.5",
                                                "E3 date 2026-11-25",
                                                "F3 date 2026-11-25T08:00:30",
                                                "G3 date 08:00",
                                                "A4 text =1+1",
                                                "B4 text 0086",
                                                "D4 text many",
                                                "E4 text 2026-02-30",
                                                "F4 text yesterday",
                                                "G4 text 25:00",
                                                "A6 text a\rb_x0041_\x01",
                                                "B6 text \xEF\xBF\xBF"}));
  EXPECT_EQ(sheets, (Texts{"说明", "人员"}));
}

TEST(XlsxWriter, TheSameWorkbookGivesTheSameBytes) {
  auto const first = written_in_scratch(small_workbook());
  ASSERT_TRUE(first);
  // What zip files and workbooks tell of the time they were made at is always the same.
  for (std::size_t at = first->find("PK\3\4"); at != std::string::npos;
       at = first->find("PK\3\4", at + 1)) {
    EXPECT_EQ(first->substr(at + 10, 4), std::string("\0\0\x21\0", 4));
  }
  EXPECT_EQ(*written_in_scratch(small_workbook()), *first);
  auto changed = small_workbook();
  changed.sheets[0].rows[0][0] = "李四";
  EXPECT_NE(*written_in_scratch(changed), *first);
}

TEST(XlsxWriter, LongListsOfChoicesLieOnAHiddenSheet) {
  Texts villages;
  for (int i = 0; i < 150; ++i) {
    villages.push_back("村" + std::to_string(i));
  }
  Texts sheets;
  auto const written = written_in_scratch(
      {{},
       "说明",
       {{"S",
         {{"村", ColumnFormat::Text, "", villages}, {"x", ColumnFormat::Text, "", {"a,b"}}},
         {}}}});
  ASSERT_TRUE(written);
  auto const cells = cells_of(*written, &sheets);
  EXPECT_EQ(sheets, (Texts{"S", "hidden: _选项"}));
  EXPECT_EQ(cells.size(), 2U + 151U);
  EXPECT_EQ(cells[3], "B1 text a,b");
  EXPECT_EQ(cells.back(), "A150 text 村149");
}

TEST(XlsxWriter, WhatNoWorkbookHoldsIsRefused) {
  auto const refusal = [](Workbook const& workbook) {
    auto const written = written_in_scratch(workbook);
    EXPECT_FALSE(written);
    return written ? "written" : written.error().message;
  };
  auto const has = [&](Workbook const& workbook, char const* words) {
    std::string const told = refusal(workbook);
    EXPECT_NE(told.find(words), std::string::npos) << told;
  };
  has({}, "needs a sheet");
  has({{}, "", {{"a/b", {{"x"}}, {}}}}, "sheet a/b: ");
  has({{}, "", {{std::string(32, 'x'), {{"x"}}, {}}}}, "sheet xxx");
  has({{}, "", {{"", {{"x"}}, {}}}}, "its name is empty");
  has({{}, "", {{"a", {{"x"}}, {}}, {"A", {{"x"}}, {}}}}, "sheet A: ");
  has({{}, "", {{"S", {{"x"}}, {{"\xFF"}}}}}, "sheet S: A2 is not UTF-8");
  has({{}, "", {{"S", {{"x"}}, {{std::string(32'768, 'x')}}}}}, "sheet S: ");
  has({{}, "", {{"S", {}, {}}}}, "1 to 1,024 columns");
  has({{}, "", {{"S", {{"x"}}, {{"1", "2"}}}}}, "row 1 has more cells");
  has({{}, "", {{"S", {{"x", ColumnFormat::Text, "", {""}}}, {}}}}, "a choice of column x");
}

/// Names of the files made in a folder while something is done.
template <class Work>
Texts made_in(std::filesystem::path const& folder, Work const& work) {
  int const watch = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  EXPECT_GE(::inotify_add_watch(watch, folder.c_str(), IN_CREATE), 0);
  work();
  Texts names;
  alignas(inotify_event) char buffer[65'536];
  for (ssize_t got = 0; (got = ::read(watch, buffer, sizeof buffer)) > 0;) {
    for (char const* at = buffer; at < buffer + got;) {
      auto const* event = reinterpret_cast<inotify_event const*>(at);
      names.emplace_back(event->name);
      at += sizeof(inotify_event) + event->len;
    }
  }
  ::close(watch);
  return names;
}

TEST(XlsxWriter, RowsLieInTheScratchFolderAndNowhereElse) {
  tests::ScratchFolder const scratch, system;
  char const* const before = std::getenv("TMPDIR");
  std::string const kept = before == nullptr ? "" : before;
  ::setenv("TMPDIR", system.path().c_str(), 1);
  Texts in_scratch;
  Texts const in_system = made_in(system.path(), [&] {
    in_scratch =
        made_in(scratch.path(), [&] { EXPECT_TRUE(write_xlsx(small_workbook(), scratch.path())); });
  });
  before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
  EXPECT_EQ(in_system, Texts{});
  // At least one for each sheet and for each part that tells of all of them.
  EXPECT_GE(in_scratch.size(), 5U);
  EXPECT_EQ(scratch.names(), Texts{});  // none is left
}

TEST(XlsxWriter, WithoutItsScratchFolderNothingIsWritten) {
  tests::ScratchFolder const folder;
  auto const written = write_xlsx(small_workbook(), folder / "missing");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::Unavailable);
  EXPECT_NE(written.error().message.find("missing"), std::string::npos);
}

}  // namespace
}  // namespace fenghuo::messaging
