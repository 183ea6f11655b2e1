// What is swept, and above all what is not.
#include "center/attachment_sweep.h"

#include <gtest/gtest.h>

#include "core/kernel/kernel.h"
#include "tests/center/small_center.h"
#include "tests/core/kernel_run.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::center {
namespace {

using messaging::AttachmentStore;
using tests::kEight;

struct Sweeping : testing::Test {
  tests::ScratchFolder folder;
  AttachmentStore store{folder / "attachments"};
  std::unique_ptr<messaging::SubjectIndex> subjects;
  messaging::CommittedState committed;
  tests::KernelRun run;
  std::size_t indexed = 0;
  std::string named, orphan;

  void SetUp() override {
    ASSERT_TRUE(store.prepare());
    subjects = std::move(messaging::SubjectIndex::open(folder / "subjects.db")).value();
    named = store.put_bytes("named", kEight)->digest;
    orphan = store.put_bytes("orphan", kEight)->digest;
    run.give(kEight, "found_center jurisdiction=A");
    run.give(kEight, "open_incident title=x");
    run.give(kEight, "attach_file incident=I-2026-000001 name=x size=5 digest=" + named);
    committed.apply(run.journal());
  }
  void index_all() { ASSERT_TRUE(subjects->handle(run.journal())); }
  std::size_t swept(AttachmentSweep& sweep, Time now) {
    auto const done = sweep.turn(now);
    EXPECT_TRUE(done);
    return *done;
  }
};

TEST_F(Sweeping, AFileThatNobodyNamesGoesAfterADay) {
  index_all();
  AttachmentSweep sweep{store, *subjects, committed};
  Time const day_later = kEight + AttachmentStore::kSweptAfter;
  EXPECT_EQ(swept(sweep, day_later), 0U) << "not older than a day";
  EXPECT_EQ(swept(sweep, day_later + minutes(59)), 0U) << "the next round is not due";
  EXPECT_EQ(swept(sweep, day_later + minutes(61)), 1U);
  EXPECT_EQ(store.check(orphan), "missing");
  EXPECT_EQ(store.check(named), "");
  EXPECT_EQ(swept(sweep, day_later + hours(1'000)), 0U);
  EXPECT_EQ(store.check(named), "");
}

TEST_F(Sweeping, AnIndexThatIsBehindSweepsNothing) {
  AttachmentSweep sweep{store, *subjects, committed};
  Time const late = kEight + hours(100);
  EXPECT_EQ(swept(sweep, late), 0U);
  EXPECT_EQ(store.check(named), "");
  EXPECT_EQ(store.check(orphan), "");
  index_all();
  EXPECT_EQ(swept(sweep, late + seconds(1)), 1U) << "and goes on as soon as it has caught up";
  EXPECT_EQ(store.check(named), "");
}

TEST_F(Sweeping, AClaimedFileStaysForItsEvent) {
  index_all();
  AttachmentSweep sweep{store, *subjects, committed};
  ASSERT_TRUE(*store.claim(orphan, kEight + hours(99)));
  EXPECT_EQ(swept(sweep, kEight + hours(100)), 0U);
  EXPECT_EQ(store.check(orphan), "");
}

TEST_F(Sweeping, ATurnIsBoundedAndTheNextGoesOn) {
  index_all();
  std::size_t const many = 3 * AttachmentSweep::kFilesATurn;
  for (std::size_t i = 0; i < many; ++i) {
    // As a store would hold them; written without the syncs, which this test can do without.
    std::string hex(64, '0');
    std::string const tail = std::to_string(i);
    hex.replace(0, 2, i % 3 == 0 ? "1a" : i % 3 == 1 ? "c0" : "e7");
    hex.replace(64 - tail.size(), tail.size(), tail);
    auto const path = *store.path_of("sha256:" + hex);
    std::filesystem::create_directories(path.parent_path());
    tests::write_file(path, "x");
    std::filesystem::last_write_time(
        path, std::filesystem::file_time_type::clock::now() - std::chrono::hours{24 * 365 * 20});
  }
  AttachmentSweep sweep{store, *subjects, committed};
  Time const now = kEight + hours(2);  // named and orphan are too young
  std::size_t removed = 0;
  std::vector<std::size_t> turns;
  while (removed < many && turns.size() < 10) {
    turns.push_back(swept(sweep, now));
    removed += turns.back();
  }
  EXPECT_EQ(removed, many);
  EXPECT_EQ(turns.size(), 3U) << "a shelf a turn, each with as many as a turn looks at";
  EXPECT_EQ(store.check(orphan), "");
}

TEST(AttachmentSweepInACentre, TurnsWithTheOthers) {
  tests::ScratchFolder folder;
  tests::SmallCenter desk;
  desk.open_in(folder.path());
  auto* store = desk.center->attachments();
  ASSERT_NE(store, nullptr);
  std::string const named = store->put_bytes("named", desk.clock->now())->digest;
  std::string const orphan = store->put_bytes("orphan", desk.clock->now())->digest;
  desk.must("found_center jurisdiction=烽原县");
  desk.must("open_incident title=起火");
  desk.must("attach_file incident=I-2026-000001 name=x size=5 digest=" + named);
  desk.center->turn();
  EXPECT_EQ(store->check(orphan), "");
  desk.clock->advance(hours(26));
  desk.center->turn();
  desk.center->turn();
  EXPECT_EQ(store->check(orphan), "missing");
  EXPECT_EQ(store->check(named), "");
  EXPECT_EQ(desk.center->last_trouble(), "");
}

}  // namespace
}  // namespace fenghuo::center
