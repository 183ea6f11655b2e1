#pragma once

#include <cstddef>

#include "core/base/result.h"
#include "messaging/attachments/attachment_store.h"
#include "messaging/command_loop/committed_state.h"
#include "messaging/projection/subject_index.h"

namespace fenghuo::center {

/// Takes away uploaded files that no event names a day after they came or were last claimed. What names a
/// file stands in the subject index; while that is behind the journal nothing is swept at all.
///
/// turn():  looks at some files and goes on there the next time; a round over all shelves begins every hour.
/// Cost:    kFilesATurn looks at the file system and the index a turn, a shelf more at most.
/// Threads: one.
/// Checked: tests/center/attachment_sweep_test.cc.
class AttachmentSweep {
 public:
  static constexpr std::size_t kFilesATurn = 256;
  static constexpr Duration kRound = hours(1);

  AttachmentSweep(messaging::AttachmentStore& store, messaging::SubjectIndex& subjects,
                  messaging::CommittedState const& committed)
      : store_{store}, subjects_{subjects}, committed_{committed} {}

  /// How many files were removed. Errors: Unavailable, DataLoss of the index.
  Result<std::size_t> turn(Time now);

 private:
  messaging::AttachmentStore& store_;
  messaging::SubjectIndex& subjects_;
  messaging::CommittedState const& committed_;
  int next_shelf_ = 0;
  Time next_round_;
};

}  // namespace fenghuo::center
