#include "center/outbox.h"

#include <algorithm>
#include <chrono>
#include <type_traits>

namespace fenghuo::center {

namespace {

using domain::Delivery;
using domain::DeliveryStatus;
using domain::Means;

kernel::Actor const kOutbox{"outbox", "system"};
constexpr std::size_t kThreadsOfALine = 4;

/// The deliveries that an event opens, or gives something new to hand over.
void add_deliveries(domain::Event const& event, std::set<DeliveryId>& out) {
  std::visit(
      [&](auto const& one) {
        using E = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<E, domain::CallDownOpened>) {
          for (auto const& row : one.rows) {
            out.insert(row.delivery);
          }
        } else if constexpr (requires { DeliveryId{one.delivery}; }) {
          out.insert(one.delivery);
        } else if constexpr (requires { DeliveryId{*one.delivery}; }) {
          if (one.delivery) {
            out.insert(*one.delivery);
          }
        }
      },
      event);
}

/// Nobody has answered, or people asked for it once more since somebody did.
bool wants_handover(Delivery const& delivery) {
  switch (delivery.status) {
    case DeliveryStatus::Open:
    case DeliveryStatus::Delivered:
      return true;
    case DeliveryStatus::Answered:
    case DeliveryStatus::ReadBack:
      return delivery.round_since && delivery.heard_at < delivery.round_since;
    case DeliveryStatus::Ended:
      return false;
  }
  return false;
}

Time since(Delivery const& delivery, std::size_t recipient) {
  Time const told = delivery.recipients[recipient].since;
  return delivery.round_since ? std::max(told, *delivery.round_since) : told;
}

/// Whether some gateway has taken it.
bool is_handed_over(Delivery const& delivery, std::size_t recipient, Means means) {
  return std::any_of(delivery.handovers.begin(), delivery.handovers.end(), [&](auto const& noted) {
    return static_cast<std::size_t>(noted.handover.recipient) == recipient &&
           noted.handover.means == means &&
           noted.handover.outcome == domain::HandoverOutcome::HandedOver;
  });
}
/// Whether this gateway has taken it or given it up.
bool is_settled_with(Delivery const& delivery, std::size_t recipient, Means means,
                     std::string_view bearer) {
  return std::any_of(delivery.handovers.begin(), delivery.handovers.end(), [&](auto const& noted) {
    return static_cast<std::size_t>(noted.handover.recipient) == recipient &&
           noted.handover.means == means && noted.handover.bearer == bearer;
  });
}

}  // namespace

Outbox::Outbox(Doors doors, std::vector<std::unique_ptr<messaging::Bearer>> bearers,
               std::function<std::string(std::string_view)> receipts_url, bool drill)
    : doors_{std::move(doors)}, receipts_url_{std::move(receipts_url)}, drill_{drill} {
  for (auto& bearer : bearers) {
    Line line;
    line.figures.name = bearer->name();
    line.bearer = std::move(bearer);
    lines_.push_back(std::move(line));
  }
  if (lines_.empty()) {
    return;
  }
  doors_.committed.read([&](domain::State const& state) {
    for (auto const& [id, delivery] : state.deliveries) {
      if (wants_handover(*delivery)) {
        open_.insert(id);
      }
    }
  });
}

Outbox::~Outbox() { stop(); }

void Outbox::notice(std::span<kernel::RecordedEvent const> events) {
  if (lines_.empty()) {
    return;
  }
  std::set<DeliveryId> named;
  for (auto const& event : events) {
    add_deliveries(event.event, named);
  }
  if (!named.empty()) {
    {
      std::scoped_lock const lock{noticed_mutex_};
      noticed_.merge(named);
    }
    wake_.notify_all();
  }
}

void Outbox::start() {
  for (std::size_t line = 0; line < lines_.size(); ++line) {
    for (std::size_t i = 0; i < kThreadsOfALine; ++i) {
      threads_.emplace_back([this, line] { run(line); });
    }
  }
}

void Outbox::stop() {
  {
    std::scoped_lock const lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) {
    thread.join();
  }
  threads_.clear();
}

void Outbox::turn() {
  Lock lock{mutex_};
  for (std::size_t line = 0; line < lines_.size(); ++line) {
    plan(lock);
    while (work_once(line, lock)) {
      plan(lock);
    }
  }
}

void Outbox::run(std::size_t line) {
  Lock lock{mutex_};
  while (!stopping_) {
    plan(lock);
    if (!work_once(line, lock)) {
      // A notice that comes between plan and wait is seen a quarter of a second late at most.
      wake_.wait_for(lock, std::chrono::milliseconds{250});
    }
  }
}

