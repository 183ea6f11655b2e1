#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gis/demo/noise.h"
#include "gis/demo/sheet.h"

namespace fenghuo::gis::demo {

namespace {

/// The services of a county: those of the county town, of each township, and of some villages.
class FacilityDrawing {
 public:
  explicit FacilityDrawing(Sheet& sheet)
      : sheet_{sheet},
        plan_{sheet.plan},
        random_{sub_seed(plan_.seed, 24)},
        naming_{sub_seed(plan_.seed, 25)} {}

  void draw() {
    for (Settlement const& s : plan_.settlements) {
      switch (s.kind) {
        case SettlementKind::Town:
          serve_town(s);
          break;
        case SettlementKind::Township:
          serve_township(s);
          break;
        case SettlementKind::Village:
          serve_village(s);
          break;
        case SettlementKind::ChemicalPark:
          serve_works(s);
          break;
        case SettlementKind::Hamlet:
        case SettlementKind::Mine:
          break;
      }
    }
  }

 private:
  using Tag = std::pair<std::string, std::string>;
  Spot somewhere(Settlement const& s);
  void put(Settlement const& s, Tag kind, std::string name, Tags more = {});
  void put_hospital(Settlement const& s, std::string name, std::string_view beds);
  void serve_town(Settlement const& s);
  void serve_township(Settlement const& s);
  void serve_village(Settlement const& s);
  void serve_works(Settlement const& s);

