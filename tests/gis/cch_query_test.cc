#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

#include "bench/dijkstra_reference.h"
#include "gis/region/region_build.h"
#include "gis/routing/cch/customization.h"
#include "gis/routing/cch/hierarchy_check.h"
#include "gis/routing/cch/nearest.h"
#include "gis/routing/cch/nested_dissection.h"
#include "gis/routing/cch/sweep.h"
#include "gis/routing/cch/unpacking.h"
#include "gis/routing/metric.h"
#include "tests/gis/road_families.h"
#include "tests/gis/small_extract.h"

namespace fenghuo::gis::cch {
namespace {

using bench::DijkstraReference;
using bench::RoadArrays;
using testing::Family;

/// A network, its hierarchy and the reference on the same weights.
class Engine {
 public:
  explicit Engine(RoadArrays roads)
      : roads_{std::move(roads)},
        arrays_{testing::hierarchy_of(roads_)},
        hierarchy_{arrays_.view(roads_.from, roads_.to)},
        common_{hierarchy_},
        again_{hierarchy_},
        weights_{roads_.weights},
        arcs_{customize(hierarchy_, weights_)} {
    reference_ = std::make_unique<DijkstraReference>(roads_);
  }

  RoadArrays const& roads() const { return roads_; }
  Hierarchy const& hierarchy() const { return hierarchy_; }
  ArcWeights const& arcs() const { return arcs_; }
  DijkstraReference& reference() { return *reference_; }
  Random& random() { return random_; }
  NodeId any_node() { return static_cast<NodeId>(random_.below(roads_.nodes())); }

  Label label(NodeId node, Way way) const {
    Label out;
    End const end{hierarchy_.rank_of[node], 0};
    make_label(hierarchy_, arcs_, way, {&end, 1}, out);
    return out;
  }

  /// Other weights for some edges, by a partial customization.
  Recustomized change(std::vector<std::pair<EdgeId, std::pair<Weight, Weight>>> const& changes) {
    std::vector<RoadWeights::Change> arcs;
    std::vector<EdgeId> edges;
    for (auto const& [edge, both] : changes) {
      arcs.push_back({forward_of(edge), both.first});
      arcs.push_back({backward_of(edge), both.second});
      edges.push_back(edge);
      roads_.weights[std::size_t{edge} * 2] = both.first;
      roads_.weights[std::size_t{edge} * 2 + 1] = both.second;
    }
    weights_ = weights_.with(arcs);
    auto done = again_.run(arcs_, weights_, edges, ++number_);
    arcs_ = done.weights;
    reference_ = std::make_unique<DijkstraReference>(roads_);
    return done;
  }

  void expect_as_if_customized_in_full() const {
    ArcWeights const full = customize(hierarchy_, weights_);
    for (Rank r = 0; r < hierarchy_.rank_count(); ++r) {
      UpArc const size = hierarchy_.row_size(r);
      ASSERT_TRUE(std::equal(full.up(hierarchy_, r), full.up(hierarchy_, r) + size,
                             arcs_.up(hierarchy_, r)) &&
                  std::equal(full.down(hierarchy_, r), full.down(hierarchy_, r) + size,
                             arcs_.down(hierarchy_, r)))
          << "row " << r;
    }
  }

  /// Time and way between two nodes, beside the reference; the way adds up arc by arc.
  void expect_pair(NodeId from, NodeId to) {
    Weight const right = std::min(reference_->one_to_one(from, to), kClosed);
    Label const leaving = label(from, Way::Leaving);
    Label const arriving = label(to, Way::Arriving);
    std::uint32_t const shared = common_.count(leaving.lowest, arriving.lowest);
    ASSERT_EQ(between(leaving, arriving, shared), right) << from << " to " << to;
    End const a{hierarchy_.rank_of[from], 0};
    End const b{hierarchy_.rank_of[to], 0};
    auto const way =
        find_way(hierarchy_, arcs_, weights_, leaving, {&a, 1}, arriving, {&b, 1}, shared);
    ASSERT_EQ(way.has_value(), right < kClosed);
    if (!way) {
      return;
    }
    std::uint64_t sum = 0;
    NodeId at = from;
    for (ArcId const arc : way->arcs) {
      ASSERT_EQ(is_backward(arc) ? roads_.to[edge_of(arc)] : roads_.from[edge_of(arc)], at);
      at = is_backward(arc) ? roads_.from[edge_of(arc)] : roads_.to[edge_of(arc)];
      sum += roads_.weights[arc];
    }
    ASSERT_EQ(at, to);
    ASSERT_EQ(sum, right);
  }

