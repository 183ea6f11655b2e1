#include "gis/routing/reached_area.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gis/geo/contour.h"
#include "gis/routing/edge_search.h"

namespace fenghuo::gis {

namespace {

constexpr double kMetresPerUnit = 0.011119508;  // 1e-7 degree of latitude
constexpr double kBuffer = 150;
constexpr std::size_t kMostCorners = 30'000;
constexpr std::int64_t kMostSamples = 16'000'000;

using Lines = std::vector<std::vector<GeoPoint>>;

struct Box {
  std::int64_t south = 900'000'000, west = 1'800'000'000;
  std::int64_t north = -900'000'000, east = -1'800'000'000;

  void take(GeoPoint p) {
    south = std::min<std::int64_t>(south, p.lat_e7);
    north = std::max<std::int64_t>(north, p.lat_e7);
    west = std::min<std::int64_t>(west, p.lon_e7);
    east = std::max<std::int64_t>(east, p.lon_e7);
  }
};

/// Where the grid's points lie: half a step apart are the corners of outlines.
class Raster {
 public:
  Raster(Box const& box, double step_metres)
      : buffer_{std::max(kBuffer, step_metres)},
        squeeze_{std::max(0.01, std::cos(static_cast<double>(box.south + box.north) * 0.5e-7 *
                                         0.017453292519943295))} {
    half_lat_ = std::llround(step_metres / kMetresPerUnit / 2);
    half_lon_ = std::llround(step_metres / kMetresPerUnit / squeeze_ / 2);
    // Two steps of air around what may be marked, so that the border is not.
    std::int64_t const air_lat = reach(1) + 4 * half_lat_;
    std::int64_t const air_lon = reach(squeeze_) + 4 * half_lon_;
    south_ = box.south - air_lat;
    west_ = box.west - air_lon;
    rows_ = (box.north + air_lat - south_) / (2 * half_lat_) + 1;
    columns_ = (box.east + air_lon - west_) / (2 * half_lon_) + 1;
  }

  std::int64_t samples() const { return rows_ * columns_; }
  /// From a reached road to the farthest point of its area: the buffer and half a grid square's diagonal.
  double margin() const {
    return buffer_ + 0.7072 * static_cast<double>(half_lat_) * 2 * kMetresPerUnit;
  }
  SampleGrid grid() const {
    return {static_cast<std::int32_t>(columns_), static_cast<std::int32_t>(rows_)};
  }

  void mark_near(GeoPoint a, GeoPoint b, SampleGrid& grid) const {
    auto const [low_row, high_row] = span_of(a.lat_e7, b.lat_e7, south_, half_lat_, reach(1));
    auto const [low_column, high_column] =
        span_of(a.lon_e7, b.lon_e7, west_, half_lon_, reach(squeeze_));
    double const ax = x_of(a.lon_e7), ay = y_of(a.lat_e7);
    double const bx = x_of(b.lon_e7) - ax, by = y_of(b.lat_e7) - ay;
    double const square = bx * bx + by * by;
    for (std::int32_t row = low_row; row <= high_row; ++row) {
      double const py = y_of(south_ + 2 * half_lat_ * row) - ay;
      for (std::int32_t column = low_column; column <= high_column; ++column) {
        if (grid.marked(column, row)) {
          continue;
        }
        double const px = x_of(west_ + 2 * half_lon_ * column) - ax;
        double const share = square > 0 ? std::clamp((px * bx + py * by) / square, 0.0, 1.0) : 0.0;
        double const dx = px - share * bx, dy = py - share * by;
        if (dx * dx + dy * dy <= buffer_ * buffer_) {
          grid.mark(column, row);
        }
      }
    }
  }

  std::vector<GeoPoint> ring(GridRing const& corners) const {
    std::vector<GeoPoint> out;
    out.reserve(corners.size() + 1);
    for (GridPoint const corner : corners) {
      out.push_back({static_cast<std::int32_t>(std::clamp<std::int64_t>(
                         south_ + corner.y * half_lat_, -900'000'000, 900'000'000)),
                     static_cast<std::int32_t>(std::clamp<std::int64_t>(
                         west_ + corner.x * half_lon_, -1'800'000'000, 1'800'000'000))});
    }
    out.push_back(out.front());
    return out;
  }

