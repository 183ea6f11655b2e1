#include "gis/region/region_info_json.h"

#include <unicode/unistr.h>

#include <array>
#include <cstdio>
#include <string_view>

namespace fenghuo::gis {

namespace {

/// ICU reads bad UTF-8 as U+FFFD, which makes the way there and back the repair.
std::string repaired(std::string_view text) {
  std::string out;
  icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())})
      .toUTF8String(out);
  return out;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (char const c : repaired(text)) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
      out += code.data();
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string degrees(std::int32_t value_e7) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%.7f", value_e7 * 1e-7);
  return text.data();
}

class JsonObject {
 public:
  void member(std::string_view name, std::string const& json) {
    text_ += text_.empty() ? "{\n  " : ",\n  ";
    text_ += json_text(name) + ": " + json;
  }
  void number(std::string_view name, std::uint64_t value) { member(name, std::to_string(value)); }
  std::string finish() const { return text_ + "\n}\n"; }

 private:
  std::string text_;
};

}  // namespace

std::string info_json(RegionInfo const& info) {
  JsonObject out;
  out.number("format_version", info.format_version);
  out.member("name", json_text(info.name));
  out.member("source_file", json_text(info.source_file));
  out.member("source_sha256", json_text(info.source_sha256));
  out.member("licence", json_text(info.licence));
  out.member("built_at", json_text(info.built_at));
  out.member("bbox", "[" + degrees(info.south_west.lon_e7) + ", " +
                         degrees(info.south_west.lat_e7) + ", " + degrees(info.north_east.lon_e7) +
                         ", " + degrees(info.north_east.lat_e7) + "]");
  out.member("profiles", R"(["light", "heavy", "offroad", "foot"])");
  out.number("nodes", info.nodes);
  out.number("edges", info.edges);
  out.number("arcs", info.arcs);
  out.number("geometry_points", info.geometry_points);
  out.number("places", info.places);
  out.number("facilities", info.facilities);
  out.number("areas", info.areas);
  out.number("milestones", info.milestones);
  out.number("areas_incomplete", info.areas_incomplete);
  out.number("ways_read", info.ways_read);
  out.number("ways_used", info.ways_used);
  out.number("ways_cut", info.ways_cut);
  out.number("nodes_missing", info.nodes_missing);
  out.number("components", info.components);
  out.number("largest_component_nodes", info.largest_component_nodes);
  out.number("speed_assumed_permille", info.speed_assumed_permille);
  out.number("load_assumed_permille", info.load_assumed_permille);
  out.number("width_assumed_permille", info.width_assumed_permille);
  out.number("hierarchy_arcs", info.hierarchy_arcs);
  out.number("hierarchy_triangles", info.hierarchy_triangles);
  out.number("hierarchy_depth", info.hierarchy_depth);
  out.number("build_ms", info.build_ms);
  out.number("peak_memory_kib", info.peak_memory_kib);
  return out.finish();
}

}  // namespace fenghuo::gis
