#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/vocabulary.h"

/// Rule sets 规则文件: whatever decisions read and an office may change. Each enters as a whole document by
/// command, with where it comes from and why, so that a replay needs no file and every decision can be held
/// against the rules of its day. The documents of a kind are numbered from 1 on; the last adopted is in
/// force, for what is decided from then on: no deadline that runs already is moved.
///
/// Who may adopt: commanders. A further kind is a further value of RuleKind and a further member of
/// RuleDocument, described like Clocks.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

enum class RuleKind { Clocks };

/// Deadlines 时限. Before any is adopted: the founding's for acknowledging, and archive_after as here.
struct Clocks {
  Duration acknowledge_order_within = minutes(2);     ///< 10 s to 24 h
  Duration acknowledge_request_within = minutes(10);  ///< 10 s to 24 h
  Duration answer_call_within = minutes(10);  ///< of a call-down, then the deputy; 10 s to 24 h
  Duration silent_after = minutes(30);        ///< a village not heard is silent; 10 s to 24 h
  Duration answer_alarm_within = hours(1);    ///< of a hole in the roster; 10 s to 24 h
  Duration archive_after = hours(14 * 24);    ///< closed objects stay so long; 1 h to 3660 days
  bool operator==(Clocks const&) const = default;
  static void fields(auto& f, auto& self) {
    f("acknowledge_order_within", self.acknowledge_order_within);
    f("acknowledge_request_within", self.acknowledge_request_within);
    f("answer_call_within", self.answer_call_within);
    f("silent_after", self.silent_after);
    f("answer_alarm_within", self.answer_alarm_within);
    f("archive_after", self.archive_after);
  }
};

/// One member a kind; the one of its kind is set, the others are empty.
struct RuleDocument {
  std::optional<Clocks> clocks;
  bool operator==(RuleDocument const&) const = default;
  static void fields(auto& f, auto& self) { f("clocks", self.clocks); }
};

/// A document that was in force, or still is.
struct RuleVersion {
  std::int64_t version = 0;
  Sequence sequence = 0;  ///< of its adoption: the state read there has it in force
  Time adopted_at;
  std::string adopted_by;
  std::string title;
  static void fields(auto& f, auto& self) {
    f("version", self.version);
    f("sequence", self.sequence);
    f("adopted_at", self.adopted_at);
    f("adopted_by", self.adopted_by);
    f("title", self.title);
  }
};
inline constexpr std::size_t kVersionsListed = 50;  ///< the newest; the log keeps them all

struct RuleSet {
  RuleKind id = RuleKind::Clocks;
  std::int64_t version = 0;
  std::string title, source, because;
  RuleDocument document;
  std::vector<RuleVersion> versions;  ///< oldest first, the one in force last
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    f("version", self.version);
    f("title", self.title);
    f("source", self.source);
    f("because", self.because);
    f("document", self.document);
    f("versions", self.versions);
    f("revision", self.revision);
  }
};

struct AdoptRuleSet {
  static constexpr std::string_view kName = "adopt_rule_set";
  RuleKind kind = RuleKind::Clocks;
  std::string title, source;  ///< what it is called and which paper says so
  std::string because;
  RuleDocument document;
  static void fields(auto& f, auto& self) {
    f("kind", self.kind);
    f("title", self.title);
    f("source", self.source);
    f("because", self.because);
    f("document", self.document);
  }
};

struct RuleSetAdopted {
  static constexpr std::string_view kName = "rule_set_adopted";
  static constexpr int kVersion = 1;
  RuleKind kind = RuleKind::Clocks;
  std::int64_t version = 0;
  std::string title, source, because;
  RuleDocument document;
  static void fields(auto& f, auto& self) {
    f("kind", self.kind);
    f("version", self.version);
    f("title", self.title);
    f("source", self.source);
    f("because", self.because);
    f("document", self.document);
  }
};

/// What decisions read: the document in force, or what holds before one was adopted.
Clocks clocks_in_force(State const& state);
/// The rules of a kind that are in force; version 0 with what the founding says where none was adopted.
RuleSet in_force(State const& state, RuleKind kind);
/// How long a closed object stays in the state.
Duration archive_after(State const& state);

Decision decide(State const& state, Context const& context, AdoptRuleSet const& command);
void apply(State& state, Stamp const& stamp, RuleSetAdopted const& event);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::RuleKind> {
  static constexpr std::array<std::string_view, 1> kNames{"clocks"};
};
}  // namespace fenghuo
