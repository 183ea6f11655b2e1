// A whole centre on a disk that is full: it says so, keeps what it has, and goes on when there is space again.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/center/small_center.h"
#include "tests/faults/simulated_disk.h"
#include "tests/messaging/journal_rows.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::tests {
namespace {

namespace fs = std::filesystem;

std::string note(int number) {
  return "add_note incident=I-2026-000001 text=" + std::string(600, 'x') + std::to_string(number);
}

void found(SmallCenter& desk) {
  desk.must("found_center jurisdiction=烽原县");
  desk.must("register_team name=东岭村救援队 capabilities=[{capability=boat}]");
  desk.must("open_incident title=火 kind=fire");
}

void take_position(SmallCenter& desk) {
  messaging::TrackPoint point;
  point.team = {2026, 1};
  point.device_time = desk.clock->now();
  desk.center->positions().take(point, desk.clock->now());
}

/// Gives notes until one is not stored; its number.
int fill_up(SmallCenter& desk) {
  for (int i = 0; i < 50'000; ++i) {
    desk.clock->advance(seconds(1));
    if (outcome_name(desk.give(note(i), "note/" + std::to_string(i))) == "unavailable") {
      return i;
    }
  }
  ADD_FAILURE() << "the disk is never full";
  return 0;
}

/// What must hold of a centre whose disk is full, and then has space again.
void survive(SmallCenter& desk, std::function<void()> const& make_room) {
  int const refused = fill_up(desk);
  ASSERT_GT(refused, 3);
  std::string const before = desk.text();
  Sequence const stored = desk.sequence();
  auto const again = desk.give(note(refused), "note/" + std::to_string(refused));
  auto const* error = std::get_if<Error>(&again);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->code, ErrorCode::Unavailable);
  EXPECT_NE(error->message.find("full"), std::string::npos) << error->message;
  for (int i = 0; i < 40; ++i) {  // positions fill what room the log's last page leaves
    desk.clock->advance(seconds(1));
    take_position(desk);
    desk.center->turn();
  }
  EXPECT_EQ(desk.text(), before);
  EXPECT_EQ(desk.store_failures, std::vector<std::string>{});
  // What was carried out before is still answered.
  EXPECT_EQ(outcome_name(desk.give(note(0), "note/0")), "carried");
  EXPECT_EQ(desk.sequence(), stored);

  make_room();
  EXPECT_EQ(outcome_name(desk.give(note(refused), "note/" + std::to_string(refused))), "carried");
  EXPECT_EQ(desk.sequence(), stored + 1);
  desk.clock->advance(seconds(31));  // a snapshot that failed is tried again after half a minute
  desk.center->turn();
  EXPECT_EQ(desk.center->last_trouble(), "");
  EXPECT_EQ(desk.center->bus().status().front().last_error, "");
  EXPECT_EQ(broken_in(desk.center->journal()), "");
}

constexpr SmallCenterOptions kOptions{.threads = false, .snapshot_every = 50};

TEST(FullDisk, TheCentreGoesOnWhenThereIsSpaceAgain) {
  for (std::uint64_t const more : {100'000U, 400'000U, 1'500'000U, 5'000'000U}) {
    SCOPED_TRACE(more);
    SimulatedDisk disk;
    std::string text;
    Sequence stored = 0;
    {
      SmallCenter desk;
      desk.open_in("/data", kOptions, disk);
      found(desk);
      disk.set_capacity(disk.used() + more);
      survive(desk, [&] { disk.set_unlimited(); });
      if (HasFatalFailure()) {
        return;
      }
      text = desk.text();
      stored = desk.sequence();
      Random random{more};
      disk.power_cut(random);
    }
    disk.restart();
    SmallCenter desk;
    desk.clock->advance(hours(24));
    desk.open_in("/data", kOptions, disk);
    ASSERT_NE(desk.center, nullptr);
    EXPECT_EQ(desk.sequence(), stored);
    EXPECT_EQ(desk.text(), text);
  }
}

/// A small file system of its own, where the system lets us have one.
class SmallDisk {
 public:
  explicit SmallDisk(fs::path at) : at_{std::move(at)} {
    fs::create_directories(at_);
    mounted_ = ::mount("fenghuo-test", at_.c_str(), "tmpfs", 0, "size=4m") == 0;
    why_ = mounted_ ? "" : std::strerror(errno);
  }
  ~SmallDisk() {
    if (mounted_) {
      ::umount2(at_.c_str(), MNT_DETACH);
    }
  }
  SmallDisk(SmallDisk const&) = delete;
  SmallDisk& operator=(SmallDisk const&) = delete;
  bool mounted() const { return mounted_; }
  std::string const& why() const { return why_; }

 private:
  fs::path at_;
  bool mounted_ = false;
  std::string why_;
};

TEST(FullDisk, AlsoWhereTheDiskIsARealOne) {
  ScratchFolder const folder;
  SmallDisk const disk{folder / "disk"};
  if (!disk.mounted()) {
    GTEST_SKIP() << "no small file system can be mounted here (" << disk.why()
                 << "): run the tests as root to try a real full disk";
  }
  // Room to give back later: the space of this file.
  write_file(folder / "disk/ballast", std::string(2'000'000, 'b'));
  SmallCenter desk;
  desk.open_in(folder / "disk", kOptions);
  found(desk);
  survive(desk, [&] { fs::remove(folder / "disk/ballast"); });
  desk.center->stop();
  desk.center.reset();
}

}  // namespace
}  // namespace fenghuo::tests
