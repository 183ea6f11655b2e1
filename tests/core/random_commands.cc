#include "tests/core/random_commands.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace fenghuo::tests {

namespace {

auto const& shelf_of(domain::State const& state, ReportId /*kind*/) { return state.reports; }
auto const& shelf_of(domain::State const& state, IncidentId /*kind*/) { return state.incidents; }
auto const& shelf_of(domain::State const& state, TeamId /*kind*/) { return state.teams; }
auto const& shelf_of(domain::State const& state, OrderId /*kind*/) { return state.orders; }
auto const& shelf_of(domain::State const& state, ClosureId /*kind*/) { return state.closures; }
auto const& shelf_of(domain::State const& state, DeliveryId /*kind*/) { return state.deliveries; }
auto const& shelf_of(domain::State const& state, CallDownId /*kind*/) { return state.call_downs; }

class Drawing {
 public:
  Drawing(Random& random, domain::State const& state, Time now)
      : random_{random}, state_{state}, now_{now} {}

  template <class T>
  void operator()(std::string_view /*name*/, T& member) {
    draw(member);
  }

 private:
  void draw(bool& value) { value = random_.chance(200); }
  void draw(std::int64_t& value) { value = random_.between(0, 4); }
  void draw(std::string& value) {
    static std::array<std::string, 8> const words{
        "",     "",     "起火",   "翠河桥断了，过不去",
        "pump", "boat", "东岭村", "木材厂起火，有人被困，快来人"};
    value = words[random_.below(words.size())];
  }
  void draw(Distance& value) { value = metres(random_.between(0, 20'000)); }
  void draw(Duration& value) { value = seconds(random_.between(0, 900)); }
  void draw(Time& value) { value = now_ + seconds(random_.between(-3600, 1800)); }
  void draw(GeoPoint& value) {
    value.lat_e7 = static_cast<std::int32_t>(305'000'000 + random_.between(-200'000, 200'000));
    value.lon_e7 = static_cast<std::int32_t>(1'140'000'000 + random_.between(-200'000, 200'000));
  }
  template <NamedEnum E>
  void draw(E& value) {
    // The earlier of two draws: later statuses are mostly ends, after which little happens.
    std::uint64_t const count = EnumNames<E>::kNames.size();
    value = static_cast<E>(std::min(random_.below(count), random_.below(count)));
  }
  template <class Tag>
  void draw(Id<Tag>& value) {
    auto const& shelf = shelf_of(state_, value);
    if (shelf.empty() || random_.chance(20)) {
      value = {static_cast<std::uint16_t>(random_.between(2025, 2027)), random_.below(50)};
      return;
    }
    // Mostly one of the newest, so that commands meet the same object often; old ones have mostly ended.
    std::size_t const reach =
        random_.chance(700) ? std::min<std::size_t>(8, shelf.size()) : shelf.size();
    auto const back = random_.below(reach);
    value = std::prev(shelf.end(), static_cast<std::ptrdiff_t>(back) + 1)->first;
  }
  /// Few codes, so that records meet each other; the later ones lie within the first.
  template <class Tag>
  void draw(Code<Tag>& value) {
    static std::array<std::string, 4> const codes{"A", "A.1", "A.1.1", "B"};
    value.text = codes[random_.below(codes.size())];
  }
  void draw(domain::Geometry& value) {
    draw(value.is_area);
    draw(value.points);
    if (!value.is_area && value.points.size() > 2 && random_.chance(300)) {
      value.breaks = {1};
    }
  }
  template <class T>
  void draw(std::optional<T>& value) {
    if (random_.chance(300)) {
      draw(value.emplace());
    }
  }
  template <class T>
  void draw(std::vector<T>& values) {
    for (auto n = random_.below(4); n > 0; --n) {
      draw(values.emplace_back());
    }
  }
  void draw(domain::RuleDocument& value) {
    if (random_.chance(800)) {
      draw(value.clocks.emplace());
      value.clocks->archive_after = hours(random_.between(0, 24 * 20));
    }
  }
  template <Described T>
  void draw(T& value) {
    T::fields(*this, value);
  }

  Random& random_;
  domain::State const& state_;
  Time now_;
};

template <std::size_t... I>
domain::Command empty_command(std::size_t which, std::index_sequence<I...> /*all*/) {
  domain::Command command;
  ((which == I ? static_cast<void>(command.emplace<I>()) : static_cast<void>(0)), ...);
  return command;
}

/// Records of master data are many kinds, and change nothing that is under way.
bool only_records(domain::Command const& command) {
  return std::visit([](auto const& c) { return std::string_view{c.kName}.starts_with("record_"); },
                    command);
}

/// Commands after which little is left to happen are drawn less often than the others.
bool ends_much(domain::Command const& command) {
  return std::holds_alternative<domain::FoundCenter>(command) ||
         std::holds_alternative<domain::CloseIncident>(command) ||
         std::holds_alternative<domain::MergeIncident>(command) ||
         std::holds_alternative<domain::CancelOrder>(command);
}

}  // namespace

domain::Command random_command(Random& random, domain::State const& state, Time now) {
  constexpr std::size_t kKinds = std::variant_size_v<domain::Command>;
  auto const draw = [&] {
    return empty_command(random.below(kKinds), std::make_index_sequence<kKinds>{});
  };
  domain::Command command = draw();
  // Orders have the longest course: without more steps on them their late statuses are hardly ever met.
  if (random.chance(150)) {
    command = domain::SetOrderStatus{};
  } else if (random.chance(80)) {
    command = domain::IssueOrders{};
  }
  while ((ends_much(command) && random.chance(850)) ||
         (only_records(command) && random.chance(500))) {
    command = draw();
  }
  Drawing drawing{random, state, now};
  std::visit([&](auto& c) { std::decay_t<decltype(c)>::fields(drawing, c); }, command);
  if (auto* close = std::get_if<domain::CloseRoad>(&command);
      close != nullptr && random.chance(200)) {
    close->facts.speed_permille = random.between(-200, 1'200);
  }
  return command;
}

std::uint64_t seed_of_run(std::uint64_t usual) {
  char const* seed = std::getenv("FENGHUO_SEED");
  return seed == nullptr ? usual : std::strtoull(seed, nullptr, 10);
}

}  // namespace fenghuo::tests
