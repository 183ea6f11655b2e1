#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/master_data.h"

/// The duty roster 值班表: posts that must be manned, and shifts of named persons on them.
///
/// A hole is a time at which a post that must be manned has fewer people than it needs. It is said
/// `alarm_before` it begins, once, to the post's keeper; a hole that is filled, or begins at another time than was
/// said, is looked for anew. Nobody is twice on one post at a time, and a stand-in counts as himself.
/// Who may change it: duty officers and above, each in his area. Shifts that ended 400 days ago leave the state.
/// Source: 生产安全事故应急条例 (国务院令第 708 号) art. 14: 应急值班制度.
/// Checked: tests/core/duty_test.cc against a minute-by-minute count over a year.
namespace fenghuo::domain {

struct Refusal;

struct DutyPostFacts {
  std::string name;
  std::optional<OrganizationCode> organization;
  std::string area;
  std::int64_t people = 1;           ///< needed at a time; 0: nobody must be there
  std::int64_t weekdays = 127;       ///< bit 0 Monday … bit 6 Sunday
  std::int64_t from_minute = 0;      ///< of the local day
  std::int64_t to_minute = 24 * 60;  ///< not later than `from_minute`: of the next day
  Duration alarm_before = hours(24);
  std::optional<PersonCode> keeper;  ///< who is told of a hole
  bool retired = false;
  bool operator==(DutyPostFacts const&) const = default;
  static void fields(auto& f, auto& self) {
    f("name", self.name);
    f("organization", self.organization);
    f("area", self.area);
    f("people", self.people);
    f("weekdays", self.weekdays);
    f("from_minute", self.from_minute);
    f("to_minute", self.to_minute);
    f("alarm_before", self.alarm_before);
    f("keeper", self.keeper);
    f("retired", self.retired);
  }
};

/// From the first moment that lacks somebody until the next one that does not; open where no shift follows.
struct DutyHole {
  Time from;
  std::optional<Time> until;
  bool operator==(DutyHole const&) const = default;
  static void fields(auto& f, auto& self) {
    f("from", self.from);
    f("until", self.until);
  }
};

struct DutyPost {
  static constexpr std::string_view kRecordName = "record_duty_post";
  static constexpr std::string_view kRecordedName = "duty_post_recorded";
  static constexpr int kVersion = 1;
  using Facts = DutyPostFacts;
  DutyPostCode id;
  DutyPostFacts facts;
  std::optional<DutyHole> hole;      ///< the nearest of those that were said and are not filled
  std::vector<DutyHole> also_said;   ///< the others, in order
  std::optional<DutyHole> expected;  ///< the next that will be said if nobody fills it
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    DutyPostFacts::fields(f, self.facts);
    f("hole", self.hole);
    f("also_said", self.also_said);
    f("expected", self.expected);
    f("revision", self.revision);
  }
};

struct DutyShiftFacts {
  DutyPostCode post;
  PersonCode person;  ///< as planned
  Time from, to;
  std::string note;
  bool operator==(DutyShiftFacts const&) const = default;
  static void fields(auto& f, auto& self) {
    f("post", self.post);
    f("person", self.person);
    f("from", self.from);
    f("to", self.to);
    f("note", self.note);
  }
};

struct DutyShift {
  static constexpr std::string_view kRecordName = "record_duty_shift";
  static constexpr std::string_view kRecordedName = "duty_shift_recorded";
  static constexpr int kVersion = 1;
  using Facts = DutyShiftFacts;
  DutyShiftCode id;
  DutyShiftFacts facts;
  std::optional<PersonCode> stand_in;  ///< who really comes; a roster that is read again keeps him
  bool cancelled = false;
  std::string because;  ///< of the last change
  std::optional<Time> archive_at;
  Sequence revision = 0;
  PersonCode const& who() const { return stand_in ? *stand_in : facts.person; }
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    DutyShiftFacts::fields(f, self.facts);
    f("stand_in", self.stand_in);
    f("cancelled", self.cancelled);
    f("because", self.because);
    f("archive_at", self.archive_at);
    f("revision", self.revision);
  }
};

using RecordDutyPost = Record<DutyPost>;
using DutyPostRecorded = Recorded<DutyPost>;
using RecordDutyShift = Record<DutyShift>;
using DutyShiftRecorded = Recorded<DutyShift>;

