// The fuzz targets in every build: their seeds, the corpus that git keeps, and some thousand random changes of
// both. FENGHUO_SEED draws others.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "core/base/random.h"
#include "core/domain/event.h"
#include "tests/fuzz/target.h"

namespace fenghuo::fuzz {
namespace {

class Changing {
 public:
  Changing(Target const& target, std::uint64_t seed)
      : random_{seed}, seeds_{target.seeds()}, words_{target.words()} {
    for (auto& input : kept_inputs(target)) {
      seeds_.push_back(std::move(input));
    }
  }

  std::vector<std::string> const& seeds() const { return seeds_; }

  std::string next() {
    std::string bytes = seeds_[random_.below(seeds_.size())];
    for (auto n = random_.between(1, 3); n > 0; --n) {
      change(bytes);
    }
    return bytes;
  }

 private:
  std::size_t place(std::string const& bytes) { return random_.below(bytes.size() + 1); }

  void change(std::string& bytes) {
    std::size_t const at = place(bytes);
    std::size_t const length = std::min<std::size_t>(random_.below(16) + 1, bytes.size() - at);
    switch (random_.below(7)) {
      case 0:
        if (at < bytes.size()) {
          bytes[at] = static_cast<char>(bytes[at] ^ (1 << random_.below(8)));
        }
        break;
      case 1:
        if (at < bytes.size()) {
          bytes[at] = static_cast<char>(random_.below(256));
        }
        break;
      case 2:
        bytes.erase(at, length);
        break;
      case 3:
        bytes.insert(place(bytes), bytes.substr(at, length));
        break;
      case 4:
        bytes.insert(at, words_[random_.below(words_.size())]);
        break;
      case 5: {
        std::string const& word = words_[random_.below(words_.size())];
        bytes.replace(at, std::min(word.size(), bytes.size() - at), word);
        break;
      }
      default: {
        std::string const& other = seeds_[random_.below(seeds_.size())];
        if (random_.chance(300)) {
          bytes = bytes.substr(0, at) + other.substr(place(other));
        }
      }
    }
  }

  Random random_;
  std::vector<std::string> seeds_, words_;
};

std::string shown(std::string const& bytes) {
  std::string out;
  for (char const c : bytes.substr(0, 2'000)) {
    char text[8];
    std::snprintf(text, sizeof text, c >= ' ' && c < '\x7f' ? "%c" : "\\x%02x",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += text;
  }
  return out;
}

void run(Target const& target, int changes) {
  char const* const seed = std::getenv("FENGHUO_SEED");
  Changing changing{target, seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10)};
  ASSERT_FALSE(target.seeds().empty());
  ASSERT_FALSE(kept_inputs(target).empty()) << "git keeps no corpus of this target";
  for (auto const& bytes : changing.seeds()) {
    ASSERT_FALSE(bytes.empty());
    ASSERT_EQ(target.judge(bytes).problem, "") << shown(bytes);
  }
  ASSERT_EQ(target.judge("").problem, "");
  int taken = 0;
  for (int i = 0; i < changes; ++i) {
    std::string const bytes = changing.next();
    auto const verdict = target.judge(bytes);
    ASSERT_EQ(verdict.problem, "") << shown(bytes);
    taken += verdict.taken ? 1 : 0;
  }
  // Else nothing but the first line of defence was tried.
  EXPECT_GT(taken, changes / 100);
  testing::Test::RecordProperty("taken", taken);
}

TEST(Fuzz, Json) { run(kJson, 200'000); }
TEST(Fuzz, Command) { run(kCommand, 200'000); }
TEST(Fuzz, Event) { run(kEvent, 200'000); }
TEST(Fuzz, Gateway) { run(kGateway, 100'000); }
TEST(Fuzz, Request) { run(kRequest, 100'000); }
TEST(Fuzz, Region) { run(kRegion, 20'000); }
TEST(Fuzz, Csv) { run(kCsv, 100'000); }
TEST(Fuzz, Xlsx) { run(kXlsx, 50'000); }

/// What the seeds that are taken begin with, up to the end of the payload's kind.
std::set<std::string> kinds_taken(Target const& target, auto const& kind_of) {
  std::set<std::string> kinds;
  for (auto const& bytes : target.seeds()) {
    if (target.judge(bytes).taken) {
      kinds.insert(kind_of(bytes));
    }
  }
  return kinds;
}

TEST(Fuzz, TheSeedsHoldEveryCommand) {
  auto const kinds = kinds_taken(kCommand, [](std::string const& bytes) {
    return bytes.size() > 3 ? bytes.substr(0, 1) : "";  // {} says nothing
  });
  for (std::size_t i = 0; i < std::variant_size_v<domain::Command>; ++i) {
    // Of the last, Tick, {} is all there is.
    EXPECT_TRUE(kinds.contains({static_cast<char>('A' + i)}) ||
                i + 1 == std::variant_size_v<domain::Command>)
        << i;
  }
}

template <std::size_t... I>
std::set<std::string> every_version(std::index_sequence<I...> /*all*/) {
  std::set<std::string> out;
  auto const add = [&](std::string_view type, int last) {
    for (int version = 1; version <= last; ++version) {
      out.insert(std::string{type} + " " + std::to_string(version));
    }
  };
  (add(std::variant_alternative_t<I, domain::Event>::kName,
       std::variant_alternative_t<I, domain::Event>::kVersion),
   ...);
  return out;
}

TEST(Fuzz, TheSeedsHoldEveryEventInEveryVersion) {
  auto const kinds = kinds_taken(kEvent, [](std::string const& bytes) {
    return bytes.substr(0, bytes.find(' ', bytes.find(' ') + 1));
  });
  EXPECT_EQ(kinds, every_version(std::make_index_sequence<std::variant_size_v<domain::Event>>{}));
}

}  // namespace
}  // namespace fenghuo::fuzz
