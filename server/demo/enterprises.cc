#include <fmt/format.h>

#include <set>

#include "server/demo/county_book.h"

/// Works, mines and filling stations of the map, with those who answer for them.
namespace fenghuo::server::demo {

namespace {

struct Trade {
  std::string_view on_map, industry, supervisor, dangers;
  int least, most;  ///< people
};
constexpr Trade kTrades[] = {{"industrial", "危险化学品生产", "emergency", "易燃、有毒", 60, 420},
                             {"mine", "矿山", "emergency", "冒顶、透水、爆破", 40, 300},
                             {"fuel", "危险化学品经营", "emergency", "易燃、爆炸", 5, 12},
                             {"reservoir", "水库运行管理", "water", "溃坝、漫坝", 4, 15}};

void add_enterprise(CountyBook& book, Trade const& trade, gis::Place const& place) {
  Township const& township = book.township_of(place.point);
  auto const& supervisor = book.department(trade.supervisor);
  std::string const code = book.next_code("E");
  std::string const firm = place.name + (trade.on_map == "reservoir" ? "管理所" : "");
  std::string const organization =
      book.add(SheetKind::Organizations, {{"code", book.next_code("G")},
                                          {"name", firm},
                                          {"kind", "企业"},
                                          {"area", township.path},
                                          {"duty_phone", book.line()}});
  std::string const principal = book.person({organization, township.path, "主要负责人"});
  std::string const officer = book.person({organization, township.path, "安全管理员"});
  book.each_others_deputies(principal, officer);
  Row row{{"code", code},
          {"name", firm},
          {"industry", std::string{trade.industry}},
          {"area", township.path},
          {"address", township.name + "（虚构）"},
          {"phone", book.line()},
          {"supervisor", supervisor.organization},
          {"principal", principal},
          {"safety_officer", officer},
          {"staff", fmt::format("{}", book.random.between(trade.least, trade.most))},
          {"dangers", std::string{trade.dangers}}};
  // 990121 is no code of a place, and a real one never holds the letter S: it stands for nobody.
  row["credit_code"] = fmt::format("91990121YS{:0>8}", code.substr(kMark.size() + 1));
  set_location(row, place.point);
  book.add(SheetKind::Enterprises, std::move(row));
}

}  // namespace

void add_enterprises(CountyBook& book) {
  for (auto const& trade : kTrades) {
    std::set<std::string> grounds;
    for (auto const* place : book.facilities(trade.on_map)) {
      // The shaft of a mine is a part of it, and the park is no firm; two works of one name are one firm.
      bool const part = place->name.ends_with("主井") || place->name.ends_with("园区");
      if (!part && grounds.insert(place->name).second) {
        add_enterprise(book, trade, *place);
      }
    }
  }
}

}  // namespace fenghuo::server::demo
