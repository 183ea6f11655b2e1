#include "center/housekeeping.h"

#include <algorithm>
#include <utility>

namespace fenghuo::center {

void Housekeeping::add(Chore chore, Duration steady) {
  std::scoped_lock const lock{mutex_};
  chores_.push_back({std::move(chore), steady, steady});
}

void Housekeeping::turn(Duration steady) {
  constexpr Duration kTryAgain = minutes(1);
  for (auto& kept : chores_) {
    if (steady < kept.due) {
      continue;
    }
    auto const more = kept.chore.piece();
    kept.due = steady + (!more   ? std::min(kTryAgain, kept.chore.period)
                         : *more ? Duration{}
                                 : kept.chore.period);
    std::scoped_lock const lock{mutex_};
    kept.last_error = more ? "" : more.error().message;
    kept.succeeded = more ? steady : kept.succeeded;
  }
}

std::string Housekeeping::trouble(Duration steady) const {
  std::scoped_lock const lock{mutex_};
  std::string out;
  for (auto const& kept : chores_) {
    Duration const since = steady - kept.succeeded;
    if (since.us <= 2 * kept.chore.period.us) {
      continue;
    }
    out.append(out.empty() ? "" : "; ")
        .append("housekeeping: \"" + kept.chore.name + "\" last succeeded " +
                std::to_string(since.us / minutes(1).us) + " minutes ago")
        .append(kept.last_error.empty() ? "" : ": " + kept.last_error);
  }
  return out;
}

}  // namespace fenghuo::center
