#pragma once

#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/base/units.h"
#include "gis/routing/snap.h"

namespace fenghuo::gis {

struct LabelledPlace;

/// A junction and the time to it, the walk at the asked point included.
struct ReachedNode {
  NodeId node = 0;
  Weight ms = 0;
};

/// A part of an edge, measured from the edge's `from` end along its geometry; begin_cm < end_cm.
struct ReachedStretch {
  EdgeId edge = 0;
  std::uint32_t begin_cm = 0, end_cm = 0;

  bool operator==(ReachedStretch const&) const = default;
};

/// What is reached within one time.
struct Reach {
  Duration within;
  std::vector<ReachedNode> nodes;         ///< ascending
  std::vector<ReachedStretch> stretches;  ///< by edge, then by offset; those of one edge are apart
};

/// How far one comes from a place, or from where one reaches it, in some times.
struct Isochrone {
  Snap snap;                 ///< where the place is on the road
  std::int64_t as_of = 0;    ///< Metric::as_of
  std::vector<Reach> bands;  ///< as the times were asked
};

inline constexpr std::size_t kMostBands = 4;
inline constexpr Duration kLongestBand = seconds(4 * 3600);

/// Whether the times can be asked for. Errors: InvalidArgument, naming the mend.
Result<void> check_bands(std::span<Duration const> limits);

/// The roads that are reached from a labelled place.
///
/// Exact to the centimetre: a whole number of centimetres along an edge is in a stretch if and only if the route from
/// (or to) there takes no longer than the limit, by the rule of router.h for parts of an edge. An edge may be reached
/// from both its ends, and that of the place from the place itself. A closed road is not reached; obstacles, which
/// have no length, are no stretches.
/// Cost:    cch::within for the longest time, then the edges at the nodes that it found.
/// Threads: any number.
/// Checked: tests/gis/isochrone_test.cc against a plain Dijkstra, on random towns and real extracts with closures.
std::vector<Reach> reached_roads(Region const& region, Metric const& metric, Profile profile,
                                 cch::Way way, LabelledPlace const& place,
                                 std::span<Duration const> limits);

}  // namespace fenghuo::gis
