#include "messaging/attachments/attachment_check.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "messaging/journal/sqlite_journal.h"
#include "tests/core/kernel_run.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

namespace fs = std::filesystem;
constexpr Time kNow{1'772'323'200'000'000};

/// A data folder whose journal names two files: one of an incident and a report, one of the incident alone.
struct DataFolder {
  tests::ScratchFolder scratch;
  AttachmentStore store{scratch / "attachments"};
  fs::path journal_file = scratch / "journal.sqlite";
  std::string both, one;

  DataFolder() {
    EXPECT_TRUE(store.prepare());
    both = store.put_bytes("of both", kNow)->digest;
    one = store.put_bytes("of one", kNow)->digest;
    tests::KernelRun run;
    for (std::string const& line :
         {std::string{"found_center jurisdiction=A"}, std::string{"open_incident title=x"},
          std::string{"receive_report text=x"},
          "attach_file incident=I-2026-000001 name=a.txt size=7 digest=" + both,
          "attach_file report=R-2026-000001 name=b.txt size=7 digest=" + both,
          "attach_file incident=I-2026-000001 name=c.txt size=6 digest=" + one}) {
      EXPECT_EQ(tests::outcome_of(run.give(kNow, line)), "accepted") << line;
    }
    std::vector<JournalRow> rows;
    for (auto const& event : run.journal()) {
      rows.push_back(encode_row(event, {}));
    }
    auto journal = SqliteJournal::open(journal_file);
    EXPECT_TRUE(journal);
    EXPECT_EQ((*journal)->append(rows).outcome, AppendOutcome::Written);
  }
  AttachmentCheck check() {
    auto const journal = SqliteJournal::open_read_only(journal_file);
    EXPECT_TRUE(journal);
    auto const checked = check_attachments(**journal, store);
    EXPECT_TRUE(checked);
    return *checked;
  }
};
using Sentences = std::vector<std::string>;

TEST(AttachmentCheck, NamesWhatIsMissingOrChangedAndWhoseItIs) {
  DataFolder data;
  EXPECT_EQ(data.check().files, 2U);
  EXPECT_EQ(data.check().broken, Sentences{});
  tests::write_file(*data.store.path_of(data.both), "of Both");
  EXPECT_EQ(data.check().broken,
            (Sentences{"a.txt of I-2026-000001: " + data.both + " is changed"}));
  fs::remove(*data.store.path_of(data.both));
  fs::remove(*data.store.path_of(data.one));
  auto broken = data.check().broken;
  std::sort(broken.begin(), broken.end());
  EXPECT_EQ(broken, (Sentences{"a.txt of I-2026-000001: " + data.both + " is missing",
                               "c.txt of I-2026-000001: " + data.one + " is missing"}));
}

TEST(AttachmentCheck, NamesUpToARowOnly) {
  DataFolder data;
  auto const journal = SqliteJournal::open_read_only(data.journal_file);
  ASSERT_TRUE(journal);
  EXPECT_EQ(named_files(**journal, 3)->size(), 0U);
  EXPECT_EQ(named_files(**journal, 5)->size(), 1U);
  EXPECT_EQ(named_files(**journal)->size(), 2U);
}

TEST(AttachmentCheck, AFolderBackupIsRestoredWhole) {
  DataFolder data;
  auto const orphan = data.store.put_bytes("of nobody", kNow)->digest;
  auto const backed_up = backup_folder(data.journal_file, data.store, data.scratch / "no keys",
                                       data.scratch / "backup");
  ASSERT_TRUE(backed_up) << backed_up.error().message;
  EXPECT_EQ(backed_up->journal.rows, 6);
  EXPECT_EQ(backed_up->attachments.files, 2U);
  EXPECT_FALSE(fs::exists(data.scratch / "backup.part"));
  EXPECT_EQ(backup_folder(data.journal_file, data.store, data.scratch / "no keys",
                          data.scratch / "backup")
                .error()
                .code,
            ErrorCode::Conflict);

  fs::path const target = data.scratch / "restored";
  fs::create_directories(target);
  AttachmentStore restored{target / "attachments"};
  auto const done =
      restore_folder(data.scratch / "backup", target / "journal.sqlite", restored, target / "keys");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->attachments.broken, Sentences{});
  EXPECT_EQ(restored.check(data.both), "");
  EXPECT_EQ(restored.check(data.one), "");
  EXPECT_EQ(restored.check(orphan), "missing");
  EXPECT_EQ(
      restore_folder(data.scratch / "backup", target / "journal.sqlite", restored, target / "keys")
          .error()
          .code,
      ErrorCode::Conflict);
}

TEST(AttachmentCheck, AJournalThatDoesNotVerifyLeavesNoFolder) {
  DataFolder data;
  std::string bytes = tests::content_of(data.journal_file);
  auto const at = bytes.find("jurisdiction\":\"A");
  ASSERT_NE(at, std::string::npos);
  bytes[at + 15] = 'B';
  tests::write_file(data.scratch / "broken.sqlite", bytes);
  auto const done = backup_folder(data.scratch / "broken.sqlite", data.store,
                                  data.scratch / "no keys", data.scratch / "out");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::DataLoss);
  EXPECT_FALSE(fs::exists(data.scratch / "out"));
  EXPECT_FALSE(fs::exists(data.scratch / "out.part"));
  auto const none = backup_folder(data.scratch / "none.sqlite", data.store,
                                  data.scratch / "no keys", data.scratch / "out");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace fenghuo::messaging
