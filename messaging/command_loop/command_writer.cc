#include "messaging/command_loop/command_writer.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_map>

namespace fenghuo::messaging {

/// What a group of commands adds up to before it is durable.
struct CommandWriter::Batch {
  struct Place {
    std::size_t request, first_event, events;
  };
  std::vector<bool> known;     ///< by request: carried out before; empty while nobody asked
  std::vector<Place> carried;  ///< where the events of a request stand
  std::vector<Outcome> outcomes;
  std::vector<kernel::RecordedEvent> events;
  std::vector<JournalRow> rows;
  std::unordered_map<std::string_view, std::size_t>
      first_of;                                              ///< command id -> place of its request
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
  return carried;
}

void CommandWriter::decide(Request& request, Time now, std::size_t at, Batch& batch) {
  kernel::CommandEnvelope& envelope = request.envelope;
  if (auto const [first, fresh] = batch.first_of.try_emplace(envelope.id, at); !fresh) {
    batch.repeats.emplace_back(at, first->second);
    return;
  }
  if (!batch.known.empty() && batch.known[at]) {
    batch.first_of.erase(envelope.id);  // the journal answers each of them
    batch.outcomes[at] = replay(request);
    return;
  }
  envelope.time = std::max(now, working_.time);
  domain::Decision decision = kernel::decide(working_, envelope);
  auto* refusal = std::get_if<domain::Refusal>(&decision.outcome);
  auto* events = std::get_if<std::vector<domain::Event>>(&decision.outcome);
  if (refusal != nullptr || events->empty()) {
    // Nothing will be appended that could meet the first one of this id, so the journal is asked here.
    auto const known =
        batch.known.empty() ? journal_.has_command(envelope.id) : Result<bool>{false};
    if (!known || *known || refusal != nullptr) {
      batch.first_of.erase(envelope.id);
      batch.outcomes[at] = !known   ? Outcome{known.error()}
                           : *known ? replay(request)
                                    : Outcome{std::move(*refusal)};
      return;
    }
  }
  batch.carried.push_back({at, batch.events.size(), events->size()});
  int index = 0;
  for (auto& event : *events) {
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

void CommandWriter::decide_all(std::span<Request> requests, Time now, Batch& batch) {
  batch.rows.reserve(requests.size());
  batch.events.reserve(requests.size());
  batch.carried.reserve(requests.size());
  batch.first_of.reserve(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    decide(requests[i], now, i, batch);
  }
}

/// Decides each request and makes what follows durable. False: nothing is stored.
///
/// A command that was carried out before is rare, and the store itself refuses to hold its id twice: so
/// nobody asks for every id beforehand. Only when the append was refused are the ids looked up, and the
/// group is decided again with what is known.
bool CommandWriter::carry_out(std::span<Request> requests, Time now, Batch& batch,
                              std::string& why) {
  decide_all(requests, now, batch);
  if (batch.rows.empty() || make_durable(batch, why)) {
    return true;
  }
  if (head_in_doubt_ || !ended_because_.empty()) {
    return false;
  }
  std::vector<std::string_view> ids;
  ids.reserve(requests.size());
  for (auto const& request : requests) {
    ids.emplace_back(request.envelope.id);
  }
  auto known = journal_.known_commands(ids);
  if (!known || std::find(known->begin(), known->end(), true) == known->end()) {
    return false;
  }
  working_ = committed_.copy();
  batch = Batch{};
  batch.outcomes.resize(requests.size(), Error{ErrorCode::Unavailable, ""});
  batch.known = std::move(known).value();
  decide_all(requests, now, batch);
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
  count([&](WriterFigures& figures) {
    for (auto const& outcome : batch.outcomes) {
      auto const* carried = std::get_if<Carried>(&outcome);
      figures.refused += std::holds_alternative<domain::Refusal>(outcome) ? 1U : 0U;
      figures.replayed += carried != nullptr && carried->replayed ? 1U : 0U;
    }
  });
  return std::move(batch.outcomes);
}

}  // namespace fenghuo::messaging
