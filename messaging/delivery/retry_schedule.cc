#include "messaging/delivery/retry_schedule.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/base/ensure.h"
#include "core/base/random.h"

namespace fenghuo::messaging {

namespace {

constexpr std::array<Duration, kTries - 1> kWaits{seconds(5), seconds(30), minutes(2), minutes(10),
                                                  minutes(30)};
constexpr Duration kLongestWait = minutes(30);

/// FNV-1a, 64 bits: equal on every machine, which std::hash does not promise.
std::uint64_t number_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (char const c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  }
  return hash;
}

}  // namespace

std::optional<Time> next_try(std::string_view id, int failures, Time failed_at,
                             std::optional<Duration> retry_after) {
  ensure(failures >= 1, "a try is due again only after a failure");
  if (failures >= kTries) {
    return std::nullopt;
  }
  Duration const wait = kWaits[static_cast<std::size_t>(failures - 1)];
  Random random{number_of(id) + static_cast<std::uint64_t>(failures)};
  Duration const longer = microseconds(random.between(0, wait.us / 5));
  Duration const asked = std::min(retry_after.value_or(Duration{}), kLongestWait);
  return failed_at + std::max(wait + longer, asked);
}

CircuitState Circuit::state(Time now) const {
  if (failures_ < kFailures) {
    return CircuitState::Closed;
  }
  return now < failed_at_ + kOpenFor ? CircuitState::Open : CircuitState::HalfOpen;
}

bool Circuit::lets_through(Time now) {
  switch (state(now)) {
    case CircuitState::Closed:
      return true;
    case CircuitState::Open:
      return false;
    case CircuitState::HalfOpen:
      break;
  }
  bool const first = !probing_;
  probing_ = true;
  return first;
}

void Circuit::note(Handover const& handover, Time at) {
  probing_ = false;
  if (handover.outcome == HandoverOutcome::TryAgain) {
    failures_ = std::min(failures_ + 1, kFailures);
    failed_at_ = std::max(failed_at_, at);
  } else if (handover.answered) {
    failures_ = 0;
  }
}

std::optional<Time> Circuit::half_open_at() const {
  return failures_ < kFailures ? std::nullopt : std::optional{failed_at_ + kOpenFor};
}

}  // namespace fenghuo::messaging
