#pragma once

#include <cstdint>
#include <functional>

#include "core/base/result.h"
#include "messaging/codec/json.h"

namespace fenghuo::bench {

/// Runs `work` in a process of its own and gives back what it found: memory and start-up are then those of a
/// process that has done nothing before. Whatever `work` leaves open is ended as by kill -9.
///
/// Errors:  those of `work` (code Unavailable); a child that died.
/// Threads: the calling process has one, or the child may stand still for ever.
Result<messaging::Json> in_child(std::function<Result<messaging::Json>()> const& work);

/// Memory of this process that lies in RAM now, and the most it ever was. Source: proc(5), status.
struct Memory {
  std::int64_t now_kib = 0, peak_kib = 0;
};
Memory memory();

}  // namespace fenghuo::bench
