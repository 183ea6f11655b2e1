// The roads follow the closures of the committed state, also while a new metric is still being built.
#include "center/closure_keeper.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>

#include "tests/center/small_center.h"
#include "tests/core/kernel_run.h"

namespace fenghuo::center {
namespace {

/// Straight lines that write down which closures are in force and can be held up while they change.
class SlowRoads final : public Roads {
 public:
  domain::EtaBasis basis() const override { return inner_->basis(); }
  std::string area_at(GeoPoint point) const override { return inner_->area_at(point); }
  bool covers(GeoPoint point) const override { return inner_->covers(point); }
  gis::Place const* nearest_settlement(GeoPoint point) const override {
    return inner_->nearest_settlement(point);
  }
  Result<std::optional<gis::Route>> route(gis::Profile profile, GeoPoint from,
                                          GeoPoint to) const override {
    return inner_->route(profile, from, to);
  }
  Result<gis::RouteThrough> route_through(gis::Profile profile, std::span<GeoPoint const> stops,
                                          bool with_steps) const override {
    return inner_->route_through(profile, stops, with_steps);
  }
  Result<dispatch::TravelTimeTable> travel_times(
      gis::Profile profile, std::span<GeoPoint const> origins,
      std::span<GeoPoint const> destinations) const override {
    return inner_->travel_times(profile, origins, destinations);
  }
  Result<std::vector<gis::RouteChoice>> alternatives(gis::Profile profile, GeoPoint from,
                                                     GeoPoint to, std::size_t most,
                                                     bool with_steps) const override {
    return inner_->alternatives(profile, from, to, most, with_steps);
  }
  Result<gis::ReachedBands> isochrone(gis::Profile profile, GeoPoint at,
                                      std::span<Duration const> within,
                                      gis::cch::Way way) const override {
    return inner_->isochrone(profile, at, within, way);
  }
  Result<NearPlaces> nearest(gis::Profile profile, std::span<GeoPoint const> candidates,
                             gis::cch::Way way, GeoPoint point, std::size_t k) const override {
    return inner_->nearest(profile, candidates, way, point, k);
  }
  bool near_road(gis::Profile profile, GeoPoint point) const override {
    return inner_->near_road(profile, point);
  }
  std::optional<ClosedRoads> closed_by(gis::ClosureShape const& shape) const override {
    return inner_->closed_by(shape);
  }
  bool leads_over(gis::Route const& route, gis::ClosureShape const& shape) const override {
    return inner_->leads_over(route, shape);
  }
  Result<gis::RoadLookup> find_road(gis::RoadQuestion const& question) const override {
    return inner_->find_road(question);
  }
  std::shared_ptr<Roads const> in_condition(gis::RoadCondition /*condition*/) const override {
    return nullptr;
  }
  std::shared_ptr<Roads const> as_if(std::span<gis::ClosureShape const> closures,
                                     Distance snap_within) const override {
    return inner_->as_if(closures, snap_within);
  }
  gis::RegionInfo const* region() const override { return inner_->region(); }
  std::span<gis::Place const> places() const override { return inner_->places(); }

  void apply(std::span<gis::ClosureShape const> closures, Sequence as_of) override {
    std::unique_lock lock{mutex_};
    entered_ = as_of;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    in_force_.clear();
    for (auto const& closure : closures) {
      in_force_ += closure.id + " ";
    }
  }

  void hold(bool held) {
    std::scoped_lock const lock{mutex_};
    held_ = held;
    changed_.notify_all();
  }
  void wait_until_entered(Sequence as_of) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return entered_ >= as_of; });
  }
  std::string in_force() const {
    std::scoped_lock const lock{mutex_};
    return in_force_;
  }

 private:
  std::unique_ptr<Roads> inner_ = straight_line_roads();
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  Sequence entered_ = -1;
  std::string in_force_;
};

class Keeper : public testing::Test {
 protected:
  /// Carries a line out, makes it committed and tells the keeper.
  Sequence give(std::string_view line) {
    std::size_t const before = run_.journal().size();
    run_.give(tests::kEight, line);
    std::span<kernel::RecordedEvent const> const fresh{run_.journal().data() + before,
                                                       run_.journal().size() - before};
    committed_.apply(fresh);
    keeper_.notice(fresh);
    return run_.state().sequence;
  }

  tests::KernelRun run_;
  SlowRoads roads_;
  messaging::CommittedState committed_;
  ClosureKeeper keeper_{roads_, committed_};
};

TEST_F(Keeper, WithoutAThreadTheRoadsAreThereAtOnce) {
  give("found_center jurisdiction=x");
  EXPECT_EQ(keeper_.as_of(), 1);
  Sequence const closed = give("close_road name=翠河桥");
  EXPECT_EQ(roads_.in_force(), "C-2026-000001 ");
  EXPECT_TRUE(keeper_.wait_for(closed, seconds(0)));
  give("close_road name=盘山路 from=2026-03-01T09:00:00+08:00");  // not yet
  EXPECT_EQ(roads_.in_force(), "C-2026-000001 ");
  give("close_road name=东岭隧道");
  EXPECT_EQ(roads_.in_force(), "C-2026-000001 C-2026-000003 ");
  give("lift_closure closure=C-2026-000001 reason=x");
  EXPECT_EQ(roads_.in_force(), "C-2026-000003 ");
  EXPECT_EQ(keeper_.as_of(), run_.state().sequence);
  ClosureKeeper const restarted{roads_, committed_};
  EXPECT_EQ(roads_.in_force(), "C-2026-000003 ");
  EXPECT_EQ(restarted.as_of(), run_.state().sequence);
}

TEST_F(Keeper, WaitingEndsWhenTheRoadsAreThereAndNotBefore) {
  give("found_center jurisdiction=x");
  keeper_.start();
  roads_.hold(true);
  Sequence const before = keeper_.as_of();
  Sequence const closed = give("close_road name=翠河桥");
  roads_.wait_until_entered(closed);
  EXPECT_EQ(keeper_.as_of(), before);  // travel answers are not younger than this
  EXPECT_FALSE(keeper_.wait_for(closed, milliseconds(5)));
  // What comes later and closes nothing does not make the roads younger.
  Sequence const later = give("receive_report text=起火");
  EXPECT_FALSE(keeper_.wait_for(later, milliseconds(5)));
  EXPECT_EQ(keeper_.as_of(), before);
  EXPECT_FALSE(keeper_.wait_for(later + 1, milliseconds(5)));  // nobody has heard of it
  roads_.hold(false);
  EXPECT_TRUE(keeper_.wait_for(closed, minutes(5)));
  EXPECT_EQ(roads_.in_force(), "C-2026-000001 ");
  EXPECT_TRUE(keeper_.wait_for(later, minutes(5)));
  EXPECT_EQ(keeper_.as_of(), later);
  keeper_.stop();
}

TEST_F(Keeper, ClosuresThatComeWhileItBuildsAreNotForgotten) {
  give("found_center jurisdiction=x");
  keeper_.start();
  roads_.hold(true);
  Sequence const first = give("close_road name=a");
  roads_.wait_until_entered(first);
  give("close_road name=b");
  Sequence const last = give("close_road name=c");
  roads_.hold(false);
  EXPECT_TRUE(keeper_.wait_for(last, minutes(5)));
  EXPECT_EQ(roads_.in_force(), "C-2026-000001 C-2026-000002 C-2026-000003 ");
  keeper_.stop();
  give("lift_closure closure=C-2026-000002 reason=x");
  EXPECT_EQ(roads_.in_force(), "C-2026-000001 C-2026-000003 ");
}

}  // namespace
}  // namespace fenghuo::center
