#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/vocabulary.h"

/// Erasing personal data 个人信息删除: the journal is never edited, but the keys that open what it holds of a
/// person are destroyed, and the log says that they were, for whom, by whom and why.
///
/// Who may: security administrators. The edge finds the keys and destroys them once the fact is in the journal; a
/// centre that stops in between does it at its next start.
/// Source: 个人信息保护法 art. 47; keys outside the log ("crypto-shredding").
/// Checked: tests/core/personal_data_test.cc, tests/outside/test_personal_data.py.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

/// One of the three is set.
struct ErasePersonalData {
  static constexpr std::string_view kName = "erase_personal_data";
  std::optional<PersonCode> person;
  std::optional<ReportId> report;  ///< its caller; also of a report in the archive
  std::optional<AreaCode> area;    ///< people on the area's card who need help
  std::vector<std::string> keys;
  std::string reason;
  static void fields(auto& f, auto& self) {
    f("person", self.person);
    f("report", self.report);
    f("area", self.area);
    f("keys", self.keys);
    f("reason", self.reason);
  }
};

struct PersonalDataErased {
  static constexpr std::string_view kName = "personal_data_erased";
  static constexpr int kVersion = 1;
  std::optional<PersonCode> person;
  std::optional<ReportId> report;
  std::optional<AreaCode> area;
  std::vector<std::string> keys;
  std::string reason;
  static void fields(auto& f, auto& self) {
    f("person", self.person);
    f("report", self.report);
    f("area", self.area);
    f("keys", self.keys);
    f("reason", self.reason);
  }
};

Decision decide(State const& state, Context const& context, ErasePersonalData const& command);
void apply(State& state, Stamp const& stamp, PersonalDataErased const& event);

}  // namespace fenghuo::domain
