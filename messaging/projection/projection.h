#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/kernel/subscriber.h"
#include "messaging/journal/journal.h"
#include "messaging/sqlite/database.h"
#include "messaging/storage/disk.h"

namespace fenghuo::messaging {

/// What is made of a journal and kept in a file of its own, which may be deleted at any time: it is made again
/// from the journal. Beside what it holds stands how far it is: the sequence and the hash of that row.
///
/// handle():   stores what follows from the events and the new position in one transaction.
/// stand_on(): the journal whose events come from now on; before the first handle(). A file that stands on a
///             row which this journal does not have was made from another history (a backup was put in
///             place, and the file stayed): it begins anew. The journal must outlive the projection's use.
/// forget():   drops everything: it stands at 0 again.
/// Errors:     Unavailable, DataLoss.
/// Threads:    handle from one; the rest from any.
/// Checked:    tests/messaging/subject_index_test.cc, archive_test.cc.
class Projection : public kernel::DurableSubscriber {
 public:
  Result<Sequence> position() final;
  Result<void> handle(std::span<kernel::RecordedEvent const> events) final;
  Result<void> stand_on(Journal& journal);
  Result<void> forget();

 protected:
  /// The tables of a projection. Another version means that a file is made anew.
  struct Form {
    int version;
    std::vector<std::string_view> tables;    ///< names
    std::vector<std::string_view> creation;  ///< statements
  };
  /// Opens a file, or makes it; a damaged or older one is made anew. Errors: Unavailable.
  static Result<Database> open_file(std::filesystem::path const& file, Disk& disk,
                                    Form const& form);
  Projection(Database db, Form form) : db_{std::move(db)}, form_{std::move(form)} {}

  /// What must be there before the events can be stored; outside the transaction, without the lock.
  virtual Result<void> prepare(std::span<kernel::RecordedEvent const> /*events*/) { return {}; }
  /// Stores what follows; within the transaction, under the lock.
  virtual Result<void> store(std::span<kernel::RecordedEvent const> events) = 0;
  /// The transaction did not happen, or all was forgotten.
  virtual void undone() {}

  std::mutex mutex_;  ///< over the database
  Database db_;

 private:
  Result<std::string> hash_at(Sequence sequence);
  Result<void> store_all(std::span<kernel::RecordedEvent const> events, std::string const& hash);
  Form form_;
  Journal* journal_ = nullptr;
};

}  // namespace fenghuo::messaging
