#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "center/center.h"
#include "tests/faults/simulated_disk.h"
#include "tests/simulation/plan.h"
#include "tests/simulation/truth.h"

namespace fenghuo::tests {

/// What a run came to.
struct RunResult {
  std::string violation;    ///< empty: none
  std::size_t at = 0;       ///< index of the action it showed at; that of the end: after healing
  std::uint64_t trace = 0;  ///< over all that happened; the same plan gives the same
  std::uint64_t events = 0, kills = 0, power_cuts = 0, disk_faults = 0, restarts = 0,
                refused_starts = 0, lost = 0, doubled = 0, answers = 0, replayed = 0,
                unavailable = 0, archived = 0, moments = 0, cut_readers = 0, answers_lost = 0,
                anchors = 0;
};

/// A whole centre with clients, terminals, readers of its feed, a network and a disk that fail, in one thread
/// from a seed. `leave_out` names actions of the plan that do not happen.
///
/// Checked at every step: what was acknowledged or seen by anybody stays for ever and is on the disk; a
/// command is carried out once; a team is never on two orders; answers match the log and its order in real
/// time; the invariants of the state; readers get every event once in order. After the last fault everything
/// is answered, due and read, and a restart, a replay and every projection say the same.
RunResult simulate(Plan const& plan, std::vector<bool> const& leave_out = {});

/// Takes actions out of a failing plan as long as it still fails with the same kind of sentence; at most
/// `runs` tries. Out: what is left out. Source: delta debugging, Zeller and Hildebrandt, 2002.
std::vector<bool> shrink(Plan const& plan, std::string const& violation, int runs);

}  // namespace fenghuo::tests
