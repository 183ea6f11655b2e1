#include "core/domain/closure.h"

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

Deadline begins(Closure const& closure) {
  return {closure.facts.from.value_or(Time{}), Deadline::Kind::BeginClosure, closure.id};
}
Deadline ends(Closure const& closure) {
  return {closure.facts.until.value_or(Time{}), Deadline::Kind::EndClosure, closure.id};
}

void end(State& state, ClosureId id, Stamp const& stamp, ClosureStatus status,
         std::string const& reason) {
  Closure const& closure = *find(state.closures, id);
  state.deadlines.erase(begins(closure));
  state.deadlines.erase(ends(closure));
  edit(state.closures, id, stamp.sequence, [&](Closure& changed) {
    changed.status = status;
    changed.ended_because = reason;
    plan_archive(state, changed, stamp.time + archive_after(state));
  });
}

}  // namespace

Decision decide(State const& state, Context const& context, CloseRoad const& command) {
  if (auto refusal = refuse_future(context, command.testimony.occurred_at)) {
    return *refusal;
  }
  Time const from = command.facts.from.value_or(context.time);
  if (command.facts.until &&
      (*command.facts.until <= from || *command.facts.until <= context.time)) {
    return refuse(Rejection::EndsBeforeItBegins);
  }
  if (command.facts.speed_permille < 0 || command.facts.speed_permille > 999) {
    return refuse(Rejection::SpeedOutOfRange,
                  {{"speed_permille", std::to_string(command.facts.speed_permille)}});
  }
  return RoadClosed{next_id<ClosureId>(state.closure_numbers, year_in(state, context.time)),
                    from > context.time ? ClosureStatus::Scheduled : ClosureStatus::Active,
                    command.facts, command.testimony};
}

Decision decide(State const& state, Context const& context, LiftClosure const& command) {
  Closure const* closure = find(state.closures, command.closure);
  if (closure == nullptr) {
    return missing(state, command.closure);
  }
  if (auto refusal = refuse_stale(context, closure->revision)) {
    return *refusal;
  }
  if (auto refusal = refuse_future(context, command.testimony.occurred_at)) {
    return *refusal;
  }
  if (command.reason.empty()) {
    return refuse(Rejection::ReasonRequired);
  }
  if (closure->status == ClosureStatus::Lifted || closure->status == ClosureStatus::Expired) {
    return refuse(Rejection::ClosureEnded,
                  {{"closure", to_text(command.closure)},
                   {"status", std::string{fenghuo::name_of(closure->status)}}});
  }
  return ClosureLifted{command.closure, command.reason, command.testimony};
}

void apply(State& state, Stamp const& stamp, RoadClosed const& event) {
  auto closure = std::make_shared<Closure>();
  closure->id = event.closure;
  closure->status = event.status;
  closure->facts = event.facts;
  closure->recorded_at = stamp.time;
  closure->revision = stamp.sequence;
  if (event.status == ClosureStatus::Scheduled) {
    state.deadlines.insert(begins(*closure));
  }
  if (event.facts.until) {
    state.deadlines.insert(ends(*closure));
  }
  state.closures[event.closure] = std::move(closure);
  note_id(state.closure_numbers, event.closure);
}

void apply(State& state, Stamp const& stamp, ClosureBegan const& event) {
  state.deadlines.erase(begins(*find(state.closures, event.closure)));
  edit(state.closures, event.closure, stamp.sequence,
       [](Closure& closure) { closure.status = ClosureStatus::Active; });
}

void apply(State& state, Stamp const& stamp, ClosureLifted const& event) {
  end(state, event.closure, stamp, ClosureStatus::Lifted, event.reason);
}

void apply(State& state, Stamp const& stamp, ClosureExpired const& event) {
  end(state, event.closure, stamp, ClosureStatus::Expired, "");
}

}  // namespace fenghuo::domain