  /// Times from one node to several, beside one full search.
  void expect_row(NodeId from, int others) {
    std::vector<Weight> right;
    reference_->one_to_all(from, right);
    Label const leaving = label(from, Way::Leaving);
    for (int i = 0; i < others; ++i) {
      NodeId const to = any_node();
      Label const arriving = label(to, Way::Arriving);
      ASSERT_EQ(between(leaving, arriving, common_.count(leaving.lowest, arriving.lowest)),
                std::min(right[to], kClosed));
    }
  }

  void expect_sweeps(NodeId node, Weight limit) {
    std::vector<Weight> mine;
    std::vector<Weight> right;
    one_to_all(hierarchy_, arcs_, Way::Leaving, label(node, Way::Leaving), mine);
    reference_->one_to_all(node, right);
    std::vector<std::pair<NodeId, Weight>> expected;
    for (NodeId other = 0; other < roads_.nodes(); ++other) {
      ASSERT_EQ(mine[hierarchy_.rank_of[other]], std::min(right[other], kClosed));
      if (right[other] <= limit) {
        expected.emplace_back(other, right[other]);
      }
    }
    std::vector<Reached> reached;
    within(hierarchy_, arcs_, Way::Leaving, label(node, Way::Leaving), limit, reached);
    std::vector<std::pair<NodeId, Weight>> found;
    for (Reached const& one : reached) {
      found.emplace_back(hierarchy_.node_at[one.rank], one.ms);
    }
    std::sort(found.begin(), found.end());
    ASSERT_EQ(found, expected);
    one_to_all(hierarchy_, arcs_, Way::Arriving, label(node, Way::Arriving), mine);
    for (int i = 0; i < 5; ++i) {
      NodeId const other = any_node();
      ASSERT_EQ(mine[hierarchy_.rank_of[other]],
                std::min(reference_->one_to_one(other, node), kClosed));
    }
  }

  /// All and the nearest of several, beside the reference's table.
  void expect_candidates(std::size_t count, std::size_t k) {
    std::vector<NodeId> nodes;
    std::vector<Rank> at;
    for (std::size_t i = 0; i < count; ++i) {
      nodes.push_back(any_node());
      at.push_back(hierarchy_.rank_of[nodes.back()]);
    }
    Candidates candidates{hierarchy_, common_, Way::Leaving, at};
    candidates.relabel(arcs_);
    for (int i = 0; i < 4; ++i) {
      NodeId const node = any_node();
      End const end{hierarchy_.rank_of[node], 0};
      std::vector<Weight> right;
      reference_->one_to_many(DijkstraReference::Way::Arriving, node, nodes, right);
      std::vector<Weight> mine;
      candidates.all(arcs_, {&end, 1}, mine);
      ASSERT_EQ(mine, right);
      std::vector<std::pair<Weight, std::uint32_t>> order;
      for (std::uint32_t c = 0; c < right.size(); ++c) {
        if (right[c] < kClosed) {
          order.emplace_back(right[c], c);
        }
      }
      std::sort(order.begin(), order.end());
      order.resize(std::min(k, order.size()));
      std::vector<Near> near;
      candidates.nearest(arcs_, weights_, {&end, 1}, k, near);
      ASSERT_EQ(near.size(), order.size());
      for (std::size_t c = 0; c < near.size(); ++c) {
        ASSERT_EQ(std::pair(near[c].ms, near[c].index), order[c]);
      }
    }
  }

