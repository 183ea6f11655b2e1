#include "messaging/codec/upcast.h"

#include <utility>

namespace fenghuo::messaging {

namespace {

void rename(Json& members, std::string_view from, std::string_view to) {
  if (Json::Object* object = members.object()) {
    for (auto& [name, value] : *object) {
      if (name == from) {
        name = to;
      }
    }
  }
}

struct Step {
  std::string_view type;
  int from;
  void (*raise)(Json&);
};

constexpr Step kSteps[] = {
    // The first form called the caller's number "phone" and did not say whether the place was in the region.
    {"report_received", 1,
     [](Json& members) {
       rename(members, "phone", "caller");
       members.add("outside_region", false);
     }},
};

}  // namespace

Json upcast(std::string_view type, int version, Json members) {
  if (members.object() == nullptr) {
    return members;  // no event; whoever reads its members says so
  }
  for (auto const& step : kSteps) {
    if (step.type == type && step.from >= version) {
      step.raise(members);
    }
  }
  return members;
}

}  // namespace fenghuo::messaging
