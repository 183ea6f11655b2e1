#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace fenghuo::gis {

/// What a road network is like, measured from an OpenStreetMap file, whether made or real, so that the
/// demo county can be laid beside real places. Drivable: highway=* from motorway to track and service,
/// and ferries. Shortest paths, components and bridges are Boost.Graph's.
struct RoadFigures {
  std::uint64_t nodes = 0, ways = 0, relations = 0;
  std::uint64_t road_nodes = 0;  ///< distinct nodes on ways with highway=*
  std::uint64_t drivable_nodes = 0;
  double drivable_km = 0;
  std::map<std::size_t, double>
      degree_share;                        ///< of nodes whose degree is not 2: 1, 3, 4, 5 and more
  std::uint64_t components = 0;            ///< weakly connected, of the drivable network
  double largest_component = 0;            ///< share of the drivable nodes
  double largest_strong = 0;               ///< the same, one-way streets respected
  std::uint64_t villages = 0;              ///< place=village and hamlet with a road within 500 m
  std::uint64_t villages_on_one_road = 0;  ///< outside the largest 2-edge-connected component
  double detour_any = 0;  ///< medians of way over crow's flight: any two nodes above 2 km apart,
  double detour_settlements = 0;  ///< settlements 2 to 15 km apart,
  double detour_town = 0;  ///< nodes 0.5 to 2 km apart in the square kilometre with most crossings
};

/// The same file gives the same figures. Throws what libosmium throws when the file cannot be read.
RoadFigures measure_roads(std::filesystem::path const& osm_file);

}  // namespace fenghuo::gis
