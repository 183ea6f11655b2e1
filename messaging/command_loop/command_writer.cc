#include "messaging/command_loop/command_writer.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace fenghuo::messaging {

/// What a group of commands adds up to before it is durable.
struct CommandWriter::Batch {
  struct Place {
    std::size_t request, first_event, events;
  };
  std::vector<bool> known;     ///< by request: carried out before
  std::vector<Place> carried;  ///< where the events of a request stand
  std::vector<Outcome> outcomes;
  std::vector<kernel::RecordedEvent> events;
  std::vector<JournalRow> rows;
  std::map<std::string, std::size_t> first_of;  ///< command id -> its place among the requests
  std::vector<std::pair<std::size_t, std::size_t>> repeats;  ///< place, place of the first
};

CommandWriter::CommandWriter(Journal& journal, CommittedState& committed, EventBus& bus,
                             std::function<void(std::string const&)> on_store_failure)
    : journal_{journal},
      committed_{committed},
      bus_{bus},
      on_store_failure_{std::move(on_store_failure)},
      working_{committed.copy()} {}

WriterFigures CommandWriter::figures() const {
  std::scoped_lock const lock{figures_mutex_};
  return figures_;
}

template <class Change>
void CommandWriter::count(Change const& change) {
  std::scoped_lock const lock{figures_mutex_};
  change(figures_);
}

Outcome CommandWriter::replay(Request const& request) {
  auto rows = journal_.find_command(request.envelope.id);
  if (!rows) {
    return rows.error();
  }
  Carried carried{{}, true};
  for (auto const& row : *rows) {
    if (row.request_hash != request.hash) {
      return IdReused{};
    }
    auto event = decode_row(row);
    if (!event) {
      return event.error();
    }
    carried.events.push_back(std::move(event).value());
  }
  count([](WriterFigures& figures) { ++figures.replayed; });
  return carried;
}

void CommandWriter::decide(Request& request, Time now, std::size_t at, Batch& batch) {
  kernel::CommandEnvelope& envelope = request.envelope;
  if (auto const [first, fresh] = batch.first_of.try_emplace(envelope.id, at); !fresh) {
    batch.repeats.emplace_back(at, first->second);
    return;
  }
  if (batch.known[at]) {
    batch.first_of.erase(envelope.id);  // the journal answers each of them
    batch.outcomes[at] = replay(request);
    return;
  }
  envelope.time = std::max(now, working_.time);
  domain::Decision decision = kernel::decide(working_, envelope);
  if (auto* refusal = std::get_if<domain::Refusal>(&decision.outcome)) {
    count([](WriterFigures& figures) { ++figures.refused; });
    batch.first_of.erase(envelope.id);  // nothing was carried out under this id
    batch.outcomes[at] = std::move(*refusal);
    return;
  }
  auto& events = std::get<std::vector<domain::Event>>(decision.outcome);
  batch.carried.push_back({at, batch.events.size(), events.size()});
  int index = 0;
  for (auto& event : events) {
    kernel::RecordedEvent recorded;
    recorded.sequence = working_.sequence + 1;
    recorded.recorded_at = envelope.time;
    recorded.occurred_at = kernel::stated_time(event).value_or(envelope.time);
    recorded.command_id = envelope.id;
    recorded.index = index++;
    recorded.actor = envelope.actor;
    recorded.event = std::move(event);
    kernel::apply(working_, recorded);
    batch.rows.push_back(encode_row(recorded, request.hash));
    batch.events.push_back(std::move(recorded));
  }
}

/// Looks all ids up at once, decides each request, makes what follows durable. False: nothing is stored.
bool CommandWriter::carry_out(std::span<Request> requests, Time now, Batch& batch,
                              std::string& why) {
  std::vector<std::string_view> ids;
  ids.reserve(requests.size());
  for (auto const& request : requests) {
    ids.emplace_back(request.envelope.id);
  }
  auto known = journal_.known_commands(ids);
  if (!known) {
    why = known.error().message;
    return false;
  }
  batch.known = std::move(known).value();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    decide(requests[i], now, i, batch);
  }
  return batch.rows.empty() || make_durable(batch, why);
}

