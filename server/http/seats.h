#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace fenghuo::server {

/// Counts the connections of each address. A seat is given back when its last owner lets it go, wherever the
/// connection is by then: on the porch or among the readers of the feed.
///
/// Threads: any.
/// Checked: tests/outside/test_attack.py (one address cannot take all, readers of the feed count).
class Seats {
 public:
  explicit Seats(std::size_t most) : state_{std::make_shared<State>()}, most_{most} {}

  /// None: this caller has as many as may be.
  std::shared_ptr<void> take(std::string const& caller) {
    std::scoped_lock const lock{state_->mutex};
    std::size_t& taken = state_->taken[caller];
    if (taken >= most_) {
      return nullptr;
    }
    ++taken;
    return std::make_shared<Seat>(state_, caller);
  }

 private:
  struct State {
    std::mutex mutex;
    std::map<std::string, std::size_t> taken;
  };
  struct Seat {
    Seat(std::shared_ptr<State> of, std::string name)
        : state{std::move(of)}, caller{std::move(name)} {}
    Seat(Seat const&) = delete;
    Seat& operator=(Seat const&) = delete;
    ~Seat() {
      std::scoped_lock const lock{state->mutex};
      if (auto const it = state->taken.find(caller); --it->second == 0) {
        state->taken.erase(it);
      }
    }
    std::shared_ptr<State> state;
    std::string caller;
  };
  std::shared_ptr<State> state_;
  std::size_t most_;
};

}  // namespace fenghuo::server
