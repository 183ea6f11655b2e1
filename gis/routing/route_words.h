#pragma once

#include <optional>
#include <string>

#include "gis/routing/profile.h"
#include "gis/routing/route_step.h"

namespace fenghuo::gis {

/// A sentence in both languages, without a full stop.
struct Words {
  std::string zh, en;
  bool operator==(Words const&) const = default;
};

/// What a step sounds like: 「右转进入G65，行驶 3.4 公里」, "Turn right onto G65 and follow it for 3.4 km".
///
/// Distances as a speaker says them: below 1000 m in tens, then kilometres with one decimal, from 100 km whole.
/// Roads without a name are called by what they are; compass directions are eight.
/// Checked: tests/gis/route_words_test.cc.
Words words_for(RouteStep const& step, Profile profile);

Words spoken(Distance distance);
Words spoken(RoadNaming const& road);

/// By which road a way can be told from others: 「经G65」, "via G65"; nothing where the road has no name.
std::optional<Words> spoken_via(RoadNaming const& road);

/// What the part from stop `index` to the next is called among so many parts: 「从出发地到途经点1」.
Words spoken_part(std::size_t index, std::size_t parts);

/// 350 -> "3.5", 1000 -> "10" for hundredths; what stands behind the second decimal is dropped.
std::string decimal_of_hundredths(std::uint32_t hundredths);
/// The eight winds: 0 north, 1 north-east …
std::size_t wind_of(int bearing);

/// Whether the walk between a place and the road is worth a word: what the travel time counts.
bool is_walk(Distance away);

}  // namespace fenghuo::gis
