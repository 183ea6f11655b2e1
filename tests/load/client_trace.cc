#include "tests/load/client_trace.h"

#include <charconv>

#include "messaging/codec/event_codec.h"

namespace fenghuo::tests {

namespace {

std::optional<std::size_t> number_in(std::string_view text) {
  std::size_t out = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return out;
}

}  // namespace

std::string own_id(std::size_t client, std::size_t call) {
  return "c" + std::to_string(client) + "/" + std::to_string(call);
}
std::string shared_id(std::size_t number) { return "s" + std::to_string(number); }

std::optional<IdOfCall> parse_call_id(std::string_view id) {
  if (id.starts_with("s")) {
    auto const number = number_in(id.substr(1));
    return number ? std::optional{IdOfCall{true, 0, *number}} : std::nullopt;
  }
  auto const slash = id.find('/');
  if (!id.starts_with("c") || slash == std::string_view::npos) {
    return std::nullopt;
  }
  auto const client = number_in(id.substr(1, slash - 1));
  auto const number = number_in(id.substr(slash + 1));
  return client && number ? std::optional{IdOfCall{false, *client, *number}} : std::nullopt;
}

std::uint64_t mix_content(std::uint64_t before, std::string_view type, std::string_view payload) {
  std::uint64_t out = before ^ 0xCBF29CE484222325ULL;  // FNV-1a
  for (auto const text : {type, payload}) {
    for (char const c : text) {
      out = (out ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
  }
  return out;
}

void note_outcome(Call& call, messaging::Outcome const& outcome) {
  if (auto const* carried = std::get_if<messaging::Carried>(&outcome)) {
    call.outcome = carried->replayed ? Call::Outcome::Replayed : Call::Outcome::Carried;
    call.events = static_cast<std::uint32_t>(carried->events.size());
    call.first = carried->events.empty() ? 0 : carried->events.front().sequence;
    for (auto const& event : carried->events) {
      auto const encoded = messaging::encode(event.event);
      call.content = mix_content(call.content, encoded.type, encoded.payload);
    }
  } else if (auto const* refusal = std::get_if<domain::Refusal>(&outcome)) {
    call.outcome = Call::Outcome::Refused;
    call.rejection = refusal->rejection;
    if (refusal->rejection == domain::Rejection::TeamOnOrder) {
      call.busy = id_from<TeamTag>(refusal->facts.front().second).value_or(TeamId{});
    }
  } else {
    call.outcome = std::holds_alternative<messaging::IdReused>(outcome)
                       ? Call::Outcome::Reused
                       : Call::Outcome::Unavailable;
  }
}

}  // namespace fenghuo::tests
