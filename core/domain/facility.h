#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/master_data.h"

/// A facility 设施点: whatever helps or has to be looked after: depots with their stock, shelters, hospitals, …
namespace fenghuo::domain {

enum class FacilityKind {
  Depot,
  Shelter,
  Hospital,
  School,
  NursingHome,
  FireStation,
  PoliceStation,
  Government,
  LandingPlace,
  WaterSource,
  Fuel,
  Reservoir,
  Bridge,
  Other
};

/// What lies in a depot. Source of the words: GB/T 38565-2020 classes, as the office writes them.
struct StockItem {
  std::string item;
  std::int64_t quantity = 0;
  std::string unit;
  bool operator==(StockItem const&) const = default;
  static void fields(auto& f, auto& self) {
    f("item", self.item);
    f("quantity", self.quantity);
    f("unit", self.unit);
  }
};

struct FacilityFacts {
  std::string name;
  FacilityKind kind = FacilityKind::Other;
  std::optional<OrganizationCode> organization;
  std::string area, address, phone;
  std::optional<Location> location;
  std::int64_t capacity = 0;  ///< people sheltered, pupils, seats
  std::int64_t beds = 0;
  std::vector<PersonCode> contacts;
  std::vector<StockItem> stock;
  std::string note;
  bool retired = false;
  bool operator==(FacilityFacts const&) const = default;
  static void fields(auto& f, auto& self) {
    f("name", self.name);
    f("kind", self.kind);
    f("organization", self.organization);
    f("area", self.area);
    f("address", self.address);
    f("phone", self.phone);
    f("location", self.location);
    f("capacity", self.capacity);
    f("beds", self.beds);
    f("contacts", self.contacts);
    f("stock", self.stock);
    f("note", self.note);
    f("retired", self.retired);
  }
};

struct Facility {
  static constexpr std::string_view kRecordName = "record_facility";
  static constexpr std::string_view kRecordedName = "facility_recorded";
  static constexpr int kVersion = 1;
  using Facts = FacilityFacts;
  FacilityCode id;
  FacilityFacts facts;
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    FacilityFacts::fields(f, self.facts);
    f("revision", self.revision);
  }
};

using RecordFacility = Record<Facility>;
using FacilityRecorded = Recorded<Facility>;

Decision decide(State const& state, Context const& context, RecordFacility const& command);
void apply(State& state, Stamp const& stamp, FacilityRecorded const& event);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::FacilityKind> {
  static constexpr std::array<std::string_view, 14> kNames{
      "depot",        "shelter",        "hospital",   "school",        "nursing_home",
      "fire_station", "police_station", "government", "landing_place", "water_source",
      "fuel",         "reservoir",      "bridge",     "other"};
};
}  // namespace fenghuo
