#include "messaging/codec/state_codec.h"

#include <algorithm>
#include <limits>

#include "messaging/codec/fields_json.h"

namespace fenghuo::messaging {

namespace {

constexpr std::string_view kEnd = "end";

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
  f("organizations", state.organizations);
  f("persons", state.persons);
  f("areas", state.areas);
  f("facilities", state.facilities);
  f("enterprises", state.enterprises);
  f("plan_contacts", state.plan_contacts);
  f("duty_posts", state.duty_posts);
  f("duty_shifts", state.duty_shifts);
  f("call_downs", state.call_downs);
  f("deliveries", state.deliveries);
}
template <class State, class F>
void each_numbering(State& state, F f) {
  f("report_numbers", state.report_numbers);
  f("incident_numbers", state.incident_numbers);
  f("team_numbers", state.team_numbers);
  f("order_numbers", state.order_numbers);
  f("closure_numbers", state.closure_numbers);
  f("proposal_numbers", state.proposal_numbers);
  f("delivery_numbers", state.delivery_numbers);
  f("call_down_numbers", state.call_down_numbers);
}

/// The lines of a text, one after another.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_{text} {}
  std::string_view next() const { return rest_.substr(0, rest_.find('\n')); }
  void go_on() { rest_.remove_prefix(std::min(next().size() + 1, rest_.size())); }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

Result<Json> parse_line(std::string_view line) {
  return parse_json(line, {.bytes = std::numeric_limits<std::size_t>::max(), .depth = 32});
}

/// Reads the objects up to the name of the next shelf.
template <class T>
void read_shelf(Lines& lines, domain::Shelf<T>& shelf, ReadContext& context) {
  while (lines.next().starts_with('{') && context.errors.empty()) {
    auto const item = parse_line(lines.next());
    lines.go_on();
    auto object = std::make_shared<T>();
    if (item) {
      from_json(*item, *object, context);
    } else {
      context.wrong(item.error().message);
    }
    auto const id = object->id;
    shelf.insert_or_assign(shelf.end(), id, std::move(object));
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
  Json head = Json::object({{"sequence", state.sequence}, {"time_us", state.time.us}});
  if (state.founding) {
    head.add("founding", to_json(*state.founding, style));
  }
  each_numbering(state, [&](char const* name, domain::Numbering const& numbering) {
    head.add(name,
             Json::object({{"year", std::int64_t{numbering.year}}, {"last", numbering.last}}));
  });
  std::string out = head.text();
  each_shelf(state, [&](char const* name, auto const& shelf) {
    out.append("\n").append(name);
    for (auto const& [id, object] : shelf) {
      out += '\n';
      to_json(*object, style).append_to(out);
    }
  });
  return out.append("\n").append(kEnd);
}

Result<domain::State> decode_state(std::string_view text) {
  Lines lines{text};
  auto const head = parse_line(lines.next());
  if (!head) {
    return Error{ErrorCode::DataLoss, "snapshot: " + head.error().message};
  }
  lines.go_on();
  ReadContext context{.style = {.strict = false}, .errors = {}, .path = {}};
  domain::State state;
  state.sequence = whole(*head, "sequence", context);
  state.time = {whole(*head, "time_us", context)};
  if (Json const* founding = head->find("founding")) {
    state.founding.emplace();
    from_json(*founding, *state.founding, context);
  }
  each_numbering(state, [&](char const* name, domain::Numbering& numbering) {
    if (Json const* member = head->find(name)) {
      numbering.year = static_cast<std::uint16_t>(whole(*member, "year", context));
      numbering.last = static_cast<std::uint64_t>(whole(*member, "last", context));
    } else {
      context.wrong(std::string{name} + " is missing");
    }
  });
  auto const expect = [&](std::string_view name) {
    if (lines.next() != name) {
      context.wrong(std::string{name} + " is missing");
    }
    lines.go_on();
  };
  each_shelf(state, [&](char const* name, auto& shelf) {
    expect(name);
    read_shelf(lines, shelf, context);
  });
  expect(kEnd);
  if (!lines.at_end()) {
    context.wrong("something stands behind the end");
  }
  if (!context.errors.empty()) {
    return Error{ErrorCode::DataLoss, "snapshot: " + context.errors.front().pointer + ": " +
                                          context.errors.front().message};
  }
  domain::rebuild_derived(state);
  return state;
}

}  // namespace fenghuo::messaging
