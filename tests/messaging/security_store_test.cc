// The security log's file: what it keeps, what it refuses, how old rows go.
#include "messaging/security_log/security_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/messaging/scratch_folder.h"
#include "tests/messaging/security_rows.h"

namespace fenghuo::messaging {
namespace {

namespace fs = std::filesystem;
using tests::append_entry;
using tests::broken_log;
using tests::entry_at;
using tests::lines_in;
using tests::ScratchFolder;

constexpr Time kStart{1'767'225'600'000'000};

std::unique_ptr<SecurityStore> opened(fs::path const& file, std::string_view algorithm = "sha256") {
  auto store = SecurityStore::open(file, algorithm);
  EXPECT_TRUE(store) << (store ? "" : store.error().message);
  return std::move(store).value();
}

/// One row an hour.
void fill(SecurityStore& store, int count) {
  for (int i = 0; i < count; ++i) {
    append_entry(store, entry_at(kStart + hours(i),
                                 i % 2 == 0 ? SecurityKind::SignedIn : SecurityKind::Refused,
                                 i % 3 == 0 ? "li" : "wang", std::to_string(i)));
  }
}

std::string run(fs::path const& file, std::string const& sql) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
  char* message = nullptr;
  sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message);
  std::string const said = message == nullptr ? "" : message;
  sqlite3_free(message);
  sqlite3_close(db);
  return said;
}

TEST(SecurityStore, KeepsItsRowsItsChainAndItsHashFunction) {
  for (char const* algorithm : {"sha256", "sm3"}) {
    ScratchFolder const folder;
    fs::path const file = folder / "security.sqlite";
    {
      auto store = opened(file, algorithm);
      EXPECT_TRUE(store->is_new());
      fill(*store, 5);
    }
    auto store = opened(file, "sha256");  // the file's own, whatever is wished for
    EXPECT_FALSE(store->is_new());
    fill(*store, 2);
    EXPECT_EQ(store->head().sequence, 7);
    EXPECT_EQ(broken_log(file), "") << algorithm;
    EXPECT_EQ(lines_in(*store).size(), 7U);
    EXPECT_EQ(fs::status(file).permissions() & (fs::perms::group_all | fs::perms::others_all),
              fs::perms::none);
  }
}

TEST(SecurityStore, HasOneWriter) {
  ScratchFolder const folder;
  auto store = opened(folder / "s");
  auto const second = SecurityStore::open(folder / "s");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Conflict);
  EXPECT_TRUE(SecurityStore::open_read_only(folder / "s"));
}

TEST(SecurityStore, AFileOfAnotherKindIsRefused) {
  ScratchFolder const folder;
  EXPECT_EQ(run(folder / "other", "CREATE TABLE t(a)"), "");
  auto const other = SecurityStore::open(folder / "other");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::InvalidArgument);
  auto const hash = SecurityStore::open(folder / "new", "md5");
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().code, ErrorCode::InvalidArgument);
  EXPECT_FALSE(fs::exists(folder / "new"));
}

TEST(SecurityStore, IsShownNewestFirstByKindAccountAndTime) {
  ScratchFolder const folder;
  auto store = opened(folder / "s");
  fill(*store, 30);
  auto const subjects = [&](SecurityQuery const& query, std::size_t most) {
    auto const rows = store->newest(query, most);
    EXPECT_TRUE(rows);
    std::string out;
    for (auto const& row : *rows) {
      out += row.entry.subject + " ";
    }
    return out;
  };
  SecurityQuery query;
  EXPECT_EQ(subjects(query, 3), "29 28 27 ");
  query.before = 28;  // sequences begin at 1, subjects at 0
  EXPECT_EQ(subjects(query, 2), "26 25 ");
  query.kind = SecurityKind::SignedIn;
  EXPECT_EQ(subjects(query, 2), "26 24 ");
  query.account = "li";
  EXPECT_EQ(subjects(query, 2), "24 18 ");
  query.from = kStart + hours(6);
  query.until = kStart + hours(18);
  EXPECT_EQ(subjects(query, 9), "12 6 ");
}

