#include "server/http/moment.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/base/time_text.h"
#include "server/http/arguments.h"
#include "server/http/page.h"

namespace fenghuo::server {

using messaging::Json;

std::variant<Moment, Answer> moment_of(Desk& desk, Call const& call) {
  if (!call.query.contains("at")) {
    return Moment{};
  }
  std::string text = call.argument("at");
  auto sequence = whole_number(text);
  std::replace(text.begin(), text.end(), ' ', '+');  // a + that nobody escaped
  auto const time = sequence ? std::nullopt : parse_rfc3339(text);
  if (!sequence && !time) {
    return problem(call, {{"at",
                           "expected a sequence number, or a time with its offset such as "
                           "2026-07-01T02:07:00+08:00"}});
  }
  if (time) {
    if (*time > desk.center.clock().now()) {
      return problem(call, {{"at", "lies in the future"}});
    }
    auto const found = desk.center.past().sequence_at(*time);
    if (!found) {
      return problem(call, found.error());
    }
    sequence = *found;
  }
  auto state = desk.center.past().at(*sequence);
  if (!state && state.error().code == ErrorCode::InvalidArgument) {
    return problem(call, {{"at", state.error().message}});
  }
  if (!state) {
    return problem(call, state.error());
  }
  Moment moment{std::move(state).value(), *sequence, time};
  moment.time = time.value_or(moment.past->time);
  return moment;
}

Json view_at(Desk& desk, Moment const& moment, domain::Team const& team) {
  if (!moment.is_past()) {
    return view(desk, team);
  }
  std::optional<messaging::TrackPoint> point;
  if (desk.center.tracks() != nullptr) {
    if (auto const found = desk.center.tracks()->last_known(team.id, *moment.time)) {
      point = *found;
    }
  }
  return team_json(desk, team, point, *moment.time);
}

void await(messaging::Projection& projection, Sequence sequence) {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    auto const position = projection.position();
    if (!position || *position >= sequence) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

}  // namespace fenghuo::server
