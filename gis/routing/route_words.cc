#include "gis/routing/route_words.h"

#include <algorithm>
#include <array>

#include "gis/routing/route_sentences.h"

namespace fenghuo::gis {

namespace {

std::string plain_number(std::string reference) {
  std::replace(reference.begin(), reference.end(), ';', '/');
  return reference;
}

/// By RoadClass.
constexpr std::array<std::string_view, kRoadClassCount> kNamelessZh{
    "无名高速公路", "无名干道", "无名主要道路", "无名次要道路", "无名县乡道路", "无名村道",
    "无名街道",     "无名小街", "无名内部道路", "无名机耕道",   "无名步行街",   "无名人行道",
    "无名小路",     "无名台阶", "无名自行车道", "渡船航线"};
constexpr std::array<std::string_view, kRoadClassCount> kNamelessEn{"an unnamed motorway",
                                                                    "an unnamed trunk road",
                                                                    "an unnamed primary road",
                                                                    "an unnamed secondary road",
                                                                    "an unnamed district road",
                                                                    "an unnamed minor road",
                                                                    "an unnamed street",
                                                                    "an unnamed lane",
                                                                    "an unnamed service road",
                                                                    "an unnamed track",
                                                                    "an unnamed pedestrian street",
                                                                    "an unnamed footway",
                                                                    "an unnamed path",
                                                                    "unnamed steps",
                                                                    "an unnamed cycle track",
                                                                    "the ferry line"};

}  // namespace

Words spoken(Distance distance) {
  std::int64_t const tens = (distance.cm + 500) / 1'000;
  if (tens == 0) {
    return {"不到 10 米", "less than 10 m"};
  }
  if (tens < 100) {
    std::string const metres = std::to_string(tens * 10);
    return {metres + " 米", metres + " m"};
  }
  std::int64_t const tenths = (distance.cm + 5'000) / 10'000;
  std::string km = std::to_string(tenths / 10);
  if (tenths >= 1'000) {
    km = std::to_string((distance.cm + 50'000) / 100'000);
  } else if (tenths % 10 != 0) {
    km += "." + std::to_string(tenths % 10);
  }
  return {km + " 公里", km + " km"};
}

Words spoken(RoadNaming const& road) {
  std::string const reference = plain_number(road.reference);
  if (!road.name.empty()) {
    return reference.empty()
               ? Words{road.name, road.name}
               : Words{road.name + "（" + reference + "）", road.name + " (" + reference + ")"};
  }
  if (!reference.empty()) {
    return {reference, reference};
  }
  if (road.is_link) {
    return {"匝道", "the slip road"};
  }
  auto const index = static_cast<std::size_t>(road.road_class);
  return {std::string{kNamelessZh[index]}, std::string{kNamelessEn[index]}};
}

std::optional<Words> spoken_via(RoadNaming const& road) {
  if (road.name.empty() && road.reference.empty()) {
    return std::nullopt;
  }
  Words const name = spoken(road);
  return Words{"经" + name.zh, "via " + name.en};
}

Words spoken_part(std::size_t index, std::size_t parts) {
  std::string const from = std::to_string(index), to = std::to_string(index + 1);
  bool const last = index + 1 == parts;
  return {
      "从" + (index == 0 ? "出发地" : "途经点" + from) + "到" + (last ? "目的地" : "途经点" + to),
      "from " + (index == 0 ? "the start" : "stop " + from) + " to " +
          (last ? "the destination" : "stop " + to)};
}

std::string decimal_of_hundredths(std::uint32_t hundredths) {
  std::string out = std::to_string(hundredths / 100);
  if (std::uint32_t const rest = hundredths % 100; rest != 0) {
    out += "." + std::to_string(rest / 10);
    out += rest % 10 != 0 ? std::to_string(rest % 10) : "";
  }
  return out;
}

std::size_t wind_of(int bearing) {
  return static_cast<std::size_t>(((bearing + 360) * 2 + 45) / 90) % 8;
}

bool is_walk(Distance away) { return away > metres(30); }

std::vector<RouteRemark> remarks_beside(RouteStep const& step) {
  constexpr std::int64_t kUnpavedCm = 5'000;
  std::vector<RouteRemark> out;
  bool skipped = false;
  for (auto const& remark : step.remarks) {
    bool const is_the_step = name_of(remark.kind) == name_of(step.manoeuvre);
    if (is_the_step && !skipped) {
      skipped = true;
      continue;
    }
    if (remark.kind != RemarkKind::Unpaved || remark.distance.cm >= kUnpavedCm) {
      out.push_back(remark);
    }
  }
  return out;
}

bool is_throughout(RouteStep const& step, RouteRemark const& remark) {
  return remark.distance.cm * 20 >= step.distance.cm * 19;
}

Words words_for(RouteStep const& step, Profile profile) {
  return {chinese_sentence(step, profile), english_sentence(step, profile)};
}

}  // namespace fenghuo::gis
