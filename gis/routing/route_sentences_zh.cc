#include <array>

#include "gis/routing/route_sentences.h"
#include "gis/routing/route_words.h"

namespace fenghuo::gis {

namespace {

constexpr std::array<std::string_view, 8> kWinds{"北", "东北", "东", "东南",
                                                 "南", "西南", "西", "西北"};
constexpr std::array<std::string_view, 11> kNumerals{"零", "一", "二", "三", "四", "五",
                                                     "六", "七", "八", "九", "十"};

std::string numeral(std::uint32_t n) {
  return n < kNumerals.size() ? std::string{kNumerals[n]} : " " + std::to_string(n) + " ";
}

std::string metres_text(std::uint32_t cm) { return decimal_of_hundredths(cm) + " 米"; }

/// How the turn is made, up to the name of the road.
std::string turning(Direction direction) {
  switch (direction) {
    case Direction::Straight:
      return "直行";
    case Direction::SlightLeft:
      return "向左前方";
    case Direction::Left:
      return "左转";
    case Direction::SharpLeft:
      return "向左急转";
    case Direction::SlightRight:
      return "向右前方";
    case Direction::Right:
      return "右转";
    case Direction::SharpRight:
      return "向右急转";
    case Direction::Back:
      break;
  }
  return "掉头";
}

class Sentence {
 public:
  Sentence(RouteStep const& step, Profile profile)
      : step_{step}, going_{profile == Profile::Foot ? "步行" : "行驶"} {}

  std::string text() const {
    std::string out = instruction();
    for (auto const& remark : remarks_beside(step_)) {
      out += "；" + said(remark);
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
               ? "往" + spoken(step_.towards).zh + "方向的匝道"
               : spoken(step_.road).zh;
  }
  std::string on() const { return going_ + " " + spoken(step_.distance).zh; }
  bool keeps() const {
    return step_.keeps_road && (!step_.road.name.empty() || !step_.road.reference.empty());
  }
  /// "左转进入X，行驶 D", or "左转，继续沿X行驶 D".
  std::string onto(std::string const& how) const {
    return keeps() ? how + "，继续沿" + road() + on() : how + "进入" + road() + "，" + on();
  }
  std::string then_onto(std::string const& how) const {
    return how + (keeps() ? "，继续沿" + road() + on() : "，进入" + road() + "，" + on());
  }
  std::string side() const {
    return step_.direction == Direction::Left    ? "左侧"
           : step_.direction == Direction::Right ? "右侧"
                                                 : "";
  }

  std::string instruction() const {
    switch (step_.manoeuvre) {
      case Manoeuvre::Depart:
        return departure();
      case Manoeuvre::Continue:
        return step_.keeps_road ? "继续沿" + road() + "直行，" + on() : onto("直行");
      case Manoeuvre::NewName:
        return "继续前行，进入" + road() + "，" + on();
      case Manoeuvre::Turn:
        return onto(turning(step_.direction));
      case Manoeuvre::UTurn:
        return "掉头，沿" + road() + on();
      case Manoeuvre::Roundabout:
        return step_.exit == 0 ? "进入环岛，" + on()
                               : then_onto("进入环岛，走第" + numeral(step_.exit) + "个出口");
      case Manoeuvre::LeaveRoundabout:
        return then_onto("驶出环岛");
      case Manoeuvre::SlipRoad:
        return slip_road();
      case Manoeuvre::Merge:
        return "汇入" + road() + "，" + on();
      case Manoeuvre::Fork:
        return then_onto("在岔口" + fork_side());
      case Manoeuvre::Via:
        return reached("途经点" + std::to_string(step_.via));
      case Manoeuvre::Arrive:
        return reached("目的地");
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
    Manoeuvre const what = step_.manoeuvre;
    if (what == Manoeuvre::Ferry) {
      return "乘渡船" + (step_.road.name.empty() ? std::string{} : "（" + step_.road.name + "）") +
             "，航程 " + spoken(step_.distance).zh;
    }
    if (what == Manoeuvre::LeaveFerry) {
      return "下渡船，沿" + road() + on();
    }
    if (what == Manoeuvre::Gate) {
      return "过大门，继续" + on();
    }
    if (what == Manoeuvre::Ford) {
      return "涉水过河，继续" + on();
    }
    if (what == Manoeuvre::Bridge) {
      return "过" + structure(RemarkKind::Bridge, "桥") + "，继续" + on();
    }
    if (what == Manoeuvre::Tunnel) {
      return "穿过" + structure(RemarkKind::Tunnel, "隧道") + "，继续" + on();
    }
    return "前方逆行" + against() + "，注意对向来车，继续" + on();
  }

  std::string departure() const {
    std::string const wind{kWinds[wind_of(step_.bearing_after)]};
    std::string out =
        step_.via > 0 ? "从途经点" + std::to_string(step_.via) + "出发，沿" + road() + "向" + wind
                      : "从" + road() + "出发，向" + wind;
    out += on();
    return is_walk(step_.away) && step_.via == 0 ? out + "；出发地离道路 " + spoken(step_.away).zh
                                                 : out;
  }

  std::string slip_road() const {
    Direction const d = step_.direction;
    std::string const how = d == Direction::Straight      ? "驶入匝道"
                            : d == Direction::SlightLeft  ? "靠左驶入匝道"
                            : d == Direction::SlightRight ? "靠右驶入匝道"
                                                          : turning(d) + "驶入匝道";
    return how + (leads_somewhere() ? "，往" + spoken(step_.towards).zh + "方向，" : "，") + on();
  }

  std::string fork_side() const {
    return step_.direction == Direction::Left    ? "靠左"
           : step_.direction == Direction::Right ? "靠右"
                                                 : "走中间";
  }

  std::string reached(std::string const& place) const {
    if (is_walk(step_.away)) {
      std::string const away = spoken(step_.away).zh;
      return "到达" + place + "附近的路边，" + place +
             (side().empty() ? "离道路 " + away : "在道路" + side() + " " + away + "处");
    }
    return "到达" + place + (side().empty() ? "" : "，在道路" + side());
  }

  /// The bridge that the step begins with.
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
        return " " + spoken(remark.distance).zh;
      }
    }
    return "";
  }

  std::string part(RouteRemark const& remark) const {
    return is_throughout(step_, remark) ? "全程" : "其中 " + spoken(remark.distance).zh;
  }

  std::string said(RouteRemark const& remark) const {
    switch (remark.kind) {
      case RemarkKind::Gate:
        return "途中过大门";
      case RemarkKind::Ford:
        return "途中涉水过河";
      case RemarkKind::Bridge:
        return "过" + (remark.name.empty() ? "桥" : remark.name);
      case RemarkKind::Tunnel:
        return "穿过" + (remark.name.empty() ? "隧道" : remark.name);
      case RemarkKind::AgainstOneway:
        return part(remark) + "逆行，注意对向来车";
      case RemarkKind::Unpaved:
        return part(remark) + "路面未铺装";
      case RemarkKind::Steps:
        return part(remark) + "台阶";
      case RemarkKind::Narrow:
        return "最窄处 " + metres_text(remark.limit);
      case RemarkKind::WeightLimit:
        return "限重 " + decimal_of_hundredths(remark.limit / 10) + " 吨";
      case RemarkKind::HeightLimit:
        break;
    }
    return "限高 " + metres_text(remark.limit);
  }

  RouteStep const& step_;
  std::string going_;
};

}  // namespace

std::string chinese_sentence(RouteStep const& step, Profile profile) {
  return Sentence{step, profile}.text();
}

}  // namespace fenghuo::gis
