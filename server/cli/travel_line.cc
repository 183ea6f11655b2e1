#include "server/cli/travel_line.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "server/cli/commands.h"

namespace fenghuo::server {

namespace {

using Command = std::function<int(Configuration const&)>;
using Wish = std::shared_ptr<TravelWish>;

/// `does` is what the subcommand comes to.
void choose(CLI::App& app, Command& command, Wish const& wish,
            int (*does)(TravelWish const&, Settings const&)) {
  app.callback([&command, wish, does] {
    command = [wish, does](auto const& c) { return does(*wish, c.settings); };
  });
}

void add_route(CLI::App& app, Wish const& wish) {
  app.add_option("--from", wish->from, "LON,LAT")->required();
  app.add_option("--to", wish->to, "LON,LAT")->required();
  app.add_option("--via", wish->via, "LON,LAT of a place on the way; again for the next, up to 10")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->expected(1);
  app.add_option("--alternatives", wish->alternatives,
                 "How many other ways, up to 3; not with --via");
  app.add_option("--lang", wish->lang, "zh or en; otherwise as LC_ALL, LC_MESSAGES or LANG say");
  app.add_flag("--json", wish->json, "As JSON");
}

void add_matrix(CLI::App& app, Wish const& wish) {
  app.add_option("--origins", wish->origins, "FILE.csv with longitude,latitude")->required();
  app.add_option("--destinations", wish->destinations, "FILE.csv with longitude,latitude")
      ->required();
  app.add_option("--out", wish->out, "FILE.csv to write; otherwise stdout");
}

void add_isochrone(CLI::App& app, Wish const& wish) {
  app.add_option("--at", wish->at, "LON,LAT")->required();
  app.add_option("--minutes", wish->minutes, "1 to 4 times, such as 10,20,30; at most 240")
      ->required();
  app.add_option(
      "--way", wish->way,
      "leaving: how far one comes (the usual); arriving: from where one is there in time");
  app.add_option("--out", wish->out, "FILE.geojson to write");
  app.add_flag("--json", wish->json, "As GeoJSON");
}

void add_nearest(CLI::App& app, Wish const& wish) {
  app.add_option("--to", wish->to, "LON,LAT")->required();
  app.add_option("--kind", wish->kind, "hospital, fire_station, shelter …")->required();
  app.add_option("-k,--most", wish->most, "How many, up to 50; otherwise 5");
  app.add_option("--way", wish->way,
                 "from: the facility sets out (the usual); to: one drives to the facility");
  app.add_flag("--json", wish->json, "As JSON");
}

}  // namespace

void add_travel(CLI::App& app, Command& command) {
  auto const add = [&](char const* name, char const* help, void (*options)(CLI::App&, Wish const&),
                       int (*does)(TravelWish const&, Settings const&)) {
    auto const wish = std::make_shared<TravelWish>();
    CLI::App* const subcommand = app.add_subcommand(name, help);
    options(*subcommand, wish);
    subcommand->add_option("--region", wish->region, "Region folder");
    subcommand->add_option("--profile", wish->profile, "light, heavy, offroad or foot");
    subcommand->add_option("--avoid", wish->avoid, "FILE.geojson of closed roads");
    choose(*subcommand, command, wish, does);
  };
  add("route", "One route, with what a driver is told on it", add_route, route);
  add("matrix", "Travel times in seconds, a row an origin", add_matrix, matrix);
  add("isochrone", "How far one comes in some minutes, and which settlements", add_isochrone,
      isochrone);
  add("nearest", "The nearest facilities of a kind", add_nearest, nearest);
}

}  // namespace fenghuo::server
