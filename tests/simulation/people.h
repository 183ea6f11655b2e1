#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "tests/simulation/truth.h"

namespace fenghuo::tests {

/// A client of the centre: it has one command under way and sends it again, under the same id, until
/// somebody answers.
struct Client {
  int number = 0;
  int commands = 0;
  std::optional<messaging::Request> under_way;
  Sequence known_when_sent = 0;  ///< the highest sequence that anybody had an answer with by then
  std::size_t sent_at = 0;       ///< index of the action
  int tries = 0;
  /// What was carried out for it: the request and the answer.
  struct Done {
    messaging::Request request;
    std::string answer;
    Sequence last = 0;
  };
  std::vector<Done> done;
};

/// The device of a team: it follows the feed and knows the orders of its own team only from there.
struct Terminal {
  TeamId team;
  Sequence seen = 0;
  std::optional<OrderId> order;
  /// Out: empty, or what is wrong with what came.
  std::string hear(kernel::RecordedEvent const& event);
};

/// A reader of the feed with a bounded queue: who reads too slowly is cut off and resumes.
struct Reader {
  static constexpr std::size_t kQueue = 6;
  Sequence seen = 0;
  bool connected = false;
  bool live = false;  ///< has caught up with the journal and hears what is new
  std::vector<kernel::RecordedEvent> queue;

  void cut_off() {
    connected = live = false;
    queue.clear();
  }
};

/// The command that a team would send next about its order, if any.
std::optional<domain::Command> next_of_team(Terminal const& terminal, domain::State const& state,
                                            Random& random);

}  // namespace fenghuo::tests
