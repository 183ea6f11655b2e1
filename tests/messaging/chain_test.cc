// Digests against the openssl command line, over byte strings put together here from the layout that chain.h
// documents.
#include "messaging/journal/chain.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

using tests::ScratchFolder;

/// The digest that the command gives, in hexadecimal; empty where there is no such command.
std::string by_command(std::string const& algorithm, std::string const& bytes) {
  ScratchFolder const folder;
  tests::write_file(folder / "in", bytes);
  std::string const command =
      "openssl dgst -" + algorithm + " -r '" + (folder / "in").string() + "' 2>/dev/null";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) {
    return "";
  }
  char line[256] = {};
  char const* got = std::fgets(line, sizeof line, pipe);
  ::pclose(pipe);
  std::string const text = got == nullptr ? "" : line;
  return text.substr(0, text.find(' '));
}

std::string unhexed(std::string const& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

/// A whole number as eight bytes, the least first.
std::string whole(std::int64_t value) {
  std::string out;
  for (int i = 0; i < 8; ++i) {
    out.push_back(static_cast<char>(value & 0xFF));
    value >>= 8;
  }
  return out;
}
std::string text(std::string const& value) {
  return whole(static_cast<std::int64_t>(value.size())) + value;
}
std::string bytes_of(Digest const& digest) { return {digest.begin(), digest.end()}; }

JournalRow sample() {
  JournalRow row;
  row.sequence = 0x0102030405060708;
  row.epoch = 3;
  row.recorded_at = {-5};
  row.occurred_at = {1'767'225'600'000'000};
  row.command_id = "c-一";
  row.index = 2;
  row.request_hash.fill(0xAB);
  row.actor = {"王", "dispatcher"};
  row.type = "note_added";
  row.version = 1;
  row.payload = R"({"text":"桥断"})";
  return row;
}

class ChainBy : public testing::TestWithParam<std::string> {
 protected:
  Chain chain(std::string const& stream = "center") const {
    return std::move(Chain::make(GetParam(), stream)).value();
  }
};

TEST_P(ChainBy, ADigestIsThatOfTheCommand) {
  for (std::string const& bytes : {std::string{}, std::string{"abc"}, std::string(100'000, '\0')}) {
    std::string const expected = by_command(GetParam(), bytes);
    if (expected.empty()) {
      GTEST_SKIP() << "no openssl command that knows " << GetParam();
    }
    EXPECT_EQ(hex(chain().digest_of(bytes)), expected);
  }
}

TEST_P(ChainBy, TheHashOfARowIsThatOfItsDocumentedBytes) {
  if (by_command(GetParam(), "").empty()) {
    GTEST_SKIP() << "no openssl command that knows " << GetParam();
  }
  JournalRow const row = sample();
  Digest previous{};
  previous.fill(0xCD);
  std::string const layout = text(GetParam()) + text("county") + whole(row.sequence) +
                             whole(row.epoch) + whole(row.recorded_at.us) +
                             whole(row.occurred_at.us) + text(row.command_id) + whole(row.index) +
                             bytes_of(row.request_hash) + text(row.actor.name) +
                             text(row.actor.role) + text(row.type) + whole(row.version) +
                             bytes_of(previous) + unhexed(by_command(GetParam(), row.payload));
  EXPECT_EQ(hex(chain("county").hash_of(row, previous)), by_command(GetParam(), layout));
}

TEST_P(ChainBy, EveryMemberIsUnderTheHash) {
  Digest const previous{};
  std::vector<std::function<void(JournalRow&)>> const changes = {
      [](auto& r) { ++r.sequence; },
      [](auto& r) { ++r.epoch; },
      [](auto& r) { ++r.recorded_at.us; },
      [](auto& r) { ++r.occurred_at.us; },
      [](auto& r) { r.command_id += 'x'; },
      [](auto& r) { ++r.index; },
      [](auto& r) { r.request_hash[31] ^= 1U; },
      [](auto& r) { r.actor.name += 'x'; },
      [](auto& r) { r.actor.role += 'x'; },
      [](auto& r) { r.type += 'x'; },
      [](auto& r) { ++r.version; },
      [](auto& r) { r.payload += ' '; },
      // A byte that moves from one text to its neighbour.
      [](auto& r) {
        r.actor.role = r.actor.name.substr(r.actor.name.size() - 1) + r.actor.role;
        r.actor.name.pop_back();
      },
  };
  std::set<std::string> hashes{hex(chain().hash_of(sample(), previous))};
  for (auto const& change : changes) {
    JournalRow row = sample();
    change(row);
    hashes.insert(hex(chain().hash_of(row, previous)));
  }
  Digest other{};
  other[0] = 1;
  hashes.insert(hex(chain().hash_of(sample(), other)));
  hashes.insert(hex(chain("other").hash_of(sample(), previous)));
  EXPECT_EQ(hashes.size(), changes.size() + 3);
  JournalRow row = sample();
  row.hash.fill(1);  // the row's own hash is not under it
  EXPECT_EQ(chain().hash_of(row, previous), chain().hash_of(sample(), previous));
}

INSTANTIATE_TEST_SUITE_P(, ChainBy, testing::Values("sha256", "sm3"),
                         [](auto const& param) { return param.param; });

// GB/T 32905-2016, annex A; FIPS 180-4 by its published example.
TEST(Chain, PublishedVectors) {
  EXPECT_EQ(hex(Chain::make("sm3", "")->digest_of("abc")),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  EXPECT_EQ(hex(Chain::make("sha256", "")->digest_of("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Chain, AnotherAlgorithmIsRefused) {
  for (auto const* name : {"", "md5", "SHA256", "sha512"}) {
    auto const chain = Chain::make(name, "center");
    ASSERT_FALSE(chain) << name;
    EXPECT_EQ(chain.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(chain.error().message.find("sm3"), std::string::npos);
  }
}

}  // namespace
}  // namespace fenghuo::messaging
