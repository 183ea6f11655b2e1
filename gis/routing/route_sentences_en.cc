#include <array>

#include "gis/routing/route_sentences.h"
#include "gis/routing/route_words.h"

namespace fenghuo::gis {

namespace {

constexpr std::array<std::string_view, 8> kWinds{"north", "north-east", "east", "south-east",
                                                 "south", "south-west", "west", "north-west"};
constexpr std::array<std::string_view, 11> kOrdinals{"",       "first", "second", "third",
                                                     "fourth", "fifth", "sixth",  "seventh",
                                                     "eighth", "ninth", "tenth"};

std::string ordinal(std::uint32_t n) {
  return n < kOrdinals.size() ? std::string{kOrdinals[n]} : std::to_string(n) + "th";
}

std::string turning(Direction direction) {
  switch (direction) {
    case Direction::Straight:
      return "Go straight on";
    case Direction::SlightLeft:
      return "Turn slightly left";
    case Direction::Left:
      return "Turn left";
    case Direction::SharpLeft:
      return "Turn sharply left";
    case Direction::SlightRight:
      return "Turn slightly right";
    case Direction::Right:
      return "Turn right";
    case Direction::SharpRight:
      return "Turn sharply right";
    case Direction::Back:
      break;
  }
  return "Turn back";
}

class Sentence {
 public:
  Sentence(RouteStep const& step, Profile profile)
      : step_{step}, going_{profile == Profile::Foot ? "walk" : "drive"} {}

  std::string text() const {
    std::string out = instruction();
    for (auto const& remark : remarks_beside(step_)) {
      out += "; " + said(remark);
    }
    return out;
  }

 private:
  bool leads_somewhere() const {
    return !step_.towards.name.empty() || !step_.towards.reference.empty();
  }
  std::string road() const {
    bool const nameless = step_.road.name.empty() && step_.road.reference.empty();
    return nameless && step_.road.is_link && leads_somewhere()
               ? "the slip road towards " + spoken(step_.towards).en
               : spoken(step_.road).en;
  }
  std::string length() const { return spoken(step_.distance).en; }
  std::string on() const { return " for " + length(); }
  bool keeps() const {
    return step_.keeps_road && (!step_.road.name.empty() || !step_.road.reference.empty());
  }
  std::string onto(std::string const& how) const {
    return how + (keeps() ? " to stay on " : " onto ") + road() + " and follow it" + on();
  }
  std::string side() const {
    return step_.direction == Direction::Left    ? "on the left"
           : step_.direction == Direction::Right ? "on the right"
                                                 : "";
  }

  std::string instruction() const {
    switch (step_.manoeuvre) {
      case Manoeuvre::Depart:
        return departure();
      case Manoeuvre::Continue:
        return step_.keeps_road ? "Go straight on along " + road() + on() : onto("Go straight on");
      case Manoeuvre::NewName:
        return "Go on onto " + road() + " and follow it" + on();
      case Manoeuvre::Turn:
        return onto(turning(step_.direction));
      case Manoeuvre::UTurn:
        return "Turn back and follow " + road() + on();
      case Manoeuvre::Roundabout:
        return step_.exit == 0
                   ? "Enter the roundabout and follow it" + on()
                   : onto("At the roundabout take the " + ordinal(step_.exit) + " exit");
      case Manoeuvre::LeaveRoundabout:
        return onto("Leave the roundabout");
      case Manoeuvre::SlipRoad:
        return slip_road();
      case Manoeuvre::Merge:
        return "Merge onto " + road() + " and follow it" + on();
      case Manoeuvre::Fork:
        return onto(fork_side());
      case Manoeuvre::Via:
        return reached("stop " + std::to_string(step_.via));
      case Manoeuvre::Arrive:
        return reached("the destination");
      case Manoeuvre::Ferry:
      case Manoeuvre::LeaveFerry:
      case Manoeuvre::Gate:
      case Manoeuvre::Ford:
      case Manoeuvre::Bridge:
      case Manoeuvre::Tunnel:
      case Manoeuvre::AgainstOneway:
        break;
    }
    return on_the_way();
  }

