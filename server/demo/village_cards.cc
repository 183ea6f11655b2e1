#include <fmt/format.h>

#include <algorithm>

#include "gis/geo/distance.h"
#include "server/demo/county_book.h"

/// The county, its townships, and every village with its card.
namespace fenghuo::server::demo {

namespace {

constexpr std::string_view kNeeds[] = {"卧床", "独居老人", "轮椅", "视力残疾", "孕妇", "透析病人"};
constexpr std::string_view kElders[] = {"李", "王", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"};

/// How long the villagers walk: a hill path is a third longer than the crow's flight, 3.5 km an hour.
std::int64_t walk_minutes(Distance distance) { return distance.cm / 100 * 4 / 3 * 60 / 3'500 + 1; }

Village const& nearest_other(CountyBook const& book, Village const& village) {
  return *std::min_element(
      book.villages.begin(), book.villages.end(), [&](Village const& a, Village const& b) {
        auto const far = [&](Village const& other) {
          return other.code == village.code
                     ? Distance{INT64_MAX}
                     : gis::distance_between(village.place->point, other.place->point);
        };
        return far(a) < far(b);
      });
}

gis::Place const* nearest(CountyBook const& book, std::string_view kind, GeoPoint point) {
  auto const all = book.facilities(kind);
  auto const found = std::min_element(all.begin(), all.end(), [&](auto const* a, auto const* b) {
    return gis::distance_between(a->point, point) < gis::distance_between(b->point, point);
  });
  return found == all.end() ? nullptr : *found;
}

/// A tenth of the villages, those farthest from the seat of their township.
std::vector<std::string> remote_villages(CountyBook const& book) {
  std::vector<std::pair<std::int64_t, std::string>> far;
  for (auto const& village : book.villages) {
    far.emplace_back(
        gis::distance_between(village.place->point, book.townships[village.township].seat).cm,
        village.code);
  }
  std::sort(far.rbegin(), far.rend());
  std::vector<std::string> out;
  for (std::size_t i = 0; i < far.size() / 10; ++i) {
    out.push_back(far[i].second);
  }
  return out;
}

/// A place of the card that the map does not show: a facility of its own; its code.
std::string add_place(CountyBook& book, Village const& village, char const* kind,
                      std::string const& name, GeoPoint point) {
  Row row{{"code", book.next_code("F")},
          {"name", name},
          {"kind", kind},
          {"organization", book.townships[village.township].organization},
          {"area", village.code},
          {"contacts", village.director},
          {"note", "虚构，仅供演示"}};
  set_location(row, point);
  return book.add(SheetKind::Facilities, std::move(row));
}

/// What a village needs when its road is gone.
void add_ways_out(CountyBook& book, Village const& village, Row& row) {
  Village const& other = nearest_other(book, village);
  auto const minutes =
      walk_minutes(gis::distance_between(village.place->point, other.place->point));
  row["walking_minutes"] = fmt::format("{}", minutes);
  row["walking_path"] = "路断时由" + other.place->name + "沿山路步行";
  row["travel"] = fmt::format("{}/foot/{}", other.code, minutes);
  row["radio"] = fmt::format("卫星电话 {}", book.line());
  row["note"] += "；直升机起降：" + add_place(book, village, "起降点",
                                              village.place->name + "晒场直升机临时起降点",
                                              beside(village.place->point, 110, 70));
}

void add_assisted(CountyBook& book, Village const& village, Row& row) {
  auto const count = book.random.between(2, 14);
  row["assisted_count"] = fmt::format("{}", count);
  std::string named;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(count, 3); ++i) {
    named += fmt::format("{}{}某/{}/{}", named.empty() ? "" : "；",
                         kElders[book.random.below(std::size(kElders))],
                         kNeeds[book.random.below(std::size(kNeeds))],
                         i % 2 == 0 ? village.guide : village.director);
  }
  row["assisted"] = named;
}

void add_card(CountyBook& book, Village const& village, bool remote) {
  auto const& place = *village.place;
  auto const population =
      place.population > 0 ? place.population : book.random.between(28, 240) * 10;
  Row row{{"code", village.code},
          {"name", place.name},
          {"level", "村"},
          {"population", fmt::format("{}", population)},
          {"households", fmt::format("{}", population * 10 / 34 + 1)},
          {"phone", book.line()},
          {"note", "虚构，仅供演示"}};
  row["responsible"] =
      &village == &book.villages.back()  // the gap that is left on purpose: nobody else to call
          ? "村党支部书记:" + village.secretary
          : fmt::format("村党支部书记:{}；村委会主任:{}；网格员:{}；包村干部:{}", village.secretary,
                        village.director, village.guide,
                        book.townships[village.township].clerks[book.random.below(4)]);
  set_location(row, place.point);
  add_assisted(book, village, row);
  if (auto const* shelter = nearest(book, "shelter", place.point)) {
    row["shelter"] = book.shelters.at(shelter->osm_id);
  }
  if (remote) {
    add_ways_out(book, village, row);
  }
  auto const* water = nearest(book, "reservoir", place.point);
  if (water != nullptr && gis::distance_between(water->point, place.point) < metres(2'500)) {
    row["note"] += "；上船点：" + add_place(book, village, "其他", place.name + "上船点",
                                            beside(place.point, -140, -90));
  }
  book.add(SheetKind::Areas, std::move(row));
}

}  // namespace

void add_areas(CountyBook& book) {
  auto const& emergency = book.department("emergency");
  std::int64_t people = 0;
  for (auto const& village : book.villages) {
    people += std::max<std::int64_t>(village.place->population, 280);
  }
  Row whole{{"code", book.county_path},
            {"name", book.county},
            {"level", "县"},
            {"population", fmt::format("{}", people + 86'000)},
            {"responsible", "局长:" + emergency.head + "；副局长:" + emergency.deputy},
            {"phone", book.line()},
            {"note", "虚构的县，仅供演示"}};
  set_location(whole, book.centre);
  book.add(SheetKind::Areas, std::move(whole));
  for (auto const& township : book.townships) {
    std::int64_t population = township.subdistrict ? 21'000 : 3'200;
    for (auto const village : township.villages) {
      population += book.villages[village].place->population;
    }
    Row row{{"code", township.path},
            {"name", township.name},
            {"level", township.subdistrict ? "街道" : "乡镇"},
            {"population", fmt::format("{}", population)},
            {"responsible", fmt::format("主要负责人:{}；分管负责人:{}；应急办主任:{}",
                                        township.head, township.deputy, township.officer)},
            {"phone", book.line()},
            {"note", "虚构，仅供演示"}};
    set_location(row, township.seat);
    book.add(SheetKind::Areas, std::move(row));
  }
  auto const remote = remote_villages(book);
  for (auto const& village : book.villages) {
    add_card(book, village, std::find(remote.begin(), remote.end(), village.code) != remote.end());
  }
}

}  // namespace fenghuo::server::demo
