#include "core/domain/delivery.h"

#include <algorithm>

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

/// Changes a delivery and moves its deadlines along.
template <class Change>
void change(State& state, DeliveryId id, Sequence revision, Change const& apply_to) {
  for (auto const& deadline : deadlines_of(*find(state.deliveries, id))) {
    state.deadlines.erase(deadline);
  }
  edit(state.deliveries, id, revision, apply_to);
  for (auto const& deadline : deadlines_of(*find(state.deliveries, id))) {
    state.deadlines.insert(deadline);
  }
}

void heard(Delivery& delivery, DeliveryStatus status, Time at) {
  delivery.status = std::max(delivery.status, status);
  delivery.answer_by.reset();
  if (delivery.heard_at && at <= *delivery.heard_at) {
    return;  // entered late: they were heard of since, and may be silent since
  }
  delivery.heard_at = at;
  delivery.silent = false;
  delivery.silent_at = delivery.keep_hearing
                           ? std::optional{*delivery.heard_at + *delivery.keep_hearing}
                           : std::nullopt;
}

void end(Delivery& delivery, std::string const& because) {
  delivery.status = DeliveryStatus::Ended;
  delivery.ended_because = because;
  delivery.answer_by.reset();
  delivery.silent_at.reset();
}

/// What a contact means for the order that was to be delivered.
std::optional<Event> consequence(State const& state, Delivery const& delivery,
                                 EnterContact const& command) {
  Order const* order = delivery.order ? find(state.orders, *delivery.order) : nullptr;
  if (order == nullptr) {
    return std::nullopt;
  }
  auto const set = [&](OrderStatus to) {
    return OrderStatusSet{order->id, order->status, to, "", std::nullopt, command.testimony};
  };
  if (command.step == ContactStep::Delivered && order->status == OrderStatus::Issued) {
    return set(OrderStatus::Delivered);
  }
  bool const answers =
      command.step == ContactStep::Answered || command.step == ContactStep::ReadBack;
  if (answers && awaits_acknowledgement(order->status)) {
    return set(OrderStatus::Acknowledged);
  }
  return std::nullopt;
}

/// Who is told next: whoever retired or was erased since the delivery was opened is passed over.
std::optional<PersonCode> next_of_chain(State const& state, Delivery const& delivery) {
  auto const next = std::find_if(delivery.chain.begin(), delivery.chain.end(),
                                 [&](PersonCode const& code) { return can_be_told(state, code); });
  return next == delivery.chain.end() ? std::nullopt : std::optional{*next};
}

/// Whoever is tried now does not answer: the next is told at once, nobody waits for the clock.
bool sends_on(Delivery const& delivery, EnterContact const& command) {
  bool const waits =
      delivery.status == DeliveryStatus::Open || delivery.status == DeliveryStatus::Delivered;
  return command.step == ContactStep::NoAnswer && waits &&
         (!command.person || delivery.recipients.empty() || !delivery.recipients.back().person ||
          delivery.recipients.back().person == command.person);
}

std::optional<Refusal> refuse_contact(Context const& context, Delivery const& delivery,
                                      EnterContact const& command) {
  if (auto refusal = refuse_stale(context, delivery.revision)) {
    return refusal;
  }
  if (auto refusal = refuse_future(context, command.testimony.occurred_at)) {
    return refusal;
  }
  bool const known =
      !command.reference.empty() &&
      std::any_of(delivery.contacts.begin(), delivery.contacts.end(), [&](Contact const& contact) {
        return contact.reference == command.reference && contact.step == command.step;
      });
  if (known) {
    return refuse(Rejection::AlreadyInThatState,
                  {{"delivery", to_text(delivery.id)}, {"reference", command.reference}});
  }
  return std::nullopt;
}

}  // namespace

std::vector<Deadline> deadlines_of(Delivery const& delivery) {
  std::vector<Deadline> out;
  if (delivery.answer_by) {
    out.push_back({*delivery.answer_by, Deadline::Kind::EscalateDelivery, delivery.id});
  }
  if (delivery.silent_at && !delivery.silent) {
    out.push_back({*delivery.silent_at, Deadline::Kind::SilentDelivery, delivery.id});
  }
  if (delivery.archive_at) {
    out.push_back({*delivery.archive_at, Deadline::Kind::Archive, delivery.id});
  }
  return out;
}

Decision decide(State const& state, Context const& context, EnterContact const& command) {
  if (command.person && find(state.persons, *command.person) == nullptr) {
    return refuse(Rejection::UnknownPerson, {{"person", command.person->text}});
  }
  Delivery const* delivery = find(state.deliveries, command.delivery);
  if (delivery == nullptr) {
    return missing(state, command.delivery);
  }
  if (auto refusal = refuse_contact(context, *delivery, command)) {
    return *refusal;
  }
  std::vector<Event> events{ContactEntered{command.delivery, command.step, command.person,
                                           command.note, command.reference, command.testimony}};
  if (auto follows = consequence(state, *delivery, command)) {
    events.push_back(std::move(*follows));
  }
  auto const next = next_of_chain(state, *delivery);
  if (next && sends_on(*delivery, command)) {
    events.emplace_back(
        DeliveryEscalated{command.delivery, *next, context.time + delivery->answer_within});
  }
  return events;
}

Decision decide(State const& state, Context const& /*context*/, RecordHandover const& command) {
  Delivery const* delivery = find(state.deliveries, command.delivery);
  if (delivery == nullptr) {
    return missing(state, command.delivery);
  }
  auto const same = [&](NotedHandover const& noted) {
    return noted.handover.recipient == command.handover.recipient &&
           noted.handover.bearer == command.handover.bearer;
  };
  if (std::any_of(delivery->handovers.begin(), delivery->handovers.end(), same)) {
    return refuse(Rejection::AlreadyInThatState,
                  {{"delivery", to_text(command.delivery)}, {"bearer", command.handover.bearer}});
  }
  return HandoverRecorded{command.delivery, command.handover};
}

