#include <cmath>
#include <osmium/area/assembler.hpp>
#include <osmium/area/multipolygon_manager.hpp>
#include <osmium/handler/node_locations_for_ways.hpp>
#include <osmium/index/map/sparse_mem_array.hpp>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/visitor.hpp>
#include <string>

#include "tests/gis_demo/osm_sheet.h"

namespace fenghuo::gis {

namespace {

double ring_area(osmium::NodeRefList const& ring) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    // Relative to the first corner, so that the products stay small.
    std::int64_t const ax = ring[i].location().x() - ring[0].location().x();
    std::int64_t const ay = ring[i].location().y() - ring[0].location().y();
    std::int64_t const bx = ring[i + 1].location().x() - ring[0].location().x();
    std::int64_t const by = ring[i + 1].location().y() - ring[0].location().y();
    sum += static_cast<double>(ax * by - ay * bx);
  }
  constexpr double kKm = 111.195e-7;
  return std::abs(sum) / 2 * kKm * kKm * 0.861;
}

BoundaryArea describe(osmium::Area const& area) {
  BoundaryArea found;
  found.name = area.tags().get_value_by_key("name", "");
  found.admin_level = std::stoi(area.tags().get_value_by_key("admin_level", "0"));
  auto const [outer, inner] = area.num_rings();
  found.outer_rings = outer;
  found.inner_rings = inner;
  for (auto const& ring : area.outer_rings()) {
    found.square_km += ring_area(ring);
  }
  return found;
}

}  // namespace

std::vector<BoundaryArea> assemble_boundaries(std::filesystem::path const& file) {
  osmium::io::File const source{file.string()};
  osmium::TagsFilter filter{false};
  filter.add_rule(true, "boundary", "administrative");
  osmium::area::Assembler::config_type const config;
  osmium::area::MultipolygonManager<osmium::area::Assembler> manager{config, filter};
  osmium::relations::read_relations(source, manager);
  using Index =
      osmium::index::map::SparseMemArray<osmium::unsigned_object_id_type, osmium::Location>;
  Index index;
  osmium::handler::NodeLocationsForWays<Index> locations{index};
  std::vector<BoundaryArea> areas;
  osmium::io::Reader reader{source};
  osmium::apply(reader, locations, manager.handler([&](osmium::memory::Buffer&& buffer) {
    for (auto const& area : buffer.select<osmium::Area>()) {
      if (!area.from_way() && area.outer_rings().begin() != area.outer_rings().end()) {
        areas.push_back(describe(area));
      }
    }
  }));
  reader.close();
  return areas;
}

}  // namespace fenghuo::gis
