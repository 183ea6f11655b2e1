#pragma once

#include <string>

#include "core/domain/vocabulary.h"

/// The founding of a centre: the first event of every journal. It fixes what later decisions read and
/// no file may change: the time zone that years and numbers follow, and the default deadlines.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

struct Founding {
  std::string jurisdiction;         ///< name of the county or city
  std::string area;                 ///< code of its outermost area; may be empty
  std::int64_t zone_minutes = 480;  ///< east of UTC
  Duration acknowledge_order_within = minutes(2);
  Duration acknowledge_request_within = minutes(10);
  static void fields(auto& f, auto& self) {
    f("jurisdiction", self.jurisdiction);
    f("area", self.area);
    f("zone_minutes", self.zone_minutes);
    f("acknowledge_order_within", self.acknowledge_order_within);
    f("acknowledge_request_within", self.acknowledge_request_within);
  }
};

struct FoundCenter {
  static constexpr std::string_view kName = "found_center";
  Founding founding;
  static void fields(auto& f, auto& self) { Founding::fields(f, self.founding); }
};

struct CenterFounded {
  static constexpr std::string_view kName = "center_founded";
  static constexpr int kVersion = 1;
  Founding founding;
  static void fields(auto& f, auto& self) { Founding::fields(f, self.founding); }
};

Decision decide(State const& state, Context const& context, FoundCenter const& command);
void apply(State& state, Stamp const& stamp, CenterFounded const& event);

}  // namespace fenghuo::domain