Decision decide(State const& state, Context const& context, ResendDelivery const& command) {
  Delivery const* delivery = find(state.deliveries, command.delivery);
  if (delivery == nullptr) {
    return missing(state, command.delivery);
  }
  if (auto refusal = refuse_stale(context, delivery->revision)) {
    return *refusal;
  }
  if (command.reason.empty()) {
    return refuse(Rejection::ReasonRequired);
  }
  if (delivery->status == DeliveryStatus::Ended) {
    return refuse(Rejection::DeliveryEnded, {{"delivery", to_text(command.delivery)}});
  }
  return DeliveryResent{command.delivery, command.reason};
}

std::variant<DeliveryEscalated, DeliverySilent> overdue(State const& state, DeliveryId id,
                                                        Time now) {
  Delivery const& delivery = *find(state.deliveries, id);
  auto const next = next_of_chain(state, delivery);
  if (!next) {
    return DeliverySilent{id, *delivery.answer_by};
  }
  return DeliveryEscalated{id, *next, now + delivery.answer_within};
}

bool is_exhausted(State const& state, DeliveryId id) {
  return !next_of_chain(state, *find(state.deliveries, id));
}

DeliverySilent not_heard(State const& state, DeliveryId id) {
  return {id, *find(state.deliveries, id)->silent_at};
}

DeliveryArchived archive(State const& state, DeliveryId id) {
  return {id, find(state.deliveries, id)->area};
}

void apply(State& state, Stamp const& stamp, ContactEntered const& event) {
  change(state, event.delivery, stamp.sequence, [&](Delivery& delivery) {
    Time const occurred = event.testimony.occurred_at.value_or(stamp.time);
    if (delivery.contacts.size() == kContactsKept) {
      delivery.contacts.erase(delivery.contacts.begin());
    }
    delivery.contacts.push_back({event.step, event.person, occurred, stamp.time,
                                 event.testimony.means, event.testimony.said_by, stamp.by,
                                 event.note, event.reference});
    if (delivery.status == DeliveryStatus::Ended) {
      return;  // kept for the record
    }
    if (event.step == ContactStep::Delivered) {
      delivery.status = std::max(delivery.status, DeliveryStatus::Delivered);
    } else if (event.step == ContactStep::Answered || event.step == ContactStep::ReadBack) {
      heard(
          delivery,
          event.step == ContactStep::ReadBack ? DeliveryStatus::ReadBack : DeliveryStatus::Answered,
          occurred);
    }
  });
}

void apply(State& state, Stamp const& stamp, HandoverRecorded const& event) {
  change(state, event.delivery, stamp.sequence, [&](Delivery& delivery) {
    if (delivery.handovers.size() == kHandoversKept) {
      delivery.handovers.erase(delivery.handovers.begin());
    }
    delivery.handovers.push_back({event.handover, stamp.time});
  });
}

void apply(State& state, Stamp const& stamp, DeliveryResent const& event) {
  change(state, event.delivery, stamp.sequence,
         [](Delivery& delivery) { delivery.handovers.clear(); });
}

void apply(State& state, Stamp const& stamp, DeliveryEscalated const& event) {
  change(state, event.delivery, stamp.sequence, [&](Delivery& delivery) {
    delivery.recipients.push_back({std::nullopt, event.person, stamp.time});
    std::erase(delivery.chain, event.person);
    delivery.answer_by = event.answer_by;
  });
}

void apply(State& state, Stamp const& stamp, DeliverySilent const& event) {
  bool const nobody_left = is_exhausted(state, event.delivery);
  change(state, event.delivery, stamp.sequence, [&](Delivery& delivery) {
    delivery.silent = true;
    if (nobody_left) {
      delivery.answer_by.reset();
    }
  });
}

void apply(State& state, Stamp const& /*stamp*/, DeliveryArchived const& event) {
  drop_delivery(state, event.delivery);
}

void open_delivery(State& state, Stamp const& stamp, Delivery delivery) {
  delivery.opened_at = stamp.time;
  delivery.revision = stamp.sequence;
  for (auto const& deadline : deadlines_of(delivery)) {
    state.deadlines.insert(deadline);
  }
  note_id(state.delivery_numbers, delivery.id);
  DeliveryId const id = delivery.id;
  state.deliveries[id] = std::make_shared<Delivery>(std::move(delivery));
}

void advance_delivery(State& state, Stamp const& stamp, DeliveryId id, DeliveryStatus to,
                      std::string const& because, std::optional<Time> occurred_at) {
  Delivery const* known = find(state.deliveries, id);
  if (known == nullptr || known->status >= to) {
    return;
  }
  change(state, id, stamp.sequence, [&](Delivery& delivery) {
    if (to == DeliveryStatus::Ended) {
      end(delivery, because);
    } else if (is_heard(to)) {
      heard(delivery, to, occurred_at.value_or(stamp.time));
    } else {
      delivery.status = to;
    }
  });
}

void drop_delivery(State& state, DeliveryId id) {
  auto const it = state.deliveries.find(id);
  if (it == state.deliveries.end()) {
    return;
  }
  for (auto const& deadline : deadlines_of(*it->second)) {
    state.deadlines.erase(deadline);
  }
  state.deliveries.erase(it);
}

}  // namespace fenghuo::domain
