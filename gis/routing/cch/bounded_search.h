#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gis/routing/cch/label.h"

namespace fenghuo::gis::cch {

/// Dijkstra's algorithm outward from a place until so many marked nodes have been met: where they stand thick it
/// is done before a label is made.
///
/// Threads: one; an object keeps its arrays, so that nothing is allocated or cleared between searches.
/// Source:  Dijkstra 1959, on a heap of four children a node (Johnson 1975).
/// Checked: tests/gis/cch_query_test.cc against Boost.Graph.
class BoundedSearch {
 public:
  explicit BoundedSearch(Hierarchy const& hierarchy);

  struct Met {
    Rank rank = 0;
    Weight ms = 0;
  };
  /// The marked nodes that are nearest, in the order of their times (of equals the lower rank first), until
  /// their `count` together is at least `enough`. count(rank) says how many stand at a node.
  template <class Count>
  void run(RoadWeights const& road_weights, Way way, std::span<End const> ends, std::size_t enough,
           Count&& count, std::vector<Met>& met) {
    start(ends);
    met.clear();
    std::size_t found = 0;
    // All that are as far as the last one are met, so that of equals the right ones can be taken.
    Weight last = kClosed;
    for (Entry top; next(top) && top.ms <= last;) {
      if (std::size_t const here = count(top.rank); here > 0) {
        met.push_back({top.rank, top.ms});
        found += here;
        last = found >= enough && last == kClosed ? top.ms : last;
      }
      relax(road_weights, way, top);
    }
  }

 private:
  struct Link {
    Rank head = 0;
    ArcId arc = 0;  ///< from the node whose link it is
  };
  struct Entry {
    Weight ms = 0;
    Rank rank = 0;
  };
  /// Time and rank in one number, so that one comparison orders both.
  using Key = std::uint64_t;
  struct State {
    std::uint32_t round = 0;
    Weight ms = kClosed;
  };

  void start(std::span<End const> ends);
  bool next(Entry& top);
  void relax(RoadWeights const& road_weights, Way way, Entry const& from);
  void offer(Rank rank, Weight ms);

  std::vector<std::uint32_t> first_;
  std::vector<Link> links_;
  std::vector<State> states_;
  std::vector<Key> heap_;
  std::uint32_t round_ = 0;
};

}  // namespace fenghuo::gis::cch
