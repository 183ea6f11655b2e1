#include "core/domain/duty.h"

#include <algorithm>
#include <limits>

#include "core/base/time_text.h"
#include "core/domain/decision.h"
#include "core/domain/person.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

constexpr Duration kDay = hours(24);
constexpr Duration kShiftsKept = hours(24 * 400);
constexpr Time kNever{std::numeric_limits<std::int64_t>::max()};

struct Span {
  Time from, to;
};

Duration zone_of(State const& state) {
  return minutes(state.founding ? state.founding->zone_minutes : 0);
}

/// Whole days since 1970-01-01 of the local calendar. 1970-01-01 was a Thursday.
std::int64_t local_day(Time time, Duration zone) {
  std::int64_t const us = time.us + zone.us;
  return us >= 0 ? us / kDay.us : -((kDay.us - 1 - us) / kDay.us);
}

std::optional<Span> window_of_day(DutyPostFacts const& post, std::int64_t day, Duration zone) {
  std::int64_t const weekday = ((day % 7) + 7 + 3) % 7;  // 0 Monday
  if ((post.weekdays >> weekday & 1) == 0) {
    return std::nullopt;
  }
  Time const midnight{day * kDay.us - zone.us};
  std::int64_t const length =
      post.to_minute > post.from_minute ? 0 : 24 * 60;  // else it ends on the next day
  return Span{midnight + minutes(post.from_minute), midnight + minutes(post.to_minute + length)};
}

/// The first stretch from `at` on during which the post must be manned without a break.
std::optional<Span> next_required(DutyPostFacts const& post, Time at, Duration zone) {
  std::int64_t const today = local_day(at, zone);
  std::optional<Span> found;
  for (std::int64_t day = today - 1; day <= today + 15; ++day) {
    auto const window = window_of_day(post, day, zone);
    if (!window || window->to <= at) {
      continue;
    }
    if (found && window->from > found->to) {
      return found;
    }
    found = Span{found ? found->from : std::max(window->from, at),
                 found ? std::max(found->to, window->to) : window->to};
    if (found->to - found->from > Duration{8 * kDay.us}) {
      return Span{found->from, kNever};  // every day joins the next
    }
  }
  return found;
}

/// The first stretch from `at` on during which fewer than `people` are on duty.
Span next_undermanned(State const& state, DutyPostCode const& post, std::int64_t people, Time at) {
  std::vector<std::pair<Time, std::int64_t>> steps;
  std::int64_t there = 0;
  if (auto const shifts = state.shifts_of_post.find(post); shifts != state.shifts_of_post.end()) {
    for (auto const& [from, code] : shifts->second) {
      DutyShift const& shift = *find(state.duty_shifts, code);
      if (shift.cancelled || shift.facts.to <= at) {
        continue;
      }
      if (from <= at) {
        ++there;
      } else {
        steps.emplace_back(from, 1);
      }
      steps.emplace_back(shift.facts.to, -1);
    }
  }
  std::sort(steps.begin(), steps.end());
  std::optional<Time> lacks_since;
  if (there < people) {
    lacks_since = at;
  }
  for (std::size_t i = 0; i < steps.size();) {
    Time const now = steps[i].first;
    for (; i < steps.size() && steps[i].first == now; ++i) {
      there += steps[i].second;
    }
    if (there < people && !lacks_since) {
      lacks_since = now;
    } else if (there >= people && lacks_since) {
      return {*lacks_since, now};
    }
  }
  return {lacks_since.value_or(kNever), kNever};
}

void set_expected(State& state, DutyPostCode const& id, std::optional<DutyHole> expected,
                  std::optional<DutyHole> said, Sequence revision) {
  if (auto const due = alarm_at(*find(state.duty_posts, id))) {
    state.deadlines.erase({*due, Deadline::Kind::DutyAlarm, id});
  }
  edit(state.duty_posts, id, revision, [&](DutyPost& post) {
    post.expected = expected;
    post.hole = said;
  });
  if (auto const due = alarm_at(*find(state.duty_posts, id))) {
    state.deadlines.insert({*due, Deadline::Kind::DutyAlarm, id});
  }
}

