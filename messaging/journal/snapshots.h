#pragma once

#include <filesystem>
#include <optional>

#include "core/base/result.h"
#include "core/domain/state.h"
#include "messaging/journal/journal.h"
#include "messaging/storage/disk.h"

namespace fenghuo::messaging {

/// Snapshots of the state in a folder: they make a start fast and are never needed for truth. Each names
/// the journal row it stands on (sequence and hash) and carries a digest of itself; one that does not fit
/// the journal, or is damaged, is passed over.
/// Checked: tests/messaging/snapshot_test.cc.
class Snapshots {
 public:
  explicit Snapshots(std::filesystem::path folder, Disk& disk = system_disk())
      : folder_{std::move(folder)}, disk_{&disk} {}

  /// Writes one, synced and renamed into place, and keeps the newest two. Errors: Unavailable.
  Result<void> save(domain::State const& state, Digest const& head);
  /// The newest one that stands on a row of this journal.
  std::optional<domain::State> load(Journal& journal) const;

 private:
  std::filesystem::path folder_;
  Disk* disk_;
};

/// The state of a journal: from the newest snapshot, if any, and the rows after it; or, with `until`, from
/// the beginning to that row. The chain of what is read is proved on the way. Errors: DataLoss, Unavailable.
Result<domain::State> replay(Journal& journal, Snapshots const* snapshots,
                             std::optional<Sequence> until = std::nullopt);

}  // namespace fenghuo::messaging
