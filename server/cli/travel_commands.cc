#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "center/roads.h"
#include "gis/routing/route_words.h"
#include "server/cli/commands.h"
#include "server/data_folder.h"
#include "server/http/arguments.h"
#include "server/http/route_json.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

Error invalid(std::string message) { return {ErrorCode::InvalidArgument, std::move(message)}; }

/// Closures from a GeoJSON file: a geometry, a feature or a feature collection.
Result<std::vector<gis::ClosureShape>> read_avoid(std::string const& file) {
  std::vector<gis::ClosureShape> shapes;
  if (file.empty()) {
    return shapes;
  }
  std::ifstream in{file, std::ios::binary};
  if (!in) {
    return Error{ErrorCode::NotFound, "there is no file " + file};
  }
  std::string const text{std::istreambuf_iterator<char>{in}, {}};
  auto const json = messaging::parse_json(text, {.bytes = 64U << 20U, .depth = 32});
  if (!json) {
    return invalid(file + ": " + json.error().message);
  }
  std::vector<Json> geometries;
  auto const add_feature = [&](Json const& feature) {
    Json const* geometry = feature.find("geometry");
    geometries.push_back(geometry == nullptr ? feature : *geometry);
  };
  if (Json const* features = json->find("features");
      features != nullptr && features->array() != nullptr) {
    for (auto const& feature : *features->array()) {
      add_feature(feature);
    }
  } else {
    add_feature(*json);
  }
  for (std::size_t i = 0; i < geometries.size(); ++i) {
    messaging::ReadContext context{.style = {.strict = false}, .errors = {}, .path = {}};
    domain::Geometry geometry;
    from_json(geometries[i], geometry, context);
    if (!context.errors.empty()) {
      return invalid(fmt::format("{}: feature {}: {}", file, i, context.errors.front().message));
    }
    gis::ClosureShape shape;
    shape.id = std::to_string(i);
    shape.points = geometry.points;
    shape.is_area = geometry.is_area;
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

Result<std::unique_ptr<center::Roads>> roads_for(TravelWish const& wish, Settings settings) {
  if (!wish.region.empty()) {
    settings.region = wish.region;
  }
  if (settings.region.empty()) {
    return invalid("name a region folder with --region");
  }
  auto roads = open_roads(settings);
  auto avoid = read_avoid(wish.avoid);
  if (!roads || !avoid) {
    return roads ? avoid.error() : roads.error();
  }
  if (!avoid->empty()) {
    (*roads)->apply(*avoid, 0);
  }
  return roads;
}

std::string duration_text(Duration duration) {
  std::int64_t const s = (duration.us + 500'000) / 1'000'000;
  return s >= 3'600 ? fmt::format("{} h {:02} min", s / 3'600, s / 60 % 60)
                    : fmt::format("{} min {:02} s", s / 60, s % 60);
}

/// Its steps, each with the time that has passed by then.
void print_route(gis::Route const& found, gis::Profile profile, bool chinese) {
  fmt::print("{}  {:.1f} km", duration_text(found.duration),
             static_cast<double>(found.distance.cm) / 100'000);
  if (found.speed_assumed_permille > 0) {
    fmt::print("  (speed assumed on {:.0f} % of the way)",
               static_cast<double>(found.speed_assumed_permille) / 10);
  }
  fmt::print("\n");
  Duration passed;
  for (auto const& step : found.steps) {
    gis::Words const words = words_for(step, profile);
    fmt::print("  {:>12}  {}\n", duration_text(passed), chinese ? words.zh : words.en);
    passed = passed + step.duration;
  }
}

/// Chinese unless the wish or the machine's language is English.
bool speaks_chinese(std::string const& wish) {
  std::string language = wish;
  for (char const* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    char const* const set = std::getenv(name);
    if (language.empty() && set != nullptr) {
      language = set;
    }
  }
  return !language.starts_with("en");
}

/// From, the places on the way, to; nothing if one of them is no position.
std::optional<std::vector<GeoPoint>> stops_of(TravelWish const& wish) {
  std::vector<std::string> texts{wish.from};
  texts.insert(texts.end(), wish.via.begin(), wish.via.end());
  texts.push_back(wish.to);
  std::vector<GeoPoint> stops;
  for (auto const& text : texts) {
    auto const point = lon_lat(text);
    if (!point) {
      return std::nullopt;
    }
    stops.push_back(*point);
  }
  return stops;
}

/// "lon,lat" lines; a header line and further columns are passed over.
Result<std::vector<GeoPoint>> read_points(std::string const& file) {
  std::ifstream in{file};
  if (!in) {
    return Error{ErrorCode::NotFound, "there is no file " + file};
  }
  std::vector<GeoPoint> points;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') {
      line.pop_back();
    }
    if (line.empty()) {
      continue;
    }
    std::size_t const first = line.find(',');
    std::size_t const second = first == std::string::npos ? first : line.find(',', first + 1);
    auto const point = lon_lat(line.substr(0, second));
    if (point) {
      points.push_back(*point);
    } else if (number > 1) {
      return invalid(fmt::format("{}:{}: expected longitude,latitude in degrees", file, number));
    }
  }
  if (points.empty()) {
    return invalid(file + ": no line longitude,latitude");
  }
  return points;
}

}  // namespace

