#include "core/domain/state.h"

#include "core/base/time_text.h"

namespace fenghuo::domain {

int year_in(State const& state, Time time) {
  return year_of(time, state.founding ? static_cast<int>(state.founding->zone_minutes) : 0);
}

namespace {

void add_deadlines(State& state, Order const& order) {
  if (awaits_acknowledgement(order.status) && !order.acknowledgement_overdue) {
    state.deadlines.insert({order.acknowledge_by, Deadline::Kind::AcknowledgeOrder, order.id});
  }
}

void add_deadlines(State& state, Closure const& closure) {
  bool const over =
      closure.status == ClosureStatus::Lifted || closure.status == ClosureStatus::Expired;
  if (closure.status == ClosureStatus::Scheduled && closure.facts.from) {
    state.deadlines.insert({*closure.facts.from, Deadline::Kind::BeginClosure, closure.id});
  }
  if (closure.facts.until && !over) {
    state.deadlines.insert({*closure.facts.until, Deadline::Kind::EndClosure, closure.id});
  }
}

template <class T>
void add_archiving(State& state, T const& object) {
  if (object.archive_at) {
    state.deadlines.insert({*object.archive_at, Deadline::Kind::Archive, object.id});
  }
}

}  // namespace

void rebuild_derived(State& state) {
  state.open_reports.clear();
  state.open_incidents.clear();
  state.team_names.clear();
  state.team_codes.clear();
  state.shifts_of_post.clear();
  state.deadlines.clear();
  for (auto const& [id, report] : state.reports) {
    if (report->status == ReportStatus::Open) {
      state.open_reports.insert(id);
    }
    add_archiving(state, *report);
  }
  for (auto const& [id, incident] : state.incidents) {
    if (incident->status != IncidentStatus::Closed) {
      state.open_incidents.insert(id);
    }
    add_archiving(state, *incident);
  }
  for (auto const& [id, team] : state.teams) {
    state.team_names[team->facts.name] = id;
    if (!team->facts.code.empty()) {
      state.team_codes[team->facts.code] = id;
    }
  }
  for (auto const& [id, order] : state.orders) {
    add_deadlines(state, *order);
  }
  for (auto const& [id, closure] : state.closures) {
    add_deadlines(state, *closure);
    add_archiving(state, *closure);
  }
  for (auto const& [id, shift] : state.duty_shifts) {
    state.shifts_of_post[shift->facts.post].insert({shift->facts.from, id});
    add_archiving(state, *shift);
  }
  for (auto const& [id, post] : state.duty_posts) {
    if (auto const due = alarm_at(*post)) {
      state.deadlines.insert({*due, Deadline::Kind::DutyAlarm, id});
    }
  }
  for (auto const& [id, delivery] : state.deliveries) {
    for (auto const& deadline : deadlines_of(*delivery)) {
      state.deadlines.insert(deadline);
    }
  }
  for (auto const& [id, call_down] : state.call_downs) {
    add_archiving(state, *call_down);
  }
}

}  // namespace fenghuo::domain