  std::string on_the_way() const {
    std::string const further = " and " + going_ + " on" + on();
    Manoeuvre const what = step_.manoeuvre;
    if (what == Manoeuvre::Ferry) {
      return "Take the ferry" +
             (step_.road.name.empty() ? std::string{} : " (" + step_.road.name + ")") + on();
    }
    if (what == Manoeuvre::LeaveFerry) {
      return "Leave the ferry and follow " + road() + on();
    }
    if (what == Manoeuvre::Gate) {
      return "Pass the gate" + further;
    }
    if (what == Manoeuvre::Ford) {
      return "Go through the ford" + further;
    }
    if (what == Manoeuvre::Bridge) {
      return "Cross " + structure(RemarkKind::Bridge, "the bridge") + further;
    }
    if (what == Manoeuvre::Tunnel) {
      return "Go through " + structure(RemarkKind::Tunnel, "the tunnel") + further;
    }
    return "Against the one-way traffic" + against() + ", mind those who come" + further;
  }

  std::string departure() const {
    std::string const wind{kWinds[wind_of(step_.bearing_after)]};
    std::string out = step_.via > 0 ? "Leave stop " + std::to_string(step_.via) + " on " + road()
                                    : "Set off on " + road();
    out += ", " + wind + on();
    return is_walk(step_.away) && step_.via == 0
               ? out + "; the start is " + spoken(step_.away).en + " from the road"
               : out;
  }

  std::string slip_road() const {
    Direction const d = step_.direction;
    std::string const how = d == Direction::Straight      ? "Take the slip road"
                            : d == Direction::SlightLeft  ? "Keep left onto the slip road"
                            : d == Direction::SlightRight ? "Keep right onto the slip road"
                                                          : turning(d) + " onto the slip road";
    return how + (leads_somewhere() ? " towards " + spoken(step_.towards).en : "") + on();
  }

  std::string fork_side() const {
    return step_.direction == Direction::Left    ? "Keep left at the fork"
           : step_.direction == Direction::Right ? "Keep right at the fork"
                                                 : "Take the middle way at the fork";
  }

  std::string reached(std::string const& place) const {
    if (is_walk(step_.away)) {
      return "Arrive at the roadside near " + place + ", which lies " + spoken(step_.away).en +
             (side().empty() ? " from the road" : " off, " + side());
    }
    return "Arrive at " + place + (side().empty() ? "" : ", " + side());
  }

  std::string structure(RemarkKind kind, std::string const& word) const {
    for (auto const& remark : step_.remarks) {
      if (remark.kind == kind) {
        return remark.name.empty() ? word : remark.name;
      }
    }
    return word;
  }

  std::string against() const {
    for (auto const& remark : step_.remarks) {
      if (remark.kind == RemarkKind::AgainstOneway) {
        return " for " + spoken(remark.distance).en;
      }
    }
    return "";
  }

  std::string part(RouteRemark const& remark, std::string const& what) const {
    return is_throughout(step_, remark) ? what + " all the way"
                                        : what + " for " + spoken(remark.distance).en;
  }

  std::string said(RouteRemark const& remark) const {
    switch (remark.kind) {
      case RemarkKind::Gate:
        return "through a gate";
      case RemarkKind::Ford:
        return "through a ford";
      case RemarkKind::Bridge:
        return "over " + (remark.name.empty() ? "a bridge" : remark.name);
      case RemarkKind::Tunnel:
        return "through " + (remark.name.empty() ? "a tunnel" : remark.name);
      case RemarkKind::AgainstOneway:
        return part(remark, "against the one-way traffic");
      case RemarkKind::Unpaved:
        return part(remark, "unpaved");
      case RemarkKind::Steps:
        return part(remark, "steps");
      case RemarkKind::Narrow:
        return "as narrow as " + decimal_of_hundredths(remark.limit) + " m";
      case RemarkKind::WeightLimit:
        return "weight limit " + decimal_of_hundredths(remark.limit / 10) + " t";
      case RemarkKind::HeightLimit:
        break;
    }
    return "height limit " + decimal_of_hundredths(remark.limit) + " m";
  }

  RouteStep const& step_;
  std::string going_;
};

}  // namespace

std::string english_sentence(RouteStep const& step, Profile profile) {
  return Sentence{step, profile}.text();
}

}  // namespace fenghuo::gis
