#include "tests/load/many_clients.h"

#include <string>
#include <thread>
#include <vector>

#include "core/base/ensure.h"
#include "messaging/codec/event_codec.h"

namespace fenghuo::tests {

namespace {

messaging::Digest hash_of(std::string const& text) {
  messaging::Digest out{};
  std::uint64_t const mixed = mix_content(0, text, "");
  for (std::size_t i = 0; i < 8; ++i) {
    out[i] = static_cast<std::uint8_t>(mixed >> (8 * i));
  }
  return out;
}

messaging::Request request(std::string id, domain::Command command) {
  messaging::Request out;
  out.hash = hash_of(messaging::command_text(command));
  out.envelope.id = std::move(id);
  out.envelope.actor = {"client", "dispatcher"};
  out.envelope.command = std::move(command);
  return out;
}

// An incident in one atomic number: year and number of its id.
std::uint64_t packed(IncidentId id) { return (std::uint64_t{id.year} << 48U) | id.number; }
IncidentId unpacked(std::uint64_t value) {
  return {static_cast<std::uint16_t>(value >> 48U), value & 0xFFFFFFFFFFFFULL};
}

}  // namespace

struct ManyClients::Client {
  std::size_t number;
  Random random;
  std::vector<Call>& calls;
  /// The last ones that were carried out, to be sent again.
  std::vector<std::pair<std::uint32_t, domain::Command>> done{};
};

ManyClients::ManyClients(center::Center& center, center::ManualClock& clock, Size size,
                         std::uint64_t seed)
    : center_{center}, clock_{clock}, size_{size}, seed_{seed}, traces_(size.clients) {}

TeamId ManyClients::team(Random& random) const { return {2026, 1 + random.below(size_.teams)}; }
/// One that is open as far as anybody was told. The standing one is for when there is no other: it would
/// gather orders for ever.
IncidentId ManyClients::incident(Random& random) const {
  std::size_t const first = random.below(board_.size());
  for (std::size_t i = 0; i < board_.size(); ++i) {
    if (auto const place = board_[(first + i) % board_.size()].load(); place != 0) {
      return unpacked(place);
    }
  }
  return standing_;
}

void ManyClients::found() {
  auto const must = [&](std::string id, domain::Command command) {
    auto outcome = center_.carry_out(request(std::move(id), std::move(command)));
    auto* carried = std::get_if<messaging::Carried>(&outcome);
    ensure(carried != nullptr && !carried->events.empty(), "a new centre can be set up");
    return std::move(carried->events.front().event);
  };
  must("found", domain::FoundCenter{});
  for (std::size_t i = 0; i < size_.teams; ++i) {
    domain::RegisterTeam team;
    team.facts.name = "第" + std::to_string(i + 1) + "救援队";
    team.facts.force = i % 10 == 9 ? domain::Force::External : domain::Force::Own;
    must("team/" + std::to_string(i), std::move(team));
  }
  standing_ = std::get<domain::IncidentOpened>(must("standing", domain::OpenIncident{})).incident;
}

domain::Command ManyClients::next_step(Random& random, OrderId order, domain::OrderStatus status) {
  domain::SetOrderStatus set;
  set.order = order;
  auto const after = static_cast<int>(status) + static_cast<int>(random.between(1, 3));
  set.status = static_cast<domain::OrderStatus>(after);
  if (set.status == domain::OrderStatus::ToDestination ||
      set.status == domain::OrderStatus::AtDestination) {
    set.status = domain::OrderStatus::Released;
  }
  return set;
}

/// Something about the order that a team is on as the committed state says; others do the same meanwhile.
domain::Command ManyClients::on_an_order(Random& random) {
  TeamId const who = team(random);
  auto const [order, status] = center_.committed().read([&](domain::State const& state) {
    domain::Team const& found = *domain::find(state.teams, who);
    return found.order ? std::pair{*found.order, domain::find(state.orders, *found.order)->status}
                       : std::pair{OrderId{}, domain::OrderStatus::Issued};
  });
  if (order == OrderId{}) {
    domain::IssueOrders issue;
    issue.incident = incident(random);
    issue.items.push_back({who, "", "", {}});
    issue.acknowledge_within = hours(12);
    return issue;
  }
  auto const draw = random.below(100);
  if (draw < 8) {
    domain::DivertOrder divert;
    divert.order = order;
    divert.to = incident(random);
    divert.reason = "改派";
    return divert;
  }
  if (draw < 14) {
    return domain::CancelOrder{order, "撤销", {}};
  }
  if (draw < 18) {
    return domain::DeclineOrder{order, "车辆故障", {}};
  }
  return next_step(random, order, status);
}

domain::Command ManyClients::draw(Random& random) {
  auto const draw = random.below(100);
  if (draw < 22) {
    // An incident is opened where one is missing on the board, else one there is closed: about as many each.
    std::uint64_t const place = board_[random.below(board_.size())].load();
    if (place != 0) {
      return domain::CloseIncident{unpacked(place), "处置完毕", {}};
    }
    domain::OpenIncident open;
    open.facts.kind = "fire";
    return open;
  }
  if (draw < 40) {
    domain::IssueOrders issue;
    issue.incident = incident(random);
    for (auto n = random.between(1, 2); n > 0; --n) {
      issue.items.push_back({team(random), "", "", {}});
    }
    issue.acknowledge_within = hours(12);
    return issue;
  }
  if (draw < 95) {
    return on_an_order(random);
  }
  if (draw < 97) {
    domain::SetTeamAvailability set;
    set.team = team(random);
    set.availability = static_cast<domain::Availability>(random.below(10) / 8);
    set.reason = "轮换";
    return set;
  }
  domain::AddNote note;
  note.incident = incident(random);
  note.text = "现场情况 " + std::to_string(random.below(1'000'000));
  return note;
}

/// Replaces an entry of the board; another thread may have done so before.
void ManyClients::put_on_board(std::uint64_t out, std::uint64_t in) {
  for (auto& place : board_) {
    std::uint64_t expected = out;
    if (place.compare_exchange_strong(expected, in)) {
      return;
    }
  }
}

void ManyClients::look_at_answer(messaging::Outcome const& outcome) {
  auto const* carried = std::get_if<messaging::Carried>(&outcome);
  if (carried == nullptr || carried->events.empty()) {
    return;
  }
  Sequence const last = carried->events.back().sequence;
  Sequence before = answered_.load();
  while (before < last && !answered_.compare_exchange_weak(before, last)) {
  }
  if (carried->replayed) {
    return;
  }
  auto const& event = carried->events.front().event;
  if (auto const* opened = std::get_if<domain::IncidentOpened>(&event)) {
    put_on_board(0, packed(opened->incident));
  } else if (auto const* closed = std::get_if<domain::IncidentClosed>(&event)) {
    put_on_board(packed(closed->incident), 0);
  }
}

void ManyClients::ask(Client& client, Call call, std::string const& id, domain::Command command) {
  auto asked = request(id, std::move(command));
  call.known = answered_.load();
  auto const outcome = center_.carry_out(std::move(asked));
  call.until = center_.committed().read([](auto const& state) { return state.sequence; });
  note_outcome(call, outcome);
  look_at_answer(outcome);
  client.calls.push_back(call);
}

void ManyClients::call(Client& client) {
  clock_.advance(size_.each_call);
  auto& [number, random, calls, done] = client;
  auto const draw = random.below(100);
  Call call;
  if (draw < 5 && !done.empty()) {
    auto const& [again, command] = done[random.below(done.size())];
    call.repeats = again;
    ask(client, call, own_id(number, again), command);
    return;
  }
  if (draw < 6 && !done.empty()) {
    call.repeats = done[random.below(done.size())].first;
    call.other_body = true;
    ask(client, call, own_id(number, call.repeats), domain::AddNote{standing_, "别的内容", {}});
    return;
  }
  if (draw < 8) {
    // Two calls one after another draw the same number, mostly two clients at the same time.
    call.shared = shared_.fetch_add(1) / 2;
    ask(client, call, shared_id(call.shared),
        domain::AddNote{standing_, "同一件事 " + std::to_string(call.shared), {}});
    return;
  }
  auto command = this->draw(random);
  auto const place = static_cast<std::uint32_t>(calls.size());
  ask(client, call, own_id(number, place), command);
  if (calls.back().outcome == Call::Outcome::Carried && calls.back().events > 0) {
    constexpr std::size_t kRemembered = 50;
    if (done.size() < kRemembered) {
      done.emplace_back(place, std::move(command));
    } else {
      done[random.below(kRemembered)] = {place, std::move(command)};
    }
  }
}

void ManyClients::live(std::size_t number, std::size_t calls, std::uint64_t seed) {
  Client client{number, Random{seed}, traces_[number]};
  client.calls.reserve(calls);
  while (client.calls.size() < calls) {
    call(client);
  }
}

void ManyClients::run() {
  found();
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < size_.clients; ++i) {
    std::size_t const calls =
        size_.calls / size_.clients + (i < size_.calls % size_.clients ? 1 : 0);
    threads.emplace_back([this, i, calls] { live(i, calls, seed_ * 1'000 + i); });
  }
  for (auto& thread : threads) {
    thread.join();
  }
}

}  // namespace fenghuo::tests
