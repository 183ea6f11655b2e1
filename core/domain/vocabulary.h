#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fields.h"
#include "core/base/ids.h"
#include "core/base/units.h"

/// Words that several aggregates share. The names are what API, journal and console use.
namespace fenghuo::domain {

/// Grade of an incident by its harm: I 特别重大, II 重大, III 较大, IV 一般.
/// Source: 突发事件应对法 (2024) art. 3; 生产安全事故报告和调查处理条例 art. 3.
enum class Severity { I, II, III, IV };

/// Where a report came in.
enum class Channel {
  Phone110,
  Phone119,
  Phone120,
  Phone122,
  Phone12345,
  Phone12350,
  Phone12315,
  Phone,
  Radio,
  Web,
  App,
  Sensor,
  Cap,
  Redis,
  Walkin
};

/// By which means somebody told us a fact: most reach the desk by voice.
enum class Means { System, App, Phone, Radio, Runner, Sms, Fax, Inperson };

/// Who keeps the team. Source: 突发事件应对法 art. 39-41.
enum class Tier { City, Professional, Township, Village, Volunteer };

/// Ours gets an order; a force of others (fire brigade, ambulance service, police, army) a request 商请.
enum class Force { Own, External };

enum class VehicleProfile { Light, Heavy, Offroad, Foot };

/// What a travel time rests on. Assumed: a person said so.
enum class EtaBasis { RoadNetwork, StraightLine, Stated, Unknown };

/// A capability and how much of it: pump=2, boat=1. The words are data (response plans use the same).
struct CapabilityAmount {
  std::string capability;
  std::int64_t quantity = 1;
  bool operator==(CapabilityAmount const&) const = default;
  static void fields(auto& f, auto& self) {
    f("capability", self.capability);
    f("quantity", self.quantity);
  }
};

/// Who said a thing, how, and when it happened, where that is not the time it was entered.
struct Testimony {
  Means means = Means::System;
  std::string said_by;              ///< empty: the actor of the command
  std::optional<Time> occurred_at;  ///< empty: the time of the command
  bool operator==(Testimony const&) const = default;
  static void fields(auto& f, auto& self) {
    f("means", self.means);
    f("said_by", self.said_by);
    f("occurred_at", self.occurred_at);
  }
};

/// A text about a person that only the key outside the journal opens: decisions compare it, nobody reads it
/// here. Without its key (erased) it stays shut for good, while every hash over it stays valid. The same text
/// under the same key gives the same box, so that what did not change is seen not to have changed.
/// An empty key: plain text, as it was written before texts were sealed.
struct Sealed {
  std::string key;  ///< names the key
  std::string box;  ///< base64
  bool empty() const { return box.empty(); }
  bool operator==(Sealed const&) const = default;
  static void fields(auto& f, auto& self) {
    f("key", self.key);
    f("box", self.box);
  }
};

/// A post without the people it needs: from the first moment that lacks somebody until the next one that does not;
/// open where no shift follows.
struct DutyHole {
  Time from;
  std::optional<Time> until;
  bool operator==(DutyHole const&) const = default;
  static void fields(auto& f, auto& self) {
    f("from", self.from);
    f("until", self.until);
  }
};

/// A position as somebody gave it: the WGS 84 point and what it was converted from.
struct Location {
  GeoPoint point;
  std::string crs;                ///< datum as given; "wgs84" when nothing was converted
  std::optional<GeoPoint> given;  ///< the numbers as given, where crs is another datum
  std::int64_t accuracy_m = 0;    ///< 0: not known
  bool operator==(Location const&) const = default;
  static void fields(auto& f, auto& self) {
    f("point", self.point);
    f("crs", self.crs);
    f("given", self.given);
    f("accuracy_m", self.accuracy_m);
  }
};

/// A place on the map that is more than a point: one point, lines, or the outer ring of an area.
struct Geometry {
  bool is_area = false;
  std::vector<GeoPoint> points;  ///< the ring of an area is closed: last equals first
  /// Where in `points` each line after the first begins, ascending; none: it is one line.
  std::vector<std::int64_t> breaks = {};
  bool operator==(Geometry const&) const = default;
  static void fields(auto& f, auto& self) {
    f("is_area", self.is_area);
    f("points", self.points);
    f("breaks", self.breaks);
  }
};

/// People harmed. Missing people may raise the severity "may become"; they are not counted as dead.
struct Casualties {
  std::int64_t dead = 0, injured = 0, missing = 0, trapped = 0;
  bool operator==(Casualties const&) const = default;
  static void fields(auto& f, auto& self) {
    f("dead", self.dead);
    f("injured", self.injured);
    f("missing", self.missing);
    f("trapped", self.trapped);
  }
};

/// How long a way is expected to take and what that rests on.
struct TravelEstimate {
  Duration eta;  ///< from now to arrival: turnout and travel
  EtaBasis basis = EtaBasis::Unknown;
  std::int64_t metric_as_of = 0;  ///< sequence whose closures are in the metric; 0 without roads
  std::int64_t assumed_permille = 0;  ///< share of the way whose speed is a default, not data
  bool operator==(TravelEstimate const&) const = default;
  static void fields(auto& f, auto& self) {
    f("eta", self.eta);
    f("basis", self.basis);
    f("metric_as_of", self.metric_as_of);
    f("assumed_permille", self.assumed_permille);
  }
};

/// Limits of what the kernel stores; beyond them a command is malformed and does not reach it.
inline constexpr std::size_t kMaxText = 4'000;     ///< bytes of a free text
inline constexpr std::size_t kMaxName = 200;       ///< bytes of a name, an area, a kind
inline constexpr std::size_t kMaxList = 200;       ///< entries of a list
inline constexpr std::size_t kMaxSealed = 400;     ///< bytes of a text before it is sealed
inline constexpr std::size_t kMaxPoints = 10'000;  ///< points of lines or of a ring
inline constexpr std::int64_t kMaxQuantity = 1'000'000;

/// True if `area` lies within `scope`: equal, or below it at a '.'; the empty scope holds every area.
bool area_within(std::string_view area, std::string_view scope);

}  // namespace fenghuo::domain

namespace fenghuo {

template <>
struct EnumNames<domain::Severity> {
  static constexpr std::array<std::string_view, 4> kNames{"I", "II", "III", "IV"};
};
template <>
struct EnumNames<domain::Channel> {
  static constexpr std::array<std::string_view, 15> kNames{
      "110",   "119", "120", "122",    "12345", "12350", "12315",  "phone",
      "radio", "web", "app", "sensor", "cap",   "redis", "walk_in"};
};
template <>
struct EnumNames<domain::Means> {
  static constexpr std::array<std::string_view, 8> kNames{"system", "app", "phone", "radio",
                                                          "runner", "sms", "fax",   "in_person"};
};
template <>
struct EnumNames<domain::Tier> {
  static constexpr std::array<std::string_view, 5> kNames{"city", "professional", "township",
                                                          "village", "volunteer"};
};
template <>
struct EnumNames<domain::Force> {
  static constexpr std::array<std::string_view, 2> kNames{"own", "external"};
};
template <>
struct EnumNames<domain::VehicleProfile> {
  static constexpr std::array<std::string_view, 4> kNames{"light", "heavy", "offroad", "foot"};
};
template <>
struct EnumNames<domain::EtaBasis> {
  static constexpr std::array<std::string_view, 4> kNames{"road_network", "straight_line", "stated",
                                                          "unknown"};
};

}  // namespace fenghuo
