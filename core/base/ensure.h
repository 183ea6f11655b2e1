#pragma once

#include <source_location>
#include <string_view>

namespace fenghuo {

/// Stops the process: a broken invariant means the state in memory can no longer be trusted.
/// Stays on in release builds. The journal is durable, so a restart replays to the last good state.
[[noreturn]] void invariant_broken(std::string_view what, std::source_location where);

/// Checks a fact that only a bug in this program can break; never user input, never I/O.
inline void ensure(bool holds, std::string_view what,
                   std::source_location where = std::source_location::current()) {
  if (!holds) {
    invariant_broken(what, where);
  }
}

}  // namespace fenghuo
