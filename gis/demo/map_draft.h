#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/units.h"

namespace fenghuo::gis::demo {

using NodeIndex = std::int32_t;
using WayIndex = std::int32_t;

/// Tags of one object, in the order in which they were added.
using Tags = std::vector<std::pair<std::string, std::string>>;

struct Member {
  char type = 'w';
  std::int32_t index = 0;
  std::string_view role;  ///< a literal
};

/// The map as it grows: nodes, ways and relations in the order of their making, which is also the order
/// of their ids (index + 1). Compact: the province has some six million nodes.
class MapDraft {
 public:
  NodeIndex add_node(GeoPoint point);
  NodeIndex add_node(GeoPoint point, Tags const& tags);
  void tag_node(NodeIndex node, Tags const& tags);  ///< at most once for each node
  WayIndex add_way(std::span<NodeIndex const> nodes, Tags const& tags);
  void add_relation(std::vector<Member> members, Tags const& tags);

  std::int64_t nodes() const { return static_cast<std::int64_t>(points_.size()); }
  std::int64_t ways() const { return static_cast<std::int64_t>(ways_.size()); }
  std::int64_t relations() const { return static_cast<std::int64_t>(relations_.size()); }
  GeoPoint point(NodeIndex n) const { return points_[static_cast<std::size_t>(n)]; }
  std::span<NodeIndex const> nodes_of(WayIndex w) const;
  std::vector<Member> const& members_of(std::int32_t relation) const;

  /// Calls f(key, value) for each tag.
  template <class F>
  void each_tag_of_node(NodeIndex n, F f) const {
    if (auto const it = node_tags_.find(n); it != node_tags_.end()) {
      each_tag(it->second, f);
    }
  }
  template <class F>
  void each_tag_of_way(WayIndex w, F f) const {
    each_tag(ways_[static_cast<std::size_t>(w)].tags, f);
  }
  template <class F>
  void each_tag_of_relation(std::int32_t r, F f) const {
    each_tag(relations_[static_cast<std::size_t>(r)].tags, f);
  }
  /// The value of a way's tag, "" without it.
  std::string_view tag_of_way(WayIndex w, std::string_view key) const;

 private:
  struct TagRange {
    std::uint32_t begin = 0, count = 0;
  };
  struct Way {
    std::uint64_t begin = 0;
    std::uint32_t count = 0;
    TagRange tags;
  };
  struct Relation {
    std::vector<Member> members;
    TagRange tags;
  };
  template <class F>
  void each_tag(TagRange range, F f) const {
    for (std::uint32_t i = range.begin; i < range.begin + range.count; ++i) {
      f(std::string_view{texts_[tags_[i].first]}, std::string_view{texts_[tags_[i].second]});
    }
  }
  TagRange keep(Tags const& tags);
  std::uint32_t text(std::string const& value);

  std::vector<GeoPoint> points_;
  std::vector<NodeIndex> way_nodes_;
  std::vector<Way> ways_;
  std::vector<Relation> relations_;
  std::unordered_map<NodeIndex, TagRange> node_tags_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> tags_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> text_index_;
};

}  // namespace fenghuo::gis::demo
