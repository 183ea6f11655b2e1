#include "center/attachment_sweep.h"

namespace fenghuo::center {

using messaging::AttachmentStore;

Result<std::size_t> AttachmentSweep::turn(Time now) {
  if (now < next_round_) {
    return std::size_t{0};
  }
  // An index that is behind does not know yet what is named.
  Sequence const committed =
      committed_.read([](domain::State const& state) { return state.sequence; });
  auto const indexed = subjects_.position();
  if (!indexed) {
    return indexed.error();
  }
  if (*indexed < committed) {
    return std::size_t{0};
  }
  Time const limit = now - AttachmentStore::kSweptAfter;
  std::size_t looked_at = 0;
  std::size_t removed = 0;
  while (looked_at < kFilesATurn && next_shelf_ < AttachmentStore::kShelves) {
    for (auto const& digest : store_.older_than(next_shelf_, limit)) {
      ++looked_at;
      auto const named = subjects_.sequences(digest, 0, 1);
      if (!named) {
        return named.error();
      }
      removed += named->empty() && store_.remove_if_older(digest, limit) ? 1U : 0U;
    }
    ++next_shelf_;
  }
  if (next_shelf_ == AttachmentStore::kShelves) {
    next_shelf_ = 0;
    next_round_ = now + kRound;
  }
  return removed;
}

}  // namespace fenghuo::center
