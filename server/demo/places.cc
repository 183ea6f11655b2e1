#include <fmt/format.h>

#include "server/demo/county_book.h"

/// What stands on the map as facilities, and depots beside it.
namespace fenghuo::server::demo {

namespace {

struct Kind {
  std::string_view on_map, in_book, department;
  std::int64_t least, most;  ///< people, or beds of a hospital
};
constexpr Kind kKinds[] = {
    {"shelter", "避难场所", "civil", 120, 1'500}, {"hospital", "医院", "health", 260, 480},
    {"clinic", "医院", "health", 20, 60},         {"school", "学校", "education", 90, 1'400},
    {"fire_station", "消防站", "fire", 0, 0},     {"police", "派出所", "police", 0, 0},
    {"town_hall", "政府", "government", 0, 0},    {"helipad", "起降点", "emergency", 0, 0},
    {"reservoir", "水库", "water", 0, 0},         {"fuel", "加油站", "industry", 0, 0}};

bool is_bedded(Kind const& kind) { return kind.in_book == "医院"; }

void add_on_map(CountyBook& book, Kind const& kind, gis::Place const& place) {
  Township const& township = book.township_of(place.point);
  Row row{{"code", book.next_code("F")},
          {"name", place.name},
          {"kind", std::string{kind.in_book}},
          {"organization", book.department(kind.department).organization},
          {"area", township.path},
          {"phone", book.line()},
          {"contacts", township.officer + "、" + township.clerks.back()},
          {"note", "虚构，仅供演示"}};
  set_location(row, place.point);
  if (kind.most > 0) {
    row[is_bedded(kind) ? "beds" : "capacity"] =
        fmt::format("{}", book.random.between(kind.least, kind.most) / 10 * 10);
  }
  std::string const code = book.add(SheetKind::Facilities, std::move(row));
  if (kind.on_map == "shelter") {
    book.shelters[place.osm_id] = code;
  }
}

void add_depot(CountyBook& book, std::string const& name, std::string const& organization,
               std::string const& area, GeoPoint point, std::string const& stock,
               std::string const& keepers) {
  Row row{{"code", book.next_code("D")},  {"name", name},
          {"organization", organization}, {"area", area},
          {"phone", book.line()},         {"stock", stock},
          {"contacts", keepers},          {"note", "虚构，仅供演示"}};
  set_location(row, point);
  book.add(SheetKind::Depots, std::move(row));
}

}  // namespace

void add_facilities(CountyBook& book) {
  for (auto const& kind : kKinds) {
    for (auto const* place : book.facilities(kind.on_map)) {
      add_on_map(book, kind, *place);
    }
  }
  // The map shows no homes for the aged; they are the first to be asked for in a flood.
  for (auto const& township : book.townships) {
    if (township.subdistrict) {
      continue;
    }
    Row row{{"code", book.next_code("F")},
            {"name", township.name + "敬老院"},
            {"kind", "养老院"},
            {"organization", book.department("civil").organization},
            {"area", township.path},
            {"phone", book.line()},
            {"capacity", fmt::format("{}", book.random.between(18, 70))},
            {"contacts", township.clerks[1]},
            {"note", "虚构，仅供演示"}};
    set_location(row, beside(township.seat, 160, -110));
    book.add(SheetKind::Facilities, std::move(row));
  }
}

void add_depots(CountyBook& book) {
  auto const whole = [&](std::string_view key) -> Department& { return book.department(key); };
  auto const keepers = [](Department const& department) {
    return department.clerks.front() + "、" + department.deputy;
  };
  auto const& water = whole("water");
  auto const& stores = whole("stores");
  auto const& forest = whole("forest");
  add_depot(book, book.county + "防汛抗旱物资库", water.organization, book.county_path,
            beside(book.centre, 420, -260),
            "冲锋舟:6艘；橡皮艇:10艘；救生衣:600件；编织袋:20000条；排水泵:8台；应急照明灯:40盏",
            keepers(water));
  add_depot(book, book.county + "救灾物资储备库", stores.organization, book.county_path,
            beside(book.centre, -380, 240),
            "帐篷:300顶；棉被:1500床；折叠床:600张；发电机:12台；饮用水:2000箱；方便食品:1500箱",
            keepers(stores));
  add_depot(book, book.county + "森林防灭火物资库", forest.organization, book.county_path,
            beside(book.centre, 260, 390),
            "风力灭火机:60台；二号工具:300把；高压水泵:6台；油锯:20台；防火服:120套",
            keepers(forest));
  for (auto const& township : book.townships) {
    auto& random = book.random;
    add_depot(
        book, township.name + "应急物资库", township.organization, township.path,
        beside(township.seat, -90, 60),
        fmt::format("救生衣:{}件；编织袋:{}条；铁锹:{}把；棉被:{}床；手摇报警器:{}台；卫星电话:1部",
                    random.between(3, 9) * 10, random.between(5, 30) * 100,
                    random.between(4, 12) * 10, random.between(4, 15) * 10, random.between(2, 6)),
        township.officer + "、" + township.clerks[2]);
  }
}

}  // namespace fenghuo::server::demo
