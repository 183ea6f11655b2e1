#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fenghuo::tests {

/// One thing that happens in a simulated run. `draw` seeds all chance of this one thing, so that leaving
/// others out of a plan changes nothing in it.
struct Action {
  enum class Kind {
    Command,    ///< a client gives a command
    Repeat,     ///< a client sends an old command again, as it was or with another body
    Positions,  ///< teams tell where they are
    Pause,      ///< time passes
    QuietDays,  ///< much time passes
    ClockStep,  ///< the machine's clock jumps
    Turn,       ///< the centre's timer
    Feed,       ///< a reader of the feed reads on, or is cut off and comes back
    LookBack,   ///< somebody asks for a past moment
    Kill,       ///< the process is gone at the n-th step of the disk
    PowerCut,   ///< so is what was not synced
    Restart,    ///< an orderly one
    DiskFault,  ///< calls to the disk fail
    DiskFull,   ///< it holds no more
    AnswerLost,  ///< the store does not say what became of the next group, nor for a while where it ends
    Heal,        ///< disk and room are well again
    FlipInSnapshot,  ///< a byte of a snapshot changes
  };
  Kind kind = Kind::Command;
  std::uint64_t draw = 0;
};
std::string name_of(Action const& action);

/// What happens in the run of a seed. Each seed has its own mixture: some runs meet no fault at all, some
/// one kind only, some everything (swarm testing, Groce et al., ISSTA 2012).
struct Plan {
  std::uint64_t seed = 0;
  std::uint32_t lost_permille = 0, doubled_permille = 0;
  std::uint64_t latest = 0;  ///< a message arrives at most so many actions late
  std::int64_t snapshot_every = 50;
  std::vector<Action> actions;
};
Plan plan_of(std::uint64_t seed);

}  // namespace fenghuo::tests
