#include "core/domain/call_down.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

bool is_called(Area const& area, bool named_itself) {
  switch (area.facts.level) {
    case AreaLevel::Village:
    case AreaLevel::Community:
      return true;
    case AreaLevel::Hamlet:
      return named_itself || !area.facts.responsible.empty();
    case AreaLevel::County:
    case AreaLevel::Subdistrict:
    case AreaLevel::Township:
      break;
  }
  return false;
}

std::vector<PersonCode> persons_of(Area const& area) {
  std::vector<PersonCode> out;
  for (auto const& responsible : area.facts.responsible) {
    out.push_back(responsible.person);
  }
  return out;
}

/// The area itself and those below it, whether or not it has a card of its own.
std::vector<Area const*> areas_within(State const& state, AreaCode const& scope) {
  std::vector<Area const*> out;
  for (auto it = state.areas.lower_bound(scope);
       it != state.areas.end() && it->first.text.starts_with(scope.text); ++it) {
    if (area_within(it->first.text, scope.text)) {
      out.push_back(it->second.get());
    }
  }
  return out;
}

/// A list without what it names a second time.
template <class T>
std::vector<T> once(std::vector<T> const& values) {
  std::set<T> seen;
  std::vector<T> out;
  std::copy_if(values.begin(), values.end(), std::back_inserter(out),
               [&](T const& value) { return seen.insert(value).second; });
  return out;
}

/// The rows of a call-down, in the order of the areas' codes; without their ids.
std::vector<CallRow> rows_of(State const& state, OpenCallDown const& command) {
  std::set<AreaCode> areas;
  for (auto const& scope : command.areas) {
    for (auto const* area : areas_within(state, scope)) {
      if (!area->facts.retired && is_called(*area, area->id == scope)) {
        areas.insert(area->id);
      }
    }
  }
  std::vector<CallRow> rows;
  for (auto const& code : areas) {
    Area const& area = *find(state.areas, code);
    rows.push_back(
        {{}, code.text, area.facts.name, std::nullopt, chain_of(state, persons_of(area))});
  }
  for (auto const& code : once(command.persons)) {
    Person const& person = *find(state.persons, code);
    rows.push_back(
        {{}, person.facts.area, person.facts.title, std::nullopt, chain_of(state, {code})});
  }
  for (auto const id : once(command.teams)) {
    Team const& team = *find(state.teams, id);
    rows.push_back(
        {{}, team.facts.area, team.facts.name, id, chain_of(state, team.facts.contacts)});
  }
  return rows;
}

/// The innermost area that holds all rows.
std::string common_area(std::vector<CallRow> const& rows) {
  std::string area = rows.front().area;
  for (auto const& row : rows) {
    while (!area_within(row.area, area)) {
      area = area.find('.') == std::string::npos ? "" : area.substr(0, area.rfind('.'));
    }
  }
  return area;
}

std::optional<Refusal> refuse_named(State const& state, OpenCallDown const& command) {
  if (command.incident && find(state.incidents, *command.incident) == nullptr) {
    return missing(state, *command.incident);
  }
  for (auto const team : command.teams) {
    if (find(state.teams, team) == nullptr) {
      return refuse(Rejection::UnknownTeam, {{"team", to_text(team)}});
    }
  }
  for (auto const& person : command.persons) {
    if (find(state.persons, person) == nullptr) {
      return refuse(Rejection::UnknownPerson, {{"person", person.text}});
    }
  }
  for (auto const& area : command.areas) {
    if (areas_within(state, area).empty()) {
      return refuse(Rejection::UnknownArea, {{"area", area.text}});
    }
  }
  return std::nullopt;
}

}  // namespace

namespace {

/// Also when it has ended since.
bool was_read_back(Delivery const& row) {
  return row.status == DeliveryStatus::ReadBack ||
         (row.heard_at &&
          std::any_of(row.contacts.begin(), row.contacts.end(), [&](Contact const& contact) {
            return contact.step == ContactStep::ReadBack && contact.occurred_at <= *row.heard_at;
          }));
}

}  // namespace

CallDownCount count_rows(State const& state, CallDown const& call_down) {
  CallDownCount count;
  for (auto const id : call_down.rows) {
    Delivery const* row = find(state.deliveries, id);
    if (row == nullptr) {
      continue;
    }
    bool const unnamed = row->recipients.empty();
    ++count.rows;
    count.heard += row->heard_at ? 1 : 0;
    count.read_back += was_read_back(*row) ? 1 : 0;
    count.silent += row->silent ? 1 : 0;
    count.unnamed += unnamed ? 1 : 0;
    count.waiting += !row->heard_at && !row->silent ? 1 : 0;
  }
  return count;
}

