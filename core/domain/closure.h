#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/vocabulary.h"

/// A closure 道路阻断: roads that cannot be passed, or only slowly, as geometry, words and OpenStreetMap ways,
/// never as numbers of a region file (a re-import renumbers them).
///
///   scheduled --its time comes--> active --its end comes--> expired
///   scheduled, active --lift--> lifted
///
/// Who may move it: dispatchers and map editors; Tick starts and ends it by its own times.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

enum class ClosureStatus { Scheduled, Active, Lifted, Expired };

/// A piece of road as people say it: a bridge, a tunnel, a road with a kilometre post or between two places, or
/// the way between two places.
struct RoadWords {
  std::string bridge, tunnel, road;
  std::string km;  ///< of a kilometre post, as it was said: "123.5"
  std::optional<GeoPoint> near;
  std::string from, to;
  bool operator==(RoadWords const&) const = default;
  static void fields(auto& f, auto& self) {
    f("bridge", self.bridge);
    f("tunnel", self.tunnel);
    f("road", self.road);
    f("km", self.km);
    f("near", self.near);
    f("from", self.from);
    f("to", self.to);
  }
};

struct ClosureFacts {
  std::string name;  ///< as people say it: "Cuihe bridge", "G65 K123+500", "A village to B village"
  std::string reason, area;
  Geometry geometry;
  std::vector<VehicleProfile> profiles;  ///< that cannot pass; empty: none can
  std::optional<Time> from, until;
  /// 1 to 999: the road can be passed at that share of its usual speed; 0: it is closed.
  std::int64_t speed_permille = 0;
  std::optional<RoadWords> where;  ///< the words that the geometry was found by
  /// OpenStreetMap's ids of the ways it fell on when it was made, ascending: after a new import of the map they
  /// count beside the geometry.
  std::vector<std::int64_t> ways;
  static void fields(auto& f, auto& self) {
    f("name", self.name);
    f("reason", self.reason);
    f("area", self.area);
    f("geometry", self.geometry);
    f("profiles", self.profiles);
    f("from", self.from);
    f("until", self.until);
    f("speed_permille", self.speed_permille);
    f("where", self.where);
    f("ways", self.ways);
  }
};

struct Closure {
  ClosureId id;
  ClosureStatus status = ClosureStatus::Active;
  ClosureFacts facts;
  Time recorded_at;
  std::string ended_because;
  std::optional<Time> archive_at;  ///< when it leaves the working state; set at its end
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    f("status", self.status);
    ClosureFacts::fields(f, self.facts);
    f("recorded_at", self.recorded_at);
    f("ended_because", self.ended_because);
    f("archive_at", self.archive_at);
    f("revision", self.revision);
  }
};

// Commands.

struct CloseRoad {
  static constexpr std::string_view kName = "close_road";
  ClosureFacts facts;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    ClosureFacts::fields(f, self.facts);
    Testimony::fields(f, self.testimony);
  }
};

struct LiftClosure {
  static constexpr std::string_view kName = "lift_closure";
  ClosureId closure;
  std::string reason;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("closure", self.closure);
    f("reason", self.reason);
    Testimony::fields(f, self.testimony);
  }
};

// Events.

struct RoadClosed {
  static constexpr std::string_view kName = "road_closed";
  static constexpr int kVersion = 1;
  ClosureId closure;
  ClosureStatus status = ClosureStatus::Active;
  ClosureFacts facts;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("closure", self.closure);
    f("status", self.status);
    ClosureFacts::fields(f, self.facts);
    Testimony::fields(f, self.testimony);
  }
};

struct ClosureBegan {
  static constexpr std::string_view kName = "closure_began";
  static constexpr int kVersion = 1;
  ClosureId closure;
  static void fields(auto& f, auto& self) { f("closure", self.closure); }
};

struct ClosureLifted {
  static constexpr std::string_view kName = "closure_lifted";
  static constexpr int kVersion = 1;
  ClosureId closure;
  std::string reason;
  Testimony testimony;
  static void fields(auto& f, auto& self) {
    f("closure", self.closure);
    f("reason", self.reason);
    Testimony::fields(f, self.testimony);
  }
};

struct ClosureExpired {
  static constexpr std::string_view kName = "closure_expired";
  static constexpr int kVersion = 1;
  ClosureId closure;
  static void fields(auto& f, auto& self) { f("closure", self.closure); }
};

Decision decide(State const& state, Context const& context, CloseRoad const& command);
Decision decide(State const& state, Context const& context, LiftClosure const& command);

void apply(State& state, Stamp const& stamp, RoadClosed const& event);
void apply(State& state, Stamp const& stamp, ClosureBegan const& event);
void apply(State& state, Stamp const& stamp, ClosureLifted const& event);
void apply(State& state, Stamp const& stamp, ClosureExpired const& event);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::ClosureStatus> {
  static constexpr std::array<std::string_view, 4> kNames{"scheduled", "active", "lifted",
                                                          "expired"};
};
}  // namespace fenghuo
