// The house rules, over every source in the tree: who may include whom, what may not be written where, that no
// source is left out of the build, and that each header guards itself.
#include "tests/architecture/layers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fenghuo::tests {

namespace {

namespace fs = std::filesystem;

fs::path root() { return FENGHUO_SOURCE_DIR; }

std::string content_of(fs::path const& path) {
  std::ostringstream out;
  out << std::ifstream{path}.rdbuf();
  return out.str();
}

/// Folders that hold no sources of ours: builds, data, packages of the console.
bool is_left_out(fs::path const& folder) {
  std::string const name = folder.filename().string();
  return name.starts_with(".") || name == "build" || name == "data" || name == "node_modules";
}

std::vector<fs::path> files_of_tree(std::vector<std::string> const& names) {
  std::vector<fs::path> files;
  for (auto it = fs::recursive_directory_iterator{root()}; it != fs::recursive_directory_iterator{};
       ++it) {
    if (it->is_directory() && is_left_out(it->path())) {
      it.disable_recursion_pending();
    } else if (it->is_regular_file()) {
      bool const wanted = std::any_of(names.begin(), names.end(), [&](auto const& name) {
        return it->path().extension() == name || it->path().filename() == name;
      });
      if (wanted) {
        files.push_back(fs::relative(it->path(), root()));
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<fs::path> sources() { return files_of_tree({".h", ".cc", ".hpp", ".cpp", ".cxx"}); }

LayerRules rules_of_the_house() {
  return read_rules(content_of(root() / "tests/architecture/layers.txt"));
}

TEST(Layers, TheRulesCanBeRead) {
  LayerRules const rules = rules_of_the_house();
  EXPECT_EQ(rules.errors, std::vector<std::string>{});
  EXPECT_GT(rules.rooms.size(), 10U);
  EXPECT_GT(rules.bans.size(), 20U);
}

TEST(Layers, EverySourceFollowsThem) {
  LayerRules const rules = rules_of_the_house();
  auto const files = sources();
  ASSERT_GT(files.size(), 40U);
  for (auto const& file : files) {
    for (auto const& violation : violations(rules, file.string(), content_of(root() / file))) {
      ADD_FAILURE() << violation;
    }
  }
}

/// The words of a CMakeLists.txt without its comments, brackets and quotes.
std::vector<std::string> cmake_words(fs::path const& file) {
  std::istringstream lines{content_of(file)};
  std::vector<std::string> words;
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find('#'));
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '(' || c == ')' || c == '"'; }, ' ');
    std::istringstream in{line};
    for (std::string word; in >> word;) {
      words.push_back(word);
    }
  }
  return words;
}

/// True if a CMakeLists.txt in the file's folder or above names it.
bool is_listed(fs::path const& file) {
  for (fs::path folder = file.parent_path();; folder = folder.parent_path()) {
    std::string const name = file.lexically_relative(folder.empty() ? "." : folder).string();
    for (auto const& word : cmake_words(root() / folder / "CMakeLists.txt")) {
      if (word == name || word == "${CMAKE_CURRENT_SOURCE_DIR}/" + name) {
        return true;
      }
    }
    if (folder.empty()) {
      return false;
    }
  }
}

TEST(Build, NamesEverySource) {
  for (auto const& file : sources()) {
    EXPECT_TRUE(is_listed(file)) << file.string() << ":1: no CMakeLists.txt lists it";
  }
  EXPECT_FALSE(is_listed("core/base/no_such_file.cc"));
}

TEST(Build, GlobsNothing) {
  for (auto const& file : files_of_tree({"CMakeLists.txt", ".cmake"})) {
    std::istringstream lines{content_of(root() / file)};
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      EXPECT_EQ(line.find("GLOB"), std::string::npos)
          << file.string() << ":" << number << ": list sources by hand";
    }
  }
}

TEST(Headers, GuardThemselves) {
  for (auto const& file : sources()) {
    if (file.extension() == ".h") {
      EXPECT_TRUE(content_of(root() / file).find("#pragma once\n") != std::string::npos)
          << file.string() << ":1: #pragma once is missing";
    }
    EXPECT_TRUE(file.extension() == ".h" || file.extension() == ".cc")
        << file.string() << ": sources are .h and .cc";
  }
}

// From here on: the check itself says no.

