#include "messaging/codec/fields_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/time_text.h"

namespace fenghuo::messaging {

namespace {

/// value / 10^digits as decimal text without trailing zeros.
Json::Decimal decimal(std::int64_t value, int digits) {
  bool const negative = value < 0;
  auto const away =
      negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  std::uint64_t scale = 1;
  for (int i = 0; i < digits; ++i) {
    scale *= 10;
  }
  std::string text =
      fmt::format("{}{}.{:0{}}", negative ? "-" : "", away / scale, away % scale, digits);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') {
    text.pop_back();
  }
  return {std::move(text)};
}

/// A scaled whole number from a JSON number; nothing if it is none or beyond the range.
std::optional<std::int64_t> scaled(Json const& in, double scale, double limit) {
  if (!in.is_number()) {
    return std::nullopt;
  }
  double const value = in.number();
  if (!(std::fabs(value) <= limit)) {
    return std::nullopt;
  }
  return std::llround(value * scale);
}

Json position(GeoPoint point) {
  return Json::Array{Json{decimal(point.lon_e7, 7)}, Json{decimal(point.lat_e7, 7)}};
}

std::optional<GeoPoint> read_position(Json const& in, ReadContext& context) {
  auto const* pair = in.array();
  if (pair == nullptr || pair->size() < 2 || pair->size() > 3) {
    context.wrong("expected a position [longitude, latitude]");
    return std::nullopt;
  }
  auto const lon = scaled((*pair)[0], 1e7, 180);
  auto const lat = scaled((*pair)[1], 1e7, 90);
  if (!lon || !lat) {
    bool const swapped = scaled((*pair)[0], 1e7, 90) && scaled((*pair)[1], 1e7, 180);
    context.wrong(
        swapped
            ? "latitude beyond 90 degrees: the order is [longitude, latitude], are they swapped?"
            : "expected [longitude, latitude] in degrees, within 180 and 90");
    return std::nullopt;
  }
  return GeoPoint{static_cast<std::int32_t>(*lat), static_cast<std::int32_t>(*lon)};
}

bool has_type(Json const& in, std::string_view type) {
  Json const* found = in.find("type");
  return found != nullptr && found->string() != nullptr && *found->string() == type;
}

/// Reads the coordinates of a GeoJSON point under the current path.
std::optional<GeoPoint> read_point(Json const& in, ReadContext& context) {
  Json const* coordinates = in.find("coordinates");
  if (!has_type(in, "Point") || coordinates == nullptr) {
    context.wrong(
        R"(expected a GeoJSON point: {"type":"Point","coordinates":[longitude,latitude]})");
    return std::nullopt;
  }
  std::string const path = context.path;
  context.path += "/coordinates";
  auto const point = read_position(*coordinates, context);
  context.path = path;
  return point;
}

std::vector<GeoPoint> read_line(Json const& in, std::size_t least, ReadContext& context) {
  auto const* items = in.array();
  // The journal gives back what was stored, whatever it is: a line of no point was a line of no point.
  if (items == nullptr || (context.style.strict && items->size() < least)) {
    context.wrong(fmt::format("expected a list of at least {} positions", least));
    return {};
  }
  if (context.style.strict && items->size() > domain::kMaxPoints) {
    context.wrong(fmt::format("at most {} positions", domain::kMaxPoints));
    return {};
  }
  std::vector<GeoPoint> points;
  points.reserve(items->size());
  for (auto const& item : *items) {
    auto const point = read_position(item, context);
    if (!point) {
      return {};
    }
    points.push_back(*point);
  }
  return points;
}

/// A ring as it is kept: closed. People leave the last point out; it is not theirs to repeat.
std::vector<GeoPoint> read_ring(Json const& in, ReadContext& context) {
  auto ring = read_line(in, 3, context);
  if (context.style.strict && !ring.empty()) {
    if (ring.front() != ring.back()) {
      ring.push_back(ring.front());
    }
    if (ring.size() < 4) {
      context.wrong("expected a ring of at least 3 different positions");
    }
  }
  return ring;
}

/// Several lines; the limit on points counts all of them.
void read_lines(Json const& in, domain::Geometry& out, ReadContext& context) {
  auto const* lines = in.array();
  if (lines == nullptr || lines->empty()) {
    context.wrong("expected a list of lists of positions");
    return;
  }
  for (auto const& line : *lines) {
    if (!out.points.empty()) {
      out.breaks.push_back(static_cast<std::int64_t>(out.points.size()));
    }
    auto const points = read_line(line, 2, context);
    out.points.insert(out.points.end(), points.begin(), points.end());
    if (context.style.strict && (points.empty() || out.points.size() > domain::kMaxPoints)) {
      if (!points.empty()) {
        context.wrong(fmt::format("at most {} positions in all", domain::kMaxPoints));
      }
      return;
    }
  }
}

/// Free text may be long; everything else is a name.
std::size_t text_limit(std::string_view path) {
  std::string_view const name = path.substr(path.rfind('/') + 1);
  constexpr std::string_view kFree[] = {"text", "reason", "instruction", "outcome"};
  bool const is_free = std::find(std::begin(kFree), std::end(kFree), name) != std::end(kFree);
  return is_free ? domain::kMaxText : domain::kMaxName;
}

/// At most so many bytes of a text, and no part of a character.
std::string_view beginning(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) {
    return text;
  }
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) {
    --bytes;
  }
  return text.substr(0, bytes);
}

}  // namespace

