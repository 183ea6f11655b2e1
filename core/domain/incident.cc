#include "core/domain/incident.h"

#include <algorithm>
#include <utility>

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

Refusal closed(IncidentId id) {
  return refuse(Rejection::IncidentClosed, {{"incident", to_text(id)}});
}

/// What every change of an existing incident asks first, in the order of rejection.h.
std::optional<Refusal> refuse_change(State const& state, Context const& context, IncidentId id,
                                     std::optional<IncidentId> other,
                                     std::optional<Time> occurred_at) {
  Incident const* incident = find(state.incidents, id);
  if (incident == nullptr) {
    return missing(state, id);
  }
  if (other && find(state.incidents, *other) == nullptr) {
    return missing(state, *other);
  }
  if (auto refusal = refuse_stale(context, incident->revision)) {
    return refusal;
  }
  return refuse_future(context, occurred_at);
}

std::optional<OrderId> active_order(State const& state, Incident const& incident) {
  for (auto const id : incident.orders) {
    if (is_active(find(state.orders, id)->status)) {
      return id;
    }
  }
  return std::nullopt;
}

/// A merged incident lives on in another one: that one is the parent to name.
std::optional<Refusal> refuse_merged_parent(State const& state, std::optional<IncidentId> id) {
  Incident const* parent = id ? find(state.incidents, *id) : nullptr;
  if (parent == nullptr || !parent->merged_into) {
    return std::nullopt;
  }
  return refuse(Rejection::IncidentClosed,
                {{"incident", to_text(*id)}, {"merged_into", to_text(*parent->merged_into)}});
}

/// Would `parent` make `incident` its own ancestor?
bool makes_a_cycle(State const& state, IncidentId incident, IncidentId parent) {
  for (Incident const* at = find(state.incidents, parent); at != nullptr;) {
    if (at->id == incident) {
      return true;
    }
    at = at->facts.parent ? find(state.incidents, *at->facts.parent) : nullptr;
  }
  return false;
}

/// The beginning of a text that fits a name, cut between characters: half a character of UTF-8 would
/// make the event unreadable for every JSON reader.
std::string as_title(std::string const& text) {
  std::size_t end = std::min(text.size(), kMaxName);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end);
}

}  // namespace

Decision decide(State const& state, Context const& context, OpenIncident const& command) {
  Report const* report = command.report ? find(state.reports, *command.report) : nullptr;
  if (command.report && report == nullptr) {
    return missing(state, *command.report);
  }
  if (command.facts.parent && find(state.incidents, *command.facts.parent) == nullptr) {
    return missing(state, *command.facts.parent);
  }
  if (auto refusal = refuse_future(context, command.occurred_at)) {
    return *refusal;
  }
  if (auto refusal = refuse_merged_parent(state, command.facts.parent)) {
    return *refusal;
  }
  if (report != nullptr && report->status != ReportStatus::Open) {
    return refuse(Rejection::ReportNotOpen,
                  {{"report", to_text(report->id)},
                   {"status", std::string{fenghuo::name_of(report->status)}},
                   {"incident", report->incident ? to_text(*report->incident) : ""}});
  }
  IncidentOpened opened{next_id<IncidentId>(state.incident_numbers, year_in(state, context.time)),
                        command.facts, command.occurred_at.value_or(context.time)};
  if (report == nullptr) {
    return opened;
  }
  // What the caller of the command left out is taken from the report it is opened from.
  IncidentFacts& facts = opened.facts;
  facts.kind = facts.kind.empty() ? report->kind : facts.kind;
  facts.title = facts.title.empty() ? as_title(report->text) : facts.title;
  facts.address = facts.address.empty() ? report->address : facts.address;
  facts.area = facts.area.empty() ? report->area : facts.area;
  facts.location = facts.location ? facts.location : report->location;
  opened.occurred_at = command.occurred_at.value_or(report->received_at);
  IncidentId const id = opened.incident;
  return std::vector<Event>{std::move(opened), ReportAttached{report->id, id}};
}

