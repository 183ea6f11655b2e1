#include "server/cli/travel_roads.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "server/data_folder.h"

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

}  // namespace

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

int write_or_print(std::string const& file, std::string const& text) {
  if (file.empty()) {
    fmt::print("{}", text);
    return 0;
  }
  std::ofstream out{file, std::ios::trunc | std::ios::binary};
  out << text;
  out.flush();
  return out ? 0 : report_error({ErrorCode::Unavailable, "cannot write " + file});
}

}  // namespace fenghuo::server