std::string const& Outbox::centre() {
  if (centre_.empty()) {
    centre_ = doors_.centre();
  }
  return centre_;
}

/// What the state says of the deliveries looked after. Takes no lock but the state's.
std::vector<Outbox::Open> Outbox::open_recipients() {
  std::vector<Open> out;
  Time const now = doors_.now();
  doors_.committed.read([&](domain::State const& state) {
    for (auto it = open_.begin(); it != open_.end();) {
      auto const found = state.deliveries.find(*it);
      bool const wanted = found != state.deliveries.end() && wants_handover(*found->second);
      for (std::size_t i = 0; wanted && i < found->second->recipients.size(); ++i) {
        if (now - since(*found->second, i) <= kHandOverWithin) {
          out.push_back({found->second, i});
        }
      }
      it = wanted ? std::next(it) : open_.erase(it);
    }
  });
  return out;
}

void Outbox::plan(Lock& /*lock*/) {
  bool moved = false;
  {
    std::scoped_lock const noticed{noticed_mutex_};
    moved = !noticed_.empty();
    open_.merge(noticed_);
    noticed_.clear();
  }
  Time const now = doors_.now();
  if (!moved && now >= planned_at_ && now - planned_at_ < seconds(1)) {
    return;
  }
  planned_at_ = now;
  if (lines_.empty() || centre().empty()) {
    return;
  }
  std::set<MessageId> wanted;
  for (auto const& open : open_recipients()) {
    plan_recipient(open, wanted);
  }
  std::erase_if(messages_, [&](auto const& entry) {
    return !wanted.contains(entry.first) && !entry.second.busy && !entry.second.settled;
  });
}

void Outbox::plan_recipient(Open const& open, std::set<MessageId>& wanted) {
  for (Means const means : {Means::Sms, Means::Phone}) {
    MessageId const id{centre(), open.delivery->id, open.delivery->round,
                       static_cast<std::int64_t>(open.recipient), means};
    auto const known = messages_.find(id);
    if (known != messages_.end() && (known->second.busy || known->second.settled)) {
      wanted.insert(id);
      continue;
    }
    if (is_handed_over(*open.delivery, open.recipient, means)) {
      continue;
    }
    auto const addressee = doors_.committed.read([&](domain::State const& state) {
      return addressee_of(state, open.delivery->recipients[open.recipient], means);
    });
    std::vector<std::string> numbers;
    for (auto const& sealed : addressee.numbers) {
      if (auto opened_number = opened(sealed)) {
        numbers.push_back(std::move(*opened_number));
      }
    }
    std::string number;
    auto const line = line_for(open, means, numbers, number);
    if (!line) {
      continue;
    }
    wanted.insert(id);
    if (known != messages_.end() && known->second.line == *line) {
      continue;  // under way: the same letter at every try
    }
    Message message;
    message.line = *line;
    message.of = open.delivery->of;
    message.letter = write(open, id, *line, opened(addressee.name).value_or(""), std::move(number));
    message.due = doors_.now();
    messages_.insert_or_assign(id, std::move(message));
  }
}

/// The first that carries it, has not given it up, and is not down; if all are down the first of them.
std::optional<std::size_t> Outbox::line_for(Open const& open, Means means,
                                            std::vector<std::string> const& numbers,
                                            std::string& number) {
  std::optional<std::size_t> best;
  Time const now = doors_.now();
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    auto const& bearer = *lines_[i].bearer;
    auto const reached = std::find_if(numbers.begin(), numbers.end(), [&](std::string const& one) {
      return bearer.reaches(fenghuo::name_of(means), one);
    });
    if (reached == numbers.end() ||
        is_settled_with(*open.delivery, open.recipient, means, bearer.name())) {
      continue;
    }
    bool const up = lines_[i].circuit.state(now) != messaging::CircuitState::Open;
    if (up || !best) {
      best = i;
      number = *reached;
    }
    if (up) {
      break;
    }
  }
  return best;
}

std::optional<std::string> Outbox::opened(domain::Sealed const& sealed) {
  if (sealed.key.empty()) {
    return sealed.box;
  }
  return doors_.personal != nullptr ? doors_.personal->open(sealed) : std::nullopt;
}

