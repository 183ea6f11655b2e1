#include "tests/fuzz/target.h"

#include <cstdio>
#include <cstdlib>

namespace fenghuo::fuzz {

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
