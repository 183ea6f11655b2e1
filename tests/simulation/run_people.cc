// Clients, terminals, readers and the network between them and the centre; what must hold at the end.
#include <algorithm>

#include "core/base/text_form.h"
#include "core/domain/state_text.h"
#include "messaging/journal/sqlite_journal.h"
#include "tests/core/random_commands.h"
#include "tests/simulation/run.h"

namespace fenghuo::tests {

namespace {

std::string lines_of(messaging::Carried const& carried) {
  std::string out;
  for (auto const& event : carried.events) {
    out += event_line(event) + "\n";
  }
  return out;
}

/// What a desk does on a usual day; random commands alone would seldom get so far.
domain::Command usual_command(Random& random, domain::State const& state) {
  if (!state.founding) {
    return domain::FoundCenter{{.jurisdiction = "烽原县", .area = ""}};
  }
  if (state.teams.size() < 4) {
    domain::RegisterTeam command;
    command.facts.name = "队 " + std::to_string(state.teams.size());
    return command;
  }
  if (state.open_incidents.size() < 2) {
    domain::OpenIncident command;
    command.facts.kind = "fire";
    return command;
  }
  auto const nth = [&](auto const& shelf) {
    return *std::next(shelf.begin(), static_cast<std::ptrdiff_t>(random.below(shelf.size())));
  };
  IncidentId const incident = nth(state.open_incidents);
  if (random.chance(200)) {
    return domain::CloseIncident{incident, "办结", {}};
  }
  if (random.chance(250)) {
    domain::ReceiveReport report;
    report.text = "起火";
    return report;
  }
  domain::IssueOrders command;
  command.incident = incident;
  command.items.resize(1);
  command.items.front().team = nth(state.teams).first;
  return command;
}

}  // namespace

// Commands. ------------------------------------------------------------------------------------

messaging::Request Run::next_request(Client& client, Random& random) {
  domain::State const& state = truth_.state();
  messaging::Request request;
  ++client.commands;
  request.envelope.id = "c" + std::to_string(client.number) + "/" + std::to_string(client.commands);
  request.envelope.actor = {"client " + std::to_string(client.number), "dispatcher"};
  request.hash.fill(static_cast<std::uint8_t>(client.commands));
  if (!terminals_.empty() && random.chance(300)) {
    auto const& terminal =
        std::next(terminals_.begin(), static_cast<std::ptrdiff_t>(random.below(terminals_.size())))
            ->second;
    if (auto command = next_of_team(terminal, state, random)) {
      request.envelope.command = std::move(*command);
      return request;
    }
  }
  request.envelope.command = !state.founding || random.chance(600)
                                 ? usual_command(random, state)
                                 : random_command(random, state, clock_->now());
  return request;
}

void Run::give_command(Random& random) {
  auto& client = clients_[random.below(clients_.size())];
  if (client.under_way) {
    return;
  }
  client.under_way = next_request(client, random);
  client.known_when_sent = told_;
  client.sent_at = at_;
  client.tries = 1;
  Message message;
  message.client = static_cast<std::size_t>(client.number);
  message.request = *client.under_way;
  send(std::move(message), client.under_way->envelope.id + "/1");
}

void Run::send_again() {
  constexpr std::size_t kPatience = 12;
  for (auto& client : clients_) {
    if (client.under_way && at_ - client.sent_at >= kPatience) {
      client.sent_at = at_;
      ++client.tries;
      Message message;
      message.client = static_cast<std::size_t>(client.number);
      message.request = *client.under_way;
      send(std::move(message), client.under_way->envelope.id + "/" + std::to_string(client.tries));
    }
  }
}

void Run::repeat(Random& random) {
  auto& client = clients_[random.below(clients_.size())];
  if (client.done.empty()) {
    return;
  }
  auto const& done = client.done[random.below(client.done.size())];
  messaging::Request request = done.request;
  bool const another_body = random.chance(300);
  if (another_body) {
    request.hash.back() ^= 0xFFU;
  }
  std::optional<messaging::Outcome> outcome;
  center_->submit(request, [&](messaging::Outcome got) {
    if (!ended_) {
      outcome = std::move(got);
    }
  });
  turn();
  if (!outcome || std::holds_alternative<Error>(*outcome)) {
    return;
  }
  if (another_body && !std::holds_alternative<messaging::IdReused>(*outcome)) {
    wrong("another request under the id " + request.envelope.id + " was not refused");
  }
  auto const* carried = std::get_if<messaging::Carried>(&*outcome);
  if (!another_body && (carried == nullptr || lines_of(*carried) != done.answer)) {
    wrong("the repeat of " + request.envelope.id + " got another answer");
  }
  if (!another_body && carried != nullptr && !carried->replayed) {
    wrong("the repeat of " + request.envelope.id + " does not say that it is one");
  }
  ++result_.replayed;
}

void Run::tell_positions(Random& random) {
  for (auto const& [id, terminal] : terminals_) {
    messaging::TrackPoint point;
    point.team = id;
    point.point = {300'000'000 + static_cast<std::int32_t>(random.below(1'000'000)),
                   1'100'000'000 + static_cast<std::int32_t>(random.below(1'000'000))};
    point.device_time = point.received_at = clock_->now();
    center_->positions().take(point, clock_->now());
  }
}

// The feed and the past. -----------------------------------------------------------------------

void Run::read(Reader& reader, std::size_t most) {
  auto const take = [&](kernel::RecordedEvent const& event) {
    if (event.sequence != reader.seen + 1) {
      wrong("a reader got event " + std::to_string(event.sequence) + " after " +
            std::to_string(reader.seen));
    } else if (auto broken = truth_.see(event); !broken.empty()) {
      wrong("a reader: " + broken);
    }
    reader.seen = event.sequence;
  };
  if (!reader.connected) {
    reader.connected = true;
    return;
  }
  if (reader.live) {
    std::size_t const count = std::min(most, reader.queue.size());
    std::for_each_n(reader.queue.begin(), count, take);
    reader.queue.erase(reader.queue.begin(),
                       reader.queue.begin() + static_cast<std::ptrdiff_t>(count));
    return;
  }
  auto const rows = center_->journal().read(reader.seen, most);
  for (std::size_t i = 0; rows && i < rows->size(); ++i) {
    if ((*rows)[i].sequence > truth_.last()) {
      break;  // in the journal, but not shown to anybody yet
    }
    take(*messaging::decode_row((*rows)[i]));
  }
  reader.live = rows && reader.seen == truth_.last();
}

void Run::hear(Terminal& terminal, std::size_t most) {
  auto const rows = center_->journal().read(terminal.seen, most);
  for (std::size_t i = 0; rows && i < rows->size(); ++i) {
    auto const event = *messaging::decode_row((*rows)[i]);
    if (event.sequence > truth_.last()) {
      return;  // not shown to anybody yet
    }
    if (auto broken = terminal.hear(event); !broken.empty()) {
      wrong(broken);
    }
  }
}

void Run::read_feed(Random& random) {
  std::uint64_t const which = random.below(readers_.size() + terminals_.size());
  std::size_t const most = 1 + random.below(12);
  if (which < readers_.size()) {
    read(readers_[which], most);
  } else {
    hear(
        std::next(terminals_.begin(), static_cast<std::ptrdiff_t>(which - readers_.size()))->second,
        most);
  }
  settle();
}

void Run::look_back(Random& random) {
  auto const at =
      static_cast<Sequence>(random.below(static_cast<std::uint64_t>(truth_.last()) + 1));
  auto const state = center_->past().at(at);
  if (!ended_ && !state && !faulty_) {
    wrong("the past cannot be seen: " + state.error().message);
  }
  if (!ended_ && state && domain::state_text(**state) != domain::state_text(truth_.state_at(at))) {
    wrong("the past at " + std::to_string(at) + " is not what it was");
  }
  ++result_.moments;
  settle();
}

// The network. ---------------------------------------------------------------------------------

void Run::send(Message message, std::string const& key) {
  std::uint64_t hash = plan_.seed;
  for (char const c : key) {
    hash = hash * 131 + static_cast<unsigned char>(c);
  }
  Random random{hash};
  bool const lost = random.chance(plan_.lost_permille);
  bool const doubled = random.chance(plan_.doubled_permille);
  std::size_t const late = random.below(plan_.latest + 1);
  if (network_is_well_) {
    network_.emplace(at_, std::move(message));
    return;
  }
  if (lost) {
    ++result_.lost;
    return;
  }
  if (doubled) {
    ++result_.doubled;
    network_.emplace(at_ + random.below(plan_.latest * 2 + 1), message);
  }
  network_.emplace(at_ + late, std::move(message));
}

void Run::arrive(Message message) {
  if (!message.to_centre) {
    answered(clients_[message.client], message.id, *message.outcome);
    return;
  }
  if (!is_up()) {
    return;  // refused by the system; the client will try again
  }
  std::string const id = message.request.envelope.id;
  std::size_t const client = message.client;
  std::string const key = id + "/answer/" + std::to_string(at_);
  center_->submit(std::move(message.request), [this, id, client, key](messaging::Outcome outcome) {
    if (ended_) {
      return;
    }
    Message answer;
    answer.to_centre = false;
    answer.client = client;
    answer.id = id;
    answer.outcome = std::move(outcome);
    send(std::move(answer), key);
  });
}

void Run::deliver(std::size_t until) {
  while (!network_.empty() && network_.begin()->first <= until && !failed()) {
    auto message = std::move(network_.extract(network_.begin()).mapped());
    arrive(std::move(message));
  }
  Random random{plan_.seed * 7919 + until};
  if (is_up() && random.chance(700)) {
    turn();  // else they wait and are carried out together with later ones
  }
}

void Run::answered(Client& client, std::string const& id, messaging::Outcome const& outcome) {
  trace(id);
  auto const* carried = std::get_if<messaging::Carried>(&outcome);
  if (!client.under_way || client.under_way->envelope.id != id) {
    // Late: whoever got this answer before must have got the same.
    auto const it = std::find_if(client.done.begin(), client.done.end(),
                                 [&](auto const& done) { return done.request.envelope.id == id; });
    // (One that found nothing to do left no trace, and is not remembered.)
    if (carried != nullptr && !carried->events.empty() && it != client.done.end() &&
        lines_of(*carried) != it->answer) {
      wrong("a late answer to " + id + " is another one");
    }
    return;
  }
  if (std::holds_alternative<Error>(outcome)) {
    ++result_.unavailable;
    return;  // nobody can say; asked again with the same id
  }
  if (std::holds_alternative<messaging::IdReused>(outcome)) {
    wrong(id + " is said to be used for another request");
  }
  ++result_.answers;
  if (carried != nullptr && !carried->events.empty()) {
    answered_with(client, *carried);
  }
  client.under_way.reset();
}

void Run::answered_with(Client& client, messaging::Carried const& carried) {
  std::string const& id = client.under_way->envelope.id;
  for (auto const& event : carried.events) {
    if (event.command_id != id) {
      wrong("the answer to " + id + " holds " + event_line(event));
    }
    if (event.sequence > truth_.last() || truth_.line(event.sequence) != event_line(event)) {
      wrong("the answer to " + id + " is not in the log: " + event_line(event));
    }
  }
  if (carried.events.front().sequence <= client.known_when_sent) {
    wrong(id + " was sent after the answer with " + std::to_string(client.known_when_sent) +
          " and stands before it: " + event_line(carried.events.front()));
  }
  told_ = std::max(told_, carried.events.back().sequence);
  client.done.push_back({*client.under_way, lines_of(carried), carried.events.back().sequence});
}

// The end. -------------------------------------------------------------------------------------

void Run::heal_and_drain() {
  disk_->on_step = nullptr;
  disk_->heal();
  if (store_ != nullptr) {
    store_->fail_next(Fault::None);
  }
  disk_->set_unlimited();
  faulty_ = full_ = false;
  network_is_well_ = true;
  auto const open = [&] {
    return std::any_of(clients_.begin(), clients_.end(),
                       [](Client const& client) { return client.under_way.has_value(); });
  };
  for (int round = 0; round < 60 && !failed(); ++round) {
    at_ += 13;
    if (!is_up()) {
      try_start();
    }
    clock_->advance(seconds(1));
    send_again();
    deliver(at_ + plan_.latest * 2);
    if (is_up()) {
      turn();
    }
  }
  // Time passes, whatever the clock did before: so must deadlines.
  Time const soon = truth_.state().time + minutes(15);
  for (int minute = 0; minute < 20 && is_up(); ++minute) {
    clock_->advance(minutes(1));
    turn();
  }
  if (failed()) {
    return;
  }
  if (is_up() && center_->next_deadline() && *center_->next_deadline() <= soon) {
    wrong("not alive: a deadline does not pass though time does");
  } else if (!is_up()) {
    wrong("not alive: the centre does not stay up after the last fault");
  } else if (open()) {
    auto const it = std::find_if(clients_.begin(), clients_.end(),
                                 [](Client const& client) { return client.under_way.has_value(); });
    wrong("not alive: " + it->under_way->envelope.id + " still has no answer");
  }
}

void Run::check_at_rest() {
  if (auto const due = center_->next_deadline(); due && *due <= center_->now()) {
    wrong("not alive: a deadline has passed and is no fact");
  }
  std::string trouble = center_->last_trouble();
  if (!trouble.empty() && trouble.find("clock of this machine") == std::string::npos) {
    wrong("not alive: " + trouble);
  }
  for (auto const& status : center_->bus().status()) {
    if (status.position != truth_.last() || !status.last_error.empty()) {
      wrong("not alive: " + status.name + " stands at " + std::to_string(status.position) + ", " +
            status.last_error);
    }
  }
  for (auto& reader : readers_) {
    read(reader, 1);
    read(reader, 1'000'000);
    read(reader, 1'000'000);
    if (reader.seen != truth_.last()) {
      wrong("not alive: a reader stands at " + std::to_string(reader.seen));
    }
  }
  for (auto& [id, terminal] : terminals_) {
    hear(terminal, 1'000'000);
  }
  check_archive();
  check_subjects();
  check_anchors();
  for (auto const& client : clients_) {
    for (auto const& done : client.done) {
      auto const rows = center_->journal().find_command(done.request.envelope.id);
      if (!rows || rows->empty()) {
        wrong("lost: " + done.answer);
      }
    }
  }
  auto const whole = messaging::replay(center_->journal(), nullptr);
  if (!whole || domain::state_text(*whole) != domain::state_text(truth_.state())) {
    wrong("a replay from the beginning gives another state");
  }
  auto const check = messaging::check_journal(center_->journal());
  if (!check || !check->broken.empty()) {
    wrong("the chain is broken: " + (check ? check->broken : check.error().message));
  }
  if (!failed()) {
    stop_orderly();
    try_start();  // compares the state with what was seen
  }
}

/// Each anchor names a row that is in the journal with that hash: a witness elsewhere never cries wolf.
void Run::check_anchors() {
  for (auto const& anchor : anchors_) {
    if (anchor.sequence == 0) {
      continue;
    }
    auto const row = center_->journal().read(anchor.sequence - 1, 1);
    if (!row || row->empty() || row->front().sequence != anchor.sequence ||
        row->front().hash != anchor.hash) {
      wrong("the anchor of row " + std::to_string(anchor.sequence) + " does not fit the journal");
    }
  }
  result_.anchors = anchors_.size();
}

void Run::check_archive() {
  auto const compare = [&]<class T>(domain::Shelf<T> const& before, decltype(T::id) id) {
    auto const found = center_->archive()->find<T>(id);
    if (!found || !*found) {
      wrong(to_text(id) + " is not in the archive");
    } else if (fields_text((*found)->object) != fields_text(*before.at(id))) {
      wrong(to_text(id) + " is not in the archive as it stood");
    }
  };
  for (Sequence at = 1; at <= truth_.last(); ++at) {
    domain::State const& before = truth_.state_at(at - 1);
    if (auto const* gone = std::get_if<domain::IncidentArchived>(&truth_.event(at).event)) {
      compare(before.incidents, gone->incident);
      for (auto const id : gone->orders) {
        compare(before.orders, id);
      }
      for (auto const id : gone->proposals) {
        compare(before.proposals, id);
      }
    } else if (auto const* report = std::get_if<domain::ReportArchived>(&truth_.event(at).event)) {
      compare(before.reports, report->report);
    }
  }
}

void Run::check_subjects() {
  std::map<std::string, std::vector<Sequence>> expected;
  for (Sequence at = 1; at <= truth_.last(); ++at) {
    for (auto const& subject : messaging::subjects_of(truth_.event(at).event)) {
      expected[subject].push_back(at);
    }
  }
  for (auto const& [subject, sequences] : expected) {
    auto const found = center_->subjects()->sequences(subject, 0, 1'000'000);
    if (!found || *found != sequences) {
      wrong("the timeline of " + subject + " is not what happened");
    }
  }
}

}  // namespace fenghuo::tests
