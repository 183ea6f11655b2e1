#include "gis/routing/named_edges.h"

#include <set>
#include <unordered_map>

#include "gis/region/spoken_name.h"

namespace fenghuo::gis {

namespace {

/// Whether texts of a region name what was said: each text stands in the region once and is looked at once.
class NameTest {
 public:
  explicit NameTest(std::string_view said) : spoken_{spoken_name(said)} {}
  bool operator()(std::string_view text) {
    if (text.empty()) {
      return false;
    }
    auto const [known, fresh] = known_.try_emplace(text.data(), false);
    if (fresh) {
      known->second = is_named(text, spoken_);
    }
    return known->second;
  }

 private:
  std::string spoken_;
  std::unordered_map<char const*, bool> known_;
};

bool has_flag(RoadGraph const& graph, EdgeId edge, std::uint16_t flag) {
  return (graph.edge_flags[edge] & flag) != 0;
}

}  // namespace

std::string road_name(Region const& region, EdgeId edge) {
  auto const name = region.text(region.graph().edge_name[edge]);
  return std::string{name.empty() ? region.ref_of(edge) : name};
}

std::string structure_name(Region const& region, EdgeId edge) {
  auto const own = region.structure_of(edge);
  return own.empty() ? road_name(region, edge) : std::string{own};
}

std::vector<EdgeId> edges_of_road(Region const& region, std::string_view said) {
  RoadGraph const& graph = region.graph();
  NameTest is_meant{said};
  std::vector<EdgeId> edges;
  for (EdgeId edge = 0; edge < graph.edge_count(); ++edge) {
    if (is_meant(region.text(graph.edge_name[edge])) || is_meant(region.ref_of(edge))) {
      edges.push_back(edge);
    }
  }
  return edges;
}

std::vector<std::string> road_names(Region const& region) {
  RoadGraph const& graph = region.graph();
  std::set<std::string_view> names;
  for (EdgeId edge = 0; edge < graph.edge_count(); ++edge) {
    names.insert(region.text(graph.edge_name[edge]));
    names.insert(region.ref_of(edge));
  }
  return {names.begin(), names.end()};
}

std::vector<EdgeId> edges_of_structure(Region const& region, std::uint16_t flag,
                                       std::string_view said) {
  RoadGraph const& graph = region.graph();
  NameTest is_meant{said};
  std::vector<EdgeId> edges;
  for (EdgeId edge = 0; edge < graph.edge_count(); ++edge) {
    if (has_flag(graph, edge, flag) &&
        (is_meant(region.structure_of(edge)) || is_meant(region.text(graph.edge_name[edge])))) {
      edges.push_back(edge);
    }
  }
  return edges;
}

std::vector<std::string> structure_names(Region const& region, std::uint16_t flag) {
  RoadGraph const& graph = region.graph();
  std::set<std::string> names;
  for (EdgeId edge = 0; edge < graph.edge_count(); ++edge) {
    if (has_flag(graph, edge, flag)) {
      names.insert(structure_name(region, edge));
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace fenghuo::gis
