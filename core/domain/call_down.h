#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/vocabulary.h"

/// A call-down 叫应: a warning or an instruction that must reach, and be answered by, a named person of every
/// village. One delivery a row; who is called, in which order, follows from the cards of the areas.
///
///   open --close--> closed
///
/// Closing while villages are silent needs a reason. Nothing is sent twice by opening: a call-down is what it was
/// opened with; a wider area is another one.
/// Source: 气象灾害防御条例 art. 30-33 (warnings reach every village); the practice of 预警叫应 by telephone.
/// Checked: tests/core/call_down_test.cc, tests/outside/test_call_down.py.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

/// A row as it is opened: a village, a person or a team, with whom to try.
struct CallRow {
  DeliveryId delivery;
  std::string area, name;  ///< of the village
  std::optional<TeamId> team;
  std::vector<PersonCode> chain;  ///< empty: nobody is named for it, which is a finding of its own
  static void fields(auto& f, auto& self) {
    f("delivery", self.delivery);
    f("area", self.area);
    f("name", self.name);
    f("team", self.team);
    f("chain", self.chain);
  }
};

enum class CallDownStatus { Open, Closed };

struct CallDown {
  CallDownId id;
  CallDownStatus status = CallDownStatus::Open;
  std::string title, text, warning, area;
  std::optional<IncidentId> incident;
  Duration answer_within, silent_after;
  std::optional<Duration> keep_hearing;
  Time opened_at;
  std::string opened_by;
  std::vector<DeliveryId> rows;
  std::optional<Time> closed_at;
  std::string outcome;
  std::optional<Time> archive_at;
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    f("status", self.status);
    f("title", self.title);
    f("text", self.text);
    f("warning", self.warning);
    f("area", self.area);
    f("incident", self.incident);
    f("answer_within", self.answer_within);
    f("silent_after", self.silent_after);
    f("keep_hearing", self.keep_hearing);
    f("opened_at", self.opened_at);
    f("opened_by", self.opened_by);
    f("rows", self.rows);
    f("closed_at", self.closed_at);
    f("outcome", self.outcome);
    f("archive_at", self.archive_at);
    f("revision", self.revision);
  }
};

inline constexpr std::size_t kMaxCallRows = 2'000;

/// Villages of the named areas (communities and hamlets with a responsible person too), and persons and teams by
/// name.
struct OpenCallDown {
  static constexpr std::string_view kName = "open_call_down";
  std::string title, text;
  std::string warning;  ///< which warning it hands on, as its issuer names it
  std::optional<IncidentId> incident;
  std::vector<AreaCode> areas;
  std::vector<PersonCode> persons;
  std::vector<TeamId> teams;
  std::optional<Duration> answer_within, silent_after;  ///< empty: as the clocks in force say
  std::optional<Duration> keep_hearing;
  static void fields(auto& f, auto& self) {
    f("title", self.title);
    f("text", self.text);
    f("warning", self.warning);
    f("incident", self.incident);
    f("areas", self.areas);
    f("persons", self.persons);
    f("teams", self.teams);
    f("answer_within", self.answer_within);
    f("silent_after", self.silent_after);
    f("keep_hearing", self.keep_hearing);
  }
};

struct CloseCallDown {
  static constexpr std::string_view kName = "close_call_down";
  CallDownId call_down;
  std::string outcome;
  static void fields(auto& f, auto& self) {
    f("call_down", self.call_down);
    f("outcome", self.outcome);
  }
};

struct CallDownOpened {
  static constexpr std::string_view kName = "call_down_opened";
  static constexpr int kVersion = 1;
  CallDownId call_down;
  std::string title, text, warning, area;
  std::optional<IncidentId> incident;
  Duration answer_within, silent_after;
  std::optional<Duration> keep_hearing;
  std::vector<CallRow> rows;
  static void fields(auto& f, auto& self) {
    f("call_down", self.call_down);
    f("title", self.title);
    f("text", self.text);
    f("warning", self.warning);
    f("area", self.area);
    f("incident", self.incident);
    f("answer_within", self.answer_within);
    f("silent_after", self.silent_after);
    f("keep_hearing", self.keep_hearing);
    f("rows", self.rows);
  }
};

struct CallDownClosed {
  static constexpr std::string_view kName = "call_down_closed";
  static constexpr int kVersion = 1;
  CallDownId call_down;
  std::string outcome;
  std::int64_t rows = 0, heard = 0, silent = 0;  ///< as it ended
  static void fields(auto& f, auto& self) {
    f("call_down", self.call_down);
    f("outcome", self.outcome);
    f("rows", self.rows);
    f("heard", self.heard);
    f("silent", self.silent);
  }
};

struct CallDownArchived {
  static constexpr std::string_view kName = "call_down_archived";
  static constexpr int kVersion = 1;
  CallDownId call_down;
  std::string area;
  std::vector<DeliveryId> rows;
  static void fields(auto& f, auto& self) {
    f("call_down", self.call_down);
    f("area", self.area);
    f("rows", self.rows);
  }
};

/// How a call-down stands.
struct CallDownCount {
  std::int64_t rows = 0, heard = 0, read_back = 0, waiting = 0, silent = 0, unnamed = 0;
  static void fields(auto& f, auto& self) {
    f("rows", self.rows);
    f("heard", self.heard);
    f("read_back", self.read_back);
    f("waiting", self.waiting);
    f("silent", self.silent);
    f("unnamed", self.unnamed);
  }
};
CallDownCount count_rows(State const& state, CallDown const& call_down);

Decision decide(State const& state, Context const& context, OpenCallDown const& command);
Decision decide(State const& state, Context const& context, CloseCallDown const& command);
CallDownArchived archive(State const& state, CallDownId id);

void apply(State& state, Stamp const& stamp, CallDownOpened const& event);
void apply(State& state, Stamp const& stamp, CallDownClosed const& event);
void apply(State& state, Stamp const& stamp, CallDownArchived const& event);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::CallDownStatus> {
  static constexpr std::array<std::string_view, 2> kNames{"open", "closed"};
};
}  // namespace fenghuo
