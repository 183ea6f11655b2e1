// Somebody who owns the machine, has this program and knows its formats, against journal and security log: edit,
// delete, insert, reorder, cut the tail, make the whole chain anew. Every attack must be found; which of the
// last two only anchors can find is shown too.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "core/base/random.h"
#include "messaging/journal/sqlite_journal.h"
#include "messaging/security_log/security_log.h"
#include "tests/messaging/journal_rows.h"
#include "tests/messaging/scratch_folder.h"
#include "tests/messaging/security_rows.h"

namespace fenghuo::messaging {
namespace {

namespace fs = std::filesystem;
using tests::entry_at;
using tests::ScratchFolder;

constexpr Time kStart{1'767'225'600'000'000};
constexpr int kAttacks = 1'000;

enum class Attack { Edit, Delete, Insert, Reorder, CutTail, Rebuild };
constexpr int kKinds = 6;

std::string blob(Digest const& digest) { return "x'" + hex(digest) + "'"; }

/// The file as whoever owns it may open it; the triggers are off meanwhile and stand again afterwards.
class Intruder {
 public:
  Intruder(fs::path const& file, std::string const& table) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &db_), SQLITE_OK);
    run("PRAGMA synchronous=OFF");
    sqlite3_exec(
        db_,
        ("SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='" + table +
         "' ORDER BY rowid")
            .c_str(),
        [](void* self, int, char** row, char**) {
          static_cast<Intruder*>(self)->triggers_.emplace_back(row[0], row[1]);
          return 0;
        },
        this, nullptr);
    for (auto const& [name, sql] : triggers_) {
      run("DROP TRIGGER " + name);
    }
  }
  ~Intruder() {
    for (auto const& [name, sql] : triggers_) {
      run(sql);
    }
    sqlite3_close(db_);
  }
  Intruder(Intruder const&) = delete;
  Intruder& operator=(Intruder const&) = delete;
  void run(std::string const& sql) {
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
        << message << sql;
    sqlite3_free(message);
  }

 private:
  sqlite3* db_ = nullptr;
  std::vector<std::pair<std::string, std::string>> triggers_;
};

/// A journal with anchors in a security log and its mirror, closed; copies of it are attacked.
class Ground {
 public:
  Ground() {
    SecurityLogOptions options;
    options.threads = false;
    options.mirror = folder / "mirror";
    options.now = [] { return kStart; };
    auto log = SecurityLog::open(folder.path(), options);
    auto journal = SqliteJournal::open(folder / "journal.sqlite");
    EXPECT_TRUE(log && journal);
    for (Sequence i = 1; i <= 60; ++i) {
      std::vector<JournalRow> rows{tests::note_row(i, "command-" + std::to_string(i))};
      EXPECT_EQ((*journal)->append(rows).outcome, AppendOutcome::Written);
      (*log)->note(entry_at(kStart + seconds(i), SecurityKind::Refused, "wang", std::to_string(i)));
      if (i % 10 == 0) {
        (*log)->anchor("center", (*journal)->head(), kStart + seconds(i));
      }
    }
  }
  /// A copy of both files.
  fs::path copy(std::string const& name) const {
    for (char const* file : {"journal.sqlite", "security.sqlite"}) {
      fs::copy_file(folder / file, folder / (name + file), fs::copy_options::overwrite_existing);
    }
    return folder / name;
  }
  ScratchFolder folder;
};

struct Verdict {
  std::string journal_alone, log_alone, log_with_mirror, anchors;
};

