#include <fmt/format.h>

#include "server/demo/county_book.h"

/// Teams of all tiers, each at a place of the map or beside one.
namespace fenghuo::server::demo {

namespace {

struct TeamWish {
  std::string name, tier, force, organization, area, contacts;
  std::string capabilities, vehicles;
  int members = 0, turnout_minutes = 0;
  GeoPoint home;
};

void add_team(CountyBook& book, TeamWish const& wish) {
  std::string const code = book.next_code("T");
  Row row{{"code", code},
          {"name", wish.name},
          {"tier", wish.tier},
          {"force", wish.force},
          {"organization", wish.organization},
          {"area", wish.area},
          {"phone", book.line()},
          {"radio", "烽火" + code.substr(kMark.size() + 1)},
          {"capabilities", wish.capabilities},
          {"vehicles", wish.vehicles},
          {"members", fmt::format("{}", wish.members)},
          {"turnout_minutes", fmt::format("{}", wish.turnout_minutes)},
          {"contacts", wish.contacts}};
  set_location(row, wish.home);
  book.add(SheetKind::Teams, std::move(row));
}

struct Specialists {
  std::string_view department, name, tier, force, capabilities, vehicles;
  int members, turnout_minutes, east_m, north_m;
};
// The county's own and those that it asks; where each stands is said from the middle of the county town.
constexpr Specialists kSpecialists[] = {
    {"emergency", "应急救援大队", "市县", "本级", "rescue:2；evacuation:2；pump:1",
     "抢险车:heavy；指挥车:light", 32, 5, -210, 120},
    {"water", "防汛抢险队", "专业", "本级", "pump:3；boat:2；evacuation:1",
     "排水车:heavy；皮卡:offroad", 24, 15, 430, -250},
    {"transport", "公路抢通队", "专业", "本级", "road_clearing:2", "装载机:heavy；平板车:heavy", 18,
     20, -520, -340},
    {"land", "地质灾害应急队", "专业", "本级", "geology:1；drone:1", "越野车:offroad", 8, 20, 150,
     260},
    {"forest", "森林防灭火队", "专业", "本级", "forest_fire:3；drone:1",
     "运兵车:offroad；水车:heavy", 30, 15, 280, 400},
    {"housing", "市政排水抢险队", "专业", "本级", "pump:2", "排水车:heavy", 12, 15, -300, 90},
    {"environment", "环境应急监测组", "专业", "本级", "monitoring:1", "监测车:light", 5, 30, 90,
     -180},
    {"police", "特警救援分队", "专业", "外部", "rescue:1；traffic_control:2", "突击车:light", 20, 5,
     240, 60},
    {"power", "电力抢修队", "专业", "外部", "power:2", "抢修车:light；发电车:heavy", 16, 20, -160,
     -270},
    {"telecom", "通信保障队", "专业", "外部", "communication:2", "通信车:light；越野车:offroad", 10,
     20, -60, 310},
    {"militia", "民兵应急连", "专业", "外部", "evacuation:3；rescue:1", "运输车:heavy", 60, 40, 350,
     180}};

void add_county_teams(CountyBook& book) {
  for (auto const& team : kSpecialists) {
    auto const& department = book.department(team.department);
    add_team(book, {book.county + std::string{team.name}, std::string{team.tier},
                    std::string{team.force}, department.name, book.county_path,
                    department.clerks.front() + "、" + department.deputy,
                    std::string{team.capabilities}, std::string{team.vehicles}, team.members,
                    team.turnout_minutes, beside(book.centre, team.east_m, team.north_m)});
  }
}

/// Fire brigade and ambulances are asked; what a township or a works keeps for itself is ordered.
void add_fire_and_ambulance_teams(CountyBook& book) {
  auto const& fire = book.department("fire");
  for (auto const* station : book.facilities("fire_station")) {
    Township const& township = book.township_of(station->point);
    bool const brigade = station->name.ends_with("消防救援站");
    bool const works = station->name.find("园区") != std::string::npos;
    add_team(book, {station->name, brigade || works ? "专业" : "乡镇", brigade ? "外部" : "本级",
                    brigade ? fire.name
                    : works ? station->name
                            : township.name,
                    township.path,
                    brigade ? fire.clerks.front() + "、" + fire.deputy
                            : township.captain + "、" + township.mate,
                    brigade ? "rescue:1；pump:1；fire_fighting:2"
                    : works ? "fire_fighting:1；hazmat:1"
                            : "fire_fighting:1；rescue:1",
                    works ? "泡沫车:heavy" : "水罐车:heavy；抢险车:light", brigade ? 14 : 8,
                    brigade ? 1 : 4, station->point});
  }
  auto const& ambulance = book.department("ambulance");
  for (auto const* station : book.facilities("ambulance_station")) {
    Township const& township = book.township_of(station->point);
    add_team(book,
             {station->name + (station->name.ends_with("站") ? "" : "急救组"), "市县", "外部",
              ambulance.name, township.path, ambulance.clerks.front() + "、" + ambulance.deputy,
              "medical:1", "救护车:light", 4, 3, station->point});
  }
}

void add_local_teams(CountyBook& book) {
  for (auto const& township : book.townships) {
    add_team(book, {township.name + "综合应急救援队", "乡镇", "本级", township.name, township.path,
                    township.captain + "、" + township.mate, "rescue:1；evacuation:1",
                    "皮卡:offroad", 15, 8, beside(township.seat, 40, 30)});
    if (township.villages.empty()) {
      continue;
    }
    // One village of each township keeps a squad of its own: the largest.
    std::size_t chosen = township.villages.front();
    for (auto const village : township.villages) {
      if (book.villages[village].place->population > book.villages[chosen].place->population) {
        chosen = village;
      }
    }
    Village const& village = book.villages[chosen];
    add_team(book, {village.place->name + "应急小分队", "村", "本级", township.name, village.code,
                    village.director + "、" + village.secretary, "evacuation:1", "农用车:light", 10,
                    12, village.place->point});
  }
  auto const volunteers = [&](std::string const& name, std::string const& capabilities, int members,
                              int east_m, int north_m) {
    std::string const leader = book.person({"", book.county_path, name + "队长"});
    std::string const mate = book.person({"", book.county_path, name + "副队长"});
    book.each_others_deputies(leader, mate);
    add_team(book, {book.county + name, "社会", "本级", "社会力量", book.county_path,
                    leader + "、" + mate, capabilities, "越野车:offroad", members, 25,
                    beside(book.centre, east_m, north_m)});
  };
  volunteers("民间山地救援队", "rescue:1；drone:1", 18, -640, 500);
  volunteers("水上志愿救援队", "boat:2；rescue:1", 14, 560, -480);
}

}  // namespace

void add_teams(CountyBook& book) {
  add_county_teams(book);
  add_fire_and_ambulance_teams(book);
  add_local_teams(book);
}

}  // namespace fenghuo::server::demo
