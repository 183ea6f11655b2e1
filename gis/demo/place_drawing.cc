#include <string>
#include <utility>

#include "gis/demo/sheet.h"

namespace fenghuo::gis::demo {

namespace {

Spot beside(Sheet const& sheet, CellId c, double east, double north) {
  Spot const s = sheet.plan.lattice().centre(c);
  return {s.x + east, s.y + north};
}

Tags place(std::string_view kind, std::string han, std::string english, std::int64_t population) {
  Tags tags{
      {"place", std::string{kind}}, {"name", std::move(han)}, {"name:en", std::move(english)}};
  if (population > 0) {
    tags.emplace_back("population", std::to_string(population));
  }
  return tags;
}

void draw_town(Sheet& sheet, Settlement const& s) {
  bool const urban = sheet.plan.layout.unit(s.unit).urban;
  Tags tags = place(urban ? "city" : "town", s.name.han + (urban ? "区" : "县"),
                    s.name.latin + (urban ? " District" : " County"), s.population);
  tags.emplace_back("capital", urban ? "5" : "6");
  sheet.seat_of_unit.push_back(sheet.add(beside(sheet, s.centre, 30, 28), tags));
  draw_outline(sheet, s.cells, {{"landuse", "residential"}});
}

void draw_areas(Sheet& sheet) {
  for (TownshipArea const& a : sheet.plan.areas) {
    bool const part_of_town = a.kind == AreaKind::Subdistrict;
    std::int64_t population = 0;
    for (Settlement const& s : sheet.plan.settlements) {
      population += s.kind == SettlementKind::Township && s.centre == a.seat ? s.population : 0;
    }
    std::string const kind = part_of_town ? "街道" : (a.kind == AreaKind::Town ? "镇" : "乡");
    std::string const english =
        part_of_town ? " Subdistrict" : (a.kind == AreaKind::Town ? " Town" : " Township");
    sheet.seat_of_area.push_back(sheet.add(
        beside(sheet, a.seat, 34, 24), place(part_of_town ? "suburb" : "town", a.name.han + kind,
                                             a.name.latin + english, population)));
  }
}

}  // namespace

void draw_places(Sheet& sheet) {
  draw_areas(sheet);
  for (Settlement const& s : sheet.plan.settlements) {
    switch (s.kind) {
      case SettlementKind::Town:
        draw_town(sheet, s);
        break;
      case SettlementKind::Township:
        draw_outline(sheet, s.cells, {{"landuse", "residential"}});
        break;
      case SettlementKind::Village:
      case SettlementKind::Hamlet:
        sheet.add(beside(sheet, s.centre, 16, 13),
                  place(s.kind == SettlementKind::Village ? "village" : "hamlet", s.name.han,
                        s.name.latin, s.population));
        break;
      case SettlementKind::ChemicalPark:
        draw_outline(sheet, s.cells,
                     {{"landuse", "industrial"},
                      {"industrial", "chemical"},
                      {"name", s.name.han},
                      {"name:en", s.name.latin}});
        break;
      case SettlementKind::Mine:
        draw_outline(sheet, s.cells,
                     {{"landuse", "quarry"}, {"name", s.name.han}, {"name:en", s.name.latin}});
        sheet.add(beside(sheet, s.centre, -50, 40),
                  {{"man_made", "mineshaft"}, {"name", s.name.han + "主井"}});
        break;
    }
  }
}

}  // namespace fenghuo::gis::demo
