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
constexpr Time kDawn{std::numeric_limits<std::int64_t>::min()};
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
    if (!window || window->to <= at || window->to == window->from) {
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

/// Where a post has too few people, over all time: worked out once, then asked from any moment on.
class Holes {
 public:
  Holes(State const& state, DutyPost const& post) : facts_{post.facts}, zone_{zone_of(state)} {
    if (facts_.retired || facts_.people < 1) {
      return;
    }
    std::int64_t there = 0;
    Time since = kDawn;
    bool lacks = true;
    auto const steps = steps_of(state, post.id);
    for (std::size_t i = 0; i < steps.size();) {
      Time const now = steps[i].first;
      for (; i < steps.size() && steps[i].first == now; ++i) {
        there += steps[i].second;
      }
      if (lacks && there >= facts_.people) {
        lacking_.push_back({since, now});
      } else if (!lacks && there < facts_.people) {
        since = now;
      }
      lacks = there < facts_.people;
    }
    lacking_.push_back({since, kNever});  // after the last shift there is nobody
  }

  std::optional<DutyHole> next(Time after) const {
    auto stretch = std::partition_point(lacking_.begin(), lacking_.end(),
                                        [&](Span const& span) { return span.to <= after; });
    for (; stretch != lacking_.end(); ++stretch) {
      auto const required = next_required(facts_, std::max(stretch->from, after), zone_);
      if (!required) {
        return std::nullopt;  // no day of the week asks for anybody
      }
      if (required->from < stretch->to) {
        Time const until = std::min(stretch->to, required->to);
        return DutyHole{required->from, until == kNever ? std::nullopt : std::optional{until}};
      }
    }
    return std::nullopt;
  }
  std::optional<DutyHole> next(DutyHole const& after) const {
    return after.until ? next(*after.until) : std::nullopt;
  }

 private:
  /// When how many come (or go, below zero).
  static std::vector<std::pair<Time, std::int64_t>> steps_of(State const& state,
                                                             DutyPostCode const& post) {
    std::vector<std::pair<Time, std::int64_t>> steps;
    if (auto const of_post = state.shifts_of_post.find(post);
        of_post != state.shifts_of_post.end()) {
      for (auto const& [from, code] : of_post->second) {
        DutyShift const& shift = *find(state.duty_shifts, code);
        if (!shift.cancelled) {
          steps.emplace_back(from, 1);
          steps.emplace_back(shift.facts.to, -1);
        }
      }
    }
    std::sort(steps.begin(), steps.end());
    return steps;
  }

  DutyPostFacts const& facts_;
  Duration zone_;
  std::vector<Span> lacking_;
};

bool is_over(DutyHole const& hole, Time at) { return hole.until && *hole.until <= at; }

/// In order.
std::vector<DutyHole> said_of(DutyPost const& post) {
  std::vector<DutyHole> said = post.also_said;
  if (post.hole) {
    said.insert(said.begin(), *post.hole);
  }
  return said;
}

void set_holes(State& state, DutyPostCode const& id, std::vector<DutyHole> said,
               std::optional<DutyHole> expected, Sequence revision) {
  DutyPost const& before = *find(state.duty_posts, id);
  if (auto const due = alarm_at(before)) {
    state.deadlines.erase({*due, Deadline::Kind::DutyAlarm, id});
  }
  // A roster that changes nothing for the post leaves its revision to whoever is about to change it.
  if (before.expected != expected || said_of(before) != said) {
    edit(state.duty_posts, id, revision, [&](DutyPost& post) {
      post.expected = expected;
      post.hole = said.empty() ? std::nullopt : std::optional{said.front()};
      post.also_said.assign(said.empty() ? said.begin() : said.begin() + 1, said.end());
    });
  }
  if (auto const due = alarm_at(*find(state.duty_posts, id))) {
    state.deadlines.insert({*due, Deadline::Kind::DutyAlarm, id});
  }
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
  return post == nullptr ? std::nullopt : Holes{state, *post}.next(after);
}

bool is_said(DutyPost const& post, DutyHole const& hole) {
  auto const said = said_of(post);
  return std::any_of(said.begin(), said.end(), [&](DutyHole const& known) {
    return known.from <= hole.from && !is_over(known, hole.from);
  });
}

std::optional<Refusal> refuse_overlap(State const& state, DutyShiftCode const& id,
                                      DutyShiftFacts const& facts, PersonCode const& who) {
  auto const shifts = state.shifts_of_post.find(facts.post);
  if (shifts == state.shifts_of_post.end()) {
    return std::nullopt;
  }
  for (auto it = shifts->second.lower_bound({facts.from - kLongestShift, DutyShiftCode{}});
       it != shifts->second.end() && it->first < facts.to; ++it) {
    DutyShift const& other = *find(state.duty_shifts, it->second);
    if (it->second != id && !other.cancelled && other.who() == who && facts.from < other.facts.to) {
      return refuse(Rejection::ShiftOverlaps, {{"shift", it->second.text}, {"person", who.text}});
    }
  }
  return std::nullopt;
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

/// A hole that begins when one that was said did, or lasts now as that one does, is the same, even if it ends at
/// another time. One that begins earlier or later than was said is another.
void look_for_holes(State& state, Stamp const& stamp, DutyPostCode const& id) {
  DutyPost const* post = find(state.duty_posts, id);
  if (post == nullptr) {
    return;
  }
  Holes const holes{state, *post};
  auto const said = said_of(*post);
  std::vector<DutyHole> standing;
  std::optional<DutyHole> expected;
  for (auto hole = holes.next(stamp.time); hole; hole = holes.next(*hole)) {
    auto const known = std::find_if(said.begin(), said.end(), [&](DutyHole const& one) {
      return hole->from == std::max(one.from, stamp.time) && !is_over(one, hole->from);
    });
    if (known != said.end()) {
      standing.push_back({known->from, hole->until});
    } else if (!expected) {
      expected = hole;
    }
    if (expected && (said.empty() || said.back().from <= hole->from)) {
      break;
    }
  }
  if (standing.size() < said.size()) {
    end_duty_alarms(state, stamp, id, standing);
  }
  set_holes(state, id, std::move(standing), expected, stamp.sequence);
}

namespace {

Refusal unknown(DutyShiftCode const& id) {
  return refuse(Rejection::UnknownDutyShift, {{"shift", id.text}});
}

std::optional<Refusal> refuse_change(Context const& context, DutyShiftCode const& id,
                                     DutyShift const* shift) {
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
  if (shift == nullptr) {
    return unknown(command.shift);
  }
  if (auto refusal = refuse_overlap(state, command.shift, shift->facts, command.person)) {
    return *refusal;
  }
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
  if (shift == nullptr) {
    return unknown(command.shift);
  }
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
  DutyPost const& post = *find(state.duty_posts, event.post);
  auto said = said_of(post);
  Time const looked_at = std::min(stamp.time, event.hole.from);
  std::erase_if(said, [&](DutyHole const& one) { return is_over(one, looked_at); });
  said.insert(std::find_if(said.begin(), said.end(),
                           [&](DutyHole const& one) { return event.hole.from < one.from; }),
              event.hole);
  Holes const holes{state, post};
  auto const was_said = [&](DutyHole const& hole) {
    return std::any_of(said.begin(), said.end(),
                       [&](DutyHole const& one) { return one.from == hole.from; });
  };
  auto expected = holes.next(event.hole);
  while (expected && was_said(*expected)) {
    expected = holes.next(*expected);
  }
  set_holes(state, event.post, std::move(said), expected, stamp.sequence);
  if (!event.delivery) {
    return;
  }
  Delivery delivery;
  delivery.id = *event.delivery;
  delivery.of = DeliveryOf::DutyHole;
  delivery.post = event.post;
  delivery.hole = event.hole;
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