messaging::OutgoingMessage Outbox::write(Open const& open, MessageId const& id, std::size_t line,
                                         std::string name, std::string number) {
  messaging::OutgoingMessage letter;
  letter.id = to_text(id);
  letter.recipient_name = std::move(name);
  letter.address = std::move(number);
  letter.means = fenghuo::name_of(id.means);
  letter.text = doors_.committed.read([&](domain::State const& state) {
    return letter_text(state, *open.delivery, open.delivery->answer_by);
  });
  letter.made_at = since(*open.delivery, open.recipient);
  letter.answer_by = open.delivery->answer_by;
  letter.drill = drill_;
  letter.callback = receipts_url_ ? receipts_url_(lines_[line].figures.name) : "";
  return letter;
}

/// Orders before call-downs before alarms, the older first.
std::map<MessageId, Outbox::Message>::iterator Outbox::next_of(std::size_t line) {
  Time const now = doors_.now();
  auto best = messages_.end();
  auto const rank = [](Message const& message) {
    return std::pair{message.of, message.letter.made_at};
  };
  for (auto it = messages_.begin(); it != messages_.end(); ++it) {
    Message const& message = it->second;
    if (message.line == line && !message.busy && message.due <= now &&
        (best == messages_.end() || rank(message) < rank(best->second))) {
      best = it;
    }
  }
  return best;
}

bool Outbox::work_once(std::size_t line, Lock& lock) {
  auto const next = next_of(line);
  if (next == messages_.end()) {
    return false;
  }
  MessageId const id = next->first;
  if (!next->second.settled) {
    if (!lines_[line].circuit.lets_through(doors_.now())) {
      return false;
    }
    next->second.busy = true;
    auto const letter = next->second.letter;
    lock.unlock();
    auto const handover = lines_[line].bearer->hand_over(letter);
    Time const at = doors_.now();
    lock.lock();
    lines_[line].circuit.note(handover, at);
    settle(id, messages_.at(id), handover, at);
  }
  if (messages_.at(id).settled) {
    record(id, lock);
  }
  return true;
}

void Outbox::settle(MessageId const& id, Message& message, messaging::Handover const& handover,
                    Time at) {
  auto& figures = lines_[message.line].figures;
  message.busy = false;
  bool const accepted = handover.outcome == messaging::HandoverOutcome::Accepted;
  if (accepted) {
    ++figures.handed_over;
    figures.last_handed_over_at = at;
  } else {
    ++figures.failures;
    ++message.failures;
    figures.last_error = handover.detail;
    figures.last_error_at = at;
    if (handover.outcome == messaging::HandoverOutcome::TryAgain) {
      auto const due = messaging::next_try(to_text(id), message.failures, at, handover.retry_after);
      if (due) {
        message.due = *due;
        return;
      }
    }
    ++figures.dead;
  }
  domain::Handover settled;
  settled.recipient = id.recipient;
  settled.round = id.round;
  settled.bearer = figures.name;
  settled.means = id.means;
  settled.outcome = accepted ? domain::HandoverOutcome::HandedOver : domain::HandoverOutcome::Dead;
  settled.tries = message.failures + (accepted ? 1 : 0);
  settled.reference = handover.reference;
  settled.detail = handover.detail;
  message.settled = std::move(settled);
}

/// Tells the journal. A refusal means that it knows already, or that the delivery is gone.
void Outbox::record(MessageId const& id, Lock& lock) {
  Message& message = messages_.at(id);
  message.busy = true;
  messaging::Request request;
  request.envelope.id = "handover/" + to_text(id) + "/" + message.settled->bearer;
  request.envelope.actor = kOutbox;
  request.envelope.command = domain::RecordHandover{id.delivery, *message.settled};
  lock.unlock();
  auto const outcome = doors_.carry_out(std::move(request));
  Time const at = doors_.now();
  lock.lock();
  auto const it = messages_.find(id);
  if (std::holds_alternative<Error>(outcome)) {
    it->second.busy = false;
    it->second.due = at + seconds(1);
    return;
  }
  messages_.erase(
      it);  // what was recorded is noticed as any event is, and another gateway may be next
}

std::vector<GatewayFigures> Outbox::figures() const {
  std::scoped_lock const lock{mutex_};
  std::vector<GatewayFigures> out;
  Time const now = doors_.now();
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    auto figures = lines_[i].figures;
    figures.state = lines_[i].circuit.state(now);
    figures.failures_in_a_row = lines_[i].circuit.failures_in_a_row();
    figures.waiting = std::count_if(messages_.begin(), messages_.end(),
                                    [&](auto const& entry) { return entry.second.line == i; });
    out.push_back(std::move(figures));
  }
  return out;
}

}  // namespace fenghuo::center
