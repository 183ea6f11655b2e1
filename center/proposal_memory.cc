#include "center/proposal_memory.h"

#include <algorithm>

namespace fenghuo::center {

std::string ProposalMemory::keep(IncidentId incident, domain::ProposalRows rows, Time now) {
  auto shared = std::make_shared<domain::ProposalRows const>(std::move(rows));
  std::scoped_lock const lock{mutex_};
  // The time tells the tokens of this run from those of earlier ones, the count those of one moment apart.
  std::string token = std::to_string(now.us) + "-" + std::to_string(++given_);
  kept_.push_back({token, incident, std::move(shared)});
  if (kept_.size() > kKept) {
    kept_.pop_front();
  }
  return token;
}

std::shared_ptr<domain::ProposalRows const> ProposalMemory::find(std::string_view token,
                                                                 IncidentId incident) const {
  std::scoped_lock const lock{mutex_};
  auto const it = std::find_if(kept_.begin(), kept_.end(), [&](Entry const& entry) {
    return entry.token == token && entry.incident == incident;
  });
  return it == kept_.end() ? nullptr : it->rows;
}

}  // namespace fenghuo::center
