#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messaging/command_loop/command_writer.h"

namespace fenghuo::tests {

/// What a client remembers of one call, small enough that a million of them fit.
struct Call {
  enum class Outcome : std::uint8_t { Carried, Replayed, Refused, Reused, Unavailable };
  Sequence known = 0;         ///< the highest answered to anybody before it was sent
  Sequence first = 0;         ///< of the events in the answer; 0 without
  Sequence until = 0;         ///< committed when the answer had come
  std::uint64_t content = 0;  ///< of the events in the answer
  std::uint32_t events = 0;
  std::uint32_t repeats = kFresh;  ///< the call of this client whose id it used again
  std::uint32_t shared = kFresh;   ///< or the number of an id that two clients send
  domain::Rejection rejection = domain::Rejection::NotFounded;
  TeamId busy;  ///< named in a refusal because it is on an order
  Outcome outcome = Outcome::Unavailable;
  bool other_body = false;  ///< the id was used again for something else
  static constexpr std::uint32_t kFresh = 0xFFFFFFFF;
};

/// All calls of a run, by client.
using Traces = std::vector<std::vector<Call>>;

/// The ids that clients give: "c<client>/<call>" their own, "s<number>" those that two of them send.
std::string own_id(std::size_t client, std::size_t call);
std::string shared_id(std::size_t number);
struct IdOfCall {
  bool shared = false;
  std::size_t client = 0, number = 0;
};
/// Nothing for an id that no client gave.
std::optional<IdOfCall> parse_call_id(std::string_view id);

/// A digest of an event as it is stored; those of a command are mixed in order.
std::uint64_t mix_content(std::uint64_t before, std::string_view type, std::string_view payload);

/// Notes an outcome in a call.
void note_outcome(Call& call, messaging::Outcome const& outcome);

}  // namespace fenghuo::tests