int route(TravelWish const& wish, Settings const& settings) {
  auto const stops = stops_of(wish);
  auto const profile = gis::profile_named(wish.profile);
  if (!stops) {
    return report_error(invalid("--from, --via and --to take LON,LAT in degrees, longitude first"));
  }
  if (!profile) {
    return report_error(invalid("--profile is light, heavy, offroad or foot"));
  }
  if (!wish.lang.empty() && wish.lang != "zh" && wish.lang != "en") {
    return report_error(invalid("--lang is zh or en"));
  }
  auto const roads = roads_for(wish, settings);
  if (!roads) {
    return report_error(roads.error());
  }
  auto const found = (*roads)->route_through(*profile, *stops, true);
  if (!found) {
    return report_error(found.error());
  }
  bool const chinese = speaks_chinese(wish.lang);
  std::size_t const parts = stops->size() - 1;
  if (wish.json) {
    fmt::print("{}\n", route_json(*found, {*profile, (*roads)->basis(), parts, true}).text());
  } else if (found->route) {
    print_route(*found->route, *profile, chinese);
  }
  if (!found->route) {
    fmt::print(stderr, "fenghuo: no road leads {} for {}\n", gis::spoken_part(found->cut, parts).en,
               wish.profile);
    return static_cast<int>(ExitCode::NotFound);
  }
  return 0;
}

int matrix(TravelWish const& wish, Settings const& settings) {
  auto const origins = read_points(wish.origins);
  auto const destinations = read_points(wish.destinations);
  auto const profile = gis::profile_named(wish.profile);
  if (!origins || !destinations) {
    return report_error(origins ? destinations.error() : origins.error());
  }
  if (!profile) {
    return report_error(invalid("--profile is light, heavy, offroad or foot"));
  }
  auto const roads = roads_for(wish, settings);
  if (!roads) {
    return report_error(roads.error());
  }
  auto const table = (*roads)->travel_times(*profile, *origins, *destinations);
  if (!table) {
    return report_error(table.error());
  }
  std::ostringstream text;
  for (std::size_t i = 0; i < table->origins(); ++i) {
    for (std::size_t j = 0; j < table->destinations(); ++j) {
      Duration const time = table->at(i, j);
      text << (j == 0 ? "" : ",");
      if (time != dispatch::TravelTimeTable::kUnreachable) {
        text << fmt::format("{:.3f}", static_cast<double>(time.us) / 1e6);
      }
    }
    text << '\n';
  }
  if (wish.out.empty()) {
    fmt::print("{}", text.str());
    return 0;
  }
  std::ofstream out{wish.out, std::ios::trunc};
  out << text.str();
  out.flush();
  return out ? 0 : report_error({ErrorCode::Unavailable, "cannot write " + wish.out});
}

}  // namespace fenghuo::server
