#include "gis/region/edge_grid.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fenghuo::gis {

namespace {

struct Box {
  GeoPoint low{std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int32_t>::max()};
  GeoPoint high{std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::min()};
};

Box bounds_of(std::span<GeoPoint const> points) {
  Box box;
  for (auto const p : points) {
    box.low = {std::min(box.low.lat_e7, p.lat_e7), std::min(box.low.lon_e7, p.lon_e7)};
    box.high = {std::max(box.high.lat_e7, p.lat_e7), std::max(box.high.lon_e7, p.lon_e7)};
  }
  return box;
}

/// Cells that are square on the ground: about one for each segment, at most 4 million.
GridRecord record_for(Box const& box, std::size_t segments) {
  double const squeeze =
      std::max(0.05, std::cos((box.low.lat_e7 / 2.0 + box.high.lat_e7 / 2.0) * 1e-7 / 57.29578));
  double const height = static_cast<double>(std::int64_t{box.high.lat_e7} - box.low.lat_e7) + 1;
  double const width = static_cast<double>(std::int64_t{box.high.lon_e7} - box.low.lon_e7) + 1;
  double const wanted = std::clamp(static_cast<double>(segments), 1.0, 4e6);
  // Not below 20 m, and never so thin that one side alone would need millions of cells.
  double const side = std::max({std::sqrt(height * width * squeeze / wanted), 2000.0,
                                height / 20'000, width * squeeze / 20'000});
  GridRecord grid;
  grid.south_west = box.low;
  grid.cell_lat_e7 = static_cast<std::uint32_t>(side);
  grid.cell_lon_e7 = static_cast<std::uint32_t>(side / squeeze);
  grid.rows = static_cast<std::uint32_t>(height / grid.cell_lat_e7) + 1;
  grid.columns = static_cast<std::uint32_t>(width / grid.cell_lon_e7) + 1;
  return grid;
}

std::uint32_t clamped(std::int64_t cell, std::uint32_t count) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(cell, 0, std::int64_t{count} - 1));
}

std::uint32_t row_of(GridRecord const& grid, std::int64_t lat) {
  return clamped((lat - grid.south_west.lat_e7) / grid.cell_lat_e7, grid.rows);
}

std::uint32_t column_of(GridRecord const& grid, std::int64_t lon) {
  return clamped((lon - grid.south_west.lon_e7) / grid.cell_lon_e7, grid.columns);
}

/// Calls f(cell) for each cell that the segment touches: row by row, the columns between the
/// longitudes at which it enters and leaves the row, a unit wider than computed.
template <class F>
void each_cell(GridRecord const& grid, GeoPoint a, GeoPoint b, F&& f) {
  if (b.lat_e7 < a.lat_e7) {
    std::swap(a, b);
  }
  double const rise = static_cast<double>(std::int64_t{b.lat_e7} - a.lat_e7);
  double const run = static_cast<double>(std::int64_t{b.lon_e7} - a.lon_e7);
  auto const lon_at = [&](std::int64_t lat) {
    double const share =
        rise > 0 ? std::clamp(static_cast<double>(lat - a.lat_e7) / rise, 0.0, 1.0) : 0.0;
    return static_cast<double>(a.lon_e7) + share * run;
  };
  std::uint32_t const last_row = row_of(grid, b.lat_e7);
  for (std::uint32_t row = row_of(grid, a.lat_e7); row <= last_row; ++row) {
    std::int64_t const floor =
        std::int64_t{grid.south_west.lat_e7} + std::int64_t{row} * grid.cell_lat_e7;
    double const enters = rise > 0 ? lon_at(floor - 1) : a.lon_e7;
    double const leaves = rise > 0 ? lon_at(floor + grid.cell_lat_e7 + 1) : b.lon_e7;
    auto const west = static_cast<std::int64_t>(std::floor(std::min(enters, leaves))) - 1;
    auto const east = static_cast<std::int64_t>(std::ceil(std::max(enters, leaves))) + 1;
    std::uint32_t const last_column = column_of(grid, east);
    for (std::uint32_t column = column_of(grid, west); column <= last_column; ++column) {
      f(std::size_t{row} * grid.columns + column);
    }
  }
}

/// Calls f(cell, edge), edges ascending; the same pair may come more than once in a row.
template <class F>
void each_cell_of_edges(RoadGraph const& graph, GridRecord const& grid, F&& f) {
  for (EdgeId edge = 0; edge < graph.edge_count(); ++edge) {
    for (std::uint32_t at = graph.geometry_first[edge] + 1; at < graph.geometry_first[edge + 1];
         ++at) {
      each_cell(grid, graph.geometry[at - 1], graph.geometry[at],
                [&](std::size_t cell) { f(cell, edge); });
    }
  }
}

}  // namespace

EdgeGrid make_grid(RoadGraph const& graph) {
  EdgeGrid out;
  out.record = record_for(bounds_of(graph.geometry), graph.geometry.size());
  std::size_t const cells = std::size_t{out.record.rows} * out.record.columns;
  constexpr EdgeId kNone = std::numeric_limits<EdgeId>::max();
  std::vector<EdgeId> latest(cells, kNone);
  out.first.assign(cells + 1, 0);
  each_cell_of_edges(graph, out.record, [&](std::size_t cell, EdgeId edge) {
    out.first[cell + 1] += latest[cell] == edge ? 0U : 1U;
    latest[cell] = edge;
  });
  for (std::size_t cell = 0; cell < cells; ++cell) {
    out.first[cell + 1] += out.first[cell];
  }
  out.edges.resize(out.first.back());
  std::vector<std::uint32_t> next(out.first.begin(), out.first.end() - 1);
  std::fill(latest.begin(), latest.end(), kNone);
  each_cell_of_edges(graph, out.record, [&](std::size_t cell, EdgeId edge) {
    if (latest[cell] != edge) {
      out.edges[next[cell]++] = edge;
      latest[cell] = edge;
    }
  });
  return out;
}

std::vector<EdgeId> edges_in_cells(RegionView const& view, GeoPoint south_west,
                                   GeoPoint north_east) {
  GridRecord const& grid = view.grid.front();
  std::vector<EdgeId> found;
  std::uint32_t const last_row = row_of(grid, north_east.lat_e7);
  std::uint32_t const first_column = column_of(grid, south_west.lon_e7);
  std::uint32_t const last_column = column_of(grid, north_east.lon_e7);
  for (std::uint32_t row = row_of(grid, south_west.lat_e7); row <= last_row; ++row) {
    std::size_t const line = std::size_t{row} * grid.columns;
    std::uint32_t const begin = view.grid_first[line + first_column];
    std::uint32_t const end = view.grid_first[line + last_column + 1];
    if (begin < end) {
      auto const cells = view.grid_edges.subspan(begin, end - begin);
      found.insert(found.end(), cells.begin(), cells.end());
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace fenghuo::gis