std::optional<DutyHole> after_hole(State const& state, DutyPostCode const& post,
                                   DutyHole const& hole) {
  return hole.until ? next_hole(state, post, *hole.until) : std::nullopt;
}

}  // namespace

std::optional<Time> alarm_at(DutyPost const& post) {
  if (!post.expected) {
    return std::nullopt;
  }
  return post.expected->from - post.facts.alarm_before;
}

std::vector<DutyShift const*> on_duty(State const& state, DutyPostCode const& post, Time at) {
  std::vector<DutyShift const*> out;
  auto const shifts = state.shifts_of_post.find(post);
  if (shifts == state.shifts_of_post.end()) {
    return out;
  }
  auto it = shifts->second.lower_bound({at - kLongestShift, DutyShiftCode{}});
  for (; it != shifts->second.end() && it->first <= at; ++it) {
    DutyShift const* shift = find(state.duty_shifts, it->second);
    if (!shift->cancelled && at < shift->facts.to) {
      out.push_back(shift);
    }
  }
  std::sort(out.begin(), out.end(), [](auto const* a, auto const* b) { return a->id < b->id; });
  return out;
}

bool must_be_manned(State const& state, DutyPostFacts const& post, Time at) {
  if (post.people < 1 || post.retired) {
    return false;
  }
  auto const required = next_required(post, at, zone_of(state));
  return required && required->from <= at;
}

std::optional<DutyHole> next_hole(State const& state, DutyPostCode const& id, Time after) {
  DutyPost const* post = find(state.duty_posts, id);
  if (post == nullptr || post->facts.retired || post->facts.people < 1) {
    return std::nullopt;
  }
  for (Time at = after;;) {
    Span const lacking = next_undermanned(state, id, post->facts.people, at);
    if (lacking.from == kNever) {
      return std::nullopt;
    }
    auto const required = next_required(post->facts, lacking.from, zone_of(state));
    if (!required) {
      return std::nullopt;  // no day of the week asks for anybody
    }
    if (required->from < lacking.to) {
      Time const until = std::min(lacking.to, required->to);
      return DutyHole{required->from, until == kNever ? std::nullopt : std::optional{until}};
    }
    at = lacking.to;
  }
}

void note_shift(State& state, DutyShiftCode const& id) {
  auto& slot = state.duty_shifts.at(id);
  auto copy = std::make_shared<DutyShift>(*slot);
  copy->archive_at = copy->facts.to + kShiftsKept;
  slot = std::move(copy);
  state.shifts_of_post[slot->facts.post].insert({slot->facts.from, id});
  state.deadlines.insert({*slot->archive_at, Deadline::Kind::Archive, id});
}

void forget_shift(State& state, DutyShift const& shift) {
  auto const of_post = state.shifts_of_post.find(shift.facts.post);
  if (of_post != state.shifts_of_post.end()) {
    of_post->second.erase({shift.facts.from, shift.id});
    if (of_post->second.empty()) {
      state.shifts_of_post.erase(of_post);
    }
  }
  if (shift.archive_at) {
    state.deadlines.erase({*shift.archive_at, Deadline::Kind::Archive, shift.id});
  }
}

void look_for_holes(State& state, Stamp const& stamp, DutyPostCode const& id) {
  DutyPost const* post = find(state.duty_posts, id);
  if (post == nullptr) {
    return;
  }
  if (post->hole) {
    Time const from = std::max(stamp.time, post->hole->from);
    auto const still = next_hole(state, id, from);
    if (still && still->from == from) {
      DutyHole const said{post->hole->from, still->until};
      set_expected(state, id, after_hole(state, id, said), said, stamp.sequence);
      return;
    }
  }
  set_expected(state, id, next_hole(state, id, stamp.time), std::nullopt, stamp.sequence);
}

