#include "gis/routing/road_lookup.h"

#include <algorithm>
#include <functional>
#include <set>

#include "core/domain/vocabulary.h"
#include "gis/geo/distance.h"
#include "gis/region/spoken_name.h"
#include "gis/region/tag_values.h"
#include "gis/routing/edge_search.h"
#include "gis/routing/kilometre_posts.h"
#include "gis/routing/line_match.h"
#include "gis/routing/named_edges.h"
#include "gis/routing/road_pieces.h"

namespace fenghuo::gis {

namespace {

using Outcome = RoadLookup::Outcome;

constexpr std::size_t kMostNames = 8;
constexpr Distance kSameBridge = metres(150);
constexpr Distance kSameRoad = metres(1'000);
constexpr Distance kPlaceOffRoad = metres(5'000);
constexpr Distance kSettlement = metres(300);
constexpr double kOtherCarriageway = 60;
constexpr double kOnTheLine = 2;

std::string id_of(Place const& place) {
  return std::string{place.osm_type, '/'} + std::to_string(place.osm_id);
}

std::string kilometres(Distance distance) {
  auto const hundreds = (distance.cm + 5'000) / 10'000;
  return std::to_string(hundreds / 10) + "." + std::to_string(hundreds % 10) + " km";
}

class Lookup {
 public:
  Lookup(Region const& region, Metric const& open, Router const& router,
         RoadQuestion const& question)
      : region_{region},
        graph_{region.graph()},
        open_{open},
        router_{router},
        question_{question} {}

  RoadLookup run() {
    if (!question_.bridge.empty()) {
      return structure(edge_flag::kBridge, question_.bridge, "bridge");
    }
    if (!question_.tunnel.empty()) {
      return structure(edge_flag::kTunnel, question_.tunnel, "tunnel");
    }
    if (question_.road.empty()) {
      return between_places();
    }
    if (!question_.km.empty()) {
      return kilometre();
    }
    return road();
  }

 private:
  RoadLookup unknown(std::string what, std::vector<std::string> names,
                     std::string const& spoken) const {
    RoadLookup out;
    out.close_names = names_like(std::move(names), spoken, kMostNames);
    out.detail = std::move(what);
    for (std::size_t i = 0; i < out.close_names.size(); ++i) {
      out.detail += (i == 0 ? "; like it: " : ", ") + out.close_names[i];
    }
    return out;
  }
  static RoadLookup not_there(std::string detail) {
    RoadLookup out;
    out.outcome = Outcome::NotThere;
    out.detail = std::move(detail);
    return out;
  }

  RoadCandidate candidate(std::string name, GeoPoint point, std::string id = "") const {
    RoadCandidate out{std::move(name), std::move(id), point, "", {}};
    if (Place const* place = region_.nearest_settlement(point, metres(20'000))) {
      out.place = place->name;
      out.place_away = distance_between(point, place->point);
    }
    return out;
  }

  /// The part that is meant: the only one, or the one nearest to `near`.
  std::optional<std::vector<EdgeId>> choose(std::vector<std::vector<EdgeId>> parts,
                                            std::function<std::string(EdgeId)> const& name_of,
                                            RoadLookup& out) const {
    if (parts.size() == 1) {
      return std::move(parts.front());
    }
    if (question_.near) {
      double best = 0;
      std::vector<EdgeId>* chosen = nullptr;
      for (auto& part : parts) {
        auto const nearest = RoadPieces{region_, part}.nearest(*question_.near);
        if (chosen == nullptr || nearest->metres < best) {
          best = nearest->metres;
          chosen = &part;
        }
      }
      return std::move(*chosen);
    }
    out.outcome = Outcome::Ambiguous;
    for (auto const& part : parts) {
      EdgeId const middle = part[part.size() / 2];
      out.candidates.push_back(
          candidate(name_of(middle), graph_.geometry[graph_.geometry_first[middle]]));
    }
    out.detail = "the map has " + std::to_string(parts.size()) +
                 " of that name; say which by \"near\": [longitude, latitude]";
    return std::nullopt;
  }

  RoadLookup found(std::string name, std::vector<EdgeId> const& edges) const {
    RoadPieces const pieces{region_, edges};
    auto lines = pieces.lines();
    return found(std::move(name), std::move(lines), edges);
  }

  RoadLookup found(std::string name, RoadLines lines, std::vector<EdgeId> const& edges) const {
    RoadLookup out;
    if (lines.points.size() > domain::kMaxPoints) {
      return not_there("that road has " + std::to_string(lines.points.size()) +
                       " points here, more than can be closed at once (" +
                       std::to_string(domain::kMaxPoints) +
                       "); say between which places, by \"from\" and \"to\"");
    }
    FoundRoad road;
    road.name = std::move(name);
    road.points = std::move(lines.points);
    road.breaks = std::move(lines.breaks);
    road.ways = ways_of(region_, edges);
    for (EdgeId const edge : edges) {
      std::string on = road_name(region_, edge);
      if (!on.empty() && std::find(road.roads.begin(), road.roads.end(), on) == road.roads.end()) {
        road.roads.push_back(std::move(on));
      }
    }
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= road.breaks.size(); ++i) {
      std::size_t const end = i < road.breaks.size() ? road.breaks[i] : road.points.size();
      road.length.cm += length_of(std::span{road.points}.subspan(begin, end - begin)).cm;
      begin = end;
    }
    out.outcome = Outcome::Found;
    out.found = std::move(road);
    return out;
  }

  RoadLookup structure(std::uint16_t flag, std::string const& said, std::string const& kind) const {
    auto edges = edges_of_structure(region_, flag, said);
    if (edges.empty()) {
      return unknown("the map has no " + kind + " called " + said +
                         "; draw it as \"geometry\" where it has none of this name",
                     structure_names(region_, flag), spoken_name(said));
    }
    auto const name_of = [this](EdgeId edge) { return structure_name(region_, edge); };
    RoadLookup out;
    auto const chosen =
        choose(RoadPieces{region_, std::move(edges)}.parts(kSameBridge), name_of, out);
    return chosen ? found(name_of(chosen->front()), *chosen) : out;
  }

  RoadLookup unknown_road() const {
    return unknown("the map has no road called " + question_.road +
                       "; a number is given as on the signs (G65)",
                   road_names(region_), spoken_name(question_.road));
  }

  RoadLookup kilometre() const {
    RoadLookup out;
    auto const edges = edges_of_road(region_, question_.road);
    if (edges.empty()) {
      return unknown_road();
    }
    auto const metres_asked = kilometre_m(question_.km);
    if (!metres_asked) {
      return not_there("\"" + question_.km +
                       "\" is no kilometre; it is given as 123.5 or as K123+500");
    }
    RoadPieces const pieces{region_, edges};
    auto const at = place_of_kilometre(region_, pieces, question_.road, *metres_asked);
    if (at.points.empty()) {
      return not_there(at.detail);
    }
    std::size_t chosen = 0;
    if (at.points.size() > 1 && !question_.near) {
      out.outcome = Outcome::Ambiguous;
      out.detail = "the map has " + std::to_string(at.points.size()) +
                   " such kilometres; say which by \"near\": [longitude, latitude]";
      for (GeoPoint const point : at.points) {
        out.candidates.push_back(candidate(question_.road + " " + question_.km, point));
      }
      return out;
    }
    for (std::size_t i = 1; i < at.points.size(); ++i) {
      if (distance_between(at.points[i], *question_.near) <
          distance_between(at.points[chosen], *question_.near)) {
        chosen = i;
      }
    }
    auto [lines, on] = across_the_road(region_, pieces, at.points[chosen]);
    return found(question_.road + " " + question_.km, std::move(lines), on);
  }

  Place const* place_called(std::string const& said, RoadLookup& out) const {
    std::string const spoken = spoken_name(said);
    std::vector<Place const*> fits;
    std::vector<std::string> names;
    for (auto const& place : region_.places()) {
      if (place.is_facility) {
        break;
      }
      if (id_of(place) == said || is_named(place.name, spoken) || is_named(place.name_en, spoken) ||
          (!spoken.empty() && spoken_name(place.pinyin) == spoken)) {
        fits.push_back(&place);
      } else {
        names.push_back(place.name);
      }
    }
    if (fits.empty()) {
      out = unknown("the map has no settlement called " + said, std::move(names), spoken);
      return nullptr;
    }
    if (fits.size() > 1 && question_.near) {
      auto const away = [this](Place const* place) {
        return distance_between(place->point, *question_.near);
      };
      return *std::min_element(fits.begin(), fits.end(),
                               [&](Place const* a, Place const* b) { return away(a) < away(b); });
    }
    if (fits.size() > 1) {
      out.outcome = Outcome::Ambiguous;
      for (Place const* place : fits) {
        out.candidates.push_back(candidate(place->name, place->point, id_of(*place)));
        std::string const area = region_.area_at(place->point);
        for (auto const& known : region_.areas()) {
          if (known.path == area) {  // a village is named by its township, not by itself
            out.candidates.back().place = known.name;
            out.candidates.back().place_away = {};
          }
        }
      }
      out.detail = "the map has " + std::to_string(fits.size()) + " settlements called " + said +
                   "; give the id of one in place of its name";
      return nullptr;
    }
    return fits.front();
  }

  RoadLookup road() const {
    RoadLookup out;
    auto edges = edges_of_road(region_, question_.road);
    if (edges.empty()) {
      return unknown_road();
    }
    auto const name_of = [this](EdgeId edge) { return road_name(region_, edge); };
    if (question_.from.empty()) {
      auto const chosen =
          choose(RoadPieces{region_, std::move(edges)}.parts(kSameRoad), name_of, out);
      return chosen ? found(question_.road, *chosen) : out;
    }
    Place const* from = place_called(question_.from, out);
    Place const* to = from == nullptr ? nullptr : place_called(question_.to, out);
    if (to == nullptr) {
      return out;
    }
    RoadPieces const pieces{region_, edges};
    for (Place const* place : {from, to}) {
      auto const away = metres(static_cast<std::int64_t>(pieces.nearest(place->point)->metres));
      if (away > kPlaceOffRoad) {
        return not_there(place->name + " lies " + kilometres(away) + " from " + question_.road +
                         "; name places beside the road");
      }
    }
    auto const path = pieces.path(from->point, to->point);
    if (!path || path->line.size() < 2) {
      return not_there(question_.road + " does not lead from " + from->name + " to " + to->name +
                       " without a gap; draw it as \"geometry\"");
    }
    auto beside = match_line(region_, path->line, kOtherCarriageway).along;
    std::erase_if(beside, [&](EdgeId edge) {
      return !std::binary_search(pieces.edges().begin(), pieces.edges().end(), edge);
    });
    std::vector<EdgeId> closed = path->edges;
    // Of the edges at its ends only what lies between counts, as everywhere: half of it.
    std::erase_if(closed, [&](EdgeId edge) {
      return closed.size() > 1 && !std::binary_search(beside.begin(), beside.end(), edge);
    });
    closed.insert(closed.end(), beside.begin(), beside.end());
    return found(question_.road, RoadPieces{region_, std::move(closed)}.edges());
  }

  RoadLookup between_places() const {
    RoadLookup out;
    Place const* from = place_called(question_.from, out);
    Place const* to = from == nullptr ? nullptr : place_called(question_.to, out);
    if (to == nullptr) {
      return out;
    }
    auto const route = router_.route(open_, question_.profile, from->point, to->point, {});
    if (!route) {
      return not_there(route.error().message);
    }
    if (!*route || (*route)->geometry.size() < 2 || from == to) {
      return not_there("no road leads from " + from->name + " to " + to->name);
    }
    auto edges = match_line(region_, (*route)->geometry, kOnTheLine).along;
    std::set<std::uint32_t> names;
    for (EdgeId const edge : edges) {
      names.insert(graph_.edge_name[edge]);
    }
    for (EdgeId const edge : match_line(region_, (*route)->geometry, kOtherCarriageway).along) {
      if (graph_.edge_name[edge] != 0 && names.count(graph_.edge_name[edge]) > 0) {
        edges.push_back(edge);
      }
    }
    std::vector<EdgeId> between = edges;
    std::erase_if(between, [&](EdgeId edge) {
      auto const line = part_of_line(line_of(graph_, edge), graph_.edge_length_cm[edge] / 200.0,
                                     graph_.edge_length_cm[edge] / 200.0);
      GeoPoint const middle = line.empty() ? graph_.node_point[graph_.edge_from[edge]] : line[0];
      return distance_between(middle, from->point) <= kSettlement ||
             distance_between(middle, to->point) <= kSettlement;
    });
    std::string const name = from->name + "—" + to->name;
    return found(name, RoadPieces{region_, between.empty() ? edges : between}.edges());
  }

  Region const& region_;
  RoadGraph const& graph_;
  Metric const& open_;
  Router const& router_;
  RoadQuestion const& question_;
};

}  // namespace

RoadLookup find_road(Region const& region, Metric const& open, Router const& router,
                     RoadQuestion const& question) {
  return Lookup{region, open, router, question}.run();
}

}  // namespace fenghuo::gis
