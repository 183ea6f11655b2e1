#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "gis/routing/route_words.h"
#include "server/cli/travel_roads.h"
#include "server/http/arguments.h"
#include "server/http/route_json.h"

namespace fenghuo::server {

namespace {

Error invalid(std::string message) { return {ErrorCode::InvalidArgument, std::move(message)}; }

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

int no_road(std::size_t cut, std::size_t parts, std::string const& profile) {
  fmt::print(stderr, "fenghuo: no road leads {} for {}\n", gis::spoken_part(cut, parts).en,
             profile);
  return static_cast<int>(ExitCode::NotFound);
}

int route_choices(center::Roads const& roads, TravelWish const& wish, gis::Profile profile,
                  std::vector<GeoPoint> const& stops) {
  auto const found = roads.alternatives(profile, stops[0], stops[1], wish.alternatives, true);
  if (!found) {
    return report_error(found.error());
  }
  bool const chinese = speaks_chinese(wish.lang);
  if (wish.json) {
    fmt::print("{}\n", route_choices_json(*found, {profile, roads.basis(), 1, true}).text());
  }
  for (std::size_t i = 0; i < found->size() && !wish.json; ++i) {
    gis::RouteChoice const& choice = (*found)[i];
    auto const via = gis::spoken_via(choice.via);
    std::uint32_t const percent = choice.shared_permille / 10;
    std::string const shared = i == 0 ? ""
                               : chinese
                                   ? fmt::format("  与最快路线重合 {} %", percent)
                                   : fmt::format("  {} % of the quickest way is the same", percent);
    fmt::print("{}{}{}{}\n", i == 0 ? "" : "\n", i + 1,
               via ? "  " + (chinese ? via->zh : via->en) : "", shared);
    print_route(choice.route, profile, chinese);
  }
  return found->empty() ? no_road(0, 1, wish.profile) : 0;
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
  if (wish.alternatives > kMostAlternatives || (wish.alternatives > 0 && stops->size() > 2)) {
    return report_error(invalid(
        "--alternatives is 0 to 3, between two places: leave out --via, or ask part by part"));
  }
  auto const roads = roads_for(wish, settings);
  if (!roads) {
    return report_error(roads.error());
  }
  if (wish.alternatives > 0) {
    return route_choices(**roads, wish, *profile, *stops);
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
  return found->route ? 0 : no_road(found->cut, parts, wish.profile);
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
  return write_or_print(wish.out, text.str());
}

}  // namespace fenghuo::server
