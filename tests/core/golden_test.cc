// Plays each story of tests/core/golden and compares it with what the file says. FENGHUO_BLESS=1 rewrites
// the `then` lines; commit only a difference that the rules explain.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/core/golden_story.h"
#include "tests/core/text_commands.h"

namespace fenghuo::tests {

namespace {

namespace fs = std::filesystem;

fs::path golden_folder() { return fs::path{FENGHUO_SOURCE_DIR} / "tests/core/golden"; }

/// The stories listed in tests/core/CMakeLists.txt: each is a case of its own.
std::vector<std::string> listed_stories() {
  std::vector<std::string> names;
  std::istringstream list{FENGHUO_GOLDEN_STORIES};
  for (std::string name; std::getline(list, name, ',');) {
    names.push_back(name);
  }
  return names;
}

std::string content_of(fs::path const& path) {
  std::ostringstream out;
  out << std::ifstream{path}.rdbuf();
  return out.str();
}

void compare(std::string const& name, std::string const& expected, std::string const& actual) {
  std::istringstream a{expected};
  std::istringstream b{actual};
  std::string file_line;
  std::string kernel_line;
  for (int number = 1; file_line == kernel_line; ++number) {
    bool const more_a = static_cast<bool>(std::getline(a, file_line));
    bool const more_b = static_cast<bool>(std::getline(b, kernel_line));
    if (!more_a && !more_b) {
      return;
    }
    if (file_line != kernel_line || more_a != more_b) {
      ADD_FAILURE() << name << ":" << number << ":\n  the file says   "
                    << (more_a ? file_line : "(end)") << "\n  the kernel says "
                    << (more_b ? kernel_line : "(end)");
      return;
    }
  }
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, Story) {
  fs::path const path = golden_folder() / (GetParam() + ".txt");
  std::string const text = content_of(path);
  ASSERT_FALSE(text.empty()) << path;
  auto const played = play_story(path.filename().string(), text);
  for (auto const& error : played.errors) {
    ADD_FAILURE() << error;
  }
  if (std::getenv("FENGHUO_BLESS") != nullptr && played.errors.empty()) {
    std::ofstream{path} << played.text;
    return;
  }
  compare(path.filename().string(), text, played.text);
}

INSTANTIATE_TEST_SUITE_P(Core, Golden, testing::ValuesIn(listed_stories()),
                         [](auto const& story) { return story.param; });

TEST(GoldenFolder, EveryStoryIsListed) {
  std::set<std::string> on_disk;
  for (auto const& entry : fs::directory_iterator{golden_folder()}) {
    if (entry.path().extension() == ".txt") {
      on_disk.insert(entry.path().stem().string());
    }
  }
  auto const listed = listed_stories();
  EXPECT_EQ(on_disk, (std::set<std::string>{listed.begin(), listed.end()}));
}

TEST(GoldenRunner, SaysFileAndLineOfWhatItCannotRead) {
  auto const errors_of = [](std::string const& line) {
    return play_story("a.txt", "given 2026-03-01T08:00:00Z found_center jurisdiction=A\n" + line)
        .errors;
  };
  using Errors = std::vector<std::string>;
  EXPECT_EQ(errors_of("when 2026-03-01T08:00:00Z tick"), Errors{});
  EXPECT_EQ(errors_of("when 2026-03-01T08:00:00Z tick speed=3"),
            Errors{"a.txt:2: member speed is unknown"});
  EXPECT_EQ(errors_of("when 08:00:00 tick"),
            Errors{"a.txt:2: '08:00:00' is no time; a time of day wants a line `day` before it"});
  EXPECT_EQ(errors_of("when 2026-03-01T07:59:59Z tick"), Errors{"a.txt:2: the time goes back"});
  EXPECT_EQ(errors_of("wehn 2026-03-01T08:00:00Z tick"),
            Errors{"a.txt:2: 'wehn' is none of day, given, when, then, show"});
  EXPECT_EQ(errors_of("when 2026-03-01T08:00:00Z ring_bell"),
            Errors{"a.txt:2: 'ring_bell' is no known name"});
  EXPECT_EQ(errors_of("given 2026-03-01T08:00:00Z add_note incident=I-2026-000001 text=x"),
            Errors{"a.txt:2: given, but refused unknown_incident incident=I-2026-000001"});
}

TEST(GoldenRunner, PutsWhatHappenedBelowEachLine) {
  std::string const story =
      "# a comment\n"
      "day 2026-03-01 +08:00\n"
      "when 08:00:00 tick\n"
      "then something else\n";
  EXPECT_EQ(play_story("a.txt", story).text,
            "# a comment\n"
            "day 2026-03-01 +08:00\n"
            "when 08:00:00 tick\n"
            "then refused not_founded\n");
}

}  // namespace

}  // namespace fenghuo::tests
