#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "messaging/journal/journal.h"

namespace fenghuo::center {

/// What came of asking every recorded proposal again.
struct ProposalCheck {
  std::size_t proposals = 0;
  std::vector<std::string> differing;  ///< a sentence for each that gives other rows today
};

/// Asks every proposal of a journal again: the state is replayed to where it was made from, the stored
/// approaches are given to dispatch::recommend, and the rows that come out must be those that are stored.
///
/// Errors:  Unavailable, DataLoss  the journal cannot be read
/// Cost:    the journal read twice, and one recommendation a proposal; memory for one state.
/// Threads: any; reads only.
/// Checked: tests/center/proposal_check_test.cc.
Result<ProposalCheck> check_proposals(messaging::Journal& journal);

}  // namespace fenghuo::center
