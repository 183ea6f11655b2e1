#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/domain/vocabulary.h"

/// A delivery 送达: something that must reach somebody, and what is known of whether it did. An order to its team,
/// a row of a call-down to a village, an alarm to the keeper of a post. It is in the inbox of each of its
/// recipients, may be handed to gateways, and is told by telephone, radio or a runner by hand: one and the
/// same record, whichever bearer worked.
///
///   open --delivered--> delivered --answered--> answered --read back--> read_back       any --> ended
///
/// Where nobody answers in time, or somebody says so, the next of its chain (deputies, then the next
/// responsible person; nobody who retired since) becomes a recipient too. When nobody is left, or `silent_at` has passed, it is silent:
/// that is for people to act on. Nothing here ever sends a team; what an answer means for an order is decided
/// with the order.
/// Checked: tests/core/delivery_test.cc.
namespace fenghuo::domain {

struct State;
struct Deadline;
struct Context;
struct Decision;
struct Stamp;

enum class DeliveryOf { Order, CallDown, DutyHole };
enum class DeliveryStatus { Open, Delivered, Answered, ReadBack, Ended };

/// What happened on the way to a recipient. NoAnswer sends the next of the chain.
enum class ContactStep { Called, NoAnswer, Delivered, Answered, ReadBack };

struct Recipient {
  std::optional<TeamId> team;
  std::optional<PersonCode> person;
  Time since;
  static void fields(auto& f, auto& self) {
    f("team", self.team);
    f("person", self.person);
    f("since", self.since);
  }
};

/// One contact: who told whom by which means, when, and what came back.
struct Contact {
  ContactStep step = ContactStep::Called;
  std::optional<PersonCode> person;  ///< who was reached, or not
  Time occurred_at, recorded_at;
  Means means = Means::System;
  std::string said_by, recorded_by, note, reference;
  static void fields(auto& f, auto& self) {
    f("step", self.step);
    f("person", self.person);
    f("occurred_at", self.occurred_at);
    f("recorded_at", self.recorded_at);
    f("means", self.means);
    f("said_by", self.said_by);
    f("recorded_by", self.recorded_by);
    f("note", self.note);
    f("reference", self.reference);
  }
};

enum class HandoverOutcome { HandedOver, Dead };

/// What a bearer made of it for one recipient: taken by its gateway, or given up.
struct Handover {
  std::int64_t recipient = 0;  ///< place among the recipients
  std::string bearer;
  HandoverOutcome outcome = HandoverOutcome::HandedOver;
  std::int64_t tries = 0;
  std::string reference, detail;  ///< the gateway's own name for it; what went wrong
  static void fields(auto& f, auto& self) {
    f("recipient", self.recipient);
    f("bearer", self.bearer);
    f("outcome", self.outcome);
    f("tries", self.tries);
    f("reference", self.reference);
    f("detail", self.detail);
  }
};

struct NotedHandover {
  Handover handover;
  Time at;
  static void fields(auto& f, auto& self) {
    Handover::fields(f, self.handover);
    f("at", self.at);
  }
};

inline constexpr std::size_t kContactsKept = 100;  ///< of one delivery; the log keeps them all
inline constexpr std::size_t kHandoversKept = 100;

struct Delivery {
  DeliveryId id;
  DeliveryOf of = DeliveryOf::Order;
  DeliveryStatus status = DeliveryStatus::Open;
  std::string text, area, area_name;
  std::optional<OrderId> order;
  std::optional<CallDownId> call_down;
  std::optional<DutyPostCode> post;
  std::vector<Recipient> recipients;  ///< the last is being tried now
  std::vector<PersonCode> chain;      ///< who comes after them
  Time opened_at;
  Duration answer_within;
  std::optional<Time> answer_by;         ///< then the next of the chain is told
  std::optional<Time> silent_at;         ///< not heard by then: silent
  std::optional<Duration> keep_hearing;  ///< once heard, to be heard again within
  std::optional<Time> heard_at;
  bool silent = false;
  std::vector<Contact> contacts;
  std::vector<NotedHandover> handovers;
  std::string ended_because;
  std::optional<Time> archive_at;
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    f("of", self.of);
    f("status", self.status);
    f("text", self.text);
    f("area", self.area);
    f("area_name", self.area_name);
    f("order", self.order);
    f("call_down", self.call_down);
    f("post", self.post);
    f("recipients", self.recipients);
    f("chain", self.chain);
    f("opened_at", self.opened_at);
    f("answer_within", self.answer_within);
    f("answer_by", self.answer_by);
    f("silent_at", self.silent_at);
    f("keep_hearing", self.keep_hearing);
    f("heard_at", self.heard_at);
    f("silent", self.silent);
    f("contacts", self.contacts);
    f("handovers", self.handovers);
    f("ended_because", self.ended_because);
    f("archive_at", self.archive_at);
    f("revision", self.revision);
  }
};

constexpr bool is_heard(DeliveryStatus status) {
  return status == DeliveryStatus::Answered || status == DeliveryStatus::ReadBack;
}

// Commands.

/// What a person saw or was told, or a gateway says: also on behalf of others, also later than it happened.
/// A `reference` makes a receipt that comes twice one.
struct EnterContact {
  static constexpr std::string_view kName = "enter_contact";
  DeliveryId delivery;
  ContactStep step = ContactStep::Called;
  std::optional<PersonCode> person;
  std::string note, reference;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("delivery", self.delivery);
    f("step", self.step);
    f("person", self.person);
    f("note", self.note);
    f("reference", self.reference);
    Testimony::fields(f, self.testimony);
  }
};