TEST(SecurityStore, RowsAreNeitherChangedNorTakenOutByAHandOnTheFile) {
  ScratchFolder const folder;
  fill(*opened(folder / "s"), 5);
  EXPECT_NE(run(folder / "s", "UPDATE entry SET account = 'x'"), "");
  EXPECT_NE(run(folder / "s", "DELETE FROM entry WHERE sequence = 5"), "");
  EXPECT_EQ(broken_log(folder / "s"), "");
}

TEST(SecurityStore, OldRowsGoInPiecesAndTheRestIsStillProven) {
  ScratchFolder const folder;
  fs::path const file = folder / "s";
  auto store = opened(file);
  fill(*store, 30);
  Time const now = kStart + hours(40);
  auto const trim = [&](Time before, std::size_t most) {
    auto const trimmed = store->trim(before, most, now);
    EXPECT_TRUE(trimmed) << trimmed.error().message;
    return *trimmed;
  };
  EXPECT_EQ(trim(kStart, 100), 0U);
  EXPECT_EQ(store->head().sequence, 30);  // nothing went, nothing is told
  EXPECT_EQ(trim(kStart + hours(12), 8), 8U);
  EXPECT_EQ(trim(kStart + hours(12), 8), 4U);
  EXPECT_EQ(trim(kStart + hours(12), 8), 0U);
  auto const check = check_security_log(file, {});
  ASSERT_TRUE(check);
  EXPECT_EQ(check->broken, "");
  EXPECT_EQ(check->begins_at.sequence, 12);
  EXPECT_EQ(check->rows, 20);  // 18 that stayed, two that tell
  auto const lines = lines_in(*store);
  EXPECT_EQ(lines.front(), "signed_in li 12");
  EXPECT_EQ(lines.back(), "trimmed 12 " + hex(check->begins_at.hash));
  // Reopened, it goes on.
  store.reset();
  store = opened(file);
  fill(*store, 1);
  EXPECT_EQ(broken_log(file), "");
  EXPECT_EQ(trim(now + hours(1'000), 1'000), 20U);  // the last row stays
  EXPECT_EQ(broken_log(file), "");
}

TEST(SecurityStore, RowsThatWentWithoutBeingToldOfAreMissed) {
  ScratchFolder const folder;
  fs::path const file = folder / "s";
  fill(*opened(file), 9);
  EXPECT_EQ(
      run(file,
          "UPDATE begins_at SET sequence = 4, hash = (SELECT hash FROM entry WHERE sequence = "
          "4); DELETE FROM entry WHERE sequence <= 4"),
      "");
  EXPECT_NE(broken_log(file).find("no row says"), std::string::npos) << broken_log(file);
}

TEST(SecurityStore, AClockThatGoesBackRemovesNothingOutOfOrder) {
  ScratchFolder const folder;
  auto store = opened(folder / "s");
  for (int const hour : {0, 1, 50, 2, 3}) {
    append_entry(*store, entry_at(kStart + hours(hour), SecurityKind::SignedIn));
  }
  auto const trimmed = store->trim(kStart + hours(10), 100, kStart + hours(60));
  ASSERT_TRUE(trimmed);
  EXPECT_EQ(*trimmed, 2U);
  EXPECT_EQ(broken_log(folder / "s"), "");
}

TEST(SecurityStore, ACopyVerifiesAndADamagedOneIsNotMade) {
  ScratchFolder const folder;
  auto store = opened(folder / "s");
  fill(*store, 9);
  auto const copied = backup_security_log(folder / "s", folder / "copy");  // while it is written
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(*copied, 9);
  EXPECT_EQ(broken_log(folder / "copy"), "");
  EXPECT_EQ(backup_security_log(folder / "s", folder / "copy").error().code, ErrorCode::Conflict);
  store.reset();
  EXPECT_EQ(run(folder / "s", "UPDATE head SET sequence = 8"), "");
  EXPECT_EQ(backup_security_log(folder / "s", folder / "bad").error().code, ErrorCode::DataLoss);
  EXPECT_EQ(backup_security_log(folder / "none", folder / "bad").error().code, ErrorCode::NotFound);
  for (auto const& name : folder.names()) {
    EXPECT_FALSE(name.starts_with("bad") || name.find(".part") != std::string::npos) << name;
  }
}

}  // namespace
}  // namespace fenghuo::messaging
