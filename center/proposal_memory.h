#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/domain/proposal.h"

namespace fenghuo::center {

/// The last recommendations that were answered, so that orders given on one can be recorded with its rows.
/// In memory and bounded: a token that is no longer known costs the record, never the order.
///
/// keep():  the token to name the answer by; not given twice, not even after a restart.
/// find():  nothing for a token that is not known, or was given for another incident.
/// Cost:    a few microseconds; at most kKept answers.
/// Threads: any.
/// Checked: tests/center/proposal_memory_test.cc.
class ProposalMemory {
 public:
  static constexpr std::size_t kKept = 256;

  std::string keep(IncidentId incident, domain::ProposalRows rows, Time now);
  std::shared_ptr<domain::ProposalRows const> find(std::string_view token,
                                                   IncidentId incident) const;

 private:
  struct Entry {
    std::string token;
    IncidentId incident;
    std::shared_ptr<domain::ProposalRows const> rows;
  };
  mutable std::mutex mutex_;
  std::deque<Entry> kept_;  ///< oldest first
  std::uint64_t given_ = 0;
};

}  // namespace fenghuo::center
