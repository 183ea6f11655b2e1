#include "server/http/page.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "server/http/arguments.h"

namespace fenghuo::server {

using messaging::Json;

Json position_json(Desk& desk, messaging::TrackPoint const& point, Time at) {
  auto const style = api_style(desk);
  Json out = to_json(point.point, style);
  out.add("device_time", to_json(point.device_time, style));
  out.add("age_s", to_json(std::max(at - point.device_time, Duration{0}), style));
  out.add("accuracy_m", point.accuracy_m);
  out.add("means", name_of(point.means));
  out.add("said_by", point.said_by);
  return out;
}

namespace page_detail {

namespace {

constexpr std::size_t kMostItems = 500;

bool holds_words(Json const& value, std::string const& words) {
  if (auto const* text = value.string()) {
    return text->find(words) != std::string::npos;
  }
  if (auto const* members = value.object()) {
    return std::any_of(members->begin(), members->end(),
                       [&](auto const& member) { return holds_words(member.second, words); });
  }
  auto const* items = value.array();
  return items != nullptr && std::any_of(items->begin(), items->end(), [&](Json const& item) {
           return holds_words(item, words);
         });
}

bool equals(Json const* value, std::string const& wanted) {
  if (value == nullptr || value->is_null()) {
    return wanted.empty();
  }
  if (auto const* text = value->string()) {
    return *text == wanted;
  }
  return value->text() == wanted;
}

bool in_box(Json const& object, PageQuery::Box const& box) {
  for (char const* name : {"location", "position", "home", "point", "geometry"}) {
    Json const* place = object.find(name);
    Json const* coordinates = place == nullptr ? nullptr : place->find("coordinates");
    auto const* pair = coordinates == nullptr ? nullptr : coordinates->array();
    if (pair == nullptr || pair->size() < 2) {
      continue;
    }
    // Decimals are written exactly and hold no double; their text is the number.
    double const lon = std::strtod((*pair)[0].text().c_str(), nullptr);
    double const lat = std::strtod((*pair)[1].text().c_str(), nullptr);
    return lon * 1e7 >= box.west && lon * 1e7 <= box.east && lat * 1e7 >= box.south &&
           lat * 1e7 <= box.north;
  }
  return false;
}

}  // namespace

std::optional<Answer> read_query(Call const& call, PageQuery& out) {
  for (auto const& [name, value] : call.query) {
    if (name == "at") {
      continue;  // read by moment_of
    }
    if (name == "archived") {
      if (value != "true" && value != "false") {
        return problem(call, {{"archived", "expected true or false"}});
      }
      out.archived = value == "true";
    } else if (name == "limit") {
      auto const limit = whole_number(value);
      if (!limit || *limit < 1) {
        return problem(call, {{"limit", "expected a number from 1 to 500"}});
      }
      if (*limit > static_cast<std::int64_t>(kMostItems)) {
        return problem(call, {{"limit", "at most 500; follow next_cursor for more"}});
      }
      out.limit = static_cast<std::size_t>(*limit);
    } else if (name == "cursor") {
      out.cursor = value;
    } else if (name == "order") {
      if (value != "asc" && value != "desc") {
        return problem(call, {{"order", "expected asc or desc"}});
      }
      out.descending = value == "desc";
    } else if (name == "q") {
      out.words = value;
    } else if (name == "bbox") {
      auto const box = bounding_box(value);
      if (!box) {
        return problem(call, {{"bbox", "expected west,south,east,north in degrees"}});
      }
      out.box = {(*box)[0].lat_e7, (*box)[0].lon_e7, (*box)[1].lat_e7, (*box)[1].lon_e7};
    } else {
      out.filters.emplace(name, value);
    }
  }
  return std::nullopt;
}

std::optional<Answer> refuse_filters(Call const& call, PageQuery const& query, Json const& sample) {
  for (auto const& [name, value] : query.filters) {
    if (sample.find(name) == nullptr) {
      return problem(call, {{name,
                             "unknown filter; take a member of the objects, q, bbox, at, archived, "
                             "limit, cursor or order"}});
    }
  }
  return std::nullopt;
}

bool fits(PageQuery const& query, Json const& object) {
  for (auto const& [name, value] : query.filters) {
    if (!equals(object.find(name), value)) {
      return false;
    }
  }
  return (query.words.empty() || holds_words(object, query.words)) &&
         (!query.box || in_box(object, *query.box));
}

Answer page(Json::Array items, std::string next, Sequence as_of) {
  return Answer::json(Json::object({{"items", std::move(items)},
                                    {"next_cursor", next.empty() ? Json{} : Json{std::move(next)}},
                                    {"as_of", as_of}}));
}

}  // namespace page_detail

}  // namespace fenghuo::server
