#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/domain/state.h"
#include "messaging/projection/projection.h"

namespace fenghuo::messaging {

/// An object as it stood when it left the working state.
template <class T>
struct Archived {
  T object;
  Sequence sequence = 0;  ///< of the event that archived it
  Time at;
};

/// What has left the working state: incidents with their reports, orders and proposals, dismissed reports, ended
/// closures, as they last stood.
///
/// It follows the journal with a state of its own, so that it knows the objects when an event takes them
/// out; `state_at` gives that state once, for where the file stands at a start.
///
/// find():   nothing where the object was never archived.
/// page():   by id, from after `after` on, at most `most` of them; `descending` walks back from before it.
/// Errors:   Unavailable, DataLoss.
/// Threads:  handle from one; the rest from any.
/// Cost:     handle: one apply an event, one row an archived object.
/// Checked:  tests/messaging/archive_test.cc against the state before each archiving event.
class Archive final : public Projection {
 public:
  using StateAt = std::function<Result<domain::State>(Sequence)>;

  static Result<std::unique_ptr<Archive>> open(std::filesystem::path const& file,
                                               Disk& disk = system_disk());
  void follow_from(StateAt state_at) { state_at_ = std::move(state_at); }

  std::string_view name() const override { return "archive"; }

  template <class T>
  Result<std::optional<Archived<T>>> find(decltype(T::id) id);
  template <class T>
  Result<std::vector<Archived<T>>> page(std::optional<decltype(T::id)> after, bool descending,
                                        std::size_t most);
  /// How many objects of all kinds it holds.
  Result<std::int64_t> count();

 private:
  using Projection::Projection;
  Result<void> prepare(std::span<kernel::RecordedEvent const> events) override;
  Result<void> store(std::span<kernel::RecordedEvent const> events) override;
  void undone() override { state_.reset(); }  // it may have gone ahead of the file
  template <class T>
  bool put(Statement& insert, T const& object, kernel::RecordedEvent const& by);
  template <class T>
  Result<Archived<T>> row_of(Statement const& select);

  StateAt state_at_;
  std::optional<domain::State> state_;  ///< before the next event; of the handling thread
};

}  // namespace fenghuo::messaging