/// Somebody else takes a shift: 换班.
struct SwapDuty {
  static constexpr std::string_view kName = "swap_duty";
  DutyShiftCode shift;
  PersonCode person;
  std::string because;
  static void fields(auto& f, auto& self) {
    f("shift", self.shift);
    f("person", self.person);
    f("because", self.because);
  }
};

struct CancelDuty {
  static constexpr std::string_view kName = "cancel_duty";
  DutyShiftCode shift;
  std::string because;
  static void fields(auto& f, auto& self) {
    f("shift", self.shift);
    f("because", self.because);
  }
};

struct DutySwapped {
  static constexpr std::string_view kName = "duty_swapped";
  static constexpr int kVersion = 1;
  DutyShiftCode shift;
  DutyPostCode post;
  PersonCode from, to;
  std::string because;
  static void fields(auto& f, auto& self) {
    f("shift", self.shift);
    f("post", self.post);
    f("from", self.from);
    f("to", self.to);
    f("because", self.because);
  }
};

struct DutyCancelled {
  static constexpr std::string_view kName = "duty_cancelled";
  static constexpr int kVersion = 1;
  DutyShiftCode shift;
  DutyPostCode post;
  std::string because;
  static void fields(auto& f, auto& self) {
    f("shift", self.shift);
    f("post", self.post);
    f("because", self.because);
  }
};

/// A post will be, or is, without the people it needs.
struct DutyHoleFound {
  static constexpr std::string_view kName = "duty_hole_found";
  static constexpr int kVersion = 1;
  DutyPostCode post;
  std::string area;
  DutyHole hole;
  std::optional<DeliveryId> delivery;  ///< to the keeper, where there is one
  std::vector<PersonCode> chain;
  std::optional<Time> answer_by;
  static void fields(auto& f, auto& self) {
    f("post", self.post);
    f("area", self.area);
    f("hole", self.hole);
    f("delivery", self.delivery);
    f("chain", self.chain);
    f("answer_by", self.answer_by);
  }
};

struct DutyShiftArchived {
  static constexpr std::string_view kName = "duty_shift_archived";
  static constexpr int kVersion = 1;
  DutyShiftCode shift;
  static void fields(auto& f, auto& self) { f("shift", self.shift); }
};

/// The shifts of a post that are manned at a moment, in the order of their codes.
std::vector<DutyShift const*> on_duty(State const& state, DutyPostCode const& post, Time at);
/// Whether the post must be manned at a moment.
bool must_be_manned(State const& state, DutyPostFacts const& post, Time at);
/// The first hole that begins at `after` or later, or lasts then. Cost: n log n of the post's shifts.
std::optional<DutyHole> next_hole(State const& state, DutyPostCode const& post, Time after);
/// Whether this hole, or the rest of one that has begun, was said already.
bool is_said(DutyPost const& post, DutyHole const& hole);
inline constexpr Duration kLongestShift = hours(24 * 31);
/// Refuses to put somebody on a post twice at a time; `id`: the shift that he takes.
std::optional<Refusal> refuse_overlap(State const& state, DutyShiftCode const& id,
                                      DutyShiftFacts const& facts, PersonCode const& who);

// For apply and for loading: the index of shifts, their deadlines, and what a change of the roster means for
// holes.
void note_shift(State& state, DutyShiftCode const& id);
void forget_shift(State& state, DutyShift const& shift);
void look_for_holes(State& state, Stamp const& stamp, DutyPostCode const& post);
/// When the alarm for an expected hole is due.
std::optional<Time> alarm_at(DutyPost const& post);

Decision decide(State const& state, Context const& context, RecordDutyPost const& command);
Decision decide(State const& state, Context const& context, RecordDutyShift const& command);
Decision decide(State const& state, Context const& context, SwapDuty const& command);
Decision decide(State const& state, Context const& context, CancelDuty const& command);
/// What Tick says when the time for an alarm has come.
DutyHoleFound hole_found(State const& state, DutyPostCode const& post, Time now,
                         std::uint64_t deliveries_ahead);

void apply(State& state, Stamp const& stamp, DutyPostRecorded const& event);
void apply(State& state, Stamp const& stamp, DutyShiftRecorded const& event);
void apply(State& state, Stamp const& stamp, DutySwapped const& event);
void apply(State& state, Stamp const& stamp, DutyCancelled const& event);
void apply(State& state, Stamp const& stamp, DutyHoleFound const& event);
void apply(State& state, Stamp const& stamp, DutyShiftArchived const& event);

}  // namespace fenghuo::domain