/// What `journal verify` and `security-log verify` find, with the mirror's anchors.
Verdict verdict(Ground const& ground, std::string const& name) {
  Verdict out;
  auto const mirror = read_mirror(ground.folder / "mirror");
  auto const keys = AnchorVerifier::read(ground.folder / "anchor.pub");
  EXPECT_TRUE(mirror && keys);
  fs::path const log = ground.folder / (name + "security.sqlite");
  auto const alone = check_security_log(log, {&*keys, {}});
  auto const mirrored = check_security_log(log, {&*keys, mirror->anchors});
  EXPECT_TRUE(alone && mirrored);
  out.log_alone = alone->broken;
  out.log_with_mirror = mirrored->broken;
  auto journal = SqliteJournal::open_read_only(ground.folder / (name + "journal.sqlite"));
  EXPECT_TRUE(journal);
  auto const store = (*journal)->check_store();
  auto const chain = check_journal(**journal);
  EXPECT_TRUE(store && chain);
  out.journal_alone = *store + chain->broken;
  auto const anchors = check_anchors(**journal, alone->anchors, alone->acceptances, &*keys);
  EXPECT_TRUE(anchors) << anchors.error().message;
  out.anchors = anchors ? anchors->broken : "";
  return out;
}

void attack_journal(Random& random, Attack attack, fs::path const& file) {
  std::vector<JournalRow> rows;
  {
    auto journal = SqliteJournal::open_read_only(file);
    rows = tests::all_rows(**journal);
  }
  Intruder intruder{file, "event"};
  Sequence const at = random.between(2, 58);
  std::string const row = std::to_string(at);
  switch (attack) {
    case Attack::Edit: {
      constexpr char const* kEdits[] = {"actor = actor || 'x'",
                                        "recorded_at = recorded_at + 1",
                                        "payload = payload || ' '",
                                        "role = 'commander'",
                                        "occurred_at = occurred_at - 1",
                                        "command_id = command_id || 'x'",
                                        "epoch = epoch + 1",
                                        "hash = zeroblob(32)"};
      intruder.run(std::string{"UPDATE event SET "} + kEdits[random.below(8)] +
                   " WHERE sequence = " + row);
      return;
    }
    case Attack::Delete:
      intruder.run("DELETE FROM event WHERE sequence = " + row);
      if (random.chance(500)) {  // and close the gap
        intruder.run("UPDATE event SET sequence = -sequence WHERE sequence > " + row +
                     "; UPDATE event SET sequence = -sequence - 1 WHERE sequence < 0;"
                     "UPDATE head SET sequence = sequence - 1");
      }
      return;
    case Attack::Insert:
      intruder.run(
          "UPDATE event SET sequence = -sequence WHERE sequence > " + row +
          "; UPDATE event SET sequence = -sequence + 1 WHERE sequence < 0;"
          "INSERT INTO event SELECT sequence + 1, stream, epoch, recorded_at, occurred_at, "
          "command_id || 'x', command_index, request_hash, actor, role, type, version, payload, "
          "hash FROM event WHERE sequence = " +
          row + "; UPDATE head SET sequence = sequence + 1");
      return;
    case Attack::Reorder:
      intruder.run("UPDATE event SET sequence = -1 WHERE sequence = " + row +
                   "; UPDATE event SET sequence = sequence - 1 WHERE sequence = " + row +
                   " + 1; UPDATE event SET sequence = " + row + " + 1 WHERE sequence = -1");
      return;
    case Attack::CutTail:
      intruder.run("DELETE FROM event WHERE sequence > " + row + "; UPDATE head SET sequence = " +
                   row + ", hash = (SELECT hash FROM event WHERE sequence = " + row + ")");
      return;
    case Attack::Rebuild:
      break;
  }
  auto const chain = Chain::make("sha256", "center");
  Digest previous = rows[static_cast<std::size_t>(at - 2)].hash;
  for (auto i = static_cast<std::size_t>(at - 1); i < rows.size(); ++i) {
    rows[i].actor.name += i + 1 == static_cast<std::size_t>(at) ? "x" : "";
    rows[i].hash = previous = chain->hash_of(rows[i], previous);
    intruder.run("UPDATE event SET actor = '" + rows[i].actor.name + "', hash = " + blob(previous) +
                 " WHERE sequence = " + std::to_string(i + 1));
  }
  intruder.run("UPDATE head SET hash = " + blob(previous));
}

