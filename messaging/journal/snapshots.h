#pragma once

#include <filesystem>
#include <optional>

#include "core/base/result.h"
#include "core/domain/state.h"
#include "messaging/journal/journal.h"
#include "messaging/storage/disk.h"

namespace fenghuo::messaging {

/// Snapshots of the state in a folder: they make a start and a look into the past fast and are never needed
/// for truth. Each names the journal row it stands on (sequence and hash) and carries a digest of itself;
/// one that does not fit the journal, or is damaged, is passed over.
///
/// Kept are the newest two and, spread over the whole journal, at most kHistory older ones: where there are
/// more, the one goes that leaves the smallest gap.
/// Checked: tests/messaging/snapshot_test.cc.
class Snapshots {
 public:
  explicit Snapshots(std::filesystem::path folder, Disk& disk = system_disk())
      : folder_{std::move(folder)}, disk_{&disk} {}

  static constexpr std::size_t kHistory = 128;

  /// Writes one, synced and renamed into place, and thins the others out. Errors: Unavailable.
  Result<void> save(domain::State const& state, Digest const& head);
  /// The newest one that stands on a row of this journal, and not beyond `until`.
  std::optional<domain::State> load(Journal& journal,
                                    std::optional<Sequence> until = std::nullopt) const;

 private:
  std::filesystem::path folder_;
  Disk* disk_;
};

/// The state of a journal, or as it was after row `until`: from the newest snapshot that helps, if any, and
/// the rows after it. The chain of what is read is proved on the way. Errors: DataLoss, Unavailable.
Result<domain::State> replay(Journal& journal, Snapshots const* snapshots,
                             std::optional<Sequence> until = std::nullopt);

/// The same from a state that stands on a row of this journal.
Result<domain::State> replay_from(domain::State state, Journal& journal,
                                  std::optional<Sequence> until);

}  // namespace fenghuo::messaging
