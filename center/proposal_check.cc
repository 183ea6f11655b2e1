#include "center/proposal_check.h"

#include <map>

#include "core/dispatch/recommendation.h"
#include "core/kernel/kernel.h"
#include "messaging/journal/journal_row.h"

namespace fenghuo::center {

namespace {

/// Calls `visit` for each row in order; it gives an error to stop with.
template <class Visit>
Result<void> each_row(messaging::Journal& journal, Visit visit) {
  Sequence after = 0;
  while (true) {
    auto const rows = journal.read(after, 1'000);
    if (!rows) {
      return rows.error();
    }
    if (rows->empty()) {
      return {};
    }
    for (auto const& row : *rows) {
      if (Result<void> const done = visit(row); !done) {
        return done;
      }
    }
    after = rows->back().sequence;
  }
}

Result<domain::ProposalRecorded> proposal_in(messaging::JournalRow const& row) {
  auto recorded = messaging::decode_row(row);
  if (!recorded) {
    return recorded.error();
  }
  auto* event = std::get_if<domain::ProposalRecorded>(&recorded->event);
  if (event == nullptr) {
    return Error{ErrorCode::DataLoss,
                 "journal row " + std::to_string(row.sequence) + " holds no proposal"};
  }
  return std::move(*event);
}

/// Empty where the same rows come out.
std::string difference(domain::State const& state, domain::ProposalRecorded const& event) {
  domain::Incident const* incident = find(state.incidents, event.incident);
  if (incident == nullptr) {
    return to_text(event.proposal) + ": at " + std::to_string(state.sequence) + " there was no " +
           to_text(event.incident);
  }
  domain::ProposalRows again =
      dispatch::rows_of(dispatch::recommend(state, *incident, event.rows.approaches), state,
                        *incident, event.rows.approaches);
  // What was known from outside is taken as it stands.
  again.made_at = event.rows.made_at;
  again.metric_as_of = event.rows.metric_as_of;
  return again == event.rows ? "" : to_text(event.proposal) + ": other rows come out today";
}

}  // namespace

Result<ProposalCheck> check_proposals(messaging::Journal& journal) {
  ProposalCheck check;
  std::map<Sequence, std::vector<Sequence>> asked_at;  ///< made_from -> rows of the proposals
  auto const noted = each_row(journal, [&](messaging::JournalRow const& row) -> Result<void> {
    if (row.type != domain::ProposalRecorded::kName) {
      return {};
    }
    auto const event = proposal_in(row);
    if (!event) {
      return event.error();
    }
    ++check.proposals;
    if (event->rows.made_from < 0 || event->rows.made_from >= row.sequence) {
      check.differing.push_back(to_text(event->proposal) + ": made from a state after itself");
    } else {
      asked_at[event->rows.made_from].push_back(row.sequence);
    }
    return {};
  });
  if (!noted) {
    return noted.error();
  }
  domain::State state;
  auto const ask = [&]() -> Result<void> {
    auto const it = asked_at.find(state.sequence);
    for (std::size_t i = 0; it != asked_at.end() && i < it->second.size(); ++i) {
      auto const rows = journal.read(it->second[i] - 1, 1);
      if (!rows || rows->empty()) {
        return rows ? Error{ErrorCode::DataLoss, "a journal row is gone"} : rows.error();
      }
      auto const event = proposal_in(rows->front());
      if (!event) {
        return event.error();
      }
      if (std::string sentence = difference(state, *event); !sentence.empty()) {
        check.differing.push_back(std::move(sentence));
      }
    }
    return {};
  };
  Result<void> done = ask();
  if (done && !asked_at.empty()) {
    done = each_row(journal, [&](messaging::JournalRow const& row) -> Result<void> {
      if (row.sequence > asked_at.rbegin()->first) {
        return {};
      }
      auto const event = messaging::decode_row(row);
      if (!event) {
        return event.error();
      }
      kernel::apply(state, *event);
      return ask();
    });
  }
  return done ? Result<ProposalCheck>{std::move(check)} : done.error();
}

}  // namespace fenghuo::center
