#pragma once

#include <string_view>

namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;

/// "Time has passed": what is due by now becomes facts. Bounded work: at most kTickWork facts a
/// command; the timer repeats it until nothing is due. A late start emits each overdue fact once.
struct Tick {
  static constexpr std::string_view kName = "tick";
  static void fields(auto& /*f*/, auto& /*self*/) {}
};
inline constexpr std::size_t kTickWork = 64;

Decision decide(State const& state, Context const& context, Tick const& command);

}  // namespace fenghuo::domain
