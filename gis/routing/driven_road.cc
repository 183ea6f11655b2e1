#include "gis/routing/driven_road.h"

#include "gis/routing/arc_weight.h"

namespace fenghuo::gis {

namespace {

constexpr std::int64_t kNamedCm = 3'000, kNamedOnMotorwayCm = 30'000, kNamelessCm = 50'000;
/// What is longer is a road of its own, not a bridge on one.
constexpr std::int64_t kLongestCm = 500'000;

std::optional<RemarkKind> structure_kind(Stretch const& stretch) {
  return (stretch.flags & edge_flag::kTunnel) != 0   ? std::optional{RemarkKind::Tunnel}
         : (stretch.flags & edge_flag::kBridge) != 0 ? std::optional{RemarkKind::Bridge}
                                                     : std::nullopt;
}

bool is_called_a_structure(std::string const& name) {
  return name.ends_with("桥") || name.ends_with("隧道") || name.ends_with("洞");
}

/// The name on the longest part of it, if the roads at its ends do not bear it too.
std::string own_name(std::vector<Stretch> const& road, Structure const& structure) {
  std::size_t longest = structure.first;
  for (std::size_t i = structure.first; i < structure.end; ++i) {
    longest = road[i].cm > road[longest].cm ? i : longest;
  }
  std::string const& name = road[longest].road.name;
  auto const bears = [&](std::size_t i) { return road[i].road.name == name; };
  bool const shared = (structure.first > 0 && bears(structure.first - 1)) ||
                      (structure.end < road.size() && bears(structure.end));
  auto const is_named = [&](std::size_t i) {
    return !road[i].road.name.empty() || !road[i].road.reference.empty();
  };
  bool const apart = structure.first > 0 && structure.end < road.size() && !shared &&
                     is_named(structure.first - 1) && is_named(structure.end);
  return apart || is_called_a_structure(name) ? name : "";
}

/// Whether one is on it already, or on a road that is called by its name.
bool leads_there(std::vector<Stretch> const& road, Structure const& structure) {
  return structure.first == 0 ||
         (!structure.name.empty() && road[structure.first - 1].road.name == structure.name);
}

bool is_limited(RoadGraph const& graph, Profile profile, std::vector<Stretch> const& road,
                Structure const& structure) {
  for (std::size_t i = structure.first; i < structure.end; ++i) {
    EdgeId const edge = edge_of(road[i].arc);
    if (is_limit_for(profile, RemarkKind::WeightLimit, graph.edge_max_weight[edge] * 10U) ||
        is_limit_for(profile, RemarkKind::HeightLimit, graph.edge_max_height[edge])) {
      return true;
    }
  }
  return false;
}

std::vector<Structure> structures_on(RoadGraph const& graph, Profile profile,
                                     std::vector<Stretch> const& road) {
  std::vector<Structure> out;
  for (std::size_t i = 0; i < road.size();) {
    auto const kind = structure_kind(road[i]);
    if (!kind) {
      ++i;
      continue;
    }
    Structure found{*kind, i, i, 0, "", false};
    for (; i < road.size() && structure_kind(road[i]) == kind; ++i) {
      found.cm += road[i].cm;
    }
    found.end = i;
    found.name = own_name(road, found);
    bool const motorway = road[found.first].road.road_class == RoadClass::Motorway;
    std::int64_t const least = found.name.empty() ? kNamelessCm
                               : motorway         ? kNamedOnMotorwayCm
                                                  : kNamedCm;
    found.is_landmark =
        (found.cm >= least && !leads_there(road, found)) || is_limited(graph, profile, road, found);
    out.push_back(std::move(found));
  }
  return out;
}

/// The road goes on over a bridge, whatever that is called.
void carry_names_over(std::vector<Stretch>& road, std::vector<Structure> const& structures) {
  for (Structure const& structure : structures) {
    if (structure.name.empty() || structure.cm > kLongestCm || structure.first == 0) {
      continue;
    }
    RoadNaming const from = road[structure.first - 1].road;
    for (std::size_t i = structure.first; i < structure.end; ++i) {
      if (road[i].road.is_link == from.is_link) {
        road[i].road.name = from.name;
        road[i].road.reference = from.reference;
      }
    }
  }
}

}  // namespace

bool is_limit_for(Profile profile, RemarkKind kind, std::uint32_t limit) {
  bool const heavy = profile == Profile::Heavy;
  std::uint32_t const most = kind == RemarkKind::WeightLimit   ? (heavy ? 60'000U : 5'000U)
                             : kind == RemarkKind::HeightLimit ? (heavy ? 450U : 300U)
                                                               : (heavy ? 349U : 250U);
  return profile != Profile::Foot && limit > 0 && limit <= most;
}

RoadNaming naming_of(Region const& region, EdgeId edge) {
  RoadGraph const& graph = region.graph();
  RoadNaming out;
  out.name = region.text(graph.edge_name[edge]);
  out.reference = region.text(graph.edge_ref[edge]);
  if (out.name == out.reference) {
    out.name.clear();  // the importer takes the number where there is no name
  }
  out.road_class = static_cast<RoadClass>(graph.edge_class[edge]);
  out.is_link = (graph.edge_flags[edge] & edge_flag::kLink) != 0;
  return out;
}

bool is_same_road(RoadNaming const& a, RoadNaming const& b) {
  if (!a.name.empty() && a.name == b.name) {
    return true;
  }
  if (!a.reference.empty() && a.reference == b.reference) {
    return true;
  }
  bool const nameless =
      a.name.empty() && b.name.empty() && a.reference.empty() && b.reference.empty();
  return nameless && a.road_class == b.road_class && a.is_link == b.is_link;
}

DrivenRoad::DrivenRoad(Region const& region, Profile profile, std::span<RoadPiece const> pieces)
    : obstacles(1) {
  RoadGraph const& graph = region.graph();
  for (RoadPiece const& piece : pieces) {
    EdgeId const edge = edge_of(piece.arc);
    if (graph.edge_length_cm[edge] == 0) {
      obstacles.back().push_back(piece);
      continue;
    }
    if (length_cm(piece) == 0) {
      continue;
    }
    stretches.push_back({piece.arc, length_cm(piece), piece.ms,
                         length_cm(piece) == graph.edge_length_cm[edge],
                         profile != Profile::Foot && is_against_oneway(graph, piece.arc),
                         graph.edge_flags[edge], naming_of(region, edge)});
    obstacles.emplace_back();
  }
  structures = structures_on(graph, profile, stretches);
  carry_names_over(stretches, structures);
}

std::int64_t DrivenRoad::cm_between(std::size_t first, std::size_t end) const {
  std::int64_t sum = 0;
  for (std::size_t i = first; i < end; ++i) {
    sum += stretches[i].cm;
  }
  return sum;
}

std::int64_t DrivenRoad::cm_of_name(std::size_t first) const {
  std::int64_t sum = 0;
  for (std::size_t i = first; i < stretches.size(); ++i) {
    if (!is_same_road(stretches[i].road, stretches[first].road)) {
      break;
    }
    sum += stretches[i].cm;
  }
  return sum;
}

}  // namespace fenghuo::gis