  Sheet& sheet_;
  CountyPlan const& plan_;
  Random random_;
  Naming naming_;
};

/// Within a block, off the streets.
Spot FacilityDrawing::somewhere(Settlement const& s) {
  CellId const c = s.cells[random_.below(s.cells.size())];
  Lattice const& lattice = plan_.lattice();
  Spot const third =
      sheet_.third_spot(lattice.x(c) * kThirds + static_cast<int>(random_.between(0, 1)),
                        lattice.y(c) * kThirds + static_cast<int>(random_.between(0, 1)));
  return {third.x + static_cast<double>(random_.between(28, 55)),
          third.y + static_cast<double>(random_.between(28, 55))};
}

void FacilityDrawing::put(Settlement const& s, Tag kind, std::string name, Tags more) {
  Tags tags{std::move(kind)};
  if (!name.empty()) {
    tags.emplace_back("name", std::move(name));
  }
  tags.insert(tags.end(), more.begin(), more.end());
  sheet_.add(somewhere(s), tags);
}

/// Hospitals are drawn as grounds, like mappers do.
void FacilityDrawing::put_hospital(Settlement const& s, std::string name, std::string_view beds) {
  Spot const m = somewhere(s);
  std::vector<NodeIndex> nodes;
  for (auto const& [dx, dy] :
       {std::pair{-22, -16}, std::pair{22, -16}, std::pair{22, 16}, std::pair{-22, 16}}) {
    nodes.push_back(sheet_.add({m.x + dx, m.y + dy}));
  }
  nodes.push_back(nodes.front());
  sheet_.draft.add_way(nodes, {{"amenity", "hospital"},
                               {"name", std::move(name)},
                               {"emergency", "yes"},
                               {"beds", std::string{beds}}});
}

void FacilityDrawing::serve_town(Settlement const& s) {
  bool const urban = plan_.layout.unit(s.unit).urban;
  std::string const whole = s.name.han + (urban ? "区" : "县");
  int const times = urban ? 4 : 1;
  put(s, {"amenity", "townhall"}, whole + "人民政府");
  put(s, {"office", "government"}, whole + "应急管理局");
  put_hospital(s, whole + "人民医院", "480");
  put_hospital(s, whole + "中医院", "260");
  put(s, {"emergency", "ambulance_station"}, whole + "急救中心");
  put(s, {"amenity", "police"}, whole + "公安局");
  put(s, {"aeroway", "helipad"}, whole + "人民医院直升机坪");
  put(s, {"emergency", "assembly_point"}, whole + "人民广场应急避难场所", {{"capacity", "12000"}});
  put(s, {"emergency", "assembly_point"}, whole + "体育场应急避难场所", {{"capacity", "8000"}});
  put(s, {"emergency", "fire_water_pond"}, "");
  for (int i = 0; i < times; ++i) {
    put(s, {"amenity", "fire_station"}, whole + naming_.street().han + "路消防救援站");
    put(s, {"amenity", "fire_station"}, whole + naming_.street().han + "路消防救援站");
  }
  for (int i = 0; i < 6 * times; ++i) {
    put(s, {"amenity", "school"},
        s.name.han + "第" + std::to_string(i + 1) + (i % 3 == 0 ? "中学" : "小学"));
  }
  for (int i = 0; i < 3 * times; ++i) {
    put(s, {"amenity", "fuel"}, naming_.street().han + "路加油站");
    put(s, {"amenity", "police"}, naming_.street().han + "路派出所");
    put(s, {"amenity", "clinic"}, naming_.street().han + "社区卫生服务中心");
  }
  for (int i = 0; i < 40 * times; ++i) {
    put(s, {"emergency", "fire_hydrant"}, "", {{"fire_hydrant:type", "pillar"}});
  }
}

void FacilityDrawing::serve_township(Settlement const& s) {
  TownshipArea const& area = plan_.areas[static_cast<std::size_t>(s.area)];
  std::string const whole = area.name.han + (area.kind == AreaKind::Town ? "镇" : "乡");
  put(s, {"amenity", "townhall"}, whole + "人民政府");
  put(s, {"amenity", "clinic"}, whole + "卫生院",
      {{"beds", std::to_string(random_.between(20, 60))}});
  put(s, {"amenity", "police"}, whole + "派出所");
  put(s, {"amenity", "school"}, whole + "中心小学");
  put(s, {"emergency", "assembly_point"}, whole + "中学操场应急避难场所",
      {{"capacity", std::to_string(random_.between(6, 30) * 100)}});
  put(s, {"emergency", "fire_hydrant"}, "", {{"fire_hydrant:type", "underground"}});
  if (random_.chance(400)) {
    put(s, {"amenity", "fire_station"}, whole + "专职消防队");
  }
  if (random_.chance(600)) {
    put(s, {"amenity", "fuel"}, whole + "加油站");
  }
  if (random_.chance(250)) {
    put(s, {"aeroway", "helipad"}, whole + "直升机临时起降点");
  }
  if (random_.chance(300)) {
    put(s, {"emergency", "ambulance_station"}, whole + "急救站");
  }
}

void FacilityDrawing::serve_village(Settlement const& s) {
  if (random_.chance(220)) {
    put(s, {"amenity", "school"}, s.name.han + "小学");
  }
  if (random_.chance(300)) {
    put(s, {"amenity", "shelter"}, s.name.han + "村委会应急避难场所", {{"shelter_type", "public"}});
  }
  if (random_.chance(120)) {
    put(s, {"emergency", "water_tank"}, "", {{"capacity", "50"}});
  }
  if (random_.chance(80)) {
    put(s, {"emergency", "fire_water_pond"}, "");
  }
}

void FacilityDrawing::serve_works(Settlement const& s) {
  put(s, {"amenity", "fire_station"}, s.name.han + "专职消防队");
  put(s, {"emergency", "assembly_point"}, s.name.han + "疏散集合点");
  for (int i = 0; i < 3; ++i) {
    Name const firm = naming_.firm();
    put(s, {"man_made", "works"}, firm.han + "化工",
        {{"name:en", firm.latin + " Chemicals"}, {"product", "chemicals"}});
    put(s, {"emergency", "fire_hydrant"}, "", {{"fire_hydrant:type", "pillar"}});
  }
}

}  // namespace

void draw_facilities(Sheet& sheet) { FacilityDrawing{sheet}.draw(); }

}  // namespace fenghuo::gis::demo
