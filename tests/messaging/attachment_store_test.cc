#include "messaging/attachments/attachment_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

namespace fs = std::filesystem;

// From `printf abc | sha256sum` and its like, not from the code.
constexpr std::string_view kAbc =
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr Time kNow{1'772'323'200'000'000};

struct Store : testing::Test {
  tests::ScratchFolder scratch;
  AttachmentStore store{scratch / "attachments"};
  void SetUp() override { ASSERT_TRUE(store.prepare()); }
  fs::path place_of(std::string_view digest) { return *store.path_of(digest); }
};

TEST_F(Store, KeepsBytesUnderTheirDigest) {
  auto const put = store.put_bytes("abc", kNow);
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->digest, kAbc);
  EXPECT_EQ(put->size, 3);
  EXPECT_EQ(place_of(kAbc), scratch / "attachments" / "ba" / std::string{kAbc.substr(7)});
  EXPECT_EQ(tests::content_of(place_of(kAbc)), "abc");
  EXPECT_EQ(fs::status(place_of(kAbc)).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(scratch / "attachments").permissions() & fs::perms::others_all,
            fs::perms::none);
  EXPECT_EQ(store.size_of(kAbc), 3);
  EXPECT_EQ(store.beginning(kAbc, 2), "ab");
  EXPECT_EQ(store.beginning(kAbc, 9), "abc");
  EXPECT_EQ(store.check(kAbc), "");
}

TEST_F(Store, TakesAFileAwayFromWhereItWas) {
  tests::write_file(scratch / "upload", std::string(200'000, 'x'));
  auto const put = store.put(scratch / "upload", kNow);
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->size, 200'000);
  EXPECT_EQ(store.check(put->digest), "");
  EXPECT_FALSE(fs::exists(scratch / "upload"));
  EXPECT_TRUE(fs::is_empty(scratch / "attachments" / "incoming"));
}

TEST_F(Store, TakesAFileFromAnotherDisk) {
  fs::path const elsewhere = fs::path{"/dev/shm"} / ("fenghuo-" + std::to_string(::getpid()));
  tests::write_file(elsewhere, "abc");
  auto const put = store.put(elsewhere, kNow);
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(put->digest, kAbc);
  EXPECT_FALSE(fs::exists(elsewhere));
}

TEST_F(Store, TheSameBytesAgainMendWhatIsDamaged) {
  ASSERT_TRUE(store.put_bytes("abc", kNow));
  tests::write_file(place_of(kAbc), "abd");
  EXPECT_EQ(store.check(kAbc), "changed");
  ASSERT_TRUE(store.put_bytes("abc", kNow));
  EXPECT_EQ(store.check(kAbc), "");
  fs::remove(place_of(kAbc));
  EXPECT_EQ(store.check(kAbc), "missing");
}

TEST_F(Store, WhatIsNoDigestLeadsNowhere) {
  for (std::string_view const digest :
       {"", "abc", "sha256:", "sha256:../../../etc/passwd", "md5:900150983cd24fb0d6963f7d28e17f72",
        "SHA256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha256:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a"}) {
    EXPECT_EQ(store.path_of(digest), std::nullopt) << digest;
    EXPECT_EQ(store.size_of(digest), std::nullopt);
    EXPECT_EQ(store.check(digest), "missing");
    EXPECT_EQ(store.beginning(digest, 4), "");
    EXPECT_FALSE(store.remove_if_older(digest, kNow + hours(1)));
    auto const claimed = store.claim(digest, kNow);
    ASSERT_FALSE(claimed);
    EXPECT_EQ(claimed.error().code, ErrorCode::InvalidArgument);
  }
}

TEST_F(Store, NothingIsNoFile) {
  EXPECT_EQ(store.put_bytes("", kNow).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(store.put(scratch / "none", kNow).error().code, ErrorCode::InvalidArgument);
  EXPECT_TRUE(fs::is_empty(scratch / "attachments" / "incoming"));
}

TEST_F(Store, OnlyWhatIsOldAndUnclaimedGoes) {
  ASSERT_TRUE(store.put_bytes("abc", kNow));
  int const shelf = 0xba;
  EXPECT_TRUE(store.older_than(shelf, kNow).empty());
  EXPECT_EQ(store.older_than(shelf, kNow + seconds(1)),
            std::vector<std::string>{std::string{kAbc}});
  EXPECT_TRUE(store.older_than(shelf + 1, kNow + hours(9)).empty());
  EXPECT_FALSE(store.remove_if_older(kAbc, kNow));
  ASSERT_TRUE(*store.claim(kAbc, kNow + hours(5)));
  ASSERT_TRUE(*store.claim(kAbc, kNow + hours(2))) << "an earlier claim takes nothing back";
  EXPECT_FALSE(store.remove_if_older(kAbc, kNow + hours(5)));
  EXPECT_TRUE(store.remove_if_older(kAbc, kNow + hours(5) + microseconds(1)));
  EXPECT_EQ(store.check(kAbc), "missing");
  EXPECT_FALSE(*store.claim(kAbc, kNow));
  EXPECT_FALSE(store.remove_if_older(kAbc, kNow + hours(99)));
}

TEST_F(Store, APreparedStoreForgetsWhatWasHalfWritten) {
  ASSERT_TRUE(store.put_bytes("abc", kNow));
  tests::write_file(store.incoming_file(), "half");
  AttachmentStore again{scratch / "attachments"};
  ASSERT_TRUE(again.prepare());
  EXPECT_TRUE(fs::is_empty(scratch / "attachments" / "incoming"));
  EXPECT_EQ(again.check(kAbc), "");
}

TEST_F(Store, AFolderThatCannotBeIsTold) {
  tests::write_file(scratch / "file", "x");
  AttachmentStore wrong{scratch / "file" / "below"};
  auto const ready = wrong.prepare();
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().code, ErrorCode::Unavailable);
  EXPECT_NE(ready.error().message.find("below"), std::string::npos);
}

TEST_F(Store, ManyBringTheSameAndOtherFilesAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(store.put_bytes("abc", kNow));
        EXPECT_TRUE(store.put_bytes("of " + std::to_string(t) + "/" + std::to_string(i), kNow));
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  std::size_t files = 0;
  for (int shelf = 0; shelf < AttachmentStore::kShelves; ++shelf) {
    for (auto const& digest : store.older_than(shelf, kNow + hours(1))) {
      EXPECT_EQ(store.check(digest), "");
      ++files;
    }
  }
  EXPECT_EQ(files, 41U);
}

}  // namespace
}  // namespace fenghuo::messaging
