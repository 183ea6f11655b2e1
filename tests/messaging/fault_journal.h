#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "messaging/journal/journal.h"
#include "messaging/journal/memory_journal.h"

namespace fenghuo::tests {

enum class Fault {
  None,
  NotWritten,         ///< certainly not there
  UnknownWritten,     ///< nobody knows, and it is there
  UnknownNotWritten,  ///< nobody knows, and it is not
  DoubtWritten,       ///< as above, and the head cannot be read for a while
  DoubtNotWritten,
  SyncFailedWritten,  ///< the store is not to be believed
  SyncFailedNotWritten
};

/// A journal that fails at its n-th write and is well before and after. What it holds stays in a store that
/// outlives it, as a file outlives a process.
class FaultJournal final : public messaging::Journal {
 public:
  explicit FaultJournal(std::shared_ptr<messaging::Journal> store, Fault fault = Fault::None,
                        int at = 0);

  Result<std::vector<messaging::JournalRow>> read(Sequence after, std::size_t most) override;
  Result<std::vector<messaging::JournalRow>> find_command(std::string_view command_id) override;
  Result<std::vector<bool>> known_commands(std::span<std::string_view const> ids) override;

  int writes() const { return writes_; }
  void fail_next(Fault fault) {
    fault_ = fault;
    at_ = writes_ + 1;
  }
  /// Called before each write reaches the store; may block.
  std::function<void()> before_write;

 private:
  static constexpr int kDoubts = 2;  ///< so often the head cannot be read
  messaging::AppendResult write(std::span<messaging::JournalRow const> rows,
                                messaging::Head const& before) override;
  Result<messaging::Head> read_head() override;

  std::shared_ptr<messaging::Journal> store_;
  Fault fault_;
  int at_;
  std::atomic<int> writes_{0};
  int doubts_ = 0;
};

}  // namespace fenghuo::tests
