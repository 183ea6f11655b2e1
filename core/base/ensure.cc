#include "core/base/ensure.h"

#include <cstdio>
#include <cstdlib>

namespace fenghuo {

void invariant_broken(std::string_view what, std::source_location where) {
  std::fprintf(stderr, "%s:%u: invariant broken: %.*s\n", where.file_name(), where.line(),
               static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace fenghuo