Decision decide(State const& state, Context const& context, UpdateIncident const& command) {
  Incident const* incident = find(state.incidents, command.incident);
  auto const& parent = command.change.parent;
  if (auto refusal =
          refuse_change(state, context, command.incident, parent, command.testimony.occurred_at)) {
    return *refusal;
  }
  if (incident->status == IncidentStatus::Closed) {
    return closed(command.incident);
  }
  if (auto refusal = refuse_merged_parent(state, parent)) {
    return *refusal;
  }
  if (parent && *parent == command.incident) {
    return refuse(Rejection::SameIncident, {{"incident", to_text(command.incident)}});
  }
  if (parent && makes_a_cycle(state, command.incident, *parent)) {
    return refuse(Rejection::CyclicParent,
                  {{"incident", to_text(command.incident)}, {"parent", to_text(*parent)}});
  }
  return IncidentUpdated{command.incident, command.change, command.testimony};
}

Decision decide(State const& state, Context const& context, SetIncidentStatus const& command) {
  Incident const* incident = find(state.incidents, command.incident);
  if (auto refusal = refuse_change(state, context, command.incident, std::nullopt,
                                   command.testimony.occurred_at)) {
    return *refusal;
  }
  bool const reopening = incident->status == IncidentStatus::Closed;
  if (incident->merged_into || (reopening && command.status != IncidentStatus::Responding)) {
    return closed(command.incident);
  }
  if (incident->status == command.status) {
    return refuse(Rejection::AlreadyInThatState,
                  {{"status", std::string{fenghuo::name_of(command.status)}}});
  }
  if (command.status == IncidentStatus::Closed) {
    return decide(state, context,
                  CloseIncident{command.incident, command.reason, command.testimony});
  }
  if (command.status < incident->status && command.reason.empty()) {
    return refuse(Rejection::ReasonRequired,
                  {{"from", std::string{fenghuo::name_of(incident->status)}},
                   {"to", std::string{fenghuo::name_of(command.status)}}});
  }
  return IncidentStatusSet{command.incident, incident->status, command.status, command.reason,
                           command.testimony};
}

Decision decide(State const& state, Context const& context, CloseIncident const& command) {
  Incident const* incident = find(state.incidents, command.incident);
  if (auto refusal = refuse_change(state, context, command.incident, std::nullopt,
                                   command.testimony.occurred_at)) {
    return *refusal;
  }
  if (incident->status == IncidentStatus::Closed) {
    return closed(command.incident);
  }
  if (auto const order = active_order(state, *incident)) {
    return refuse(
        Rejection::IncidentHasActiveOrders,
        {{"order", to_text(*order)}, {"team", to_text(find(state.orders, *order)->team)}});
  }
  if (command.outcome.empty()) {
    return refuse(Rejection::ReasonRequired);
  }
  return IncidentClosed{command.incident, command.outcome, command.testimony};
}

Decision decide(State const& state, Context const& context, MergeIncident const& command) {
  Incident const* incident = find(state.incidents, command.incident);
  Incident const* into = find(state.incidents, command.into);
  if (auto refusal = refuse_change(state, context, command.incident, command.into, std::nullopt)) {
    return *refusal;
  }
  if (incident->status == IncidentStatus::Closed) {
    return closed(command.incident);
  }
  if (into->status == IncidentStatus::Closed) {
    return closed(command.into);
  }
  if (command.incident == command.into) {
    return refuse(Rejection::SameIncident, {{"incident", to_text(command.incident)}});
  }
  IncidentMerged merged{command.incident, command.into,   incident->reports,
                        incident->orders, command.reason, {}};
  for (auto const& [id, child] : state.incidents) {
    if (child->facts.parent == command.incident && id != command.into) {
      merged.children.push_back(id);
    }
  }
  std::vector<Event> events{std::move(merged)};
  if (!incident->orders.empty() && into->status < IncidentStatus::Responding) {
    events.emplace_back(
        IncidentStatusSet{command.into, into->status, IncidentStatus::Responding, "", {}});
  }
  return events;
}

Decision decide(State const& state, Context const& context, AddNote const& command) {
  if (auto refusal = refuse_change(state, context, command.incident, std::nullopt,
                                   command.testimony.occurred_at)) {
    return *refusal;
  }
  return NoteAdded{command.incident, command.text, command.testimony};
}

