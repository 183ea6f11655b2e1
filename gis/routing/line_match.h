#pragma once

#include <span>
#include <vector>

#include "gis/region/region.h"

namespace fenghuo::gis {

struct GeoBox {
  GeoPoint low, high;
};

/// The box of the points, `metres` wider on each side.
GeoBox box_around(std::span<GeoPoint const> points, double metres);

/// What a drawn line has to do with the roads near it; both ascending, no edge in both.
struct LineMatch {
  std::vector<EdgeId> along;    ///< within `reach` metres over at least half the shorter of the two
  std::vector<EdgeId> crossed;  ///< from one side to the other, by the rules of edges_closed_by()
};

/// In:      a line of at least two points; reach: how far a road may run beside it, in metres.
/// Cost:    the edges near the line, measured every metre of their length.
/// Checked: tests/gis/closure_match_test.cc.
LineMatch match_line(Region const& region, std::span<GeoPoint const> line, double reach);

/// Whether an edge follows the line where none of `others` does: the points of it that lie within reach of the line
/// and not within `apart` metres beside one of them lead along at least half of the line or of the edge, whichever
/// is shorter. A side street leads along nothing.
bool runs_alone(Region const& region, EdgeId edge, std::span<GeoPoint const> line, double reach,
                std::span<EdgeId const> others, double apart);

}  // namespace fenghuo::gis
