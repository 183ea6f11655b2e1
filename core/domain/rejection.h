#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/fields.h"

namespace fenghuo::domain {

/// Why the rules refuse a command, in order of precedence: where several hold, the first is given.
/// One table test walks each command's refusals in this order (tests/core/rejection_order_test.cc).
enum class Rejection {
  NotFounded,  ///< the journal has no genesis yet
  AlreadyFounded,
  UnknownReport,
  UnknownIncident,
  UnknownTeam,
  UnknownOrder,
  UnknownClosure,
  UnknownAccount,
  UnknownOrganization,
  UnknownPerson,
  UnknownArea,
  UnknownFacility,
  UnknownDutyPost,
  UnknownDutyShift,
  UnknownDelivery,
  UnknownCallDown,
  UnknownRecipient,    ///< no recipient of the delivery has that place
  PersonalDataErased,  ///< of this person; the code is not used again
  RefersToItself,
  ShiftLength,
  ShiftOverlaps,     ///< the same person twice on one post
  Archived,          ///< it ended some time ago and has left the working state
  StaleRevision,     ///< the object changed since the caller read it (If-Match)
  OccurredInFuture,  ///< a stated time lies more than five minutes ahead
  IncidentClosed,
  ReportNotOpen,  ///< attached already, or dismissed
  ReportNotAttached,
  AlreadyInThatState,
  IncidentHasActiveOrders,
  SameIncident,  ///< an incident cannot be its own parent or merge with itself
  CyclicParent,
  ReasonRequired,  ///< going back a step, closing, cancelling and lifting say why
  OrderEnded,
  AlreadyAcknowledged,  ///< declining is for before acknowledgement; after it an order is cancelled
  BackwardNotAllowed,   ///< before acknowledgement there is nothing to go back to
  OrderNotUnderWay,     ///< its team has not acknowledged it yet, or is there
  NotTransport,         ///< destination states on an order without a destination
  TeamOnOrder,          ///< the team is on an active order: named in the facts
  TeamNotAvailable,     ///< off duty or out of service
  TeamTwiceInOrder,
  NameTaken,
  ClosureEnded,
  ClosureNotInForce,  ///< it has not begun, or has ended
  EndsBeforeItBegins,
  SpeedOutOfRange,      ///< of a slowdown: 1 to 999 per mille of the usual speed
  RuleDocumentMissing,  ///< a rule set without the document of its kind
  RuleValueOutOfRange,  ///< a value of a rule set that no centre can work with: named in the facts
  AlreadyAttached,      ///< the object names this very file already
  TooManyAttachments,
  NobodyToCall,  ///< none of the named areas has a village
  TooManyCallRows,
  DeliveryEnded,
  NothingToErase,
};

/// A refusal with the facts that caused it, in words for a program: {"order", "O-2026-000007"}.
struct Refusal {
  Rejection rejection;
  std::vector<std::pair<std::string, std::string>> facts;
};

}  // namespace fenghuo::domain

namespace fenghuo {

template <>
struct EnumNames<domain::Rejection> {
  static constexpr std::array<std::string_view, 53> kNames{"not_founded",
                                                           "already_founded",
                                                           "unknown_report",
                                                           "unknown_incident",
                                                           "unknown_team",
                                                           "unknown_order",
                                                           "unknown_closure",
                                                           "unknown_account",
                                                           "unknown_organization",
                                                           "unknown_person",
                                                           "unknown_area",
                                                           "unknown_facility",
                                                           "unknown_duty_post",
                                                           "unknown_duty_shift",
                                                           "unknown_delivery",
                                                           "unknown_call_down",
                                                           "unknown_recipient",
                                                           "personal_data_erased",
                                                           "refers_to_itself",
                                                           "shift_length",
                                                           "shift_overlaps",
                                                           "archived",
                                                           "stale_revision",
                                                           "occurred_in_future",
                                                           "incident_closed",
                                                           "report_not_open",
                                                           "report_not_attached",
                                                           "already_in_that_state",
                                                           "incident_has_active_orders",
                                                           "same_incident",
                                                           "cyclic_parent",
                                                           "reason_required",
                                                           "order_ended",
                                                           "already_acknowledged",
                                                           "backward_not_allowed",
                                                           "order_not_under_way",
                                                           "not_transport",
                                                           "team_on_order",
                                                           "team_not_available",
                                                           "team_twice_in_order",
                                                           "name_taken",
                                                           "closure_ended",
                                                           "closure_not_in_force",
                                                           "ends_before_it_begins",
                                                           "speed_out_of_range",
                                                           "rule_document_missing",
                                                           "rule_value_out_of_range",
                                                           "already_attached",
                                                           "too_many_attachments",
                                                           "nobody_to_call",
                                                           "too_many_call_rows",
                                                           "delivery_ended",
                                                           "nothing_to_erase"};
};

}  // namespace fenghuo
