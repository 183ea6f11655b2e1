#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fenghuo {

/// Position of an event in the journal, from 1; 0 is before the first.
using Sequence = std::int64_t;

/// An identity that people can say over the radio: a letter, the year, a running number of that year.
/// Given by the kernel in order; one type a kind, so that two kinds cannot be swapped by mistake.
template <class Tag>
struct Id {
  std::uint16_t year = 0;
  std::uint64_t number = 0;
  auto operator<=>(Id const&) const = default;
};

struct ReportTag {
  static constexpr char kLetter = 'R';
};
struct IncidentTag {
  static constexpr char kLetter = 'I';
};
struct TeamTag {
  static constexpr char kLetter = 'T';
};
struct OrderTag {
  static constexpr char kLetter = 'O';
};
struct ClosureTag {
  static constexpr char kLetter = 'C';
};
struct ProposalTag {
  static constexpr char kLetter = 'P';
};
struct DeliveryTag {
  static constexpr char kLetter = 'D';
};
struct CallDownTag {
  static constexpr char kLetter = 'N';
};
using ReportId = Id<ReportTag>;
using IncidentId = Id<IncidentTag>;
using TeamId = Id<TeamTag>;
using OrderId = Id<OrderTag>;
using ClosureId = Id<ClosureTag>;
using ProposalId = Id<ProposalTag>;
using DeliveryId = Id<DeliveryTag>;
using CallDownId = Id<CallDownTag>;

/// The identity of a record of master data: the code that the office gave it, so that its spreadsheet and the
/// centre speak of the same thing. One type a kind.
template <class Tag>
struct Code {
  std::string text;
  auto operator<=>(Code const&) const = default;
};

struct OrganizationTag {
  static constexpr std::string_view kName = "organization";
};
struct PersonTag {
  static constexpr std::string_view kName = "person";
};
struct AreaTag {
  static constexpr std::string_view kName = "area";
};
struct FacilityTag {
  static constexpr std::string_view kName = "facility";
};
struct EnterpriseTag {
  static constexpr std::string_view kName = "enterprise";
};
struct PlanContactTag {
  static constexpr std::string_view kName = "plan_contact";
};
struct DutyPostTag {
  static constexpr std::string_view kName = "duty_post";
};
struct DutyShiftTag {
  static constexpr std::string_view kName = "duty_shift";
};
using OrganizationCode = Code<OrganizationTag>;
using PersonCode = Code<PersonTag>;
using AreaCode = Code<AreaTag>;  ///< "county.township.village": what lies in what shows in the code
using FacilityCode = Code<FacilityTag>;
using EnterpriseCode = Code<EnterpriseTag>;
using PlanContactCode = Code<PlanContactTag>;
using DutyPostCode = Code<DutyPostTag>;
using DutyShiftCode = Code<DutyShiftTag>;

/// 1 to 64 bytes that stand in an address as they are or by their escape: no blank at an end, no control
/// character, none of / ? # % " \ and no comma.
bool is_code(std::string_view text);

template <class Tag>
std::string to_text(Code<Tag> const& code) {
  return code.text;
}

/// "I-2026-000042"; numbers over six digits are written whole.
std::string id_text(char letter, std::uint16_t year, std::uint64_t number);

struct IdParts {
  std::uint16_t year;
  std::uint64_t number;
};
/// nullopt unless the text is exactly what id_text writes for that letter.
std::optional<IdParts> parse_id(char letter, std::string_view text);

template <class Tag>
std::string to_text(Id<Tag> id) {
  return id_text(Tag::kLetter, id.year, id.number);
}

template <class Tag>
std::optional<Id<Tag>> id_from(std::string_view text) {
  auto const parts = parse_id(Tag::kLetter, text);
  if (!parts) {
    return std::nullopt;
  }
  return Id<Tag>{parts->year, parts->number};
}

}  // namespace fenghuo
