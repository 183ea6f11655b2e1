#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/messaging/fault_journal.h"
#include "tests/simulation/people.h"
#include "tests/simulation/simulation.h"

namespace fenghuo::tests {

/// One run of a plan; the parts of simulate().
class Run {
 public:
  Run(Plan const& plan, std::vector<bool> const& leave_out);
  RunResult go();

 private:
  struct Message {
    bool to_centre = true;
    std::size_t client = 0;
    messaging::Request request;  ///< to the centre
    std::string id;              ///< of the command that is answered
    std::optional<messaging::Outcome> outcome;
  };

  // The process and what may become of it.
  void try_start();
  Result<center::Ports> open_ports();
  void drop_process();
  void adopt_what_is_there();
  void stop_orderly();
  /// Whatever was called may have met the end of the process: clears up after it.
  void settle();
  void end_now(bool power, Random& random);
  void end_at_step(bool power, std::uint64_t draw);
  void on_published(std::span<kernel::RecordedEvent const> events);
  void check_durable(Sequence sequence, Random& random);
  bool is_up() const { return center_ != nullptr; }

  // What happens.
  void act(Action const& action);
  void act_on_disk(Action const& action, Random& random);
  void give_command(Random& random);
  messaging::Request next_request(Client& client, Random& random);
  void repeat(Random& random);
  void tell_positions(Random& random);
  void step_clock(Random& random);
  void read_feed(Random& random);
  void read(Reader& reader, std::size_t most);
  void hear(Terminal& terminal, std::size_t most);
  void look_back(Random& random);
  void turn();

  // The network.
  void send(Message message, std::string const& key);
  void deliver(std::size_t until);
  void arrive(Message message);
  void answered(Client& client, std::string const& id, messaging::Outcome const& outcome);
  void answered_with(Client& client, messaging::Carried const& carried);
  void send_again();

  // The end.
  void heal_and_drain();
  void check_at_rest();
  void check_archive();
  void check_subjects();
  void check_anchors();

  void wrong(std::string sentence);
  bool failed() const { return !result_.violation.empty(); }
  void trace(std::string_view text);

  Plan const& plan_;
  std::vector<bool> const& leave_out_;
  RunResult result_;
  std::shared_ptr<center::ManualClock> clock_;
  std::unique_ptr<SimulatedDisk> disk_;
  std::unique_ptr<center::Center> center_;
  FaultJournal* store_ = nullptr;         ///< of the centre
  std::vector<messaging::Head> anchors_;  ///< kept elsewhere, as a mirror would
  std::unique_ptr<SimulatedDisk>
      image_;           ///< what the process leaves that ended in the middle of a call
  bool ended_ = false;  ///< the process is gone: nobody hears from it any more
  bool store_failed_ = false;
  bool faulty_ = false;  ///< the disk may fail
  bool full_ = false;    ///< it holds no more
  Truth truth_;
  Sequence told_ = 0;  ///< the highest sequence in any answer that arrived
  std::vector<Client> clients_{8};
  std::map<TeamId, Terminal> terminals_;
  std::vector<Reader> readers_{2};
  std::multimap<std::size_t, Message> network_;
  bool network_is_well_ = false;
  std::size_t at_ = 0;
};

}  // namespace fenghuo::tests
