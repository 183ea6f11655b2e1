#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "center/center.h"
#include "core/base/random.h"

namespace fenghuo::bench {

struct WorkWish {
  std::int64_t days = 365;
  std::int64_t per_day = 400;  ///< incidents
  std::size_t teams = 50;
  std::uint64_t seed = 1;
};

struct WorkFigures {
  std::int64_t commands = 0, refused = 0, incidents = 0, reports = 0, orders = 0, closures = 0;
};

/// Days of a command centre's work, one after another under a clock that is moved: reports come in, become
/// incidents, teams are sent and say how far they are, notes are taken, roads are closed now and then, all is
/// ended, and after its time leaves for the archive by ticks. Some fifteen events an incident.
///
/// The centre runs on one thread (options.threads off); every ten simulated minutes what is due is sent as
/// one group. The same wish gives the same journal, byte for byte.
/// Errors:  Unavailable when the store fails.
/// Checked: tests/load/year_test.cc.
class YearOfWork {
 public:
  YearOfWork(center::Center& center, center::ManualClock& clock, WorkWish wish);
  Result<WorkFigures> run();

 private:
  /// What an incident is on the way through.
  struct Course {
    std::optional<ReportId> report;
    std::optional<IncidentId> incident;
    std::int64_t orders_open = 0;
    std::int64_t teams_wanted = 0;
    GeoPoint place;
  };
  using Answer = std::function<void(messaging::Carried const&)>;
  using Step = std::function<void()>;

  Result<void> found();
  void plan(Time at, Step step) { steps_.emplace(at, std::move(step)); }
  void plan_day(Time midnight);
  void begin(Time at);
  void go_on(std::shared_ptr<Course> const& course);
  void report(std::shared_ptr<Course> const& course, bool first);
  void open(std::shared_ptr<Course> const& course);
  void send_teams(std::shared_ptr<Course> const& course);
  void follow_order(std::shared_ptr<Course> const& course, OrderId order);
  void end(std::shared_ptr<Course> const& course, int tries);
  void close_road(GeoPoint place);
  void send(domain::Command command, Answer answer = {});
  std::optional<TeamId> free_team();
  GeoPoint place();

  center::Center& center_;
  center::ManualClock& clock_;
  WorkWish wish_;
  Random random_;
  WorkFigures figures_;
  std::multimap<Time, Step> steps_;
  std::set<TeamId> sent_;  ///< teams that got an order this turn, which the state does not show yet
  std::optional<Error> failed_;
};

}  // namespace fenghuo::bench
