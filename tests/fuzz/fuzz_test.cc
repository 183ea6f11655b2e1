// The fuzz targets in every build: their seeds, and some thousand random changes of them. FENGHUO_SEED draws
// others; FENGHUO_FUZZ_SEEDS names a folder that gets the seeds as files, a first corpus for libFuzzer.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/base/random.h"
#include "tests/fuzz/target.h"

namespace fenghuo::fuzz {
namespace {

class Changing {
 public:
  Changing(Target const& target, std::uint64_t seed)
      : random_{seed}, seeds_{target.seeds()}, words_{target.words()} {}

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

void write_seeds(std::filesystem::path const& folder, std::vector<std::string> const& seeds) {
  std::filesystem::create_directories(folder);
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    std::ofstream{folder / ("seed-" + std::to_string(i)), std::ios::binary} << seeds[i];
  }
}

void run(Target const& target, int changes) {
  char const* const seed = std::getenv("FENGHUO_SEED");
  Changing changing{target, seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10)};
  ASSERT_FALSE(changing.seeds().empty());
  if (char const* const folder = std::getenv("FENGHUO_FUZZ_SEEDS"); folder != nullptr) {
    write_seeds(std::filesystem::path{folder} / target.name, changing.seeds());
  }
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
TEST(Fuzz, Event) { run(kEvent, 200'000); }
TEST(Fuzz, Request) { run(kRequest, 100'000); }
TEST(Fuzz, Region) { run(kRegion, 20'000); }

}  // namespace
}  // namespace fenghuo::fuzz