struct RecordHandover {
  static constexpr std::string_view kName = "record_handover";
  DeliveryId delivery;
  Handover handover;
  static void fields(auto& f, auto& self) {
    f("delivery", self.delivery);
    Handover::fields(f, self.handover);
  }
};

/// Hands it to the gateways again: dead letters that a person wants sent after all.
struct ResendDelivery {
  static constexpr std::string_view kName = "resend_delivery";
  DeliveryId delivery;
  std::string reason;
  static void fields(auto& f, auto& self) {
    f("delivery", self.delivery);
    f("reason", self.reason);
  }
};

// Events.

struct ContactEntered {
  static constexpr std::string_view kName = "contact_entered";
  static constexpr int kVersion = 1;
  DeliveryId delivery;
  ContactStep step = ContactStep::Called;
  std::optional<PersonCode> person;
  std::string note, reference;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("delivery", self.delivery);
    f("step", self.step);
    f("person", self.person);
    f("note", self.note);
    f("reference", self.reference);
    Testimony::fields(f, self.testimony);
  }
};

struct HandoverRecorded {
  static constexpr std::string_view kName = "handover_recorded";
  static constexpr int kVersion = 1;
  DeliveryId delivery;
  Handover handover;
  static void fields(auto& f, auto& self) {
    f("delivery", self.delivery);
    Handover::fields(f, self.handover);
  }
};

struct DeliveryResent {
  static constexpr std::string_view kName = "delivery_resent";
  static constexpr int kVersion = 1;
  DeliveryId delivery;
  std::string reason;
  static void fields(auto& f, auto& self) {
    f("delivery", self.delivery);
    f("reason", self.reason);
  }
};

/// The next of the chain is told.
struct DeliveryEscalated {
  static constexpr std::string_view kName = "delivery_escalated";
  static constexpr int kVersion = 1;
  DeliveryId delivery;
  PersonCode person;
  Time answer_by;
  static void fields(auto& f, auto& self) {
    f("delivery", self.delivery);
    f("person", self.person);
    f("answer_by", self.answer_by);
  }
};

/// Nobody is left to be told, or nobody was heard in time.
struct DeliverySilent {
  static constexpr std::string_view kName = "delivery_silent";
  static constexpr int kVersion = 1;
  DeliveryId delivery;
  Time due;
  static void fields(auto& f, auto& self) {
    f("delivery", self.delivery);
    f("due", self.due);
  }
};

struct DeliveryArchived {
  static constexpr std::string_view kName = "delivery_archived";
  static constexpr int kVersion = 1;
  DeliveryId delivery;
  std::string area;
  static void fields(auto& f, auto& self) {
    f("delivery", self.delivery);
    f("area", self.area);
  }
};

Decision decide(State const& state, Context const& context, EnterContact const& command);
Decision decide(State const& state, Context const& context, RecordHandover const& command);
Decision decide(State const& state, Context const& context, ResendDelivery const& command);
/// What Tick says when the time to answer, or to be heard, has passed.
std::variant<DeliveryEscalated, DeliverySilent> overdue(State const& state, DeliveryId id,
                                                        Time now);
DeliverySilent not_heard(State const& state, DeliveryId id);
/// Whether nobody is left who could be told.
bool is_exhausted(State const& state, DeliveryId id);
DeliveryArchived archive(State const& state, DeliveryId id);

void apply(State& state, Stamp const& stamp, ContactEntered const& event);
void apply(State& state, Stamp const& stamp, HandoverRecorded const& event);
void apply(State& state, Stamp const& stamp, DeliveryResent const& event);
void apply(State& state, Stamp const& stamp, DeliveryEscalated const& event);
void apply(State& state, Stamp const& stamp, DeliverySilent const& event);
void apply(State& state, Stamp const& stamp, DeliveryArchived const& event);

// For the aggregates whose events open, move and end deliveries.

/// Puts a delivery into the state, with its deadlines.
void open_delivery(State& state, Stamp const& stamp, Delivery delivery);
/// What was done elsewhere (an order was acknowledged, at the time somebody gives) says something of its delivery.
void advance_delivery(State& state, Stamp const& stamp, DeliveryId id, DeliveryStatus to,
                      std::string const& because, std::optional<Time> occurred_at = std::nullopt);
/// What Tick has to look at for it.
std::vector<Deadline> deadlines_of(Delivery const& delivery);
/// Takes it out of the state, with its deadlines.
void drop_delivery(State& state, DeliveryId id);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::DeliveryOf> {
  static constexpr std::array<std::string_view, 3> kNames{"order", "call_down", "duty_hole"};
};
template <>
struct EnumNames<domain::DeliveryStatus> {
  static constexpr std::array<std::string_view, 5> kNames{"open", "delivered", "answered",
                                                          "read_back", "ended"};
};
template <>
struct EnumNames<domain::ContactStep> {
  static constexpr std::array<std::string_view, 5> kNames{"called", "no_answer", "delivered",
                                                          "answered", "read_back"};
};
template <>
struct EnumNames<domain::HandoverOutcome> {
  static constexpr std::array<std::string_view, 2> kNames{"handed_over", "dead"};
};
}  // namespace fenghuo
