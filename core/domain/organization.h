#pragma once

#include <optional>
#include <string>

#include "core/domain/master_data.h"

/// An organisation 单位: government, department, township office, village committee, force, enterprise group.
namespace fenghuo::domain {

enum class OrganizationKind { Government, Department, Township, Village, Force, Enterprise, Other };

struct OrganizationFacts {
  std::string name, short_name;
  OrganizationKind kind = OrganizationKind::Department;
  std::optional<OrganizationCode> parent;
  std::string area, address, duty_phone, fax;  ///< of the office, not of a person
  bool retired = false;
  bool operator==(OrganizationFacts const&) const = default;
  static void fields(auto& f, auto& self) {
    f("name", self.name);
    f("short_name", self.short_name);
    f("kind", self.kind);
    f("parent", self.parent);
    f("area", self.area);
    f("address", self.address);
    f("duty_phone", self.duty_phone);
    f("fax", self.fax);
    f("retired", self.retired);
  }
};

struct Organization {
  static constexpr std::string_view kRecordName = "record_organization";
  static constexpr std::string_view kRecordedName = "organization_recorded";
  static constexpr int kVersion = 1;
  using Facts = OrganizationFacts;
  OrganizationCode id;
  OrganizationFacts facts;
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    OrganizationFacts::fields(f, self.facts);
    f("revision", self.revision);
  }
};

using RecordOrganization = Record<Organization>;
using OrganizationRecorded = Recorded<Organization>;

Decision decide(State const& state, Context const& context, RecordOrganization const& command);
void apply(State& state, Stamp const& stamp, OrganizationRecorded const& event);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::OrganizationKind> {
  static constexpr std::array<std::string_view, 7> kNames{
      "government", "department", "township", "village", "force", "enterprise", "other"};
};
}  // namespace fenghuo