Json to_json(bool value, WriteStyle const& /*style*/) { return value; }
Json to_json(std::int64_t value, WriteStyle const& /*style*/) { return value; }
Json to_json(std::string const& value, WriteStyle const& /*style*/) { return value; }
Json to_json(Time value, WriteStyle const& style) { return to_rfc3339(value, style.zone_minutes); }
Json to_json(Duration value, WriteStyle const& /*style*/) { return decimal(value.us, 6); }
Json to_json(Distance value, WriteStyle const& /*style*/) { return decimal(value.cm, 2); }
Json to_json(GeoPoint value, WriteStyle const& /*style*/) {
  return Json::object({{"type", "Point"}, {"coordinates", position(value)}});
}

Json to_json(domain::Sealed const& value, WriteStyle const& /*style*/) {
  if (value.key.empty()) {
    return value.box;
  }
  return Json::object({{"key", value.key}, {"box", value.box}});
}

Json to_json(domain::Location const& value, WriteStyle const& style) {
  Json out = to_json(value.point, style);
  out.add("crs", value.crs);
  if (value.given) {
    out.add("given", position(*value.given));
  }
  if (value.accuracy_m != 0) {
    out.add("accuracy_m", value.accuracy_m);
  }
  return out;
}

Json to_json(domain::Geometry const& value, WriteStyle const& style) {
  if (!value.is_area && value.points.size() == 1) {
    return to_json(value.points.front(), style);
  }
  Json::Array lines;
  Json::Array line;
  auto next_break = value.breaks.begin();
  for (std::size_t i = 0; i < value.points.size(); ++i) {
    if (next_break != value.breaks.end() && *next_break == static_cast<std::int64_t>(i)) {
      lines.push_back(std::exchange(line, {}));
      ++next_break;
    }
    line.push_back(position(value.points[i]));
  }
  if (value.is_area) {
    return Json::object({{"type", "Polygon"}, {"coordinates", Json::Array{Json{std::move(line)}}}});
  }
  if (!lines.empty()) {
    lines.push_back(std::move(line));
    return Json::object({{"type", "MultiLineString"}, {"coordinates", std::move(lines)}});
  }
  return Json::object({{"type", "LineString"}, {"coordinates", std::move(line)}});
}

void from_json(Json const& in, bool& out, ReadContext& context) {
  if (bool const* value = in.boolean()) {
    out = *value;
  } else {
    context.wrong("expected true or false");
  }
}

void from_json(Json const& in, std::int64_t& out, ReadContext& context) {
  std::int64_t const* value = in.integer();
  if (value == nullptr) {
    context.wrong("expected a whole number");
  } else if (context.style.strict &&
             (*value < -domain::kMaxQuantity || *value > domain::kMaxQuantity)) {
    context.wrong(fmt::format("expected a number within {}", domain::kMaxQuantity));
  } else {
    out = *value;
  }
}

void from_json(Json const& in, std::string& out, ReadContext& context) {
  std::string const* value = in.string();
  if (value == nullptr) {
    context.wrong("expected a text");
    return;
  }
  if (context.style.strict && value->size() > text_limit(context.path)) {
    context.wrong(fmt::format("at most {} bytes", text_limit(context.path)));
    return;
  }
  bool const control = std::any_of(value->begin(), value->end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r';
  });
  if (context.style.strict && control) {
    context.wrong("control characters are not text");
    return;
  }
  out = *value;
}

void from_json(Json const& in, Time& out, ReadContext& context) {
  auto const* text = in.string();
  auto const time = text == nullptr ? std::nullopt : parse_rfc3339(*text);
  if (!time) {
    context.wrong("expected a time with its offset like 2026-07-01T02:07:00+08:00");
    return;
  }
  out = *time;
}