bool CommandWriter::settle_unknown(Batch const& batch, std::string& why) {
  JournalRow const& last = batch.rows.back();
  auto const head = journal_.reread_head();
  if (!head) {
    head_in_doubt_ = true;
    why = "the journal cannot be read: " + head.error().message;
    return false;
  }
  head_in_doubt_ = false;
  if (head->sequence == last.sequence && head->hash == last.hash) {
    return true;
  }
  if (head->sequence != batch.rows.front().sequence - 1) {
    why = "the journal ends where nobody expected: another writer?";
    end(why);
  }
  return false;
}

/// After a time in which nobody could say whether a group was stored: what is there is taken as it is.
bool CommandWriter::adopt(std::string& why) {
  auto const head = journal_.reread_head();
  auto rows = journal_.read(committed_.read([](auto const& s) { return s.sequence; }), 1'000'000);
  if (!head || !rows) {
    why = "the journal cannot be read: " + (head ? rows.error() : head.error()).message;
    return false;
  }
  std::vector<kernel::RecordedEvent> events;
  for (auto const& row : *rows) {
    auto event = decode_row(row);
    if (!event) {
      why = event.error().message;
      end(why);
      return false;
    }
    events.push_back(std::move(event).value());
  }
  if (!events.empty()) {
    committed_.apply(events);
    working_ = committed_.copy();
    bus_.publish(events);
  }
  return true;
}

bool CommandWriter::make_durable(Batch& batch, std::string& why) {
  AppendResult const result = journal_.append(batch.rows);
  why = result.message;
  switch (result.outcome) {
    case AppendOutcome::Written:
      return true;
    case AppendOutcome::NotWritten:
      return false;
    case AppendOutcome::Unknown:
      return settle_unknown(batch, why);
    case AppendOutcome::StoreFailed:
      break;
  }
  end(why);
  return false;
}

/// The store is not to be believed any more. Should the process live on, nothing else is written.
void CommandWriter::end(std::string const& why) {
  ended_because_ = why.empty() ? "the store failed" : why;
  on_store_failure_(why);
}

std::vector<Outcome> CommandWriter::process(std::span<Request> requests, Time now) {
  Batch batch;
  batch.outcomes.resize(requests.size(), Error{ErrorCode::Unavailable, ""});
  std::string why = ended_because_;
  if (head_in_doubt_ && ended_because_.empty()) {
    head_in_doubt_ = !adopt(why);
  }
  bool const able = !head_in_doubt_ && ended_because_.empty();
  if (!able || !carry_out(requests, now, batch, why)) {
    working_ = committed_.copy();
    count([&](WriterFigures& figures) { figures.failed += requests.size(); });
    std::fill(batch.outcomes.begin(), batch.outcomes.end(),
              Outcome{Error{ErrorCode::Unavailable, "not stored: " + why + "; try again"}});
    return std::move(batch.outcomes);
  }
  if (!batch.events.empty()) {
    committed_.apply(batch.events);
    count([&](WriterFigures& figures) {
      ++figures.batches;
      figures.events += batch.events.size();
    });
    bus_.publish(batch.events);
  }
  for (auto const& [at, first, count] : batch.carried) {
    auto const begin = batch.events.begin() + static_cast<std::ptrdiff_t>(first);
    auto const end = begin + static_cast<std::ptrdiff_t>(count);
    batch.outcomes[at] =
        Carried{{std::make_move_iterator(begin), std::make_move_iterator(end)}, false};
  }
  for (auto const& [place, first] : batch.repeats) {
    batch.outcomes[place] =
        requests[place].hash == requests[first].hash ? batch.outcomes[first] : Outcome{IdReused{}};
    if (auto* carried = std::get_if<Carried>(&batch.outcomes[place])) {
      carried->replayed = true;
    }
  }
  return std::move(batch.outcomes);
}

}  // namespace fenghuo::messaging
