#include "tests/load/journal_scan.h"

#include <algorithm>

#include "core/domain/order.h"
#include "core/kernel/kernel.h"

namespace fenghuo::tests {

void JournalScan::wrong(std::string what) {
  if (found_.size() < 20) {
    found_.push_back(std::move(what));
  }
}

void JournalScan::hold(TeamId team, OrderId order, Sequence at) {
  auto& spans = held_[team];
  if (!spans.empty() && spans.back().end == 0) {
    wrong("event " + std::to_string(at) + ": " + to_text(team) + " is sent by " + to_text(order) +
          " and still on " + to_text(spans.back().order));
  }
  spans.push_back({order, at, 0});
  holder_[order] = team;
}

void JournalScan::let_go(OrderId order, Sequence at) {
  auto const holder = holder_.find(order);
  if (holder == holder_.end()) {
    return;  // it had ended before: released, now returned
  }
  held_[holder->second].back().end = at;  // a team on two orders has ended the walk before
  holder_.erase(holder);
}

void JournalScan::book(kernel::RecordedEvent const& event) {
  if (auto const* issued = std::get_if<domain::OrderIssued>(&event.event)) {
    hold(issued->team, issued->order, event.sequence);
  } else if (auto const* set = std::get_if<domain::OrderStatusSet>(&event.event)) {
    if (set->to > domain::OrderStatus::AtDestination) {
      let_go(set->order, event.sequence);
    }
  } else if (auto const* cancelled = std::get_if<domain::OrderCancelled>(&event.event)) {
    let_go(cancelled->order, event.sequence);
  }
}

void JournalScan::row(messaging::JournalRow const& row) {
  ++rows_;
  ++types_[row.type];
  if (row.sequence != static_cast<Sequence>(rows_)) {
    wrong("row " + std::to_string(rows_) + " has the sequence " + std::to_string(row.sequence));
  }
  if (row.command_id != command_) {
    command_ = row.command_id;
    ++commands_;
    auto const id = parse_call_id(row.command_id);
    other_ = {};
    piece_ = &other_;
    if (!id) {
      if (!others_.insert(row.command_id).second) {
        wrong(row.command_id + " has rows in two places");
      }
    } else if (id->shared) {
      shared_.resize(std::max(shared_.size(), id->number + 1));
      piece_ = &shared_[id->number];
    } else if (id->client < own_.size() && id->number < own_[id->client].size()) {
      piece_ = &own_[id->client][id->number];
    } else {
      wrong("no client sent " + row.command_id);
    }
    if (piece_->events != 0) {
      wrong(row.command_id + " has rows in two places");
    }
    piece_->first = row.sequence;
  }
  if (row.index != static_cast<int>(piece_->events)) {
    wrong(row.command_id + ": index " + std::to_string(row.index) + " where " +
          std::to_string(piece_->events) + " comes next");
  }
  ++piece_->events;
  piece_->content = mix_content(piece_->content, row.type, row.payload);
  auto const event = messaging::decode_row(row);
  if (!event) {
    wrong(event.error().message);
    return;
  }
  book(*event);
  kernel::apply(state_, *event);
}

JournalScan::Piece const* JournalScan::piece_of(std::size_t client, std::size_t number,
                                                Call const& call) const {
  if (call.shared != Call::kFresh) {
    return call.shared < shared_.size() ? &shared_[call.shared] : nullptr;
  }
  return &own_[client][call.repeats == Call::kFresh ? number : call.repeats];
}

bool JournalScan::was_busy(TeamId team, Sequence from, Sequence until) const {
  auto const spans = held_.find(team);
  if (spans == held_.end()) {
    return false;
  }
  // The first that had not ended at `from`.
  auto const it = std::lower_bound(
      spans->second.begin(), spans->second.end(), from,
      [](Held const& held, Sequence at) { return held.end != 0 && held.end <= at; });
  return it != spans->second.end() && it->begin <= until;
}

void JournalScan::one_call(std::size_t client, std::size_t number, Call const& call) {
  std::string const name = own_id(client, number);
  Piece const* piece = piece_of(client, number, call);
  auto const wanted = call.other_body                ? Call::Outcome::Reused
                      : call.repeats != Call::kFresh ? Call::Outcome::Replayed
                                                     : call.outcome;
  if (call.outcome != wanted || call.outcome == Call::Outcome::Unavailable) {
    wrong(name + ": " + (call.other_body ? "an id used again" : "a call") +
          " got the answer of another kind: " + std::to_string(static_cast<int>(call.outcome)));
  }
  bool const carried = call.outcome == Call::Outcome::Carried;
  bool const replayed = call.outcome == Call::Outcome::Replayed;
  if (carried || replayed) {
    Piece const none;
    Piece const& rows = piece == nullptr ? none : *piece;
    if (rows.first != call.first || rows.events != call.events || rows.content != call.content) {
      wrong(name + ": answered " + std::to_string(call.events) + " events from " +
            std::to_string(call.first) + ", the journal has " + std::to_string(rows.events) +
            " from " + std::to_string(rows.first) +
            (rows.content == call.content ? "" : ", of another content"));
    }
  } else if (call.repeats == Call::kFresh && call.shared == Call::kFresh && piece->events != 0) {
    wrong(name + ": not carried out, and " + std::to_string(piece->events) +
          " rows are in the journal");
  }
  if (carried && call.events > 0 && call.first <= call.known) {
    wrong(name + ": sent when " + std::to_string(call.known) + " had been answered, stored as " +
          std::to_string(call.first));
  }
  if (replayed && call.repeats == Call::kFresh && call.shared == Call::kFresh) {
    wrong(name + ": sent once and answered as a repeat");
  }
  if (call.outcome == Call::Outcome::Refused && call.busy != TeamId{} &&
      !was_busy(call.busy, call.known, call.until)) {
    wrong(name + ": " + to_text(call.busy) + " is called busy and was free from " +
          std::to_string(call.known) + " to " + std::to_string(call.until));
  }
}

void JournalScan::calls() {
  std::vector<int> carried(shared_.size());  // how many were told that they carried a shared id out
  for (std::size_t client = 0; client < traces_.size(); ++client) {
    for (std::size_t number = 0; number < traces_[client].size(); ++number) {
      Call const& call = traces_[client][number];
      one_call(client, number, call);
      if (call.shared < carried.size() && call.outcome == Call::Outcome::Carried) {
        ++carried[call.shared];
      }
    }
  }
  for (std::size_t number = 0; number < carried.size(); ++number) {
    if (carried[number] != (shared_[number].events == 0 ? 0 : 1)) {
      wrong(shared_id(number) + " was carried out for " + std::to_string(carried[number]) +
            " callers");
    }
  }
}

std::vector<std::string> JournalScan::run(messaging::Journal& journal) {
  constexpr std::size_t kChunk = 1'000;
  for (auto const& calls : traces_) {
    own_.emplace_back(calls.size());
  }
  while (true) {
    auto const rows = journal.read(static_cast<Sequence>(rows_), kChunk);
    if (!rows || rows->empty()) {
      if (!rows) {
        wrong(rows.error().message);
      }
      break;
    }
    for (auto const& one : *rows) {
      row(one);
      if (!found_.empty()) {
        return found_;  // what was replayed from here on would be of another history
      }
    }
  }
  calls();
  return found_;
}

}  // namespace fenghuo::tests
