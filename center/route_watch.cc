#include "center/route_watch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace fenghuo::center {

namespace {

kernel::Actor const kRouteWatch{"route_watch", "system"};

Time in_force_since(domain::Closure const& closure) {
  return std::max(closure.recorded_at, closure.facts.from.value_or(closure.recorded_at));
}

std::optional<Duration> travel_time(Roads const& roads, gis::Profile profile, GeoPoint from,
                                    GeoPoint to) {
  std::array const origin{from};
  std::array const destination{to};
  auto const table = roads.travel_times(profile, origin, destination);
  if (!table || table->at(0, 0) == dispatch::TravelTimeTable::kUnreachable) {
    return std::nullopt;
  }
  return table->at(0, 0);
}

}  // namespace

/// An order that is under way, and the closures that came since it was given.
struct RouteWatch::Case {
  std::shared_ptr<domain::Order const> order;
  std::shared_ptr<domain::Team const> team;
  GeoPoint to;
  std::vector<std::shared_ptr<domain::Closure const>> closures;
};

RouteWatch::RouteWatch(Doors doors) : doors_{std::move(doors)} {
  doors_.committed.read([this](domain::State const& state) {
    for (auto const& [id, closure] : state.closures) {
      if (closure->status == domain::ClosureStatus::Active) {
        fresh_.insert(id);
      }
    }
    return 0;
  });
}

RouteWatch::~RouteWatch() { stop(); }

void RouteWatch::notice(std::span<kernel::RecordedEvent const> events) {
  {
    std::scoped_lock const lock{mutex_};
    for (auto const& event : events) {
      if (auto const* closed = std::get_if<domain::RoadClosed>(&event.event)) {
        if (closed->status == domain::ClosureStatus::Active) {
          fresh_.insert(closed->closure);
        }
      } else if (auto const* began = std::get_if<domain::ClosureBegan>(&event.event)) {
        fresh_.insert(began->closure);
      }
    }
  }
  changed_.notify_all();
}

bool RouteWatch::look_at(Case const& one, Roads const& before) {
  auto const start = doors_.dispatch.start_of(*one.team);
  if (start.basis == dispatch::PositionBasis::None) {
    return true;
  }
  auto const profile = to_gis(domain::travel_profile(one.team->facts));
  auto const route = before.route(profile, start.point, one.to);
  if (!route || !*route) {
    return true;  // there was no way before either
  }
  std::optional<Duration> after;
  bool looked_up = false;
  for (auto const& closure : one.closures) {
    auto const shape = shape_of(*closure);
    if (!shape.closes[static_cast<std::size_t>(profile)] || !before.leads_over(**route, shape)) {
      continue;
    }
    if (!looked_up) {
      after = travel_time(doors_.roads, profile, start.point, one.to);
      looked_up = true;
    }
    if (after && *after <= (*route)->duration) {
      return true;  // another way is as quick
    }
    messaging::Request request;
    request.envelope.id = "route/" + to_text(one.order->id) + "/" + to_text(closure->id);
    request.envelope.actor = kRouteWatch;
    request.envelope.command = domain::NoteBlockedRoute{
        one.order->id, closure->id, (*route)->duration, after, doors_.closures.as_of()};
    if (std::holds_alternative<Error>(doors_.carry_out(std::move(request)))) {
      return false;
    }
  }
  return true;
}

bool RouteWatch::turn() {
  std::set<ClosureId> fresh;
  {
    std::scoped_lock const lock{mutex_};
    fresh = std::exchange(fresh_, {});
  }
  if (fresh.empty() || doors_.roads.region() == nullptr) {
    return true;
  }
  std::vector<Case> cases;
  std::size_t left_out = 0;
  auto const [sequence, others] = doors_.committed.read([&](domain::State const& state) {
    for (auto const& [id, order] : state.orders) {
      domain::Incident const* incident = domain::find(state.incidents, order->incident);
      if (!domain::is_under_way(order->status) || incident == nullptr ||
          !incident->facts.location) {
        continue;
      }
      Case one{order, state.teams.at(order->team), incident->facts.location->point, {}};
      for (ClosureId const closure : fresh) {
        auto const it = state.closures.find(closure);
        bool const said =
            std::count(order->blocked_by.begin(), order->blocked_by.end(), closure) > 0;
        if (it != state.closures.end() && !said &&
            it->second->status == domain::ClosureStatus::Active &&
            in_force_since(*it->second) >= order->issued_at) {
          one.closures.push_back(it->second);
        }
      }
      if (one.closures.empty()) {
        continue;
      }
      if (cases.size() == kOrdersLookedAt) {
        ++left_out;
        continue;
      }
      cases.push_back(std::move(one));
    }
    return std::pair{state.sequence, shapes_in_force(state, fresh)};
  });
  if (left_out > 0) {
    std::scoped_lock const lock{mutex_};
    passed_over_ += left_out;
  }
  if (cases.empty()) {
    return true;
  }
  doors_.closures.wait_for(sequence, seconds(60));
  auto const before = doors_.roads.as_if(others);
  for (auto const& one : cases) {
    {
      std::scoped_lock const lock{mutex_};
      if (stopping_) {
        return true;
      }
    }
    if (!look_at(one, *before)) {
      std::scoped_lock const lock{mutex_};
      fresh_.insert(fresh.begin(), fresh.end());
      return false;
    }
  }
  return true;
}

void RouteWatch::start() {
  {
    std::scoped_lock const lock{mutex_};
    stopping_ = false;
  }
  thread_ = std::thread{[this] { run(); }};
}

void RouteWatch::stop() {
  {
    std::scoped_lock const lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void RouteWatch::run() {
  while (true) {
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return stopping_ || !fresh_.empty(); });
      if (stopping_) {
        return;
      }
    }
    if (!turn()) {  // a store that takes nothing is not asked a thousand times a second
      std::unique_lock lock{mutex_};
      changed_.wait_for(lock, std::chrono::seconds{1}, [this] { return stopping_; });
    }
  }
}

std::size_t RouteWatch::passed_over() const {
  std::scoped_lock const lock{mutex_};
  return passed_over_;
}

}  // namespace fenghuo::center
