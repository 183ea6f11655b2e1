// Anchors: their line, their signature, the keys, and the mirror they are appended to.
#include "messaging/security_log/anchor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "messaging/security_log/anchor_mirror.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

namespace fs = std::filesystem;
using tests::content_of;
using tests::ScratchFolder;

Anchor sample(AnchorSigner const& signer) {
  Anchor anchor;
  anchor.time = {1'767'225'600'000'001};
  anchor.stream = "center";
  anchor.journal = {120, 3, {}};
  anchor.journal.hash.fill(0xAB);
  anchor.log = {45, {}};
  anchor.log.hash.fill(0x0C);
  signer.sign(anchor);
  return anchor;
}

AnchorSigner signer_in(ScratchFolder const& folder) {
  auto signer = AnchorSigner::open(folder.path());
  EXPECT_TRUE(signer) << signer.error().message;
  return std::move(signer).value();
}
AnchorVerifier verifier_in(ScratchFolder const& folder) {
  auto keys = AnchorVerifier::read(folder / "anchor.pub");
  EXPECT_TRUE(keys) << keys.error().message;
  return std::move(keys).value();
}

TEST(Anchor, ALineIsReadBackAndNothingElseIsTakenForOne) {
  ScratchFolder const folder;
  auto const signer = signer_in(folder);
  std::string const line = line_of(sample(signer));
  EXPECT_TRUE(line.starts_with("fenghuo-anchor 1 2026-01-01T00:00:00.000001Z center 3 120 abab"));
  EXPECT_LE(line.size(), kSecurityDetail);
  auto const read = anchor_of(line);
  ASSERT_TRUE(read);
  EXPECT_EQ(line_of(*read), line);
  EXPECT_EQ(read->journal.sequence, 120);
  EXPECT_EQ(read->log.sequence, 45);
  EXPECT_TRUE(anchor_of(line + "\r"));
  for (std::size_t length = 0; length < line.size(); ++length) {
    EXPECT_FALSE(anchor_of(line.substr(0, length))) << length;  // cut by a crash
  }
  for (auto const& [from, to] : {std::pair{"anchor 1", "anchor 2"},
                                 {" 3 120 ", " 03 120 "},
                                 {" 3 120 ", " 3  120 "},
                                 {".000001Z", ".000001+00:00"},
                                 {"abab", "ABab"}}) {
    std::string other = line;
    other.replace(other.find(from), std::string{from}.size(), to);
    EXPECT_FALSE(anchor_of(other)) << to;
  }
}

TEST(Anchor, NoMemberCanBeChangedUnderASignature) {
  ScratchFolder const folder;
  auto const signer = signer_in(folder);
  auto const keys = verifier_in(folder);
  Anchor const anchor = sample(signer);
  EXPECT_TRUE(keys.holds(anchor));
  std::vector<std::function<void(Anchor&)>> const changes = {
      [](Anchor& a) { ++a.time.us; },
      [](Anchor& a) { a.stream += 'x'; },
      [](Anchor& a) { ++a.journal.epoch; },
      [](Anchor& a) { --a.journal.sequence; },
      [](Anchor& a) { a.journal.hash[0] ^= 1U; },
      [](Anchor& a) { --a.log.sequence; },
      [](Anchor& a) { a.log.hash[31] ^= 1U; },
      [](Anchor& a) { a.signature[0] = a.signature[0] == '0' ? '1' : '0'; },
      [](Anchor& a) { a.signature.clear(); }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Anchor other = anchor;
    changes[i](other);
    EXPECT_FALSE(keys.holds(other)) << i;
  }
}

TEST(Anchor, TheKeyIsMadeOnceAndKeptFromOthers) {
  ScratchFolder const folder;
  auto const first = signer_in(folder);
  EXPECT_TRUE(first.is_new());
  EXPECT_EQ(fs::status(folder / "anchor.key").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  std::string const key = content_of(folder / "anchor.key");
  auto const again = signer_in(folder);
  EXPECT_FALSE(again.is_new());
  EXPECT_EQ(content_of(folder / "anchor.key"), key);
  EXPECT_EQ(content_of(folder / "anchor.pub").find("PRIVATE"), std::string::npos);
}

TEST(Anchor, ALostKeyIsMadeAnewAndOldAnchorsCanStillBeChecked) {
  ScratchFolder const folder;
  Anchor const old = sample(signer_in(folder));
  fs::remove(folder / "anchor.key");
  auto const second = signer_in(folder);
  EXPECT_TRUE(second.is_new());
  auto const keys = verifier_in(folder);
  EXPECT_TRUE(keys.holds(old));
  EXPECT_TRUE(keys.holds(sample(second)));
  ScratchFolder const elsewhere;
  EXPECT_FALSE(keys.holds(sample(signer_in(elsewhere))));
}

TEST(Anchor, AKeyThatIsNoneIsRefusedWithTheMend) {
  ScratchFolder const folder;
  tests::write_file(folder / "anchor.key", "rubbish");
  auto const signer = AnchorSigner::open(folder.path());
  ASSERT_FALSE(signer);
  EXPECT_NE(signer.error().message.find("backup"), std::string::npos);
  EXPECT_EQ(AnchorVerifier::read(folder / "anchor.key").error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(AnchorVerifier::read(folder / "none").error().code, ErrorCode::NotFound);
}

TEST(AnchorMirror, EachAnchorIsALineAndALineCutByACrashSpoilsNone) {
  ScratchFolder const folder;
  auto const signer = signer_in(folder);
  std::string const line = line_of(sample(signer));
  {
    AnchorMirror mirror{folder / "m", false};
    mirror.append(line);
  }
  EXPECT_EQ(content_of(folder / "m"), line + "\n");
  tests::write_file(folder / "m", line + "\n" + line.substr(0, 50));
  AnchorMirror mirror{folder / "m", false};
  mirror.append(line);
  EXPECT_EQ(mirror.trouble(), "");
  auto const read = read_mirror(folder / "m");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->anchors.size(), 2U);
  EXPECT_EQ(read->unreadable, 1U);
  EXPECT_EQ(read_mirror(folder / "none").error().code, ErrorCode::NotFound);
}

TEST(AnchorMirror, APlaceThatIsGoneIsTroubleAndGetsWhatItMissedLater) {
  ScratchFolder const folder;
  fs::path const file = folder / "mount" / "m";
  AnchorMirror mirror{file, false};
  mirror.append("one");
  mirror.append("two");
  EXPECT_NE(mirror.trouble().find("anchor_mirror"), std::string::npos) << mirror.trouble();
  fs::create_directory(folder / "mount");
  mirror.append("three");
  EXPECT_EQ(mirror.trouble(), "");
  EXPECT_EQ(content_of(file), "one\ntwo\nthree\n");
}

TEST(AnchorMirror, WhatWaitsAtTheEndIsStillWritten) {
  ScratchFolder const folder;
  {
    AnchorMirror mirror{folder / "m", true};
    for (int i = 0; i < 100; ++i) {
      mirror.append(std::to_string(i));
    }
  }
  std::string const content = content_of(folder / "m");
  EXPECT_TRUE(content.starts_with("0\n1\n")) << content;
  EXPECT_TRUE(content.ends_with("98\n99\n")) << content;
}

TEST(AnchorMirror, APlaceThatNeverAnswersHoldsNobodyUp) {
  ScratchFolder const folder;
  fs::path const pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::signal(SIGPIPE, SIG_IGN);
  // A pipe with a reader that reads nothing: the write waits once it is full.
  int const reader = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  AnchorMirror mirror{pipe, true};
  std::string const line(4'096, 'x');
  for (int i = 0; i < 100; ++i) {
    mirror.append(line);
  }
  EXPECT_NE(mirror.trouble().find("does not answer"), std::string::npos) << mirror.trouble();
  ::close(reader);
}

}  // namespace
}  // namespace fenghuo::messaging
