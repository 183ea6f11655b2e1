#include "tests/fuzz/target.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace fenghuo::fuzz {

namespace {

/// As libFuzzer's dictionaries want it: in quotes, what is not plain in hexadecimal digits.
std::string quoted(std::string const& word) {
  std::string out = "\"";
  for (char const c : word) {
    char text[8];
    bool const plain = c >= ' ' && c < '\x7f' && c != '"' && c != '\\';
    std::snprintf(text, sizeof text, plain ? "%c" : "\\x%02X",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += text;
  }
  return out + '"';
}

}  // namespace

std::vector<std::string> kept_inputs(Target const& target) {
  std::vector<std::filesystem::path> files;
  auto const folder = std::filesystem::path{FENGHUO_SOURCE_DIR} / "tests/fuzz/corpus" / target.name;
  if (std::filesystem::is_directory(folder)) {
    for (auto const& entry : std::filesystem::directory_iterator{folder}) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> inputs;
  for (auto const& file : files) {
    std::ifstream in{file, std::ios::binary};
    inputs.emplace_back(std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{});
  }
  return inputs;
}

void write_seeds(Target const& target) {
  char const* const named = std::getenv("FENGHUO_FUZZ_SEEDS");
  if (named == nullptr) {
    return;
  }
  std::filesystem::path const folder{named};
  std::filesystem::create_directories(folder / target.name);
  int number = 0;
  for (auto const& seed : target.seeds()) {
    std::ofstream{folder / target.name / ("seed-" + std::to_string(number++)), std::ios::binary}
        << seed;
  }
  std::ofstream dictionary{folder / (std::string{target.name} + ".dict")};
  for (auto const& word : target.words()) {
    dictionary << quoted(word) << '\n';
  }
}

int run_one(Target const& target, unsigned char const* data, std::size_t size) {
  std::string const bytes{data, data + size};
  std::string const problem = target.judge(bytes).problem;
  if (!problem.empty()) {
    std::fprintf(stderr, "%s\n", problem.c_str());
    std::abort();
  }
  return 0;
}

}  // namespace fenghuo::fuzz
