#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/units.h"

namespace fenghuo::center {

/// What keeps the files of a centre from growing for ever: chores that each come back after a period, done in
/// pieces so small that nothing else waits for them.
///
/// A piece that failed is tried again after a minute. A chore whose last piece succeeded more than two periods
/// ago is a trouble, also where turn() is not called any more. Periods are of the clock that never steps.
///
/// turn():   one piece of each chore that is due.
/// Threads:  add() before the first turn(); turn() from one; trouble() from any.
/// Checked:  tests/center/housekeeping_test.cc.
class Housekeeping {
 public:
  struct Chore {
    std::string name;  ///< what is done, for the health page: "old positions are removed"
    Duration period = minutes(10);
    /// Does one piece. Out: whether more is waiting. Errors: any; the message is shown.
    std::function<Result<bool>()> piece;
  };

  void add(Chore chore, Duration steady);
  void turn(Duration steady);
  std::string trouble(Duration steady) const;  ///< empty while all is well

 private:
  struct Kept {
    Chore chore;
    Duration due, succeeded;
    std::string last_error{};
  };
  mutable std::mutex mutex_;  ///< of what trouble() reads
  std::vector<Kept> chores_;
};

}  // namespace fenghuo::center
