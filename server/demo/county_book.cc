#include "server/demo/county_book.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/ensure.h"
#include "gis/geo/distance.h"

namespace fenghuo::server::demo {

namespace {

constexpr std::size_t kHan = 3;  // bytes of a character
constexpr std::string_view kSurnames =
    "李王张刘陈杨赵黄周吴徐孙胡朱何罗郭谢唐冯董萧程袁邓许傅苏蒋叶余潘杜戴夏钟汪范方廖邹熊彭谭龚文庞"
    "樊";
// Characters that the names of the demo county are made of too: rare in people's names.
constexpr std::string_view kGivenFirst = "荻蓼筠栎樨霁鹭翎砚岫澹穗芷茗柘榆椿禾枫梓柏桐岑沐涧麦松竹";
constexpr std::string_view kGivenLast = "川溪原浦泽岭陵宁丘坪湾塘桥坡渡岗畈田石云山林江河海波";

std::string_view pick(Random& random, std::string_view characters) {
  return characters.substr(kHan * random.below(characters.size() / kHan), kHan);
}

std::string without(std::string text, std::string_view ending) {
  if (text.ends_with(ending)) {
    text.resize(text.size() - ending.size());
  }
  return text;
}

}  // namespace

CountyBook::CountyBook(gis::Region const& region, std::uint64_t seed)
    : random{seed * 0x9E3779B97F4A7C15ULL + 35}, region_{region} {
  std::map<std::string, std::size_t, std::less<>> by_path;
  for (auto const& area : region.areas()) {
    if (area.path.find('.') == std::string::npos) {
      county = county.empty() ? area.name : county;
      county_path = county_path.empty() ? area.path : county_path;
    } else if (area.path.starts_with(county_path + ".")) {
      by_path[area.path] = townships.size();
      Township township;
      township.path = area.path;
      township.name = area.name;
      township.subdistrict = area.name.ends_with("街道");
      townships.push_back(std::move(township));
    }
  }
  for (auto const& place : region.places()) {
    auto const found = by_path.find(region.area_at(place.point));
    if (place.name == county && !place.is_facility) {
      centre = place.point;
    }
    if (found == by_path.end()) {
      continue;
    }
    Township& township = townships[found->second];
    if (place.name == township.name) {
      township.seat = place.point;
    } else if (place.kind == "village") {
      township.villages.push_back(villages.size());
      std::string const unit = township.path.substr(township.path.rfind('.') + 1);
      villages.push_back(
          {&place, found->second,
           fmt::format("{}.{}{}", township.path, unit, township.villages.size() + 200), "", "",
           ""});
    }
  }
}

std::string CountyBook::next_code(std::string_view letter) {
  auto& number = numbers_[std::string{letter}];
  return fmt::format("{}{}{:03}", kMark, letter, ++number);
}

std::string CountyBook::mobile() { return fmt::format("154{:08}", ++mobiles_); }
std::string CountyBook::line() { return fmt::format("0309-0{:06}", ++lines_); }

std::string CountyBook::add(SheetKind kind, Row row) {
  std::string code = row.at("code");
  rows_[static_cast<std::size_t>(kind)].push_back(std::move(row));
  return code;
}

std::string CountyBook::name() {
  // The same name twice is life; three times would only puzzle.
  while (true) {
    std::string text{pick(random, kSurnames)};
    text += pick(random, kGivenFirst);
    if (random.chance(700)) {
      text += pick(random, kGivenLast);
    }
    if (++names_[text] <= 2) {
      return text;
    }
  }
}

std::string CountyBook::person(PersonWish const& wish) {
  Row row{{"code", next_code("P")}, {"name", name()}, {"mobile", mobile()}, {"title", wish.title}};
  row["organization"] = wish.organization;
  row["area"] = wish.area;
  std::string const code = add(SheetKind::Persons, std::move(row));
  person_rows_[code] = rows(SheetKind::Persons).size() - 1;
  return code;
}

void CountyBook::each_others_deputies(std::string const& one, std::string const& other) {
  auto& persons = rows_[static_cast<std::size_t>(SheetKind::Persons)];
  persons[person_rows_.at(one)]["deputies"] = other;
  persons[person_rows_.at(other)]["deputies"] = one;
}

Department& CountyBook::department(std::string_view key) {
  auto const found = departments.find(key);
  ensure(found != departments.end(), "a department of the demo county that there is not");
  return found->second;
}

Township const& CountyBook::township_of(GeoPoint point) const {
  std::string const path = region_.area_at(point);
  auto const found = std::find_if(townships.begin(), townships.end(),
                                  [&](Township const& township) { return township.path == path; });
  if (found != townships.end()) {
    return *found;
  }
  return *std::min_element(townships.begin(), townships.end(), [&](auto const& a, auto const& b) {
    return gis::distance_between(a.seat, point) < gis::distance_between(b.seat, point);
  });
}

std::vector<gis::Place const*> CountyBook::facilities(std::string_view kind) const {
  std::vector<gis::Place const*> out;
  for (auto const& place : region_.places()) {
    if (place.is_facility && place.kind == kind && !place.name.empty() &&
        region_.area_at(place.point).starts_with(county_path)) {
      out.push_back(&place);
    }
  }
  return out;
}

gis::Place const* CountyBook::facility(std::string_view kind) const {
  auto const all = facilities(kind);
  return all.empty() ? nullptr : all.front();
}

void set_location(Row& row, GeoPoint point) {
  row["longitude"] = fmt::format("{}.{:07}", point.lon_e7 / 10'000'000, point.lon_e7 % 10'000'000);
  row["latitude"] = fmt::format("{}.{:07}", point.lat_e7 / 10'000'000, point.lat_e7 % 10'000'000);
}

GeoPoint beside(GeoPoint point, int east_m, int north_m) {
  constexpr int kUnitsPerMetre = 90;  // of latitude; close enough on a map that is invented
  return {point.lat_e7 + north_m * kUnitsPerMetre, point.lon_e7 + east_m * 104};
}

void add_departments(CountyBook& book) {
  struct Office {
    std::string_view key, name, title;
    int clerks;
  };
  // In the order of the table of organisations; those of higher levels are asked, not ordered.
  constexpr Office kOffices[] = {{"government", "人民政府办公室", "主任", 2},
                                 {"emergency", "应急管理局", "局长", 8},
                                 {"fire", "消防救援大队", "大队长", 3},
                                 {"police", "公安局", "局长", 2},
                                 {"health", "卫生健康局", "局长", 2},
                                 {"water", "水利局", "局长", 3},
                                 {"weather", "气象局", "局长", 2},
                                 {"transport", "交通运输局", "局长", 2},
                                 {"land", "自然资源局", "局长", 2},
                                 {"education", "教育局", "局长", 1},
                                 {"civil", "民政局", "局长", 1},
                                 {"housing", "住房和城乡建设局", "局长", 2},
                                 {"forest", "林业局", "局长", 2},
                                 {"farming", "农业农村局", "局长", 1},
                                 {"industry", "工业和信息化局", "局长", 1},
                                 {"environment", "生态环境分局", "局长", 1},
                                 {"stores", "粮食和物资储备中心", "主任", 2},
                                 {"militia", "人民武装部", "部长", 2},
                                 {"media", "融媒体中心", "主任", 1},
                                 {"power", "供电公司", "总经理", 2},
                                 {"telecom", "通信保障中心", "主任", 2},
                                 {"ambulance", "急救中心", "主任", 3}};
  std::string const root = book.next_code("G");
  book.add(SheetKind::Organizations, {{"code", root},
                                      {"name", book.county + "人民政府"},
                                      {"kind", "政府"},
                                      {"area", book.county_path},
                                      {"duty_phone", book.line()},
                                      {"address", "虚构，仅供演示"}});
  for (auto const& office : kOffices) {
    Department made;
    made.name = book.county + std::string{office.name};
    bool const company = office.key == "power";
    bool const force = office.key == "fire" || office.key == "ambulance" || office.key == "militia";
    made.organization =
        book.add(SheetKind::Organizations, {{"code", book.next_code("G")},
                                            {"name", made.name},
                                            {"short_name", std::string{office.name}},
                                            {"kind", company ? "企业"
                                                     : force ? "队伍"
                                                             : "部门"},
                                            {"parent", root},
                                            {"area", book.county_path},
                                            {"duty_phone", book.line()},
                                            {"fax", book.line()}});
    auto const hire = [&](std::string const& title) {
      return book.person({made.organization, book.county_path, title});
    };
    made.head = hire(std::string{office.title});
    made.deputy = hire("副" + std::string{office.title});
    book.each_others_deputies(made.head, made.deputy);
    for (int i = 0; i < office.clerks; ++i) {
      made.clerks.push_back(hire("值班员"));
    }
    for (std::size_t i = 0; i + 1 < made.clerks.size(); i += 2) {
      book.each_others_deputies(made.clerks[i], made.clerks[i + 1]);
    }
    book.departments[std::string{office.key}] = std::move(made);
  }
  auto const& emergency = book.department("emergency");
  book.duty_leaders = {emergency.head, emergency.deputy, book.department("government").head,
                       book.department("government").deputy};
  book.duty_clerks = {emergency.clerks.begin(), emergency.clerks.begin() + 5};
  book.dispatchers = {emergency.clerks.begin() + 5, emergency.clerks.end()};
}

void add_townships(CountyBook& book) {
  std::string const root = book.rows(SheetKind::Organizations).front().at("code");
  for (auto& township : book.townships) {
    std::string const office =
        township.name + (township.subdistrict ? "办事处" : std::string{"人民政府"});
    township.organization = book.add(SheetKind::Organizations, {{"code", book.next_code("G")},
                                                                {"name", office},
                                                                {"short_name", township.name},
                                                                {"kind", "乡镇"},
                                                                {"parent", root},
                                                                {"area", township.path},
                                                                {"duty_phone", book.line()}});
    auto const hire = [&](std::string const& title) {
      return book.person({township.organization, township.path, title});
    };
    std::string const ending = township.subdistrict            ? "主任"
                               : township.name.ends_with("乡") ? "乡长"
                                                               : "镇长";
    township.head = hire(ending);
    township.deputy = hire("副" + ending);
    township.officer = hire("应急办主任");
    township.captain = hire("应急救援队队长");
    township.mate = hire("应急救援队副队长");
    book.each_others_deputies(township.head, township.deputy);
    book.each_others_deputies(township.captain, township.mate);
    for (int i = 0; i < 4; ++i) {
      township.clerks.push_back(hire("值班员"));
    }
    book.each_others_deputies(township.officer, township.clerks.front());
  }
}

void add_village_people(CountyBook& book) {
  for (auto& village : book.villages) {
    auto const& township = book.townships[village.township];
    auto const hire = [&](char const* title) {
      return book.person(
          {township.organization, village.code, without(village.place->name, "村") + "村" + title});
    };
    village.secretary = hire("党支部书记");
    village.director = hire("村委会主任");
    village.guide = hire("网格员");
    if (&village != &book.villages.back()) {
      book.each_others_deputies(village.secretary, village.director);
    }
  }
}

}  // namespace fenghuo::server::demo
