#include "tests/messaging/fault_journal.h"

#include <vector>

namespace fenghuo::tests {

using messaging::AppendOutcome;
using messaging::AppendResult;
using messaging::JournalRow;

FaultJournal::FaultJournal(std::shared_ptr<messaging::Journal> store, Fault fault, int at)
    : Journal{store->identity(),
              std::move(
                  messaging::Chain::make(store->identity().algorithm, store->identity().stream))
                  .value(),
              store->head()},
      store_{std::move(store)},
      fault_{fault},
      at_{at} {}

Result<std::vector<JournalRow>> FaultJournal::read(Sequence after, std::size_t most) {
  return store_->read(after, most);
}
Result<std::vector<JournalRow>> FaultJournal::find_command(std::string_view command_id) {
  return store_->find_command(command_id);
}
Result<std::vector<bool>> FaultJournal::known_commands(std::span<std::string_view const> ids) {
  return store_->known_commands(ids);
}

AppendResult FaultJournal::write(std::span<JournalRow const> rows,
                                 messaging::Head const& /*before*/) {
  if (before_write) {
    before_write();
  }
  Fault const fault = ++writes_ == at_ ? fault_ : Fault::None;
  bool const written = fault == Fault::None || fault == Fault::UnknownWritten ||
                       fault == Fault::DoubtWritten || fault == Fault::SyncFailedWritten;
  if (written) {
    std::vector<JournalRow> copies{rows.begin(), rows.end()};
    auto const stored = store_->append(copies);
    if (stored.outcome != AppendOutcome::Written) {
      return stored;
    }
  }
  switch (fault) {
    case Fault::None:
      return {};
    case Fault::NotWritten:
      return {AppendOutcome::NotWritten, "no space left"};
    case Fault::DoubtWritten:
    case Fault::DoubtNotWritten:
      doubts_ = kDoubts;
      [[fallthrough]];
    case Fault::UnknownWritten:
    case Fault::UnknownNotWritten:
      return {AppendOutcome::Unknown, "the commit did not answer"};
    case Fault::SyncFailedWritten:
    case Fault::SyncFailedNotWritten:
      break;
  }
  return {AppendOutcome::StoreFailed, "a sync failed"};
}

Result<messaging::Head> FaultJournal::read_head() {
  if (doubts_ > 0) {
    --doubts_;
    return Error{ErrorCode::Unavailable, "the store does not answer"};
  }
  return store_->reread_head();
}

}  // namespace fenghuo::tests