 private:
  /// The buffer in units of 1e-7 degree, rounded up.
  std::int64_t reach(double squeeze) const {
    return static_cast<std::int64_t>(std::ceil(buffer_ / kMetresPerUnit / squeeze));
  }
  double y_of(std::int64_t lat) const { return static_cast<double>(lat - south_) * kMetresPerUnit; }
  double x_of(std::int64_t lon) const {
    return static_cast<double>(lon - west_) * kMetresPerUnit * squeeze_;
  }
  static std::pair<std::int32_t, std::int32_t> span_of(std::int64_t a, std::int64_t b,
                                                       std::int64_t zero, std::int64_t half,
                                                       std::int64_t reach) {
    std::int64_t const low = std::min(a, b) - reach - zero;
    std::int64_t const high = std::max(a, b) + reach - zero;
    return {static_cast<std::int32_t>(low / (2 * half)),
            static_cast<std::int32_t>(high / (2 * half))};
  }

  double buffer_, squeeze_;
  std::int64_t half_lat_ = 0, half_lon_ = 0;
  std::int64_t south_ = 0, west_ = 0, rows_ = 0, columns_ = 0;
};

Lines lines_of(RoadGraph const& graph, Reach const& reach) {
  Lines out;
  out.reserve(reach.stretches.size());
  for (ReachedStretch const& part : reach.stretches) {
    out.push_back(line_between(graph, part.edge, part.begin_cm, part.end_cm));
  }
  return out;
}

struct Outlined {
  MultiPolygon area;
  std::size_t corners = 0;
};

Outlined area_around(Lines const& lines, Raster const& raster) {
  SampleGrid grid = raster.grid();
  for (auto const& line : lines) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      raster.mark_near(line[i], line[i + 1], grid);
    }
  }
  Outlined out;
  for (GridPolygon const& polygon : outlines_of(grid)) {
    AreaPolygon area{raster.ring(polygon.outer), {}};
    out.corners += polygon.outer.size();
    for (GridRing const& hole : polygon.holes) {
      area.holes.push_back(raster.ring(hole));
      out.corners += hole.size();
    }
    out.area.push_back(std::move(area));
  }
  return out;
}

/// Metres between the points of a grid, from the finest; beyond 280 each is wider by the root of two.
double next_step(double step) {
  return step < 200    ? step * 2
         : step == 200 ? 280
                       : std::round(step * std::numbers::sqrt2 / 10) * 10;
}

/// The step that has a chance after one with so many corners. Their number falls by no more than the power of 2.5 of
/// the step, or so; none that would do is passed over.
double step_after(double step, std::size_t corners) {
  double const ratio = static_cast<double>(corners) / static_cast<double>(kMostCorners);
  double const wanted = step * std::pow(ratio, 0.4);
  double out = next_step(step);
  while (next_step(out) <= wanted) {
    out = next_step(out);
  }
  return out;
}

}  // namespace

ReachedAreas areas_around(Region const& region, std::span<Reach const> bands) {
  std::vector<Lines> lines;
  Box box;
  bool any = false;
  for (Reach const& band : bands) {
    lines.push_back(lines_of(region.graph(), band));
    for (auto const& line : lines.back()) {
      any = true;
      std::for_each(line.begin(), line.end(), [&](GeoPoint p) { box.take(p); });
    }
  }
  if (!any) {
    return {{}, std::vector<MultiPolygon>(bands.size())};
  }
  double step = 50;
  while (Raster{box, step}.samples() > kMostSamples) {
    step = next_step(step);
  }
  // The largest area first: it has most corners.
  auto const largest = static_cast<std::size_t>(
      std::max_element(lines.begin(), lines.end(),
                       [](Lines const& a, Lines const& b) { return a.size() < b.size(); }) -
      lines.begin());
  Outlined outlined = area_around(lines[largest], Raster{box, step});
  while (outlined.corners > kMostCorners) {
    step = step_after(step, outlined.corners);
    outlined = area_around(lines[largest], Raster{box, step});
  }
  Raster const raster{box, step};
  ReachedAreas out{{std::llround(raster.margin() * 100)}, {}};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out.areas.push_back(i == largest ? std::move(outlined.area)
                                     : area_around(lines[i], raster).area);
  }
  return out;
}

}  // namespace fenghuo::gis
