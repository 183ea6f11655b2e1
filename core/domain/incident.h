#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/attachment.h"
#include "core/domain/vocabulary.h"

/// An incident 突发事件: one occurrence in the street that forces are sent to.
///
///   reported -> confirmed -> responding -> contained -> closed
///
/// Who may move it: dispatchers and commanders. Steps may be skipped forwards; a step back, closing
/// and reopening (closed -> responding) need a reason. The first order moves it to responding by itself.
/// It cannot be closed while one of its orders is active. A merged incident is closed and names the
/// one it went into; its reports, orders and children move there, and where `into` lay below it, `into`
/// takes its place. A merged incident can be nobody's parent, and is never opened again.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

enum class IncidentStatus { Reported, Confirmed, Responding, Contained, Closed };

/// What is known of an incident apart from its course.
struct IncidentFacts {
  std::string kind, title, address, area;
  std::optional<Severity> severity;
  std::optional<Location> location;
  std::vector<CapabilityAmount> needs;
  Casualties casualties;
  std::optional<IncidentId> parent;
  static void fields(auto& f, auto& self) {
    f("kind", self.kind);
    f("title", self.title);
    f("address", self.address);
    f("area", self.area);
    f("severity", self.severity);
    f("location", self.location);
    f("needs", self.needs);
    f("casualties", self.casualties);
    f("parent", self.parent);
  }
};

struct Incident {
  IncidentId id;
  IncidentStatus status = IncidentStatus::Reported;
  IncidentFacts facts;
  Time opened_at;
  std::optional<Time> closed_at;
  std::string outcome;
  std::optional<IncidentId> merged_into;
  std::vector<ReportId> reports;
  std::vector<OrderId> orders;
  std::optional<Time> archive_at;  ///< when it leaves the working state; set at its end
  std::vector<ProposalId> proposals;
  std::vector<Attachment> attachments;
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    f("status", self.status);
    IncidentFacts::fields(f, self.facts);
    f("opened_at", self.opened_at);
    f("closed_at", self.closed_at);
    f("outcome", self.outcome);
    f("merged_into", self.merged_into);
    f("reports", self.reports);
    f("orders", self.orders);
    f("archive_at", self.archive_at);
    f("proposals", self.proposals);
    f("attachments", self.attachments);
    f("revision", self.revision);
  }
};

// Commands.

struct OpenIncident {
  static constexpr std::string_view kName = "open_incident";
  IncidentFacts facts;
  std::optional<ReportId> report;  ///< the report that it is opened from; gets attached
  std::optional<Time> occurred_at;
  static void fields(auto& f, auto& self) {
    IncidentFacts::fields(f, self.facts);
    f("report", self.report);
    f("occurred_at", self.occurred_at);
  }
};

/// Members that are set replace what is known; the others stay.
struct IncidentChange {
  std::optional<std::string> kind, title, address, area;
  std::optional<Severity> severity;
  std::optional<Location> location;
  std::optional<std::vector<CapabilityAmount>> needs;
  std::optional<Casualties> casualties;
  std::optional<IncidentId> parent;
  static void fields(auto& f, auto& self) {
    f("kind", self.kind);
    f("title", self.title);
    f("address", self.address);
    f("area", self.area);
    f("severity", self.severity);
    f("location", self.location);
    f("needs", self.needs);
    f("casualties", self.casualties);
    f("parent", self.parent);
  }
};

struct UpdateIncident {
  static constexpr std::string_view kName = "update_incident";
  IncidentId incident;
  IncidentChange change;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    IncidentChange::fields(f, self.change);
    Testimony::fields(f, self.testimony);
  }
};

struct SetIncidentStatus {
  static constexpr std::string_view kName = "set_incident_status";
  IncidentId incident;
  IncidentStatus status = IncidentStatus::Confirmed;
  std::string reason;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("status", self.status);
    f("reason", self.reason);
    Testimony::fields(f, self.testimony);
  }
};

struct CloseIncident {
  static constexpr std::string_view kName = "close_incident";
  IncidentId incident;
  std::string outcome;
  Testimony testimony{};
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("outcome", self.outcome);
    Testimony::fields(f, self.testimony);
  }
};

struct MergeIncident {
  static constexpr std::string_view kName = "merge_incident";
  IncidentId incident, into;
  std::string reason;
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("into", self.into);
    f("reason", self.reason);
  }
};

struct AddNote {
  static constexpr std::string_view kName = "add_note";
  IncidentId incident;
  std::string text;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("text", self.text);
    Testimony::fields(f, self.testimony);
  }
};

// Events.

struct IncidentOpened {
  static constexpr std::string_view kName = "incident_opened";
  static constexpr int kVersion = 1;
  IncidentId incident;
  IncidentFacts facts;
  Time occurred_at;
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    IncidentFacts::fields(f, self.facts);
    f("occurred_at", self.occurred_at);
  }
};

struct IncidentUpdated {
  static constexpr std::string_view kName = "incident_updated";
  static constexpr int kVersion = 1;
  IncidentId incident;
  IncidentChange change;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    IncidentChange::fields(f, self.change);
    Testimony::fields(f, self.testimony);
  }
};

struct IncidentStatusSet {
  static constexpr std::string_view kName = "incident_status_set";
  static constexpr int kVersion = 1;
  IncidentId incident;
  IncidentStatus from = IncidentStatus::Reported, to = IncidentStatus::Reported;
  std::string reason;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("from", self.from);
    f("to", self.to);
    f("reason", self.reason);
    Testimony::fields(f, self.testimony);
  }
};

struct IncidentClosed {
  static constexpr std::string_view kName = "incident_closed";
  static constexpr int kVersion = 1;
  IncidentId incident;
  std::string outcome;
  Testimony testimony{};
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("outcome", self.outcome);
    Testimony::fields(f, self.testimony);
  }
};

struct IncidentMerged {
  static constexpr std::string_view kName = "incident_merged";
  static constexpr int kVersion = 1;
  IncidentId incident, into;
  std::vector<ReportId> reports;  ///< that move to `into`
  std::vector<OrderId> orders;
  std::string reason;
  std::vector<IncidentId> children;  ///< whose parent is `into` from now on
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("into", self.into);
    f("reports", self.reports);
    f("orders", self.orders);
    f("reason", self.reason);
    f("children", self.children);
  }
};

struct NoteAdded {
  static constexpr std::string_view kName = "note_added";
  static constexpr int kVersion = 1;
  IncidentId incident;
  std::string text;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("text", self.text);
    Testimony::fields(f, self.testimony);
  }
};

Decision decide(State const& state, Context const& context, OpenIncident const& command);
Decision decide(State const& state, Context const& context, UpdateIncident const& command);
Decision decide(State const& state, Context const& context, SetIncidentStatus const& command);
Decision decide(State const& state, Context const& context, CloseIncident const& command);
Decision decide(State const& state, Context const& context, MergeIncident const& command);
Decision decide(State const& state, Context const& context, AddNote const& command);

void apply(State& state, Stamp const& stamp, IncidentOpened const& event);
void apply(State& state, Stamp const& stamp, IncidentUpdated const& event);
void apply(State& state, Stamp const& stamp, IncidentStatusSet const& event);
void apply(State& state, Stamp const& stamp, IncidentClosed const& event);
void apply(State& state, Stamp const& stamp, IncidentMerged const& event);
void apply(State& state, Stamp const& stamp, NoteAdded const& event);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::IncidentStatus> {
  static constexpr std::array<std::string_view, 5> kNames{"reported", "confirmed", "responding",
                                                          "contained", "closed"};
};
}  // namespace fenghuo
