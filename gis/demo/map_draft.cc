#include "gis/demo/map_draft.h"

#include "core/base/ensure.h"

namespace fenghuo::gis::demo {

NodeIndex MapDraft::add_node(GeoPoint point) {
  points_.push_back(point);
  return static_cast<NodeIndex>(points_.size() - 1);
}

NodeIndex MapDraft::add_node(GeoPoint point, Tags const& tags) {
  NodeIndex const node = add_node(point);
  tag_node(node, tags);
  return node;
}

void MapDraft::tag_node(NodeIndex node, Tags const& tags) {
  bool const fresh = node_tags_.emplace(node, keep(tags)).second;
  ensure(fresh, "a node of the demo county is tagged twice");
}

WayIndex MapDraft::add_way(std::span<NodeIndex const> nodes, Tags const& tags) {
  ensure(nodes.size() >= 2, "a way of the demo county has fewer than two nodes");
  Way way;
  way.begin = way_nodes_.size();
  way.count = static_cast<std::uint32_t>(nodes.size());
  way.tags = keep(tags);
  way_nodes_.insert(way_nodes_.end(), nodes.begin(), nodes.end());
  ways_.push_back(way);
  return static_cast<WayIndex>(ways_.size() - 1);
}

void MapDraft::add_relation(std::vector<Member> members, Tags const& tags) {
  relations_.push_back({std::move(members), keep(tags)});
}

std::span<NodeIndex const> MapDraft::nodes_of(WayIndex w) const {
  Way const& way = ways_[static_cast<std::size_t>(w)];
  return std::span{way_nodes_}.subspan(way.begin, way.count);
}

std::vector<Member> const& MapDraft::members_of(std::int32_t relation) const {
  return relations_[static_cast<std::size_t>(relation)].members;
}

std::string_view MapDraft::tag_of_way(WayIndex w, std::string_view key) const {
  std::string_view found;
  each_tag_of_way(w, [&](std::string_view k, std::string_view v) {
    if (k == key) {
      found = v;
    }
  });
  return found;
}

MapDraft::TagRange MapDraft::keep(Tags const& tags) {
  TagRange range;
  range.begin = static_cast<std::uint32_t>(tags_.size());
  range.count = static_cast<std::uint32_t>(tags.size());
  for (auto const& [key, value] : tags) {
    tags_.emplace_back(text(key), text(value));
  }
  return range;
}

std::uint32_t MapDraft::text(std::string const& value) {
  auto const [it, fresh] = text_index_.emplace(value, static_cast<std::uint32_t>(texts_.size()));
  if (fresh) {
    texts_.push_back(value);
  }
  return it->second;
}

}  // namespace fenghuo::gis::demo
