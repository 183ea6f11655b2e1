#include "tests/gis/road_families.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gis/routing/cch/nested_dissection.h"

namespace fenghuo::gis::testing {

namespace {

class Drawing {
 public:
  Drawing(Family family, std::uint32_t size, std::uint64_t seed)
      : family_{family}, size_{size}, random_{seed} {}

  bench::RoadArrays draw() {
    auto const side = static_cast<std::uint32_t>(std::max(1.0, std::sqrt(size_)));
    std::uint32_t const nodes = family_ == Family::Clique ? std::min(size_, 30U) : side * side;
    for (std::uint32_t n = 0; n < nodes; ++n) {
      // Some stand where others stand.
      std::int32_t const jitter =
          random_.chance(100) ? 0 : static_cast<std::int32_t>(random_.below(900));
      roads_.point.push_back({static_cast<std::int32_t>(n / side) * 1000 + jitter,
                              static_cast<std::int32_t>(n % side) * 1000 + jitter});
    }
    if (family_ == Family::Clique) {
      for (NodeId a = 0; a < nodes; ++a) {
        for (NodeId b = 0; b < a; ++b) {
          link(a, b);
        }
      }
    } else if (family_ == Family::Tree) {
      for (NodeId n = 1; n < nodes; ++n) {
        link(n, static_cast<NodeId>(random_.below(n)));
      }
    } else {
      grid(side);
    }
    return std::move(roads_);
  }

 private:
  void grid(std::uint32_t side) {
    for (NodeId n = 0; n < side * side; ++n) {
      if (n % side + 1 < side && !missing()) {
        link(n, n + 1);
      }
      if (n / side + 1 < side && !missing()) {
        link(n, n + side);
      }
      if (family_ == Family::Loops && random_.chance(200)) {
        link(n, n);
      }
      if (family_ == Family::Multigraph && n > 0 && random_.chance(500)) {
        link(n, n - 1);
        link(n, static_cast<NodeId>(random_.below(side * side)));
      }
    }
  }

  bool missing() { return family_ == Family::Islands && random_.chance(450); }

  Weight weight() {
    switch (family_) {
      case Family::ZeroWeights:
        return random_.chance(400) ? 0 : static_cast<Weight>(random_.below(20));
      case Family::Ties:
      case Family::Grid:
        return 7;
      case Family::Tree:
      case Family::Multigraph:
      case Family::OneWays:
      case Family::Islands:
      case Family::Loops:
      case Family::Clique:
        break;
    }
    return static_cast<Weight>(1 + random_.below(10'000));
  }

  void link(NodeId a, NodeId b) {
    roads_.from.push_back(a);
    roads_.to.push_back(b);
    Weight const there = weight();
    bool const one_way = family_ == Family::OneWays && random_.chance(400);
    roads_.weights.push_back(one_way && random_.chance(500) ? kClosed : there);
    roads_.weights.push_back(one_way ? kClosed : random_.chance(500) ? there : weight());
  }

  Family family_;
  std::uint32_t size_;
  Random random_;
  bench::RoadArrays roads_;
};

}  // namespace

std::string name_of(Family family) {
  constexpr std::array<char const*, 9> kNames{
      "Grid", "Tree", "Multigraph", "OneWays", "Islands", "ZeroWeights", "Ties", "Loops", "Clique"};
  return kNames[static_cast<std::size_t>(family)];
}

bench::RoadArrays made_up(Family family, std::uint32_t size, std::uint64_t seed) {
  return Drawing{family, size, seed}.draw();
}

cch::HierarchyArrays hierarchy_of(bench::RoadArrays const& roads) {
  auto built = cch::build_hierarchy(cch::nested_dissection(roads.from, roads.to, roads.point),
                                    roads.from, roads.to);
  EXPECT_TRUE(built) << built.error().message;
  return std::move(built).value();
}

}  // namespace fenghuo::gis::testing