void from_json(Json const& in, Duration& out, ReadContext& context) {
  auto const us = scaled(in, 1e6, 1e9);
  if (!us || (context.style.strict && *us < 0)) {
    context.wrong("expected a number of seconds");
    return;
  }
  out = {*us};
}

void from_json(Json const& in, Distance& out, ReadContext& context) {
  auto const cm = scaled(in, 100, 1e9);
  if (!cm || (context.style.strict && *cm < 0)) {
    context.wrong("expected a number of metres");
    return;
  }
  out = {*cm};
}

void from_json(Json const& in, GeoPoint& out, ReadContext& context) {
  if (auto const point = read_point(in, context)) {
    out = *point;
  }
}

void from_json(Json const& in, domain::Sealed& out, ReadContext& context) {
  if (auto const* text = in.string()) {
    if (context.style.strict && text->size() > domain::kMaxSealed) {
      context.wrong(fmt::format("at most {} bytes", domain::kMaxSealed));
      return;
    }
    if (context.sealer == nullptr || text->empty()) {
      out = {"", *text};
      return;
    }
    auto sealed = context.sealer->seal(*text);
    if (!sealed) {
      context.wrong(sealed.error().message);
      return;
    }
    out = std::move(sealed).value();
    return;
  }
  Json const* key = in.find("key");
  Json const* box = in.find("box");
  if (context.style.strict || key == nullptr || box == nullptr || key->string() == nullptr ||
      box->string() == nullptr) {
    context.wrong("expected a text");
    return;
  }
  out = {*key->string(), *box->string()};
}

void from_json(Json const& in, domain::Location& out, ReadContext& context) {
  auto const point = read_point(in, context);
  if (!point) {
    return;
  }
  out.point = *point;
  out.crs = "wgs84";
  std::string const path = context.path;
  auto const read_member = [&](char const* name, auto& member) {
    if (Json const* value = in.find(name); value != nullptr && !value->is_null()) {
      context.path = path + '/' + name;
      from_json(*value, member, context);
    }
  };
  read_member("crs", out.crs);
  read_member("accuracy_m", out.accuracy_m);
  context.path = path;
  if (context.style.strict) {
    fields_json_detail::refuse_unknown(in, {"type", "coordinates", "crs", "accuracy_m"}, context);
  } else if (Json const* given = in.find("given")) {
    out.given = read_position(*given, context);
  }
}

void from_json(Json const& in, domain::Geometry& out, ReadContext& context) {
  constexpr char const* kGeometryKinds =
      "expected a GeoJSON Point, LineString, MultiLineString or Polygon";
  Json const* coordinates = in.find("coordinates");
  if (coordinates == nullptr) {
    context.wrong(kGeometryKinds);
    return;
  }
  if (context.style.strict) {
    fields_json_detail::refuse_unknown(in, {"type", "coordinates"}, context);
  }
  std::string const path = context.path;
  context.path += "/coordinates";
  if (has_type(in, "Point")) {
    if (auto const point = read_position(*coordinates, context)) {
      out.points = {*point};
    }
  } else if (has_type(in, "LineString")) {
    out.points = read_line(*coordinates, 2, context);
  } else if (has_type(in, "MultiLineString")) {
    read_lines(*coordinates, out, context);
  } else if (has_type(in, "Polygon")) {
    auto const* rings = coordinates->array();
    if (rings == nullptr || rings->size() != 1) {
      context.wrong("expected one ring; holes are not supported here");
    } else {
      out.is_area = true;
      out.points = read_ring(rings->front(), context);
    }
  } else {
    context.wrong(kGeometryKinds);
  }
  context.path = path;
}

std::string expected_one_of(std::string_view const* names, std::size_t count) {
  std::string text = "expected one of";
  for (std::size_t i = 0; i < count; ++i) {
    text.append(i == 0 ? " " : ", ").append(names[i]);
  }
  return text;
}

namespace fields_json_detail {

bool says_nothing(Json const& value) {
  return value.is_null() || (value.string() != nullptr && value.string()->empty()) ||
         (value.array() != nullptr && value.array()->empty());
}

void refuse_unknown(Json const& in, std::vector<std::string> const& known, ReadContext& context) {
  for (auto const& [name, value] : *in.object()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      std::string pointer = context.path + '/';
      for (char const c : beginning(name, 80)) {  // escaped as RFC 6901 says
        pointer += c == '~' ? std::string{"~0"} : c == '/' ? std::string{"~1"} : std::string{c};
      }
      context.errors.push_back({pointer, "unknown member"});
    }
  }
}

}  // namespace fields_json_detail

}  // namespace fenghuo::messaging
