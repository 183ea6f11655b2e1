// The log as those who note into it have it: groups, what finds no room, a disk that refuses, reads told once.
#include "messaging/security_log/security_log.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <map>
#include <numeric>

#include "tests/messaging/scratch_folder.h"
#include "tests/messaging/security_rows.h"

namespace fenghuo::messaging {
namespace {

namespace fs = std::filesystem;
using tests::broken_log;
using tests::entry_at;
using tests::lines_in;
using tests::ScratchFolder;

constexpr Time kStart{1'767'225'600'000'000};

struct LogUnderTest {
  ScratchFolder folder;
  std::atomic<std::int64_t> now{kStart.us};
  SecurityLogOptions options;
  std::unique_ptr<SecurityLog> log;

  explicit LogUnderTest(bool threads) {
    options.threads = threads;
    options.now = [this] { return Time{now.load()}; };
  }
  void open() {
    log.reset();
    auto opened = SecurityLog::open(folder.path(), options);
    ASSERT_TRUE(opened) << opened.error().message;
    log = std::move(opened).value();
  }
  fs::path file() const { return folder / "security.sqlite"; }
  std::vector<std::string> lines() { return lines_in(log->store()); }
};

/// Holds the file's write lock, as a stranger could: what is noted meanwhile cannot be written.
class Lock {
 public:
  explicit Lock(fs::path const& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &db_), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ~Lock() { open(); }
  void open() { sqlite3_close(std::exchange(db_, nullptr)); }

 private:
  sqlite3* db_ = nullptr;
};

TEST(SecurityLog, WithoutThreadsARowIsThereAtOnce) {
  LogUnderTest under{false};
  under.open();
  under.log->note(entry_at(kStart, SecurityKind::Refused, "wang", "I-2026-000001"));
  EXPECT_EQ(under.lines(), (std::vector<std::string>{"key_made a new key signs anchors",
                                                     "refused wang I-2026-000001"}));
  under.open();
  EXPECT_EQ(under.lines().size(), 2U);  // the key is made once
}

TEST(SecurityLog, WhatComesTogetherIsWrittenTogetherAndInOrder) {
  LogUnderTest under{true};
  under.open();
  under.log->flush();
  {
    Lock lock{under.file()};
    for (int i = 0; i < 2'000; ++i) {
      under.log->note(entry_at(kStart, SecurityKind::Refused, "wang", std::to_string(i)));
    }
  }
  under.log->flush();
  auto const figures = under.log->figures();
  EXPECT_EQ(figures.rows, 2'001U);
  EXPECT_EQ(figures.lost, 0U);
  EXPECT_LT(figures.groups, 200U);  // not one transaction a row
  auto const lines = under.lines();
  ASSERT_EQ(lines.size(), 2'001U);
  for (std::size_t i = 0; i < 2'000; ++i) {
    ASSERT_EQ(lines[i + 1], "refused wang " + std::to_string(i));
  }
  EXPECT_EQ(broken_log(under.file()), "");
}

TEST(SecurityLog, ManyThreadsMayNote) {
  LogUnderTest under{true};
  under.open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        under.log->note(entry_at(kStart,
                                 i % 50 == 0 ? SecurityKind::SignedIn : SecurityKind::Refused,
                                 "a" + std::to_string(t), std::to_string(i)));
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  under.log->flush();
  EXPECT_EQ(under.lines().size(), 2'001U);
  EXPECT_EQ(broken_log(under.file()), "");
}

TEST(SecurityLog, WhatFindsNoRoomIsCountedAndTold) {
  LogUnderTest under{true};
  under.options.queue = 100;
  under.open();
  under.log->flush();
  constexpr std::uint64_t kNoted = 1'000;
  {
    Lock lock{under.file()};
    for (std::uint64_t i = 0; i < kNoted; ++i) {
      under.log->note(entry_at(kStart, SecurityKind::Refused, "wang", std::to_string(i)));
    }
    // At most a group on its way and a full queue: the callers never waited for the lock.
    EXPECT_GE(under.log->figures().lost, kNoted - 200);
  }
  under.log->flush();
  under.log->flush();
  std::uint64_t written = 0, told = 0;
  for (auto const& line : under.lines()) {
    written += line.starts_with("refused ") ? 1U : 0U;
    if (line.starts_with("lost ")) {
      told += std::stoull(line.substr(5));
    }
  }
  EXPECT_EQ(told, under.log->figures().lost);
  EXPECT_EQ(written + told, kNoted);
  EXPECT_GT(told, 0U);
  EXPECT_EQ(broken_log(under.file()), "");
}

TEST(SecurityLog, StrangersDoNotFillTheDisk) {
  LogUnderTest under{false};
  under.options.strangers = 10;
  under.open();
  auto const come = [&](SecurityKind kind, std::string account, std::string peer, Time at) {
    auto entry = entry_at(at, kind, std::move(account));
    entry.peer = std::move(peer);
    under.log->note(entry);
  };
  for (int i = 0; i < 100; ++i) {
    come(SecurityKind::Refused, "", "10.0.0.1", kStart);
    come(SecurityKind::Locked, "wang", "10.0.0.2", kStart);
    come(SecurityKind::Refused, "li", "10.0.0.1", kStart);  // who is known is always told of
  }
  EXPECT_EQ(under.log->figures().lost, 180U);
  come(SecurityKind::Refused, "", "10.0.0.1", kStart + minutes(1));
  std::map<std::string, int> count;
  int told = 0;
  for (auto const& line : under.lines()) {
    told += line.starts_with("lost ") ? std::stoi(line.substr(5)) : 0;
    ++count[line];
  }
  EXPECT_EQ(count["refused"], 11);
  EXPECT_EQ(count["locked wang"], 10);
  EXPECT_EQ(count["refused li"], 100);
  EXPECT_EQ(told, 180);
}

TEST(SecurityLog, WhatADiskRefusesIsTroubleAndIsWrittenLater) {
  LogUnderTest under{false};
  under.open();
  // Another's change of the file makes every insert fail, without waiting.
  auto const run = [&](char const* sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(under.file().c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(db);
  };
  run("CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'no room'); END");
  under.log->note(entry_at(kStart, SecurityKind::SignedIn, "one"));
  under.log->note(entry_at(kStart, SecurityKind::SignedIn, "two"));
  ASSERT_EQ(under.log->troubles().size(), 1U);
  EXPECT_NE(under.log->troubles()[0].find("no room"), std::string::npos);
  run("DROP TRIGGER full");
  under.log->note(entry_at(kStart, SecurityKind::SignedIn, "three"));
  EXPECT_TRUE(under.log->troubles().empty());
  EXPECT_EQ(under.lines(),
            (std::vector<std::string>{"key_made a new key signs anchors", "signed_in one",
                                      "signed_in two", "signed_in three"}));
}

TEST(SecurityLog, APersonIsToldOfOncePerAccountAndTenMinutes) {
  LogUnderTest under{false};
  under.open();
  auto const read = [&](std::string const& account, Duration at, std::vector<std::string> objects) {
    under.log->note_personal_data(entry_at(kStart + at, SecurityKind::PersonalDataRead, account),
                                  objects);
  };
  read("wang", seconds(0), {"R-1", "R-2"});
  read("wang", seconds(5), {"R-1", "R-2"});
  read("wang", seconds(10), {"R-1", "R-3"});
  read("li", seconds(10), {"R-1"});
  read("wang", minutes(10), {"R-1", "R-3"});
  read("wang", seconds(-60), {"R-2"});  // the clock went back: rather twice than not at all
  auto lines = under.lines();
  lines.erase(lines.begin());
  EXPECT_EQ(lines, (std::vector<std::string>{
                       "personal_data_read wang R-1 R-2", "personal_data_read wang R-3",
                       "personal_data_read li R-1", "personal_data_read wang R-1",
                       "personal_data_read wang R-2"}));
}

TEST(SecurityLog, AListOfManyReportsNamesThemAllInFewRows) {
  LogUnderTest under{false};
  under.open();
  std::vector<std::string> objects;
  for (int i = 0; i < 500; ++i) {
    objects.push_back("R-2026-" + std::to_string(100'000 + i));
  }
  under.log->note_personal_data(entry_at(kStart, SecurityKind::PersonalDataRead, "wang"), objects);
  auto const lines = under.lines();
  EXPECT_LT(lines.size(), 20U);
  std::string const all =
      std::accumulate(lines.begin(), lines.end(), std::string{},
                      [](auto sum, auto const& line) { return sum + line + ' '; });
  for (auto const& object : objects) {
    EXPECT_NE(all.find(" " + object + " "), std::string::npos) << object;
  }
}

TEST(SecurityLog, AnAnchorNamesTheRowBeforeItAndReachesTheMirror) {
  LogUnderTest under{false};
  under.options.mirror = under.folder / "mirror";
  under.open();
  Head head{12, 2, {}};
  head.hash.fill(7);
  under.log->anchor("center", head, kStart);
  under.log->note(entry_at(kStart, SecurityKind::SignedIn));
  head.sequence = 13;
  under.log->anchor("center", head, kStart + minutes(1));
  auto const mirror = read_mirror(under.folder / "mirror");
  ASSERT_TRUE(mirror);
  auto const keys = AnchorVerifier::read(under.folder / "anchor.pub");
  auto const check = check_security_log(under.file(), {&*keys, mirror->anchors});
  ASSERT_TRUE(check);
  EXPECT_EQ(check->broken, "");
  ASSERT_EQ(check->anchors.size(), 2U);
  EXPECT_EQ(check->anchors[1].log.sequence, 3);
  EXPECT_EQ(line_of(mirror->anchors[1]), line_of(check->anchors[1]));
  EXPECT_EQ(check->anchors[0].journal.sequence, 12);
}

TEST(SecurityLog, RowsOlderThanTheRetentionTimeGoAsTimePasses) {
  LogUnderTest under{false};
  under.options.keep = hours(24 * 200);
  under.open();
  for (int day = 0; day < 250; ++day) {
    under.now = (kStart + hours(24 * day)).us;
    under.log->note(
        entry_at(Time{under.now.load()}, SecurityKind::SignedIn, "wang", std::to_string(day)));
  }
  auto const check = check_security_log(under.file(), {});
  ASSERT_TRUE(check);
  EXPECT_EQ(check->broken, "");
  auto const rows = under.log->store().read(0, 1'000);
  EXPECT_GE((*rows)[0].entry.time, kStart + hours(24 * 48));
  EXPECT_LE((*rows)[0].entry.time, kStart + hours(24 * 51));
}

TEST(SecurityLog, AnUnansweredChangeOfHistoryIsTroubleAlsoAfterARestart) {
  LogUnderTest under{false};
  under.open();
  auto entry = entry_at(kStart, SecurityKind::HistoryChanged);
  entry.detail = "row 7 is another";
  under.log->note(entry);
  EXPECT_EQ(under.log->troubles(), std::vector<std::string>{"row 7 is another"});
  under.open();
  EXPECT_EQ(under.log->troubles(), std::vector<std::string>{"row 7 is another"});
  under.log->note(
      entry_at(kStart, SecurityKind::HistoryAccepted, "local", acceptance_subject(6, 2)));
  EXPECT_TRUE(under.log->troubles().empty());
  under.open();
  EXPECT_TRUE(under.log->troubles().empty());
}

}  // namespace
}  // namespace fenghuo::messaging