namespace {

std::optional<Refusal> refuse_change(Context const& context, DutyShiftCode const& id,
                                     DutyShift const* shift) {
  if (shift == nullptr) {
    return refuse(Rejection::UnknownDutyShift, {{"shift", id.text}});
  }
  if (auto refusal = refuse_stale(context, shift->revision)) {
    return refusal;
  }
  if (shift->cancelled) {
    return refuse(Rejection::AlreadyInThatState, {{"shift", id.text}});
  }
  return std::nullopt;
}

}  // namespace

Decision decide(State const& state, Context const& context, SwapDuty const& command) {
  if (find(state.persons, command.person) == nullptr) {
    return refuse(Rejection::UnknownPerson, {{"person", command.person.text}});
  }
  DutyShift const* shift = find(state.duty_shifts, command.shift);
  if (auto refusal = refuse_change(context, command.shift, shift)) {
    return *refusal;
  }
  if (shift->who() == command.person) {
    return refuse(Rejection::AlreadyInThatState, {{"shift", command.shift.text}});
  }
  if (command.because.empty()) {
    return refuse(Rejection::ReasonRequired);
  }
  return DutySwapped{command.shift, shift->facts.post, shift->who(), command.person,
                     command.because};
}

Decision decide(State const& state, Context const& context, CancelDuty const& command) {
  DutyShift const* shift = find(state.duty_shifts, command.shift);
  if (auto refusal = refuse_change(context, command.shift, shift)) {
    return *refusal;
  }
  if (command.because.empty()) {
    return refuse(Rejection::ReasonRequired);
  }
  return DutyCancelled{command.shift, shift->facts.post, command.because};
}

DutyHoleFound hole_found(State const& state, DutyPostCode const& id, Time now,
                         std::uint64_t deliveries_ahead) {
  DutyPost const& post = *find(state.duty_posts, id);
  DutyHoleFound event{id, post.facts.area, *post.expected, {}, {}, {}};
  if (post.facts.keeper) {
    event.chain = chain_of(state, {*post.facts.keeper});
  }
  if (!event.chain.empty()) {
    event.delivery =
        next_id<DeliveryId>(state.delivery_numbers, year_in(state, now), deliveries_ahead);
    event.answer_by = now + clocks_in_force(state).answer_alarm_within;
  }
  return event;
}

void apply(State& state, Stamp const& stamp, DutySwapped const& event) {
  edit(state.duty_shifts, event.shift, stamp.sequence, [&](DutyShift& shift) {
    shift.stand_in = event.to == shift.facts.person ? std::nullopt : std::optional{event.to};
    shift.because = event.because;
  });
}

void apply(State& state, Stamp const& stamp, DutyCancelled const& event) {
  edit(state.duty_shifts, event.shift, stamp.sequence, [&](DutyShift& shift) {
    shift.cancelled = true;
    shift.because = event.because;
  });
  look_for_holes(state, stamp, event.post);
}

void apply(State& state, Stamp const& stamp, DutyHoleFound const& event) {
  set_expected(state, event.post, after_hole(state, event.post, event.hole), event.hole,
               stamp.sequence);
  if (!event.delivery) {
    return;
  }
  Delivery delivery;
  delivery.id = *event.delivery;
  delivery.of = DeliveryOf::DutyHole;
  delivery.post = event.post;
  delivery.area = event.area;
  delivery.recipients.push_back({std::nullopt, event.chain.front(), stamp.time});
  delivery.chain.assign(event.chain.begin() + 1, event.chain.end());
  delivery.answer_by = event.answer_by;
  delivery.answer_within = *event.answer_by - stamp.time;
  delivery.archive_at = stamp.time + archive_after(state);
  open_delivery(state, stamp, std::move(delivery));
}

void apply(State& state, Stamp const& /*stamp*/, DutyShiftArchived const& event) {
  forget_shift(state, *find(state.duty_shifts, event.shift));  // long over: no hole follows
  state.duty_shifts.erase(event.shift);
}

}  // namespace fenghuo::domain
