#include "gis/demo/demo_county.h"

#include "gis/demo/county_plan.h"
#include "gis/demo/osm_file.h"
#include "gis/demo/sheet.h"
#include "gis/demo/single_road.h"

namespace fenghuo::gis {

namespace {

void make_plan(demo::CountyPlan& plan) {
  name_counties(plan);
  found_towns(plan);
  join_counties(plan);
  found_townships(plan);
  link_townships(plan);
  fill_reservoirs(plan);
  divide_counties(plan);
  found_works(plan);
  found_villages(plan);
  link_villages(plan);
  lay_ferries(plan);
  plan_motorways(plan);
  lay_tracks(plan);
}

void draw(demo::Sheet& sheet) {
  draw_routes(sheet);
  draw_streets(sheet);
  draw_motorways(sheet);
  draw_water(sheet);
  draw_places(sheet);
  draw_facilities(sheet);
  draw_boundaries(sheet);
}

}  // namespace

std::optional<DemoSize> demo_size_named(std::string_view name) {
  if (name == "county") {
    return DemoSize::County;
  }
  if (name == "city") {
    return DemoSize::City;
  }
  if (name == "province") {
    return DemoSize::Province;
  }
  return std::nullopt;
}

Result<DemoFigures> write_demo_county(std::filesystem::path const& osm_file, std::uint64_t seed,
                                      DemoSize size) {
  demo::CountyPlan plan{seed, size};
  make_plan(plan);
  demo::Sheet sheet{plan};
  draw(sheet);
  DemoFigures figures;
  figures.name = plan.layout.count() > 1 ? plan.prefectures.front().name.han + "市"
                                         : plan.counties.front().name.han + "县";
  figures.nodes = static_cast<std::uint64_t>(sheet.draft.nodes());
  figures.ways = static_cast<std::uint64_t>(sheet.draft.ways());
  figures.relations = static_cast<std::uint64_t>(sheet.draft.relations());
  for (demo::TownshipArea const& area : plan.areas) {
    figures.townships += area.kind == demo::AreaKind::Subdistrict ? 0 : 1;
  }
  demo::SingleRoad const share = villages_on_one_road(sheet);
  figures.villages = share.villages;
  figures.villages_on_one_road = share.on_one_road;
  if (auto written = write_osm_file(sheet.draft, osm_file); !written) {
    return written.error();
  }
  return figures;
}

}  // namespace fenghuo::gis
