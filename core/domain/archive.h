#pragma once

#include <string>
#include <vector>

#include "core/domain/vocabulary.h"

/// The archive 归档: what has ended leaves the working state some time later, so that decisions, snapshots
/// and memory stay as small as the present is. Nothing is lost: the journal keeps every event, the archive
/// (a projection) keeps the object as it last stood.
///
/// An incident takes its reports, orders and proposals along; dismissed reports and ended closures go alone.
/// Teams and accounts stay. Tick moves them, `archive_after` (a rule set) their end was recorded; a reopened
/// incident stays. An
/// archived object takes no command (Rejection::Archived); a reference to it (a parent, the incident another
/// was merged into) stays as it is.
/// Checked: tests/core/archive_test.cc, random_commands_test.cc.
namespace fenghuo::domain {

struct State;
struct Stamp;
struct Refusal;

struct IncidentArchived {
  static constexpr std::string_view kName = "incident_archived";
  static constexpr int kVersion = 1;
  IncidentId incident;
  std::string area;
  std::vector<ReportId> reports;
  std::vector<OrderId> orders;
  std::vector<ProposalId> proposals;
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("area", self.area);
    f("reports", self.reports);
    f("orders", self.orders);
    f("proposals", self.proposals);
  }
};

struct ReportArchived {
  static constexpr std::string_view kName = "report_archived";
  static constexpr int kVersion = 1;
  ReportId report;
  std::string area;
  static void fields(auto& f, auto& self) {
    f("report", self.report);
    f("area", self.area);
  }
};

struct ClosureArchived {
  static constexpr std::string_view kName = "closure_archived";
  static constexpr int kVersion = 1;
  ClosureId closure;
  std::string area;
  static void fields(auto& f, auto& self) {
    f("closure", self.closure);
    f("area", self.area);
  }
};

/// Why an object is not in the state: it never was, or it is in the archive. A number of an earlier year
/// counts as given: the state keeps the last number of this year only.
Refusal missing(State const& state, ReportId id);
Refusal missing(State const& state, IncidentId id);
Refusal missing(State const& state, OrderId id);
Refusal missing(State const& state, ClosureId id);
Refusal missing(State const& state, DeliveryId id);
Refusal missing(State const& state, CallDownId id);

IncidentArchived archive(State const& state, IncidentId id);
ReportArchived archive(State const& state, ReportId id);
ClosureArchived archive(State const& state, ClosureId id);

void apply(State& state, Stamp const& stamp, IncidentArchived const& event);
void apply(State& state, Stamp const& stamp, ReportArchived const& event);
void apply(State& state, Stamp const& stamp, ClosureArchived const& event);

}  // namespace fenghuo::domain
