#include "server/http/road_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "server/http/problem.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

class WordsReader {
 public:
  explicit WordsReader(Body& body) : body_{body} {}

  std::optional<domain::RoadWords> read(Json const& where) {
    if (where.object() == nullptr) {
      wrong("", "expected an object with bridge, tunnel, road, or from and to");
      return std::nullopt;
    }
    domain::RoadWords words;
    for (auto const& [name, value] : *where.object()) {
      if (name == "km") {
        words.km = kilometre(value);
      } else if (name == "near") {
        words.near = point(value);
      } else if (std::string* text = member(words, name)) {
        text_into(name, value, *text);
      } else {
        wrong("/" + name, "no such member; there are bridge, tunnel, road, km, near, from and to");
      }
    }
    if (body_.good()) {
      check(words);
    }
    return body_.good() ? std::optional{words} : std::nullopt;
  }

 private:
  static std::string* member(domain::RoadWords& words, std::string_view name) {
    return name == "bridge"   ? &words.bridge
           : name == "tunnel" ? &words.tunnel
           : name == "road"   ? &words.road
           : name == "from"   ? &words.from
           : name == "to"     ? &words.to
                              : nullptr;
  }

  void wrong(std::string const& at, std::string message) {
    body_.errors().push_back({"/where" + at, std::move(message)});
  }

  void text_into(std::string const& name, Json const& value, std::string& out) {
    body_.context().path = "/where/" + name;
    from_json(value, out, body_.context());
    body_.context().path = "";
    if (value.string() != nullptr && value.string()->empty()) {
      wrong("/" + name, "expected a name");
    }
  }

  std::string kilometre(Json const& value) {
    if (value.string() != nullptr && !value.string()->empty() && value.string()->size() <= 20) {
      return *value.string();
    }
    if (!value.is_number() || !(value.number() >= 0) || value.number() >= 100'000) {
      wrong("/km", "expected kilometres like 123.5, or a text like K123+500");
      return "";
    }
    // As it was said, to the metre.
    std::string text = fmt::format("{:.3f}", value.number());
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
      text.pop_back();
    }
    return text;
  }

  std::optional<GeoPoint> point(Json const& value) {
    GeoPoint out;
    body_.context().path = "/where/near";
    from_json(value.array() == nullptr ? value
                                       : Json::object({{"type", "Point"}, {"coordinates", value}}),
              out, body_.context());
    body_.context().path = "";
    return out;
  }

  void check(domain::RoadWords const& words) {
    int const named = (words.bridge.empty() ? 0 : 1) + (words.tunnel.empty() ? 0 : 1) +
                      (words.road.empty() ? 0 : 1);
    bool const places = !words.from.empty() || !words.to.empty();
    if (named > 1 || (named == 0 && !places)) {
      wrong("", "say one of bridge, tunnel, road, or from and to");
    } else if (words.from.empty() != words.to.empty()) {
      wrong(words.from.empty() ? "/from" : "/to", "from and to belong together");
    } else if (places && words.road.empty() && named > 0) {
      wrong("/from", "a bridge or tunnel is named alone; near says which");
    } else if (!words.km.empty() && (words.road.empty() || places)) {
      wrong("/km", "a kilometre belongs to a road, without from and to");
    }
  }

  Body& body_;
};

Json candidate_json(gis::RoadCandidate const& candidate) {
  messaging::WriteStyle const style;
  Json out = Json::object({{"name", candidate.name},
                           {"place", candidate.place},
                           {"place_away_m", to_json(candidate.place_away, style)},
                           {"location", to_json(candidate.point, style)}});
  if (!candidate.id.empty()) {
    out.add("id", candidate.id);
  }
  return out;
}

}  // namespace

std::optional<domain::RoadWords> road_words(Json const& where, Body& body) {
  return WordsReader{body}.read(where);
}

std::variant<gis::FoundRoad, Answer> look_up(Desk& desk, Call const& call,
                                             domain::RoadWords const& words, gis::Profile profile) {
  using Outcome = gis::RoadLookup::Outcome;
  gis::RoadQuestion const question{words.bridge, words.tunnel, words.road, words.km,
                                   words.near,   words.from,   words.to,   profile};
  auto lookup = desk.center.roads().find_road(question);
  if (!lookup) {
    return problem(call, lookup.error());
  }
  switch (lookup->outcome) {
    case Outcome::Found:
      return std::move(*lookup->found);
    case Outcome::Ambiguous: {
      Answer answer = problem(call, 409, "road_ambiguous", lookup->detail);
      constexpr std::size_t kMost = 50;
      Json::Array candidates;
      for (std::size_t i = 0; i < std::min(kMost, lookup->candidates.size()); ++i) {
        candidates.push_back(candidate_json(lookup->candidates[i]));
      }
      answer.body.add("candidates", std::move(candidates));
      return answer;
    }
    case Outcome::Unknown: {
      Answer answer = problem(call, 400, "road_unknown", lookup->detail);
      Json::Array names{lookup->close_names.begin(), lookup->close_names.end()};
      answer.body.add("close_names", std::move(names));
      return answer;
    }
    case Outcome::NotThere:
      break;
  }
  return problem(call, 400, "road_not_there", lookup->detail);
}

}  // namespace fenghuo::server
