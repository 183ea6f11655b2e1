#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/master_data.h"

/// An enterprise 生产经营单位: who runs it, where, and who is called when something happens there.
namespace fenghuo::domain {

struct EnterpriseFacts {
  std::string name;
  std::string credit_code;  ///< 统一社会信用代码
  std::string industry, area, address, phone;
  std::optional<Location> location;
  std::optional<OrganizationCode> supervisor;  ///< 行业主管部门
  std::optional<PersonCode> principal;         ///< 主要负责人
  std::optional<PersonCode> safety_officer;    ///< 安全管理人员
  std::int64_t staff = 0;
  std::string dangers;  ///< what a crew must know before it goes in
  bool retired = false;
  bool operator==(EnterpriseFacts const&) const = default;
  static void fields(auto& f, auto& self) {
    f("name", self.name);
    f("credit_code", self.credit_code);
    f("industry", self.industry);
    f("area", self.area);
    f("address", self.address);
    f("phone", self.phone);
    f("location", self.location);
    f("supervisor", self.supervisor);
    f("principal", self.principal);
    f("safety_officer", self.safety_officer);
    f("staff", self.staff);
    f("dangers", self.dangers);
    f("retired", self.retired);
  }
};

struct Enterprise {
  static constexpr std::string_view kRecordName = "record_enterprise";
  static constexpr std::string_view kRecordedName = "enterprise_recorded";
  static constexpr int kVersion = 1;
  using Facts = EnterpriseFacts;
  EnterpriseCode id;
  EnterpriseFacts facts;
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    EnterpriseFacts::fields(f, self.facts);
    f("revision", self.revision);
  }
};

using RecordEnterprise = Record<Enterprise>;
using EnterpriseRecorded = Recorded<Enterprise>;

Decision decide(State const& state, Context const& context, RecordEnterprise const& command);
void apply(State& state, Stamp const& stamp, EnterpriseRecorded const& event);

}  // namespace fenghuo::domain
