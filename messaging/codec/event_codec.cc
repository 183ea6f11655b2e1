#include "messaging/codec/event_codec.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <utility>

#include "messaging/codec/upcast.h"

namespace fenghuo::messaging {

namespace {

Error data_loss(std::string message) { return {ErrorCode::DataLoss, std::move(message)}; }

template <class E>
Result<domain::Event> decode_as(Json const& members) {
  ReadContext context{.style = {.strict = false}, .errors = {}, .path = {}};
  E event;
  from_json(members, event, context);
  if (!context.errors.empty()) {
    return data_loss(fmt::format("event {}: {}: {}", E::kName, context.errors.front().pointer,
                                 context.errors.front().message));
  }
  return domain::Event{std::move(event)};
}

struct EventForm {
  std::string_view type;
  int version;
  Result<domain::Event> (*decode)(Json const&);
};

template <std::size_t... I>
constexpr auto forms_of(std::index_sequence<I...> /*indices*/) {
  return std::array{EventForm{std::variant_alternative_t<I, domain::Event>::kName,
                              std::variant_alternative_t<I, domain::Event>::kVersion,
                              &decode_as<std::variant_alternative_t<I, domain::Event>>}...};
}
constexpr auto kForms = forms_of(std::make_index_sequence<std::variant_size_v<domain::Event>>{});

domain::ProposalRecorded told_in_short(domain::ProposalRecorded const& whole) {
  domain::ProposalRecorded out;
  out.proposal = whole.proposal;
  out.incident = whole.incident;
  out.rows.made_from = whole.rows.made_from;
  out.rows.metric_as_of = whole.rows.metric_as_of;
  out.rows.made_at = whole.rows.made_at;
  out.rows.needs = whole.rows.needs;
  out.rows.unmet = whole.rows.unmet;
  out.rows.teams = whole.rows.teams;
  out.chosen = whole.chosen;
  out.deviates = whole.deviates;
  out.because = whole.because;
  return out;
}

}  // namespace

EncodedEvent encode(domain::Event const& event) {
  return std::visit(
      [](auto const& e) {
        return EncodedEvent{e.kName, e.kVersion, to_json(e, WriteStyle{}).text()};
      },
      event);
}

Result<domain::Event> decode(std::string_view type, int version, std::string_view payload) {
  for (auto const& form : kForms) {
    if (form.type != type) {
      continue;
    }
    if (version > form.version || version < 1) {
      return data_loss(
          fmt::format("event {} has version {}, this program knows up to {}: use the newer program "
                      "that wrote it",
                      type, version, form.version));
    }
    // The limit on bytes is for strangers: what we wrote ourselves is read however large it is.
    auto members = parse_json(payload, {.bytes = std::numeric_limits<std::size_t>::max()});
    if (!members) {
      return data_loss(fmt::format("event {}: {}", type, members.error().message));
    }
    return form.decode(upcast(type, version, std::move(members).value()));
  }
  return data_loss(
      fmt::format("unknown event type \"{}\": use the newer program that wrote it", type));
}

Json event_data(domain::Event const& event, WriteStyle const& style) {
  if (auto const* proposal = std::get_if<domain::ProposalRecorded>(&event)) {
    return to_json(told_in_short(*proposal), style);
  }
  return std::visit([&](auto const& e) { return to_json(e, style); }, event);
}

std::string command_text(domain::Command const& command) {
  return std::visit(
      [](auto const& c) {
        return std::string{c.kName}.append(" ").append(to_json(c, WriteStyle{}).text());
      },
      command);
}

}  // namespace fenghuo::messaging