 private:
  RoadArrays roads_;
  HierarchyArrays arrays_;
  Hierarchy hierarchy_;
  CommonAncestors common_;
  Recustomization again_;
  RoadWeights weights_;
  ArcWeights arcs_;
  std::unique_ptr<DijkstraReference> reference_;
  Random random_{99};
  std::uint32_t number_ = 0;
};

void expect_all(Engine& engine, int pairs) {
  for (int i = 0; i < pairs && !::testing::Test::HasFatalFailure(); ++i) {
    engine.expect_pair(engine.any_node(), engine.any_node());
  }
  NodeId const node = engine.any_node();
  engine.expect_pair(node, node);
  engine.expect_sweeps(node, static_cast<Weight>(engine.random().below(30'000)));
  engine.expect_candidates(1 + engine.random().below(60), 1 + engine.random().below(20));
}

/// On a network of real size: ten thousand pairs by a hundred full searches, a thousand rows of many to one, a
/// thousand times the nearest, a hundred isochrones, and ways.
void expect_all_at_size(Engine& engine, std::size_t rows) {
  for (int i = 0; i < 100 && !::testing::Test::HasFatalFailure(); ++i) {
    engine.expect_row(engine.any_node(), 100);
    engine.expect_sweeps(engine.any_node(), static_cast<Weight>(engine.random().below(1'200'000)));
    engine.expect_pair(engine.any_node(), engine.any_node());
  }
  for (std::size_t done = 0; done < rows && !::testing::Test::HasFatalFailure(); done += 4) {
    engine.expect_candidates(1 + engine.random().below(300), 1 + engine.random().below(20));
  }
}

class OnFamily : public ::testing::TestWithParam<Family> {};

TEST_P(OnFamily, EqualsBoostGraphBeforeAndAfterClosuresAndReopenings) {
  for (std::uint64_t seed = 1; seed <= 14; ++seed) {
    SCOPED_TRACE(seed);
    Engine engine{
        testing::made_up(GetParam(), 4 + static_cast<std::uint32_t>(seed * seed * 2), seed)};
    ASSERT_EQ(contradiction_in(engine.hierarchy()), "");
    expect_all(engine, 400);
    for (int i = 0; i < 12; ++i) {
      engine.expect_candidates(1 + engine.random().below(60), 1 + engine.random().below(20));
    }
    auto const usual = engine.roads().weights;
    for (int round = 0; round < 6 && !engine.roads().from.empty(); ++round) {
      std::vector<std::pair<EdgeId, std::pair<Weight, Weight>>> changes;
      std::set<EdgeId> edges;
      for (int i = 0; i < 1 + 2 * round; ++i) {
        edges.insert(static_cast<EdgeId>(engine.random().below(engine.roads().from.size())));
      }
      for (EdgeId const edge : edges) {
        auto const kind = engine.random().below(3);
        Weight const there = usual[std::size_t{edge} * 2];
        Weight const back = usual[std::size_t{edge} * 2 + 1];
        auto const slower = [](Weight w) { return w >= kClosed ? w : w * 3 + 1; };
        changes.push_back({edge, kind == 0   ? std::pair{kClosed, kClosed}
                                 : kind == 1 ? std::pair{there, back}
                                             : std::pair{slower(there), back}});
      }
      engine.change(changes);
      engine.expect_as_if_customized_in_full();
      expect_all(engine, 60);
      engine.expect_candidates(40, 16);
      if (HasFatalFailure()) {
        return;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, OnFamily, ::testing::ValuesIn(testing::kFamilies),
                         [](auto const& one) { return testing::name_of(one.param); });

TEST(Recustomization, SharesWhatItDoesNotChangeAndNumbersWhatItDoes) {
  Engine engine{testing::made_up(Family::Multigraph, 4000, 3)};
  ArcWeights const before = engine.arcs();
  auto const done = engine.change({{5, {kClosed, kClosed}}});
  EXPECT_GT(done.rows_changed, 0U);
  EXPECT_FALSE(done.in_full);
  EXPECT_GT(engine.arcs().pages_shared_with(before), 0U);
  EXPECT_LT(engine.arcs().pages_shared_with(before), before.page_count());
  std::size_t numbered = 0;
  for (Rank r = 0; r < engine.hierarchy().rank_count(); ++r) {
    numbered += engine.arcs().changed(r) == 1 ? 1U : 0U;
    ASSERT_EQ(before.changed(r), 0U);
  }
  EXPECT_EQ(numbered, done.rows_changed);
}

TEST(Recustomization, GoesOverToAllArcsWhereThatIsLessWork) {
  Engine engine{testing::made_up(Family::Grid, 2500, 3)};
  std::vector<std::pair<EdgeId, std::pair<Weight, Weight>>> changes;
  for (EdgeId edge = 0; edge < engine.roads().from.size(); ++edge) {
    changes.push_back({edge, {20 + edge % 7, 9}});
  }
  EXPECT_TRUE(engine.change(changes).in_full);
  engine.expect_as_if_customized_in_full();
  expect_all(engine, 20);
}

// The end of a label's life: as long as nothing above changed it keeps its name.
TEST(Labels, AreNamedByTheRowsAboveThem) {
  Engine engine{testing::made_up(Family::Multigraph, 2500, 8)};
  std::vector<std::uint64_t> names;
  std::vector<Label> labels;
  Rank const n = engine.hierarchy().rank_count();
  for (Rank r = 0; r < n; ++r) {
    names.push_back(rows_above(engine.hierarchy(), engine.arcs(), r));
    labels.push_back(engine.label(engine.hierarchy().node_at[r], Way::Leaving));
  }
  std::size_t renamed = 0;
  std::size_t other = 0;
  for (EdgeId edge = 0; edge < 20; ++edge) {
    engine.change({{edge * 31, {kClosed, kClosed}}});
    for (Rank r = 0; r < n; ++r) {
      Label const now = engine.label(engine.hierarchy().node_at[r], Way::Leaving);
      std::uint64_t const name = rows_above(engine.hierarchy(), engine.arcs(), r);
      renamed += name != names[r] ? 1U : 0U;
      other += now.ms != labels[r].ms ? 1U : 0U;
      ASSERT_TRUE(name != names[r] || now.ms == labels[r].ms) << "rank " << r;
      names[r] = name;
      labels[r] = now;
    }
  }
  EXPECT_GT(other, 0U);
  EXPECT_LT(renamed, std::size_t{n} * 20);
}

/// The road network of Luxembourg with answers that others computed.
class Luxembourg : public ::testing::Test {
 protected:
  void SetUp() override {
    auto const data = testing::shared_data();
    if (!data || !std::filesystem::exists(*data / "roads/luxembourg")) {
      GTEST_SKIP()
          << "shared/data/roads is not here: set FENGHUO_SHARED_DATA to the folder that holds it";
    }
    folder_ = *data / "roads/luxembourg";
    auto read = bench::read_road_arrays(folder_);
    ASSERT_TRUE(read) << read.error().message;
    engine_ = std::make_unique<Engine>(std::move(*read));
  }
  std::filesystem::path folder_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(Luxembourg, GivesTheHundredThousandPublishedAnswers) {
  auto const from = bench::read_numbers(folder_, "source_node");
  auto const to = bench::read_numbers(folder_, "target_node");
  auto const ms = bench::read_numbers(folder_, "query_reference_travel_time_length");
  ASSERT_TRUE(from && to && ms);
  ASSERT_EQ(ms->size(), 100'000U);
  CommonAncestors const common{engine_->hierarchy()};
  for (std::size_t i = 0; i < ms->size(); ++i) {
    Label const leaving = engine_->label((*from)[i], Way::Leaving);
    Label const arriving = engine_->label((*to)[i], Way::Arriving);
    ASSERT_EQ(between(leaving, arriving, common.count(leaving.lowest, arriving.lowest)),
              std::min((*ms)[i], kClosed))
        << i;
  }
}

void close_and_open_again(Engine& engine) {
  auto const usual = engine.roads().weights;
  std::vector<EdgeId> closed;
  for (int round = 0; round < 6; ++round) {
    std::vector<std::pair<EdgeId, std::pair<Weight, Weight>>> changes;
    for (EdgeId const edge : closed) {
      if (engine.random().chance(500)) {
        changes.push_back({edge, {usual[std::size_t{edge} * 2], usual[std::size_t{edge} * 2 + 1]}});
      }
    }
    for (int i = 0; i < 1 << round; ++i) {
      closed.push_back(static_cast<EdgeId>(engine.random().below(engine.roads().from.size())));
      changes.push_back({closed.back(), {kClosed, kClosed}});
    }
    engine.change(changes);
    engine.expect_as_if_customized_in_full();
    expect_all(engine, 30);
    if (::testing::Test::HasFatalFailure()) {
      return;
    }
  }
}

TEST_F(Luxembourg, EqualsBoostGraphThroughClosures) {
  expect_all_at_size(*engine_, 1000);
  close_and_open_again(*engine_);
}

/// Real extracts, for light vehicles.
class RealRoads : public ::testing::TestWithParam<char const*> {};

TEST_P(RealRoads, EqualBoostGraphThroughClosures) {
  auto const data = testing::shared_data();
  if (!data || !std::filesystem::exists(*data / "osm" / GetParam())) {
    GTEST_SKIP()
        << "shared/data/osm is not here: set FENGHUO_SHARED_DATA to the folder that holds it";
  }
  testing::ScratchFolder folder;
  auto const info = build_region(*data / "osm" / GetParam(), folder / "region", {});
  ASSERT_TRUE(info) << info.error().message;
  auto const region = Region::open(folder / "region");
  ASSERT_TRUE(region) << region.error().message;
  RoadGraph const& graph = (*region)->graph();
  RoadArrays roads;
  roads.from.assign(graph.edge_from.begin(), graph.edge_from.end());
  roads.to.assign(graph.edge_to.begin(), graph.edge_to.end());
  roads.point.assign(graph.node_point.begin(), graph.node_point.end());
  auto const metric = Metric::build(**region, {}, {}, 0);
  for (ArcId arc = 0; arc < graph.arc_count(); ++arc) {
    roads.weights.push_back(metric->weights(Profile::Light)[arc]);
  }
  Engine engine{std::move(roads)};
  expect_all_at_size(engine, 1000);
  close_and_open_again(engine);
}

INSTANTIATE_TEST_SUITE_P(All, RealRoads,
                         ::testing::Values("andorra-2025.osm.pbf", "cn-guixi.osm.pbf",
                                           "cn-nanjing.osm.pbf", "cn-puyang-qingzu.osm.pbf",
                                           "cn-shanghai-center.osm.pbf", "heidelberg.osm.pbf",
                                           "maribor.osm.pbf", "monaco-2016.osm.pbf"),
                         [](auto const& one) {
                           std::string name{one.param};
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return c == '-' || c == '.'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace fenghuo::gis::cch