/// Rows from `at` on made anew, with the anchors among them signed again by the stolen key.
void rebuild_log(Ground const& ground, Intruder& intruder, std::vector<SecurityRow> rows,
                 Sequence at) {
  auto const chain = Chain::make("sha256", kSecurityStream);
  auto const key = AnchorSigner::open(ground.folder.path());
  LogPosition before{at - 1, rows[static_cast<std::size_t>(at - 2)].hash};
  for (auto i = static_cast<std::size_t>(at - 1); i < rows.size(); ++i) {
    SecurityEntry& entry = rows[i].entry;
    entry.account += i + 1 == static_cast<std::size_t>(at) ? "x" : "";
    if (auto anchor = anchor_of(entry.detail)) {
      anchor->log = before;
      key->sign(*anchor);
      entry.detail = line_of(*anchor);
    }
    before = {rows[i].sequence, hash_of(*chain, rows[i], before.hash)};
    intruder.run("UPDATE entry SET account = '" + entry.account + "', detail = '" + entry.detail +
                 "', hash = " + blob(before.hash) + " WHERE sequence = " + std::to_string(i + 1));
  }
  intruder.run("UPDATE head SET hash = " + blob(before.hash));
}

void attack_log(Ground const& ground, Random& random, Attack attack, fs::path const& file) {
  std::vector<SecurityRow> rows;
  {
    auto store = SecurityStore::open_read_only(file);
    rows = std::move((*store)->read(0, 1'000)).value();
  }
  Intruder intruder{file, "entry"};
  Sequence const at = random.between(2, static_cast<std::int64_t>(rows.size()) - 3);
  std::string const row = std::to_string(at);
  switch (attack) {
    case Attack::Edit: {
      constexpr char const* kEdits[] = {
          "account = account || 'x'", "time = time + 1", "kind = 'signed_in'",
          "peer = '10.0.0.1'",        "outcome = ''",    "hash = zeroblob(32)",
          "detail = detail || 'x'",   "subject = 'x'"};
      intruder.run(std::string{"UPDATE entry SET "} + kEdits[random.below(8)] +
                   " WHERE sequence = " + row);
      return;
    }
    case Attack::Delete:
      intruder.run("DELETE FROM entry WHERE sequence = " + row);
      return;
    case Attack::Insert:
      intruder.run(
          "UPDATE entry SET sequence = -sequence WHERE sequence > " + row +
          "; UPDATE entry SET sequence = -sequence + 1 WHERE sequence < 0;"
          "INSERT INTO entry SELECT sequence + 1, time, kind, account, role, peer, request_id, "
          "subject, outcome, detail, hash FROM entry WHERE sequence = " +
          row + "; UPDATE head SET sequence = sequence + 1");
      return;
    case Attack::Reorder:
      intruder.run("UPDATE entry SET sequence = -1 WHERE sequence = " + row +
                   "; UPDATE entry SET sequence = sequence - 1 WHERE sequence = " + row +
                   " + 1; UPDATE entry SET sequence = " + row + " + 1 WHERE sequence = -1");
      return;
    case Attack::CutTail:
      intruder.run("DELETE FROM entry WHERE sequence > " + row + "; UPDATE head SET sequence = " +
                   row + ", hash = (SELECT hash FROM entry WHERE sequence = " + row + ")");
      return;
    case Attack::Rebuild:
      rebuild_log(ground, intruder, std::move(rows), at);
  }
}

TEST(Tampering, AnUntouchedCopyVerifies) {
  Ground const ground;
  ground.copy("a");
  auto const found = verdict(ground, "a");
  EXPECT_EQ(found.journal_alone + found.log_alone + found.log_with_mirror + found.anchors, "");
}

TEST(Tampering, OfAThousandAttacksOnTheJournalEachIsFound) {
  Ground const ground;
  Random random{20'260'301};
  int found_by_chain = 0, found_by_anchors_alone = 0;
  for (int i = 0; i < kAttacks; ++i) {
    auto const attack = static_cast<Attack>(i % kKinds);
    ground.copy("a");
    attack_journal(random, attack, ground.folder / "ajournal.sqlite");
    auto const found = verdict(ground, "a");
    ASSERT_NE(found.journal_alone + found.anchors, "") << "attack " << i;
    (found.journal_alone.empty() ? found_by_anchors_alone : found_by_chain) += 1;
    bool const needs_anchors = attack == Attack::CutTail || attack == Attack::Rebuild;
    ASSERT_EQ(found.journal_alone.empty(), needs_anchors) << i << ": " << found.journal_alone;
  }
  EXPECT_EQ(found_by_chain + found_by_anchors_alone, kAttacks);
  EXPECT_GT(found_by_anchors_alone, kAttacks / 4);
}

TEST(Tampering, OfAThousandAttacksOnTheSecurityLogEachIsFound) {
  Ground const ground;
  Random random{20'260'302};
  int by_mirror_alone = 0;
  for (int i = 0; i < kAttacks; ++i) {
    auto const attack = static_cast<Attack>(i % kKinds);
    ground.copy("a");
    attack_log(ground, random, attack, ground.folder / "asecurity.sqlite");
    auto const found = verdict(ground, "a");
    ASSERT_NE(found.log_with_mirror, "") << "attack " << i;
    bool const needs_mirror = attack == Attack::CutTail || attack == Attack::Rebuild;
    ASSERT_EQ(found.log_alone.empty(), needs_mirror) << i << ": " << found.log_alone;
    by_mirror_alone += needs_mirror ? 1 : 0;
  }
  EXPECT_GT(by_mirror_alone, kAttacks / 4);
}

TEST(Tampering, WhatComesAfterTheLastAnchorIsNotProvenYet) {
  // The other side of the promise, so that nobody believes more than is true.
  Ground const ground;
  ground.copy("a");
  {
    auto journal = SqliteJournal::open(ground.folder / "ajournal.sqlite");
    std::vector<JournalRow> rows{tests::note_row(61, "late")};
    EXPECT_EQ((*journal)->append(rows).outcome, AppendOutcome::Written);
  }
  {
    Intruder intruder{ground.folder / "ajournal.sqlite", "event"};
    intruder.run(
        "DELETE FROM event WHERE sequence = 61; UPDATE head SET sequence = 60, hash = (SELECT hash "
        "FROM event WHERE sequence = 60)");
  }
  EXPECT_EQ(verdict(ground, "a").journal_alone + verdict(ground, "a").anchors, "");
}

TEST(Tampering, AHistoryThatSomebodyAnsweredForIsForgivenUpToThereAndNoFurther) {
  Ground const ground;
  ground.copy("a");
  {
    Intruder intruder{ground.folder / "ajournal.sqlite", "event"};
    intruder.run(
        "DELETE FROM event WHERE sequence > 35; UPDATE head SET sequence = 35, hash = (SELECT hash "
        "FROM event WHERE sequence = 35)");
  }
  auto const keys = AnchorVerifier::read(ground.folder / "anchor.pub");
  auto const log = check_security_log(ground.folder / "asecurity.sqlite", {&*keys, {}});
  auto journal = SqliteJournal::open_read_only(ground.folder / "ajournal.sqlite");
  ASSERT_TRUE(log && journal);
  auto const wrong = check_anchors(**journal, log->anchors, {}, &*keys);
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->first_wrong, 40);
  EXPECT_EQ(wrong->held, 3U);
  EXPECT_NE(wrong->broken.find("2026-01-01T00:01:00Z"), std::string::npos) << wrong->broken;
  EXPECT_NE(wrong->broken.find("60 rows"), std::string::npos) << wrong->broken;
  Sequence const now = log->head.sequence + 1;
  HistoryAcceptance accepted{now, 39, now, kStart, "local", "backup of Monday"};
  auto const forgiven = check_anchors(**journal, log->anchors, {&accepted, 1}, &*keys);
  EXPECT_EQ(forgiven->broken, "");
  EXPECT_EQ(forgiven->accepted, 3U);
  accepted.stands = 45;  // a word that says more must hold than does
  EXPECT_NE(check_anchors(**journal, log->anchors, {&accepted, 1}, &*keys)->broken, "");
  accepted = {now, 39, 10, kStart, "local", "a word for an older change"};
  EXPECT_NE(check_anchors(**journal, log->anchors, {&accepted, 1}, &*keys)->broken, "");
}

}  // namespace
}  // namespace fenghuo::messaging
