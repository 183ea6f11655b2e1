#include "gis/routing/kilometre_posts.h"

#include <algorithm>
#include <optional>

#include "gis/geo/distance.h"
#include "gis/region/spoken_name.h"
#include "gis/routing/edge_search.h"

namespace fenghuo::gis {

namespace {

constexpr double kBesideRoad = 60;
constexpr std::int64_t kBetweenPosts = 10'000;
constexpr Distance kSamePost = metres(2'000);

std::string kilometre_text(std::int64_t metres) {
  std::string rest = std::to_string(metres % 1'000);
  rest.insert(0, 3 - rest.size(), '0');
  return "K" + std::to_string(metres / 1'000) + "+" + rest;
}

/// Whether a post stands beside the road and does not count for another one there.
bool is_beside(Region const& region, RoadPieces const& road, Milestone const& post) {
  std::string const number = spoken_name(post.road);
  auto const near = edges_within(region, post.point, kBesideRoad);
  return std::any_of(near.begin(), near.end(), [&](EdgeId edge) {
    return std::binary_search(road.edges().begin(), road.edges().end(), edge) &&
           (number.empty() || is_named(region.ref_of(edge), number)) &&
           road.nearest(edge, post.point).metres <= kBesideRoad;
  });
}

/// The posts of the road, ascending by what they say.
std::vector<Milestone> posts_of(Region const& region, RoadPieces const& road,
                                std::string_view road_said) {
  std::string const spoken = spoken_name(road_said);
  std::vector<Milestone> posts;
  for (auto const& post : region.milestones()) {
    if (is_named(post.road, spoken) || is_beside(region, road, post)) {
      posts.push_back(post);
    }
  }
  std::stable_sort(posts.begin(), posts.end(),
                   [](auto const& a, auto const& b) { return a.metres < b.metres; });
  return posts;
}

/// The point of the road between two posts that say less and more.
std::optional<GeoPoint> between(RoadPieces const& road, Milestone const& lower,
                                Milestone const& upper, std::int64_t metres_asked) {
  auto const path = road.path(lower.point, upper.point);
  if (!path || path->line.size() < 2) {
    return std::nullopt;
  }
  double const length = static_cast<double>(length_of(path->line).cm) / 100;
  double const said = static_cast<double>(upper.metres - lower.metres);
  if (length > said * 2 + 500 || length * 2 + 500 < said) {
    return std::nullopt;  // they do not stand on one road
  }
  double const along = length * static_cast<double>(metres_asked - lower.metres) / said;
  return part_of_line(path->line, along, along).front();
}

void add_apart(std::vector<GeoPoint>& points, GeoPoint point) {
  bool const known = std::any_of(points.begin(), points.end(), [&](GeoPoint other) {
    return distance_between(point, other) <= kSamePost;
  });
  if (!known) {
    points.push_back(point);
  }
}

std::string known_kilometres(std::vector<Milestone> const& posts, std::int64_t metres_asked) {
  auto const above = std::find_if(posts.begin(), posts.end(),
                                  [&](auto const& post) { return post.metres > metres_asked; });
  std::string text = "its posts here reach from " + kilometre_text(posts.front().metres) + " to " +
                     kilometre_text(posts.back().metres);
  if (above != posts.begin() && above != posts.end()) {
    text += ", the next ones are " + kilometre_text((above - 1)->metres) + " and " +
            kilometre_text(above->metres);
  }
  return text;
}

}  // namespace

KilometrePlace place_of_kilometre(Region const& region, RoadPieces const& road,
                                  std::string_view road_said, std::int64_t metres_asked) {
  KilometrePlace out;
  std::string const said{road_said};
  auto const posts = posts_of(region, road, road_said);
  if (posts.empty()) {
    out.detail = region.milestones().empty()
                     ? "the map has no kilometre posts at all (highway=milestone); close " + said +
                           " by a bridge, between two places or by \"geometry\""
                     : "the map has no kilometre posts of " + said +
                           "; close it by a bridge, between two places or by \"geometry\"";
    return out;
  }
  for (auto const& post : posts) {
    if (post.metres == metres_asked) {
      add_apart(out.points, post.point);
    }
  }
  for (std::size_t i = 0; out.points.empty() && i < posts.size(); ++i) {
    for (std::size_t k = i + 1; k < posts.size(); ++k) {
      if (posts[i].metres >= metres_asked || posts[k].metres - posts[i].metres > kBetweenPosts) {
        break;
      }
      if (posts[k].metres <= metres_asked) {
        continue;
      }
      if (auto const point = between(road, posts[i], posts[k], metres_asked)) {
        add_apart(out.points, *point);
      }
    }
  }
  if (out.points.empty()) {
    out.detail = kilometre_text(metres_asked) + " of " + said +
                 " cannot be found: " + known_kilometres(posts, metres_asked) +
                 "; draw it as \"geometry\"";
  }
  return out;
}

std::pair<RoadLines, std::vector<EdgeId>> across_the_road(Region const& region,
                                                          RoadPieces const& road, GeoPoint point) {
  std::pair<RoadLines, std::vector<EdgeId>> out;
  auto const nearest = road.nearest(point);
  for (EdgeId const edge : road.edges()) {
    auto const here = road.nearest(edge, point);
    bool const beside = here.within && here.metres <= kBesideRoad &&
                        (region.graph().edge_flags[edge] & edge_flag::kLink) == 0;
    if (edge != nearest->edge && !beside) {
      continue;
    }
    auto const line = part_of_line(line_of(region.graph(), edge), here.along - 10, here.along + 10);
    if (line.size() > 1 && line.front() != line.back()) {
      out.first.add(line);
      out.second.push_back(edge);
    }
  }
  return out;
}

}  // namespace fenghuo::gis