LayerRules small_rules() {
  return read_rules(
      "# comment\n"
      "group posix: <sys/ <unistd.h>\n"
      "room core: core\n"
      "room core/base: core/base\n"
      "room gis: core gis <boost/ @posix\n"
      "word core: double -- no floating point\n"
      "code core: <thread> -- one thread\n"
      "code .: catch (...) -- name it\n"
      "mark .: LATER -- now\n"
      "except gis/old.cc: catch (...) -- its library throws anything\n");
}

std::vector<std::string> found(std::string const& path, std::string const& source) {
  return violations(small_rules(), path, source);
}
using Found = std::vector<std::string>;

TEST(TheCheck, FindsForbiddenIncludes) {
  EXPECT_EQ(found("core/a.cc", "#include <vector>\n#include \"core/base/ids.h\"\n"), Found{});
  EXPECT_EQ(found("core/base/a.cc", "#include \"core/domain/team.h\"\n"),
            Found{"core/base/a.cc:1: core/base may not include core/domain/team.h"});
  EXPECT_EQ(found("core/a.cc", "\n#  include <boost/a.hpp> // x\n"),
            Found{"core/a.cc:2: core may not include <boost/a.hpp>"});
  EXPECT_EQ(found("core/a.cc", "#include <unistd.h>\n"),
            Found{"core/a.cc:1: core may not include <unistd.h>"});
  EXPECT_EQ(found("gis/a.cc", "#include <boost/a.hpp>\n#include <sys/stat.h>\n"), Found{});
  EXPECT_EQ(found("gis/a.cc", "#include \"a.h\"\n#include \"corella/a.h\"\n"),
            (Found{"gis/a.cc:1: gis may not include a.h",
                   "gis/a.cc:2: gis may not include corella/a.h"}));
  EXPECT_EQ(found("attic/a.cc", ""), Found{"attic/a.cc:1: no room of layers.txt holds this file"});
  EXPECT_EQ(found("gis/a.cc", "// #include \"server/x.h\"\nauto s = \"#include <x/y>\";\n"),
            Found{});
}

TEST(TheCheck, FindsWordsTextsAndMarks) {
  EXPECT_EQ(
      found("core/a.cc", "int doubled; // double\nauto s = \"double\"; /* double\n double */\n"),
      Found{});
  EXPECT_EQ(found("core/a.cc", "long double x;\n"),
            Found{"core/a.cc:1: 'double' is banned here: no floating point"});
  EXPECT_EQ(found("gis/a.cc", "double x;\n"), Found{});
  EXPECT_EQ(found("core/a.cc", "#include <thread>\n"),
            Found{"core/a.cc:1: '<thread>' is banned here: one thread"});
  EXPECT_EQ(found("gis/a.cc", "try {} catch (...) {}\n"),
            Found{"gis/a.cc:1: 'catch (...)' is banned here: name it"});
  EXPECT_EQ(found("gis/old.cc", "try {} catch (...) {}\n"), Found{});
  EXPECT_EQ(found("gis/a.cc", "int x; // LATER: mend\nint LATERAL;\n"),
            Found{"gis/a.cc:1: 'LATER' is banned here: now"});
}

TEST(TheCheck, TellsCodeFromTexts) {
  EXPECT_EQ(code_of("a \"b\\\"c\" d", false), "a \"    \" d");
  EXPECT_EQ(code_of("n = 1'000'000; c = 'x';", false), "n = 1'000'000; c = ' ';");
  EXPECT_EQ(code_of("x = R\"y(a\"b\n)y\" + z", false), "x =        \n    + z");
  EXPECT_EQ(code_of("a // b\nc", false), "a     \nc");
  EXPECT_EQ(code_of("a /* b\n */ c", false), "a     \n    c");
  EXPECT_EQ(code_of("#include \"a.h\" // b", true), "#include \"a.h\"     ");
}

TEST(TheCheck, SaysWhichRuleCannotBeRead) {
  EXPECT_EQ(read_rules("room core core\n").errors, Found{"line 1: KIND PATH: … is wanted"});
  EXPECT_EQ(read_rules("\nfloor core: core -- x\n").errors, Found{"line 2: 'floor' is no rule"});
  EXPECT_EQ(read_rules("word core: double\n").errors, Found{"line 1: a reason is wanted"});
}

}  // namespace

}  // namespace fenghuo::tests
