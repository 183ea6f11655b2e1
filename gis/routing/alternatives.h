#pragma once

#include <span>
#include <vector>

#include "gis/routing/place_labels.h"
#include "gis/routing/router.h"

namespace fenghuo::gis {

/// Other sensible ways than the best, the most promising first.
///
/// A way over a node v is the quickest way to v and on from there. Such ways are taken over the common ancestors of the
/// two labels, one of which every way passes, and over the other ancestors of either. One is sensible if
///   - its parts that leave the best way take at most `stretch` of the time of what they leave out, and so does the
///     whole;
///   - at most `sharing` of the best time is spent on roads that the best way or one before it in the list uses too,
///     so no way is another;
///   - the part around v, back and on for `local` of the best time each, is itself a quickest way (the T-test; its ends
///     may lie in the middle of a road). Since both halves are quickest ways, so is then every part of that length:
///     nobody could shorten it by a turn.
/// Of those the ones with the least sum of twice their time and what they share with the best come first.
/// In:      the labels of the ends and the best way's pieces.
/// Cost:    two labels for every ancestor, about 10 us each; taking a way apart for those within the stretch.
/// Threads: any number.
/// Source:  Abraham, Delling, Goldberg, Werneck, "Alternative Routes in Road Networks", JEA 18 (2013).
/// Checked: tests/gis/alternatives_test.cc: what they promise on random towns and real extracts, local optimality against a
///          plain Dijkstra; drawn towns with one bridge and with three.
std::vector<std::vector<RoadPiece>> find_alternatives(Region const& region, Metric const& metric,
                                                      Profile profile, LabelledPlace const& from,
                                                      LabelledPlace const& to,
                                                      std::span<RoadPiece const> best,
                                                      AlternativeRules const& rules);

/// Thousandths of the best way's time that are spent on roads which the other way uses in the same direction.
std::uint32_t shared_permille(std::span<RoadPiece const> best, std::span<RoadPiece const> other);

/// Says for each way by which road it can be told from the others: the longest one with a name or number, slip roads
/// apart, that none of the others uses; without a name where there is none.
void name_choices(Region const& region, Profile profile, std::span<RouteChoice> choices);

}  // namespace fenghuo::gis
