#pragma once

#include <string_view>
#include <variant>

#include "core/domain/account.h"
#include "core/domain/archive.h"
#include "core/domain/area.h"
#include "core/domain/attachment.h"
#include "core/domain/blocked_route.h"
#include "core/domain/call_down.h"
#include "core/domain/closure.h"
#include "core/domain/delivery.h"
#include "core/domain/duty.h"
#include "core/domain/enterprise.h"
#include "core/domain/facility.h"
#include "core/domain/founding.h"
#include "core/domain/incident.h"
#include "core/domain/order.h"
#include "core/domain/organization.h"
#include "core/domain/person.h"
#include "core/domain/personal_data.h"
#include "core/domain/plan_contact.h"
#include "core/domain/proposal.h"
#include "core/domain/report.h"
#include "core/domain/rule_set.h"
#include "core/domain/team.h"
#include "core/domain/tick.h"

namespace fenghuo::domain {

/// Every fact that the journal can hold. Each event carries all that apply needs.
using Event = std::variant<
    CenterFounded, ReportReceived, ReportAttached, ReportDetached, ReportDismissed, IncidentOpened,
    IncidentUpdated, IncidentStatusSet, IncidentClosed, IncidentMerged, NoteAdded, TeamRegistered,
    TeamUpdated, TeamAvailabilitySet, OrderIssued, OrderStatusSet, OrderCancelled,
    AcknowledgementOverdue, RoadClosed, ClosureBegan, ClosureLifted, ClosureExpired, AccountOpened,
    AccountChanged, AccountDisabledSet, IncidentArchived, ReportArchived, ClosureArchived,
    RuleSetAdopted, ProposalRecorded, FileAttached, OrganizationRecorded, PersonRecorded,
    AreaRecorded, FacilityRecorded, EnterpriseRecorded, PlanContactRecorded, DutyPostRecorded,
    DutyShiftRecorded, DutySwapped, DutyCancelled, DutyHoleFound, DutyShiftArchived, CallDownOpened,
    CallDownClosed, CallDownArchived, ContactEntered, HandoverRecorded, DeliveryResent,
    DeliveryEscalated, DeliverySilent, DeliveryArchived, PersonalDataErased, RouteBlocked>;

/// Every way in.
using Command =
    std::variant<FoundCenter, ReceiveReport, AttachReport, DetachReport, DismissReport,
                 OpenIncident, UpdateIncident, SetIncidentStatus, CloseIncident, MergeIncident,
                 AddNote, RegisterTeam, UpdateTeam, SetTeamAvailability, IssueOrders,
                 SetOrderStatus, DeclineOrder, CancelOrder, DivertOrder, CloseRoad, LiftClosure,
                 OpenAccount, ChangeAccount, SetAccountDisabled, AdoptRuleSet, AttachFile,
                 RecordOrganization, RecordPerson, RecordArea, RecordFacility, RecordEnterprise,
                 RecordPlanContact, RecordDutyPost, RecordDutyShift, SwapDuty, CancelDuty,
                 OpenCallDown, CloseCallDown, EnterContact, RecordHandover, ResendDelivery,
                 ErasePersonalData, NoteBlockedRoute, Tick>;

inline std::string_view name_of(Event const& event) {
  return std::visit([](auto const& e) { return e.kName; }, event);
}
inline std::string_view name_of(Command const& command) {
  return std::visit([](auto const& c) { return c.kName; }, command);
}

}  // namespace fenghuo::domain
