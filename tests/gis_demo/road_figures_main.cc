#include <cstdio>
#include <exception>

#include "tests/gis_demo/road_figures.h"

namespace {

double of(fenghuo::gis::RoadFigures const& f, std::size_t degree) {
  auto const it = f.degree_share.find(degree);
  return it == f.degree_share.end() ? 0 : 100 * it->second;
}

void print(char const* name, fenghuo::gis::RoadFigures const& f) {
  double const villages = f.villages == 0 ? 0
                                          : 100.0 * static_cast<double>(f.villages_on_one_road) /
                                                static_cast<double>(f.villages);
  std::printf("%s\n  nodes %llu, ways %llu, relations %llu\n", name,
              static_cast<unsigned long long>(f.nodes), static_cast<unsigned long long>(f.ways),
              static_cast<unsigned long long>(f.relations));
  std::printf(
      "  nodes on roads %llu, on drivable roads %llu, drivable %.0f km, %.0f m between nodes\n",
      static_cast<unsigned long long>(f.road_nodes),
      static_cast<unsigned long long>(f.drivable_nodes), f.drivable_km,
      1000 * f.drivable_km / static_cast<double>(f.drivable_nodes));
  std::printf("  ends %.1f %%, three ways %.1f %%, four ways %.1f %%, more %.1f %%\n", of(f, 1),
              of(f, 3), of(f, 4), of(f, 5));
  std::printf("  components %llu, largest %.2f %%, strongly connected %.2f %%\n",
              static_cast<unsigned long long>(f.components), 100 * f.largest_component,
              100 * f.largest_strong);
  std::printf("  villages %llu, on one road %.0f %%\n", static_cast<unsigned long long>(f.villages),
              villages);
  std::printf("  detour: any %.2f, settlements %.2f, town %.2f\n", f.detour_any,
              f.detour_settlements, f.detour_town);
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) {
    std::fputs("usage: road_figures FILE.osm.pbf...\n", stderr);
    return 2;
  }
  try {
    for (int i = 1; i < count; ++i) {
      print(words[i], fenghuo::gis::measure_roads(words[i]));
    }
  } catch (std::exception const& e) {
    std::fprintf(stderr, "cannot measure: %s\n", e.what());
    return 1;
  }
  return 0;
}
