// The index behind timelines, against a plain walk over all events.
#include "messaging/projection/subject_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "messaging/journal/journal_row.h"
#include "tests/core/text_commands.h"
#include "tests/messaging/journal_rows.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

std::vector<std::string> subjects_in(std::string_view line) {
  auto const event = tests::read_event(line);
  EXPECT_TRUE(event) << (event ? "" : event.error().message);
  return subjects_of(*event);
}

using Names = std::vector<std::string>;

TEST(SubjectIndex, TheIdsThatAnEventNamesAreItsSubjects) {
  EXPECT_EQ(subjects_in("report_attached report=R-2026-000001 incident=I-2026-000002"),
            (Names{"I-2026-000002", "R-2026-000001"}));
  EXPECT_EQ(
      subjects_in(
          "order_issued order=O-2026-000002 kind=order incident=I-2026-000001 team=T-2026-000003 "
          "acknowledge_by=2026-03-01T00:02:00Z diverted_from=O-2026-000001"),
      (Names{"I-2026-000001", "O-2026-000001", "O-2026-000002", "T-2026-000003"}));
  EXPECT_EQ(subjects_in(
                "incident_merged incident=I-2026-000002 into=I-2026-000001 reports=[R-2026-000001,"
                "R-2026-000001] children=[I-2026-000002]"),
            (Names{"I-2026-000001", "I-2026-000002", "R-2026-000001"}));
  EXPECT_EQ(subjects_in(
                "incident_updated incident=I-2026-000002 parent=I-2026-000001 kind=T-2026-000009"),
            (Names{"I-2026-000001", "I-2026-000002"}));
  EXPECT_EQ(subjects_in("closure_began closure=C-2026-000001"), (Names{"C-2026-000001"}));
  EXPECT_EQ(subjects_in("file_attached report=R-2026-000001 digest=sha256:ab name=x.jpg"),
            (Names{"R-2026-000001", "sha256:ab"}));
  EXPECT_EQ(subjects_in("proposal_recorded proposal=P-2026-000001 incident=I-2026-000001 "
                        "chosen=[T-2026-000002] teams=[{team=T-2026-000001}]"),
            (Names{"I-2026-000001", "P-2026-000001", "T-2026-000002"}));
  EXPECT_EQ(
      subjects_in("center_founded jurisdiction=x zone_minutes=480 acknowledge_order_within=1s "
                  "acknowledge_request_within=1s"),
      Names{});
}

struct Events {
  std::vector<kernel::RecordedEvent> all;
  std::map<std::string, std::vector<Sequence>> by_subject;

  Events() {
    for (auto const& row : tests::random_rows(4, 1600)) {
      all.push_back(*decode_row(row));
      for (auto const& subject : subjects_of(all.back().event)) {
        by_subject[subject].push_back(all.back().sequence);
      }
    }
  }
};

TEST(SubjectIndex, FindsWhatAWalkOverAllEventsFinds) {
  tests::ScratchFolder const folder;
  Events const events;
  ASSERT_GT(events.by_subject.size(), 50U);
  auto index = std::move(SubjectIndex::open(folder / "subjects.db")).value();
  EXPECT_EQ(*index->position(), 0);
  std::span<kernel::RecordedEvent const> const all{events.all};
  std::size_t const half = all.size() / 2;
  ASSERT_TRUE(index->handle(all.first(half)));
  EXPECT_EQ(*index->position(), static_cast<Sequence>(half));
  index = std::move(SubjectIndex::open(folder / "subjects.db")).value();
  EXPECT_EQ(*index->position(), static_cast<Sequence>(half));
  ASSERT_TRUE(index->handle(all.subspan(half)));
  ASSERT_TRUE(index->handle(all.subspan(half)));  // again, as after a crash
  EXPECT_EQ(*index->position(), static_cast<Sequence>(all.size()));
  for (auto const& [subject, sequences] : events.by_subject) {
    EXPECT_EQ(*index->sequences(subject, 0, 1'000'000), sequences) << subject;
  }
  auto const& [subject, sequences] = *std::max_element(
      events.by_subject.begin(), events.by_subject.end(),
      [](auto const& a, auto const& b) { return a.second.size() < b.second.size(); });
  ASSERT_GT(sequences.size(), 5U);
  EXPECT_EQ(*index->sequences(subject, sequences[1], 2), (std::vector{sequences[2], sequences[3]}));
  EXPECT_TRUE(index->sequences(subject, sequences.back(), 10)->empty());
  EXPECT_TRUE(index->sequences("I-1999-000001", 0, 10)->empty());
  EXPECT_TRUE(index->sequences("' OR 1=1 --", 0, 10)->empty());
}

TEST(SubjectIndex, ADamagedOrOlderFileIsMadeAnew) {
  Events const events;
  for (bool const damaged : {true, false}) {
    tests::ScratchFolder const folder;
    auto const file = folder / "subjects.db";
    {
      auto const index = std::move(SubjectIndex::open(file)).value();
      ASSERT_TRUE(index->handle(events.all));
    }
    if (damaged) {
      tests::write_file(file, std::string(8'192, 'x'));
    } else {
      auto db = std::move(Database::open(file, OpenMode::ReadWrite)).value();
      ASSERT_TRUE(db.run("PRAGMA user_version=0"));
    }
    auto const index = SubjectIndex::open(file);
    ASSERT_TRUE(index) << index.error().message;
    EXPECT_EQ(*(*index)->position(), 0);
    EXPECT_TRUE((*index)->sequences("I-2026-000001", 0, 10)->empty());
    ASSERT_TRUE((*index)->handle(events.all));
    EXPECT_EQ(*(*index)->sequences("I-2026-000001", 0, 1'000'000),
              events.by_subject.at("I-2026-000001"));
  }
}

TEST(SubjectIndex, CanForgetAndBeginAgain) {
  tests::ScratchFolder const folder;
  Events const events;
  auto const index = std::move(SubjectIndex::open(folder / "subjects.db")).value();
  ASSERT_TRUE(index->handle(events.all));
  ASSERT_TRUE(index->forget());
  EXPECT_EQ(*index->position(), 0);
  EXPECT_TRUE(index->sequences("I-2026-000001", 0, 10)->empty());
  ASSERT_TRUE(index->handle(events.all));
  EXPECT_EQ(*index->position(), static_cast<Sequence>(events.all.size()));
}

TEST(SubjectIndex, AFailureLeavesThePositionAndIsOverWhenTheCauseIs) {
  tests::ScratchFolder const folder;
  Events const events;
  auto const index = std::move(SubjectIndex::open(folder / "subjects.db")).value();
  auto other = std::move(Database::open(folder / "subjects.db", OpenMode::ReadWrite)).value();
  ASSERT_TRUE(other.run(
      "CREATE TRIGGER no BEFORE UPDATE ON position BEGIN SELECT RAISE(ABORT, 'no'); END"));
  ASSERT_FALSE(index->handle(events.all));
  EXPECT_EQ(*index->position(), 0);
  EXPECT_TRUE(index->sequences("I-2026-000001", 0, 10)->empty());
  ASSERT_TRUE(other.run("DROP TRIGGER no"));
  ASSERT_TRUE(index->handle(events.all));
  EXPECT_EQ(*index->position(), static_cast<Sequence>(events.all.size()));
}

TEST(SubjectIndex, AFolderThatIsNotThereIsTold) {
  tests::ScratchFolder const folder;
  EXPECT_EQ(SubjectIndex::open(folder / "no/subjects.db").error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace fenghuo::messaging
