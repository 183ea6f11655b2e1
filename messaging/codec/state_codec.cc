#include "messaging/codec/state_codec.h"

#include <limits>

#include "messaging/codec/fields_json.h"

namespace fenghuo::messaging {

namespace {

/// Calls f(name, shelf) for every shelf, in the order of state_text.
template <class State, class F>
void each_shelf(State& state, F f) {
  f("reports", state.reports);
  f("incidents", state.incidents);
  f("teams", state.teams);
  f("orders", state.orders);
  f("closures", state.closures);
  f("accounts", state.accounts);
  f("rule_sets", state.rule_sets);
  f("proposals", state.proposals);
}
template <class State, class F>
void each_numbering(State& state, F f) {
  f("report_numbers", state.report_numbers);
  f("incident_numbers", state.incident_numbers);
  f("team_numbers", state.team_numbers);
  f("order_numbers", state.order_numbers);
  f("closure_numbers", state.closure_numbers);
  f("proposal_numbers", state.proposal_numbers);
}

template <class T>
void read_shelf(Json const& in, domain::Shelf<T>& shelf, ReadContext& context) {
  auto const* items = in.array();
  if (items == nullptr) {
    context.wrong("expected a list");
    return;
  }
  for (auto const& item : *items) {
    auto object = std::make_shared<T>();
    from_json(item, *object, context);
    auto const id = object->id;
    shelf.insert_or_assign(id, std::move(object));
  }
}

std::int64_t whole(Json const& in, char const* name, ReadContext& context) {
  std::int64_t value = 0;
  if (Json const* member = in.find(name)) {
    from_json(*member, value, context);
  } else {
    context.wrong(std::string{name} + " is missing");
  }
  return value;
}

}  // namespace

std::string encode_state(domain::State const& state) {
  WriteStyle const style;
  Json out = Json::object({{"sequence", state.sequence}, {"time_us", state.time.us}});
  if (state.founding) {
    out.add("founding", to_json(*state.founding, style));
  }
  each_shelf(state, [&](char const* name, auto const& shelf) {
    Json::Array items;
    for (auto const& [id, object] : shelf) {
      items.push_back(to_json(*object, style));
    }
    out.add(name, std::move(items));
  });
  each_numbering(state, [&](char const* name, domain::Numbering const& numbering) {
    out.add(name, Json::object({{"year", std::int64_t{numbering.year}}, {"last", numbering.last}}));
  });
  return out.text();
}

Result<domain::State> decode_state(std::string_view text) {
  auto const in = parse_json(text, {.bytes = std::numeric_limits<std::size_t>::max(), .depth = 32});
  if (!in) {
    return Error{ErrorCode::DataLoss, "snapshot: " + in.error().message};
  }
  ReadContext context{.style = {.strict = false}, .errors = {}, .path = {}};
  domain::State state;
  state.sequence = whole(*in, "sequence", context);
  state.time = {whole(*in, "time_us", context)};
  if (Json const* founding = in->find("founding")) {
    state.founding.emplace();
    from_json(*founding, *state.founding, context);
  }
  each_shelf(state, [&](char const* name, auto& shelf) {
    if (Json const* member = in->find(name)) {
      read_shelf(*member, shelf, context);
    } else {
      context.wrong(std::string{name} + " is missing");
    }
  });
  each_numbering(state, [&](char const* name, domain::Numbering& numbering) {
    if (Json const* member = in->find(name)) {
      numbering.year = static_cast<std::uint16_t>(whole(*member, "year", context));
      numbering.last = static_cast<std::uint64_t>(whole(*member, "last", context));
    } else {
      context.wrong(std::string{name} + " is missing");
    }
  });
  if (!context.errors.empty()) {
    return Error{ErrorCode::DataLoss, "snapshot: " + context.errors.front().pointer + ": " +
                                          context.errors.front().message};
  }
  domain::rebuild_derived(state);
  return state;
}

}  // namespace fenghuo::messaging
