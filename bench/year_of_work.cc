#include "bench/year_of_work.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace fenghuo::bench {

namespace {

constexpr Duration kTurn = minutes(10);

constexpr std::array<char const*, 6> kKinds{"fire",   "traffic_accident", "flood",
                                            "rescue", "landslide",        "gas_leak"};
constexpr std::array<char const*, 6> kTexts{
    "群众来电：老城南街居民楼三楼起火，浓烟很大，楼上可能有老人没有下来，请快来人",
    "翠河桥东头两车相撞，一辆面包车侧翻，有人被卡在驾驶室里，后面堵了一长串车",
    "东岭村河水漫过堤坝，低处十几户进水，村里正在往小学转移，缺船和救生衣",
    "后山步道有游客摔伤，不能走动，位置在第二个观景台下面，手机快没电了",
    "乡道三公里处山体滑坡，土石堵住整个路面，还有小石块往下掉，没看到有车被埋",
    "厂区闻到很浓的煤气味，工人已经撤到门口，阀门不知道关没关，请派专业队伍"};

}  // namespace

YearOfWork::YearOfWork(center::Center& center, center::ManualClock& clock, WorkWish wish)
    : center_{center}, clock_{clock}, wish_{wish}, random_{wish.seed} {}

GeoPoint YearOfWork::place() {
  return {static_cast<std::int32_t>(305'000'000 + random_.between(-2'000'000, 2'000'000)),
          static_cast<std::int32_t>(1'140'000'000 + random_.between(-2'000'000, 2'000'000))};
}

void YearOfWork::send(domain::Command command, Answer answer) {
  messaging::Request request;
  request.envelope.id = "year/" + std::to_string(++figures_.commands);
  request.envelope.actor = {"duty-3", "dispatcher"};
  request.envelope.command = std::move(command);
  center_.submit(std::move(request),
                 [this, answer = std::move(answer)](messaging::Outcome const& outcome) {
                   if (auto const* error = std::get_if<Error>(&outcome)) {
                     failed_ = *error;
                   } else if (auto const* carried = std::get_if<messaging::Carried>(&outcome)) {
                     if (answer) {
                       answer(*carried);
                     }
                   } else {
                     ++figures_.refused;
                   }
                 });
}

Result<void> YearOfWork::found() {
  domain::FoundCenter found;
  found.founding.jurisdiction = "烽原县";
  found.founding.acknowledge_order_within = minutes(20);
  send(found);
  for (std::size_t i = 0; i < wish_.teams; ++i) {
    domain::RegisterTeam team;
    team.facts.name = "第" + std::to_string(i + 1) + "救援队";
    team.facts.phone = "0710-330" + std::to_string(1'000 + i);
    team.facts.capabilities = {{"pump", 2}, {"rescue", 1}};
    team.facts.vehicles = {{"水罐车", domain::VehicleProfile::Heavy}};
    team.facts.home = place();
    send(std::move(team));
  }
  center_.turn();
  return failed_ ? Result<void>{*failed_} : Result<void>{};
}

/// A team that no order holds. The state is looked at, as a dispatcher looks at the board.
std::optional<TeamId> YearOfWork::free_team() {
  std::size_t const first = random_.below(wish_.teams);
  return center_.committed().read([&](domain::State const& state) -> std::optional<TeamId> {
    std::vector<TeamId> free;
    for (auto const& [id, team] : state.teams) {
      if (!team->order && !sent_.contains(id)) {
        free.push_back(id);
      }
    }
    return free.empty() ? std::nullopt : std::optional{free[first % free.size()]};
  });
}

void YearOfWork::report(std::shared_ptr<Course> const& course, bool first) {
  ++figures_.reports;
  std::size_t const what = random_.below(kKinds.size());
  domain::ReceiveReport report;
  report.channel = random_.chance(700) ? domain::Channel::Phone119 : domain::Channel::Radio;
  report.kind = kKinds[what];
  report.text = kTexts[what];
  report.address = "烽原县南街" + std::to_string(random_.between(1, 300)) + "号";
  report.caller = {"k0123456789abcdef01234567",
                   "Zm9yIHRoZSBzaXplIG9mIGl0LCBub3QgZm9yIHJlYWRpbmcgYXQgYWxs" +
                       std::to_string(random_.between(1'000, 9'999))};
  report.location = domain::Location{course->place, "wgs84", {}, 50};
  send(std::move(report), [this, course, first](messaging::Carried const& carried) {
    auto const id = std::get<domain::ReportReceived>(carried.events.front().event).report;
    if (first) {
      course->report = id;
      plan(clock_.now() + minutes(5), [this, course] { open(course); });
    } else if (random_.chance(800)) {
      send(domain::AttachReport{id, *course->incident});
    } else {
      send(domain::DismissReport{id, "重复报警，已并入前一报告"});
    }
  });
}

void YearOfWork::open(std::shared_ptr<Course> const& course) {
  ++figures_.incidents;
  domain::OpenIncident open;
  open.facts.kind = kKinds[random_.below(kKinds.size())];
  open.facts.title = "南街警情 " + std::to_string(figures_.incidents);
  open.facts.address = "烽原县南街";
  open.facts.severity = domain::Severity::IV;
  open.facts.location = domain::Location{course->place, "wgs84", {}, 50};
  open.facts.needs = {{"pump", 1}};
  open.report = course->report;
  send(std::move(open), [this, course](messaging::Carried const& carried) {
    course->incident = std::get<domain::IncidentOpened>(carried.events.front().event).incident;
    go_on(course);
  });
}

void YearOfWork::send_teams(std::shared_ptr<Course> const& course) {
  domain::IssueOrders issue;
  issue.incident = *course->incident;
  while (course->teams_wanted > 0) {
    auto const team = free_team();
    if (!team) {
      break;
    }
    sent_.insert(*team);
    --course->teams_wanted;
    ++course->orders_open;
    domain::TravelEstimate const estimate{minutes(random_.between(4, 25)),
                                          domain::EtaBasis::RoadNetwork, 1, 400};
    issue.items.push_back({*team, "前往现场处置，注意安全", "", estimate});
  }
  if (course->teams_wanted > 0) {  // all are out: the rest is asked for again
    plan(clock_.now() + minutes(15), [this, course] { send_teams(course); });
  }
  if (issue.items.empty()) {
    return;
  }
  send(std::move(issue), [this, course](messaging::Carried const& carried) {
    for (auto const& event : carried.events) {
      if (auto const* issued = std::get_if<domain::OrderIssued>(&event.event)) {
        ++figures_.orders;
        follow_order(course, issued->order);
      }
    }
  });
}

void YearOfWork::follow_order(std::shared_ptr<Course> const& course, OrderId order) {
  Time at = clock_.now();
  auto const step = [&](Duration after, domain::OrderStatus status) {
    at = at + after;
    plan(at, [this, course, order, status] {
      domain::SetOrderStatus set;
      set.order = order;
      set.status = status;
      set.testimony.means = domain::Means::Radio;
      set.testimony.said_by = "带队干部";
      send(std::move(set));
      course->orders_open -= status == domain::OrderStatus::Released ? 1 : 0;
    });
  };
  // One in fifty crews is heard too late.
  step(minutes(random_.chance(20) ? 40 : random_.between(1, 8)), domain::OrderStatus::Acknowledged);
  step(minutes(random_.between(5, 20)), domain::OrderStatus::OnScene);
  step(minutes(random_.between(10, 40)), domain::OrderStatus::Released);
}

void YearOfWork::close_road(GeoPoint place) {
  ++figures_.closures;
  domain::CloseRoad close;
  close.facts.name = "翠河桥";
  close.facts.reason = "桥面积水";
  close.facts.geometry.points = {place, {place.lat_e7 + 5'000, place.lon_e7 + 5'000}};
  send(std::move(close), [this](messaging::Carried const& carried) {
    auto const id = std::get<domain::RoadClosed>(carried.events.front().event).closure;
    plan(clock_.now() + minutes(random_.between(60, 600)), [this, id] {
      send(domain::LiftClosure{id, "积水已退", {}});
    });
  });
}

void YearOfWork::end(std::shared_ptr<Course> const& course, int tries) {
  if ((course->orders_open > 0 || course->teams_wanted > 0) && tries < 100) {
    plan(clock_.now() + minutes(15), [this, course, tries] { end(course, tries + 1); });
    return;
  }
  send(domain::CloseIncident{*course->incident, "现场处置完毕，无人员伤亡", {}});
}

/// What follows on an incident that was opened now.
void YearOfWork::go_on(std::shared_ptr<Course> const& course) {
  Time const now = clock_.now();
  for (auto n = random_.between(0, 2); n > 0; --n) {
    plan(now + minutes(random_.between(1, 40)), [this, course] { report(course, false); });
  }
  plan(now + minutes(5), [this, course] { send_teams(course); });
  plan(now + minutes(random_.between(20, 50)), [this, course] {
    send(domain::AddNote{*course->incident, "现场指挥员：火势已控制，正在清理余火", {}});
  });
  if (random_.chance(50)) {
    plan(now + minutes(15), [this, course] { close_road(course->place); });
  }
  plan(now + minutes(random_.between(70, 120)), [this, course] { end(course, 0); });
}

void YearOfWork::begin(Time at) {
  auto const course = std::make_shared<Course>();
  course->place = place();
  course->teams_wanted = random_.between(1, 3);
  plan(at, [this, course] { report(course, true); });
}

void YearOfWork::plan_day(Time midnight) {
  constexpr std::int64_t kDay = 24 * 60;
  for (std::int64_t i = 0; i < wish_.per_day; ++i) {
    // The later of two draws: more by day and in the evening than before dawn.
    auto const minute = std::max(random_.between(0, kDay - 1), random_.between(0, kDay - 1));
    begin(midnight + minutes(minute));
  }
}

Result<WorkFigures> YearOfWork::run() {
  if (auto const done = found(); !done) {
    return done.error();
  }
  Time const start = clock_.now();
  for (std::int64_t day = 0; day < wish_.days; ++day) {
    Time const midnight = start + hours(24 * day);
    plan_day(midnight);
    while (clock_.now() < midnight + hours(24)) {
      sent_.clear();
      while (!steps_.empty() && steps_.begin()->first <= clock_.now()) {
        auto const step = std::move(steps_.begin()->second);
        steps_.erase(steps_.begin());
        step();
      }
      center_.turn();
      if (failed_) {
        return *failed_;
      }
      clock_.advance(kTurn);
    }
  }
  center_.turn();
  return figures_;
}

}  // namespace fenghuo::bench
