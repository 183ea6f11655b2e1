#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "center/center.h"
#include "core/base/random.h"
#include "tests/load/client_trace.h"

namespace fenghuo::tests {

/// Many clients that want the same teams at once, each on a thread of its own with one call under way. What
/// they do is drawn from a seed; who comes first is the machine's affair.
///
/// Each call lets a moment of simulated time pass, so that deadlines fall due and incidents leave for the
/// archive while the load runs.
class ManyClients {
 public:
  struct Size {
    std::size_t clients = 64, teams = 50, calls = 1'000'000;
    Duration each_call = minutes(2);
  };
  ManyClients(center::Center& center, center::ManualClock& clock, Size size, std::uint64_t seed);

  /// Founds the centre and registers the teams, then runs all clients to their end.
  void run();
  Traces const& traces() const { return traces_; }

 private:
  struct Client;
  void found();
  void live(std::size_t client, std::size_t calls, std::uint64_t seed);
  void call(Client& client);
  domain::Command draw(Random& random);
  domain::Command on_an_order(Random& random);
  domain::Command next_step(Random& random, OrderId order, domain::OrderStatus status);
  void ask(Client& client, Call call, std::string const& id, domain::Command command);
  void put_on_board(std::uint64_t out, std::uint64_t in);
  void look_at_answer(messaging::Outcome const& outcome);
  TeamId team(Random& random) const;
  IncidentId incident(Random& random) const;

  center::Center& center_;
  center::ManualClock& clock_;
  Size size_;
  std::uint64_t seed_;
  Traces traces_;
  std::atomic<Sequence> answered_{0};
  std::atomic<std::uint32_t> shared_{0};
  IncidentId standing_;                                 ///< stays open
  std::array<std::atomic<std::uint64_t>, 32> board_{};  ///< incidents that everybody works on
};

}  // namespace fenghuo::tests