Decision decide(State const& state, Context const& context, OpenCallDown const& command) {
  if (auto refusal = refuse_named(state, command)) {
    return *refusal;
  }
  std::vector<CallRow> rows = rows_of(state, command);
  if (rows.empty()) {
    return refuse(Rejection::NobodyToCall);
  }
  if (rows.size() > kMaxCallRows) {
    return refuse(Rejection::TooManyCallRows,
                  {{"rows", std::to_string(rows.size())}, {"most", std::to_string(kMaxCallRows)}});
  }
  int const year = year_in(state, context.time);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].delivery = next_id<DeliveryId>(state.delivery_numbers, year, i);
  }
  Clocks const clocks = clocks_in_force(state);
  CallDownOpened event;
  event.call_down = next_id<CallDownId>(state.call_down_numbers, year);
  event.title = command.title;
  event.text = command.text;
  event.warning = command.warning;
  event.area = common_area(rows);
  event.incident = command.incident;
  event.answer_within = command.answer_within.value_or(clocks.answer_call_within);
  event.silent_after = command.silent_after.value_or(clocks.silent_after);
  event.keep_hearing = command.keep_hearing;
  event.rows = std::move(rows);
  return event;
}

Decision decide(State const& state, Context const& context, CloseCallDown const& command) {
  CallDown const* call_down = find(state.call_downs, command.call_down);
  if (call_down == nullptr) {
    return missing(state, command.call_down);
  }
  if (auto refusal = refuse_stale(context, call_down->revision)) {
    return *refusal;
  }
  if (call_down->status == CallDownStatus::Closed) {
    return refuse(Rejection::AlreadyInThatState, {{"call_down", to_text(command.call_down)}});
  }
  CallDownCount const count = count_rows(state, *call_down);
  if ((count.heard < count.rows || count.silent > 0) && command.outcome.empty()) {
    return refuse(Rejection::ReasonRequired,
                  {{"not_heard", std::to_string(count.rows - count.heard)},
                   {"silent", std::to_string(count.silent)}});
  }
  return CallDownClosed{command.call_down, command.outcome, count.rows, count.heard, count.silent};
}

CallDownArchived archive(State const& state, CallDownId id) {
  CallDown const& call_down = *find(state.call_downs, id);
  return {id, call_down.area, call_down.rows};
}

void apply(State& state, Stamp const& stamp, CallDownOpened const& event) {
  auto call_down = std::make_shared<CallDown>();
  call_down->id = event.call_down;
  call_down->title = event.title;
  call_down->text = event.text;
  call_down->warning = event.warning;
  call_down->area = event.area;
  call_down->incident = event.incident;
  call_down->answer_within = event.answer_within;
  call_down->silent_after = event.silent_after;
  call_down->keep_hearing = event.keep_hearing;
  call_down->opened_at = stamp.time;
  call_down->opened_by = stamp.by;
  call_down->revision = stamp.sequence;
  for (auto const& row : event.rows) {
    Delivery delivery;
    delivery.id = row.delivery;
    delivery.of = DeliveryOf::CallDown;
    delivery.call_down = event.call_down;
    delivery.text = event.text;
    delivery.area = row.area;
    delivery.area_name = row.name;
    delivery.chain = row.chain;
    if (row.team) {
      delivery.recipients.push_back({row.team, std::nullopt, stamp.time});
    } else if (!row.chain.empty()) {
      delivery.recipients.push_back({std::nullopt, row.chain.front(), stamp.time});
      delivery.chain.erase(delivery.chain.begin());
    }
    delivery.answer_within = event.answer_within;
    if (!delivery.recipients.empty()) {
      delivery.answer_by = stamp.time + event.answer_within;
    }
    delivery.silent_at = stamp.time + event.silent_after;
    delivery.keep_hearing = event.keep_hearing;
    call_down->rows.push_back(row.delivery);
    open_delivery(state, stamp, std::move(delivery));
  }
  note_id(state.call_down_numbers, event.call_down);
  state.call_downs[event.call_down] = std::move(call_down);
}

void apply(State& state, Stamp const& stamp, CallDownClosed const& event) {
  CallDown const& before = *find(state.call_downs, event.call_down);
  for (auto const id : before.rows) {
    advance_delivery(state, stamp, id, DeliveryStatus::Ended, "call_down_closed");
  }
  edit(state.call_downs, event.call_down, stamp.sequence, [&](CallDown& call_down) {
    call_down.status = CallDownStatus::Closed;
    call_down.outcome = event.outcome;
    call_down.closed_at = stamp.time;
    plan_archive(state, call_down, stamp.time + archive_after(state));
  });
}

void apply(State& state, Stamp const& /*stamp*/, CallDownArchived const& event) {
  for (auto const id : event.rows) {
    drop_delivery(state, id);
  }
  auto const it = state.call_downs.find(event.call_down);
  state.deadlines.erase({*it->second->archive_at, Deadline::Kind::Archive, event.call_down});
  state.call_downs.erase(it);
}

}  // namespace fenghuo::domain
