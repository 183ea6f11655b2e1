#include "server/workbook/coordinates.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "server/workbook/cell_text.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

enum class Known { Wgs84, Gcj02, Bd09, Cgcs2000, Xian80, Beijing54 };

struct Name {
  std::string_view text;  ///< lower case, without blanks, hyphens and apostrophes
  Known system;
};
constexpr Name kNames[] = {{"wgs84", Known::Wgs84},         {"epsg:4326", Known::Wgs84},
                           {"gps", Known::Wgs84},           {"gcj02", Known::Gcj02},
                           {"火星坐标", Known::Gcj02},      {"火星坐标系", Known::Gcj02},
                           {"高德", Known::Gcj02},          {"腾讯", Known::Gcj02},
                           {"bd09", Known::Bd09},           {"bd09ll", Known::Bd09},
                           {"百度", Known::Bd09},           {"百度坐标系", Known::Bd09},
                           {"cgcs2000", Known::Cgcs2000},   {"epsg:4490", Known::Cgcs2000},
                           {"国家2000", Known::Cgcs2000},   {"2000国家大地坐标系", Known::Cgcs2000},
                           {"xian80", Known::Xian80},       {"xian1980", Known::Xian80},
                           {"西安80", Known::Xian80},       {"1980西安坐标系", Known::Xian80},
                           {"beijing54", Known::Beijing54}, {"beijing1954", Known::Beijing54},
                           {"北京54", Known::Beijing54},    {"1954北京坐标系", Known::Beijing54}};

std::string plain_form(std::string_view name) {
  std::string out;
  for (char const c : trimmed(name)) {
    if (c != ' ' && c != '-' && c != '_' && c != '\'') {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
  }
  replace_all(out, "：", ":");
  replace_all(out, "’", "");
  return out;
}

/// Numbers of the register that name the two old systems: geographic, and Gauss-Krueger of six and three degrees.
std::optional<Known> old_system(int epsg) {
  auto const within = [epsg](int first, int last) { return epsg >= first && epsg <= last; };
  if (epsg == 4'610 || within(2'327, 2'390)) {
    return Known::Xian80;
  }
  if (epsg == 4'214 || within(2'401, 2'442) || within(21'413, 21'423) || within(21'453, 21'463)) {
    return Known::Beijing54;
  }
  return std::nullopt;
}

Wording why_not(Known system) {
  bool const xian = system == Known::Xian80;
  return {
      fmt::format(
          "{}坐标系与现行坐标系相差可达百米，换算参数因地而异且不公开：请先由测绘部门转换为 "
          "CGCS2000",
          xian ? "1980 西安" : "1954 北京"),
      fmt::format("{} differs from today's systems by up to 100 m, and the parameters are local "
                  "and not public: let the surveyors convert it to CGCS2000 first",
                  xian ? "Xi'an 80" : "Beijing 54")};
}

std::variant<CoordinateSystem, Wording> of(Known system) {
  switch (system) {
    case Known::Wgs84:
      return CoordinateSystem{std::string{"wgs84"}};
    case Known::Gcj02:
      return CoordinateSystem{std::string{"gcj02"}};
    case Known::Bd09:
      return CoordinateSystem{std::string{"bd09"}};
    case Known::Cgcs2000:
      return CoordinateSystem{std::string{"cgcs2000"}};
    case Known::Xian80:
    case Known::Beijing54:
      break;
  }
  return why_not(system);
}

}  // namespace

std::variant<CoordinateSystem, Wording> coordinate_system_named(std::string_view name) {
  std::string const plain = plain_form(name);
  auto const* known = std::find_if(std::begin(kNames), std::end(kNames),
                                   [&](Name const& one) { return one.text == plain; });
  if (known != std::end(kNames)) {
    return of(known->system);
  }
  std::string_view number = plain;
  if (number.starts_with("epsg:")) {
    number.remove_prefix(5);
  }
  if (auto const epsg = number_in<int>(number)) {
    if (auto const old = old_system(*epsg)) {
      return why_not(*old);
    }
    if (auto const grid = gis::gauss_krueger_of(*epsg)) {
      return CoordinateSystem{*grid};
    }
  }
  return Wording{
      "不认识的坐标系：应为 wgs84、gcj02、bd09、cgcs2000（EPSG:4490）或 EPSG:4513 至 "
      "EPSG:4554 之一",
      "no known coordinate system: should be one of wgs84, gcj02, bd09, cgcs2000 "
      "(EPSG:4490) or EPSG:4513 to EPSG:4554"};
}

std::variant<Json, Wording> location_of(double longitude, double latitude,
                                        CoordinateSystem const& system) {
  if (auto const* datum = std::get_if<std::string>(&system)) {
    Json out = Json::object(
        {{"type", "Point"}, {"coordinates", Json::Array{Json{longitude}, Json{latitude}}}});
    out.add("crs", *datum);
    return out;
  }
  auto const& grid = std::get<gis::GaussKrueger>(system);
  auto const point = gis::from_gauss_krueger({longitude, latitude}, grid);
  if (!point) {
    std::string const example = fmt::format("{:.0f}", grid.false_easting);
    return Wording{
        fmt::format(
            "不在该投影带内：经度列填横坐标（东向，中央经线 {}° 处为 {}），纬度列填纵坐标（北向）",
            grid.central_meridian, example),
        fmt::format("outside this zone: the column of longitudes takes the easting ({} on the "
                    "meridian {}), that of latitudes the northing; are they swapped?",
                    example, grid.central_meridian)};
  }
  constexpr double kDegree = 1e-7;
  return Json::object(
      {{"type", "Point"},
       {"coordinates", Json::Array{Json{point->lon_e7 * kDegree}, Json{point->lat_e7 * kDegree}}},
       {"crs", "cgcs2000"}});
}

}  // namespace fenghuo::server