void apply(State& state, Stamp const& stamp, IncidentOpened const& event) {
  auto incident = std::make_shared<Incident>();
  incident->id = event.incident;
  incident->facts = event.facts;
  incident->opened_at = event.occurred_at;
  incident->revision = stamp.sequence;
  state.incidents[event.incident] = std::move(incident);
  state.open_incidents.insert(event.incident);
  note_id(state.incident_numbers, event.incident);
}

void apply(State& state, Stamp const& stamp, IncidentUpdated const& event) {
  edit(state.incidents, event.incident, stamp.sequence, [&](Incident& incident) {
    IncidentFacts& facts = incident.facts;
    IncidentChange const& change = event.change;
    facts.kind = change.kind.value_or(facts.kind);
    facts.title = change.title.value_or(facts.title);
    facts.address = change.address.value_or(facts.address);
    facts.area = change.area.value_or(facts.area);
    facts.severity = change.severity ? change.severity : facts.severity;
    facts.location = change.location ? change.location : facts.location;
    facts.needs = change.needs.value_or(facts.needs);
    facts.casualties = change.casualties.value_or(facts.casualties);
    facts.parent = change.parent ? change.parent : facts.parent;
  });
}

void apply(State& state, Stamp const& stamp, IncidentStatusSet const& event) {
  edit(state.incidents, event.incident, stamp.sequence, [&](Incident& incident) {
    plan_archive(state, incident, std::nullopt);
    incident.status = event.to;
    incident.closed_at.reset();
    incident.outcome.clear();
  });
  state.open_incidents.insert(event.incident);
}

void apply(State& state, Stamp const& stamp, IncidentClosed const& event) {
  edit(state.incidents, event.incident, stamp.sequence, [&](Incident& incident) {
    incident.status = IncidentStatus::Closed;
    incident.closed_at = event.testimony.occurred_at.value_or(stamp.time);
    incident.outcome = event.outcome;
    // From the recording on: what was entered late can still be mended.
    plan_archive(state, incident, stamp.time + archive_after(state));
  });
  state.open_incidents.erase(event.incident);
}

void apply(State& state, Stamp const& stamp, IncidentMerged const& event) {
  std::optional<IncidentId> const above = find(state.incidents, event.incident)->facts.parent;
  bool const into_lay_below = makes_a_cycle(state, event.incident, event.into);
  std::vector<ProposalId> proposals;
  edit(state.incidents, event.incident, stamp.sequence, [&](Incident& incident) {
    incident.status = IncidentStatus::Closed;
    incident.closed_at = stamp.time;
    plan_archive(state, incident, stamp.time + archive_after(state));
    incident.merged_into = event.into;
    incident.outcome = event.reason;
    incident.reports.clear();
    incident.orders.clear();
    proposals = std::exchange(incident.proposals, {});
  });
  edit(state.incidents, event.into, stamp.sequence, [&](Incident& into) {
    into.reports.insert(into.reports.end(), event.reports.begin(), event.reports.end());
    into.orders.insert(into.orders.end(), event.orders.begin(), event.orders.end());
    into.proposals.insert(into.proposals.end(), proposals.begin(), proposals.end());
    into.facts.parent = into_lay_below ? above : into.facts.parent;
  });
  for (auto const id : event.children) {
    edit(state.incidents, id, stamp.sequence,
         [&](Incident& child) { child.facts.parent = event.into; });
  }
  for (auto const id : event.reports) {
    edit(state.reports, id, stamp.sequence, [&](Report& report) { report.incident = event.into; });
  }
  for (auto const id : event.orders) {
    edit(state.orders, id, stamp.sequence, [&](Order& order) { order.incident = event.into; });
  }
  for (auto const id : proposals) {
    edit(state.proposals, id, stamp.sequence,
         [&](Proposal& proposal) { proposal.incident = event.into; });
  }
  state.open_incidents.erase(event.incident);
}

void apply(State& state, Stamp const& /*stamp*/, NoteAdded const& event) {
  // A note changes nothing that anybody decides on: it must not make another's If-Match stale.
  ensure(find(state.incidents, event.incident) != nullptr, "an event names an object that exists");
}

}  // namespace fenghuo::domain
