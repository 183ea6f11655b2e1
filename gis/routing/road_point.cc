#include "gis/routing/road_point.h"

#include <algorithm>

namespace fenghuo::gis {

namespace {

/// The share of a weight, rounded half up.
std::uint64_t share_of(Weight weight, std::uint32_t part_cm, std::uint32_t length_cm) {
  return (std::uint64_t{weight} * part_cm + length_cm / 2) / length_cm;
}

}  // namespace

std::uint64_t walking_ms(Distance away) {
  std::int64_t const beyond = std::max<std::int64_t>(0, away.cm - metres(30).cm);
  return static_cast<std::uint64_t>(beyond) * 36 / 5;
}

RoadPiece whole_piece(RoadGraph const& graph, ArcId arc, Weight weight) {
  std::uint32_t const length = graph.edge_length_cm[edge_of(arc)];
  return is_backward(arc) ? RoadPiece{arc, length, 0, weight} : RoadPiece{arc, 0, length, weight};
}

RoadPoint::RoadPoint(RoadGraph const& graph, RoadWeights const& weights, Snap const& snap)
    : edge_{snap.edge},
      offset_{snap.offset_cm},
      length_{graph.edge_length_cm[snap.edge]},
      from_{graph.edge_from[snap.edge]},
      to_{graph.edge_to[snap.edge]},
      forward_{weights[forward_of(snap.edge)]},
      backward_{weights[backward_of(snap.edge)]},
      walk_ms_{walking_ms(snap.away)} {
  ensure(length_ > 0 && offset_ <= length_, "points are snapped to edges that have a length");
}

RoadPiece RoadPoint::piece(bool backward, std::uint32_t begin_cm, std::uint32_t end_cm) const {
  std::uint32_t const part = std::max(begin_cm, end_cm) - std::min(begin_cm, end_cm);
  std::uint64_t const ms = part == 0 ? 0 : share_of(backward ? backward_ : forward_, part, length_);
  return {edge_ * 2 + (backward ? 1U : 0U), begin_cm, end_cm, ms};
}

std::vector<RoadPiece> RoadPoint::ways_out() const {
  std::vector<RoadPiece> out;
  if (open(false) || offset_ == length_) {
    out.push_back(piece(false, offset_, length_));
  }
  if (open(true) || offset_ == 0) {
    out.push_back(piece(true, offset_, 0));
  }
  return out;
}

std::vector<RoadPiece> RoadPoint::ways_in() const {
  std::vector<RoadPiece> out;
  if (open(false) || offset_ == 0) {
    out.push_back(piece(false, 0, offset_));
  }
  if (open(true) || offset_ == length_) {
    out.push_back(piece(true, length_, offset_));
  }
  return out;
}

std::vector<Start> RoadPoint::departures() const {
  std::vector<Start> out;
  for (RoadPiece const& way : ways_out()) {
    out.push_back({is_backward(way.arc) ? from_ : to_, way.ms});
  }
  return out;
}

std::vector<Start> RoadPoint::arrivals() const {
  std::vector<Start> out;
  for (RoadPiece const& way : ways_in()) {
    out.push_back({is_backward(way.arc) ? to_ : from_, way.ms});
  }
  return out;
}

// Where both ends are one node the quicker of the two is meant, as in the search.
RoadPiece RoadPoint::departure_piece(NodeId node) const {
  RoadPiece const* best = nullptr;
  auto const ways = ways_out();
  for (RoadPiece const& way : ways) {
    bool const leads_there = (is_backward(way.arc) ? from_ : to_) == node;
    best = leads_there && (best == nullptr || way.ms < best->ms) ? &way : best;
  }
  ensure(best != nullptr, "the search started at an end of the edge");
  return *best;
}

RoadPiece RoadPoint::arrival_piece(NodeId node) const {
  RoadPiece const* best = nullptr;
  auto const ways = ways_in();
  for (RoadPiece const& way : ways) {
    bool const comes_from = (is_backward(way.arc) ? to_ : from_) == node;
    best = comes_from && (best == nullptr || way.ms < best->ms) ? &way : best;
  }
  ensure(best != nullptr, "the search ended at an end of the edge");
  return *best;
}

std::uint64_t direct_ms(RoadPoint const& a, RoadPoint const& b) {
  if (a.edge_ != b.edge_) {
    return SearchTree::kFar;
  }
  bool const backward = b.offset_ < a.offset_;
  bool const passable = a.offset_ == b.offset_ || a.open(backward);
  return passable ? a.piece(backward, a.offset_, b.offset_).ms : SearchTree::kFar;
}

RoadPiece direct_piece(RoadPoint const& a, RoadPoint const& b) {
  return a.piece(b.offset_ < a.offset_, a.offset_, b.offset_);
}

}  // namespace fenghuo::gis
