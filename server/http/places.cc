#include "server/http/arguments.h"
#include "server/http/page.h"
#include "server/http/place_json.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

/// Places of the region's map, by position in its list; the cursor is that position.
Answer places(Desk& desk, Call& call, bool facilities) {
  page_detail::PageQuery query;
  if (auto wrong = page_detail::read_query(call, query)) {
    return std::move(*wrong);
  }
  auto const all = desk.center.roads().places();
  auto const first =
      query.cursor.empty() ? std::optional<std::int64_t>{0} : whole_number(query.cursor);
  if (!first || *first < 0 || *first > static_cast<std::int64_t>(all.size())) {
    return problem(call, {{"cursor", "not a cursor that this list gave"}});
  }
  Json::Array items;
  std::string next;
  for (auto i = static_cast<std::size_t>(*first); i < all.size(); ++i) {
    if (all[i].is_facility != facilities) {
      continue;
    }
    if (items.size() == query.limit) {
      next = std::to_string(i);
      break;
    }
    std::string area = desk.center.roads().area_at(all[i].point);
    if (!call.who.in_scope(area)) {
      continue;
    }
    Json item = place_json(all[i], std::move(area));
    if (page_detail::fits(query, item)) {
      items.push_back(std::move(item));
    }
  }
  Sequence const as_of = desk.center.committed().read([](auto const& s) { return s.sequence; });
  return page_detail::page(std::move(items), std::move(next), as_of);
}

}  // namespace

void add_place_routes(RouteTable& routes, Desk& desk) {
  routes.add({"GET", "/api/v1/map-facilities", Permission::Read,
              [&](Call& c) { return places(desk, c, true); }});
  routes.add(
      {"GET", "/api/v1/places", Permission::Read, [&](Call& c) { return places(desk, c, false); }});
}

}  // namespace fenghuo::server
