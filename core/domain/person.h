#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/master_data.h"

/// A person 人员 who answers for something: an officer, a village's responsible person, a team's leader. Name and
/// telephone numbers are sealed under a key of the person's own and can be erased; the function stays.
namespace fenghuo::domain {

struct PersonFacts {
  Sealed name, mobile, phone;
  std::optional<OrganizationCode> organization;
  std::string area, title, radio;    ///< title 职务; radio: call sign or channel
  std::vector<PersonCode> deputies;  ///< who stands in, in this order (AB 角)
  bool retired = false;
  bool operator==(PersonFacts const&) const = default;
  static void fields(auto& f, auto& self) {
    f("name", self.name);
    f("mobile", self.mobile);
    f("phone", self.phone);
    f("organization", self.organization);
    f("area", self.area);
    f("title", self.title);
    f("radio", self.radio);
    f("deputies", self.deputies);
    f("retired", self.retired);
  }
};

struct Person {
  static constexpr std::string_view kRecordName = "record_person";
  static constexpr std::string_view kRecordedName = "person_recorded";
  static constexpr int kVersion = 1;
  using Facts = PersonFacts;
  PersonCode id;
  PersonFacts facts;
  std::optional<Time>
      erased_at;  ///< name and numbers cannot be opened any more, the code is not used again
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    PersonFacts::fields(f, self.facts);
    f("erased_at", self.erased_at);
    f("revision", self.revision);
  }
};

using RecordPerson = Record<Person>;
using PersonRecorded = Recorded<Person>;

/// Whether it makes sense to call somebody: known, not retired, not erased.
bool can_be_told(State const& state, PersonCode const& person);

/// Whom to try, in order: each person, then that person's deputies; nobody twice, nobody who has retired.
/// Checked: tests/core/master_data_test.cc.
std::vector<PersonCode> chain_of(State const& state, std::vector<PersonCode> const& persons);

Decision decide(State const& state, Context const& context, RecordPerson const& command);
void apply(State& state, Stamp const& stamp, PersonRecorded const& event);

}  // namespace fenghuo::domain
