#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "center/letter.h"
#include "core/kernel/envelope.h"
#include "messaging/command_loop/command_writer.h"
#include "messaging/command_loop/committed_state.h"
#include "messaging/delivery/bearer.h"
#include "messaging/delivery/retry_schedule.h"
#include "messaging/personal/personal_keys.h"

namespace fenghuo::center {

/// How a gateway stands, for those who watch it.
struct GatewayFigures {
  std::string name;
  messaging::CircuitState state = messaging::CircuitState::Closed;
  int failures_in_a_row = 0;
  std::uint64_t handed_over = 0, dead = 0, failures = 0;  ///< since the start
  std::int64_t waiting = 0;                               ///< messages that are for it now
  std::string last_error;                                 ///< stays when it works again
  std::optional<Time> last_error_at, last_handed_over_at;
};

/// The outbox 发件箱: hands what the journal says is open to the gateways, and tells the journal what became of it.
///
/// Only committed deliveries leave. What is to go out is worked out from the state alone, so nothing is forgotten by
/// a crash: a message for each recipient of a delivery that nobody has answered, by SMS and by telephone, each by
/// the first gateway that carries it, has not given it up and is not down. Nobody is rung for what is older than kHandOverWithin.
/// Tries and their waits are kept in memory: after a restart a message that was not taken gets its tries anew, under
/// the same id, and one that was taken just before a crash is handed over once more, which its gateway knows.
/// An accepted handover says nothing of a person: only receipts and people do, and neither moves a team.
///
/// Errors:  of gateways are noted here; one that answers "never", or nothing six times, is dead: that stands on the
///          delivery, and the next gateway is tried. A record that the store did not take is tried again, without
///          another handover.
/// Threads: four for each bearer while started (a gateway that takes five seconds holds up three of its other
///          messages at most); turn() instead where the centre has no threads. notice() from the writer's thread.
/// Cost:    looks at the open deliveries alone, when one of them moved and once a second.
/// Source:  the pattern known as transactional outbox: at least once, with ids by which repeats are known.
/// Checked: tests/center/outbox_test.cc, tests/outside/test_gateways.py.
class Outbox {
 public:
  struct Doors {
    messaging::CommittedState const& committed;
    messaging::PersonalKeys* personal = nullptr;  ///< none: only what is not sealed can be sent
    std::function<Time()> now;
    std::function<messaging::Outcome(messaging::Request)> carry_out;
    /// The first eight hex digits of the journal's first row; empty while there is none.
    std::function<std::string()> centre;
  };
  Outbox(Doors doors, std::vector<std::unique_ptr<messaging::Bearer>> bearers,
         std::function<std::string(std::string_view)> receipts_url, bool drill);
  ~Outbox();
  Outbox(Outbox const&) = delete;
  Outbox& operator=(Outbox const&) = delete;

  void notice(std::span<kernel::RecordedEvent const> events);
  void start();
  void stop();  ///< waits for the tries that are under way
  /// Hands over all that is due, one after the other, on this thread.
  void turn();

  std::vector<GatewayFigures> figures() const;

  static constexpr Duration kHandOverWithin = hours(12);

 private:
  struct Line {
    std::unique_ptr<messaging::Bearer> bearer;
    messaging::Circuit circuit;
    GatewayFigures figures;
  };
  struct Message {
    std::size_t line = 0;
    domain::DeliveryOf of = domain::DeliveryOf::Order;
    messaging::OutgoingMessage letter;
    int failures = 0;
    Time due;
    bool busy = false;
    std::optional<domain::Handover> settled;  ///< to be recorded
  };
  /// A recipient that something is to be handed over for.
  struct Open {
    std::shared_ptr<domain::Delivery const> delivery;
    std::size_t recipient = 0;
  };
  using Lock = std::unique_lock<std::mutex>;

  std::vector<Open> open_recipients();
  void plan(Lock& lock);
  void plan_recipient(Open const& open, std::set<MessageId>& wanted);
  std::optional<std::size_t> line_for(Open const& open, domain::Means means,
                                      std::vector<std::string> const& numbers, std::string& number);
  std::optional<std::string> opened(domain::Sealed const& sealed);
  messaging::OutgoingMessage write(Open const& open, MessageId const& id, std::size_t line,
                                   std::string name, std::string number);
  std::map<MessageId, Message>::iterator next_of(std::size_t line);
  bool work_once(std::size_t line, Lock& lock);
  void settle(MessageId const& id, Message& message, messaging::Handover const& handover, Time at);
  void record(MessageId const& id, Lock& lock);
  void run(std::size_t line);
  std::string const& centre();

  Doors doors_;
  std::function<std::string(std::string_view)> receipts_url_;
  bool drill_;

  std::mutex noticed_mutex_;  ///< of what the writer's thread leaves here; held for a moment only
  std::set<DeliveryId> noticed_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::vector<Line> lines_;
  std::set<DeliveryId> open_;  ///< what may still need a handover
  std::map<MessageId, Message> messages_;
  std::string centre_;
  Time planned_at_;
  std::vector<std::thread> threads_;
};

}  // namespace fenghuo::center
