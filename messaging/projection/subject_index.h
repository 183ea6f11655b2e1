#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "core/kernel/subscriber.h"
#include "messaging/journal/journal.h"
#include "messaging/sqlite/database.h"
#include "messaging/storage/disk.h"

namespace fenghuo::messaging {

/// Which events speak of which object: the index behind timelines. A projection in a file of its own that
/// may be deleted at any time: it is made again from the journal.
///
/// handle():  stores the entries and the new position in one transaction.
/// Threads:   handle from one; sequences from any.
/// Checked:   tests/messaging/subject_index_test.cc.
class SubjectIndex final : public kernel::DurableSubscriber {
 public:
  /// Errors: Unavailable. A damaged or older file is made anew.
  static Result<std::unique_ptr<SubjectIndex>> open(std::filesystem::path const& file,
                                                    Disk& disk = system_disk());

  std::string_view name() const override { return "subject_index"; }
  Result<Sequence> position() override;
  Result<void> handle(std::span<kernel::RecordedEvent const> events) override;

  /// The journal whose events come from now on; before the first handle(). An index that stands on a row
  /// which this journal does not have (the hash of the row is kept beside the position) was made from another
  /// history: it begins anew. The journal must outlive the index' use.
  Result<void> stand_on(Journal& journal);

  /// Drops everything: the index stands at 0 again.
  Result<void> forget();

  /// Sequences of the events about an object ("I-2026-000042"), after one, ascending, at most `most`.
  Result<std::vector<Sequence>> sequences(std::string_view subject, Sequence after,
                                          std::size_t most);

 private:
  explicit SubjectIndex(Database db) : db_{std::move(db)} {}
  Result<std::string> hash_at(Sequence sequence);
  Journal* journal_ = nullptr;
  std::mutex mutex_;
  Database db_;
};

/// The ids that an event names, as text, without repeats.
std::vector<std::string> subjects_of(domain::Event const& event);

}  // namespace fenghuo::messaging
