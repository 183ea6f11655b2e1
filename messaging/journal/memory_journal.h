#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "messaging/journal/journal.h"

namespace fenghuo::messaging {

/// A journal in memory: for drills that nobody keeps, and for tests. Same suite as the others.
class MemoryJournal final : public Journal {
 public:
  /// Errors: InvalidArgument for an unknown hash algorithm.
  static Result<std::unique_ptr<MemoryJournal>> make(JournalIdentity identity = {});

  Result<std::vector<JournalRow>> read(Sequence after, std::size_t most) override;
  Result<std::vector<JournalRow>> find_command(std::string_view command_id) override;
  Result<std::vector<bool>> known_commands(std::span<std::string_view const> ids) override;

 private:
  MemoryJournal(JournalIdentity identity, Chain chain);
  AppendResult write(std::span<JournalRow const> rows, Head const& before) override;
  Result<Head> read_head() override;

  std::mutex mutex_;
  std::vector<JournalRow> rows_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> rows_of_;  ///< a command
};

}  // namespace fenghuo::messaging
