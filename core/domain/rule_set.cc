#include "core/domain/rule_set.h"

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

std::optional<Refusal> refuse_value(std::string_view member, Duration value, Duration least,
                                    Duration most) {
  if (least <= value && value <= most) {
    return std::nullopt;
  }
  auto const whole_seconds = [](Duration d) { return std::to_string(d.us / seconds(1).us); };
  return refuse(Rejection::RuleValueOutOfRange, {{"member", std::string{member} + "_s"},
                                                 {"value", whole_seconds(value)},
                                                 {"least", whole_seconds(least)},
                                                 {"most", whole_seconds(most)}});
}

std::optional<Refusal> refuse_document(Clocks const& clocks) {
  for (auto const& refusal :
       {refuse_value("acknowledge_order_within", clocks.acknowledge_order_within, seconds(10),
                     hours(24)),
        refuse_value("acknowledge_request_within", clocks.acknowledge_request_within, seconds(10),
                     hours(24)),
        refuse_value("answer_call_within", clocks.answer_call_within, seconds(10), hours(24)),
        refuse_value("silent_after", clocks.silent_after, seconds(10), hours(24)),
        refuse_value("answer_alarm_within", clocks.answer_alarm_within, seconds(10), hours(24)),
        refuse_value("archive_after", clocks.archive_after, hours(1), hours(24 * 3660))}) {
    if (refusal) {
      return refusal;
    }
  }
  return std::nullopt;
}

/// Finds the member that a kind is read from.
std::optional<Refusal> refuse_document(RuleKind kind, RuleDocument const& document) {
  switch (kind) {
    case RuleKind::Clocks:
      if (document.clocks) {
        return refuse_document(*document.clocks);
      }
      break;
  }
  return refuse(Rejection::RuleDocumentMissing, {{"kind", std::string{fenghuo::name_of(kind)}}});
}

}  // namespace

namespace {

Clocks clocks_of_founding(State const& state) {
  Clocks clocks;
  if (state.founding) {
    clocks.acknowledge_order_within = state.founding->acknowledge_order_within;
    clocks.acknowledge_request_within = state.founding->acknowledge_request_within;
  }
  return clocks;
}

}  // namespace

RuleSet in_force(State const& state, RuleKind kind) {
  if (RuleSet const* adopted = find(state.rule_sets, kind)) {
    return *adopted;
  }
  RuleSet founded;
  founded.id = kind;
  switch (kind) {
    case RuleKind::Clocks:
      founded.document.clocks = clocks_of_founding(state);
      break;
  }
  return founded;
}

Clocks clocks_in_force(State const& state) {
  RuleSet const* adopted = find(state.rule_sets, RuleKind::Clocks);
  return adopted != nullptr && adopted->document.clocks ? *adopted->document.clocks
                                                        : clocks_of_founding(state);
}

Duration archive_after(State const& state) { return clocks_in_force(state).archive_after; }

Decision decide(State const& state, Context const& context, AdoptRuleSet const& command) {
  RuleSet const* in_force = find(state.rule_sets, command.kind);
  if (auto refusal = refuse_stale(context, in_force == nullptr ? 0 : in_force->revision)) {
    return *refusal;
  }
  std::int64_t const version = in_force == nullptr ? 0 : in_force->version;
  if (in_force != nullptr && in_force->document == command.document) {
    return refuse(Rejection::AlreadyInThatState,
                  {{"kind", std::string{fenghuo::name_of(command.kind)}},
                   {"version", std::to_string(version)}});
  }
  if (command.because.empty()) {
    return refuse(Rejection::ReasonRequired);
  }
  if (auto refusal = refuse_document(command.kind, command.document)) {
    return *refusal;
  }
  return RuleSetAdopted{command.kind,   version + 1,     command.title,
                        command.source, command.because, command.document};
}

void apply(State& state, Stamp const& stamp, RuleSetAdopted const& event) {
  auto& place = state.rule_sets[event.kind];
  auto next = place == nullptr ? std::make_shared<RuleSet>() : std::make_shared<RuleSet>(*place);
  next->id = event.kind;
  next->version = event.version;
  next->title = event.title;
  next->source = event.source;
  next->because = event.because;
  next->document = event.document;
  next->versions.push_back({event.version, stamp.sequence, stamp.time, stamp.by, event.title});
  if (next->versions.size() > kVersionsListed) {
    next->versions.erase(next->versions.begin());
  }
  next->revision = stamp.sequence;
  place = std::move(next);
}

}  // namespace fenghuo::domain
