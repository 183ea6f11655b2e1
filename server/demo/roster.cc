#include <fmt/format.h>

#include <chrono>

#include "server/demo/county_book.h"

/// Posts that must be manned, who is on them, and who does what in the plans.
namespace fenghuo::server::demo {

namespace {

std::string day_text(std::int64_t day) {
  std::chrono::year_month_day const date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

bool is_saturday(std::int64_t day) {
  return std::chrono::weekday{std::chrono::sys_days{std::chrono::days{day}}} ==
         std::chrono::Saturday;
}

struct Post {
  std::string name, organization, area, keeper;
  std::size_t people = 1;
  std::vector<std::string> in_turn;
  bool without_saturdays = false;  ///< the gap that is left on purpose
};

/// Each day at eight the next in turn come. Who that is hangs on the day alone, so that a roster that is made later
/// agrees with one that was made before.
void add_post(CountyBook& book, Post const& post, std::int64_t first_day, std::int64_t days) {
  std::string const code =
      book.add(SheetKind::DutyPosts, {{"code", book.next_code("Z")},
                                      {"name", post.name},
                                      {"organization", post.organization},
                                      {"area", post.area},
                                      {"people", fmt::format("{}", post.people)},
                                      {"weekdays", "每天"},
                                      {"from", "00:00"},
                                      {"to", "24:00"},
                                      {"alarm_minutes", "1440"},
                                      {"keeper", post.keeper}});
  auto const turn = static_cast<std::int64_t>(post.in_turn.size());
  for (std::int64_t day = first_day - 1; day < first_day + days; ++day) {
    if (post.without_saturdays && is_saturday(day)) {
      continue;
    }
    for (std::size_t place = 0; place < post.people; ++place) {
      auto const at =
          day * static_cast<std::int64_t>(post.people) + static_cast<std::int64_t>(place);
      book.add(SheetKind::DutyShifts,
               {{"code", fmt::format("{}-{}-{}", code, day_text(day), place + 1)},
                {"post", code},
                {"person", post.in_turn[static_cast<std::size_t>((at % turn + turn) % turn)]},
                {"from", day_text(day) + " 08:00"},
                {"to", day_text(day + 1) + " 08:00"}});
    }
  }
}

}  // namespace

void add_roster(CountyBook& book, std::int64_t first_day, std::int64_t days) {
  auto const& emergency = book.department("emergency");
  auto const county_post = [&](std::string_view name, std::vector<std::string> const& in_turn,
                               std::size_t people) {
    add_post(book,
             {book.county + std::string{name}, emergency.organization, book.county_path,
              emergency.deputy, people, in_turn},
             first_day, days);
  };
  county_post("带班领导", book.duty_leaders, 1);
  county_post("应急值班室", book.duty_clerks, 2);
  county_post("调度席", book.dispatchers, 1);
  for (auto const& township : book.townships) {
    add_post(book,
             {township.name + "值班室", township.organization, township.path, township.officer, 1,
              township.clerks, &township == &book.townships.back()},
             first_day, days);
  }
  auto const& water = book.department("water");
  for (auto const* reservoir : book.facilities("reservoir")) {
    add_post(book,
             {reservoir->name + "巡查值守", water.organization,
              book.township_of(reservoir->point).path, water.deputy, 1, water.clerks},
             first_day, days);
  }
}

void add_plan_contacts(CountyBook& book) {
  struct Plan {
    std::string_view name, lead;
  };
  constexpr Plan kPlans[] = {{"突发事件总体应急预案", "emergency"},
                             {"防汛抗旱应急预案", "water"},
                             {"地质灾害应急预案", "land"},
                             {"森林火灾应急预案", "forest"},
                             {"危险化学品事故应急预案", "emergency"},
                             {"矿山事故应急预案", "emergency"},
                             {"地震应急预案", "emergency"},
                             {"道路交通事故应急预案", "police"}};
  struct Group {
    std::string_view name, department;
  };
  constexpr Group kGroups[] = {
      {"综合协调组", "emergency"}, {"抢险救援组", "fire"},   {"转移安置组", "civil"},
      {"医疗救护组", "health"},    {"治安交通组", "police"}, {"电力通信保障组", "power"},
      {"物资保障组", "stores"},    {"宣传信息组", "media"},  {"气象监测组", "weather"}};
  for (auto const& plan : kPlans) {
    auto const contact = [&](std::string_view group, char const* function,
                             std::string const& person, int rank) {
      book.add(SheetKind::PlanContacts, {{"code", book.next_code("K")},
                                         {"plan", book.county + std::string{plan.name}},
                                         {"group", std::string{group}},
                                         {"function", function},
                                         {"person", person},
                                         {"rank", fmt::format("{}", rank)}});
    };
    contact("指挥部", "指挥长", book.department("government").head, 1);
    contact("指挥部", "副指挥长", book.department(plan.lead).head, 2);
    for (auto const& group : kGroups) {
      contact(group.name, "组长", book.department(group.department).head, 1);
      contact(group.name, "联络员", book.department(group.department).clerks.front(), 2);
    }
  }
}

}  // namespace fenghuo::server::demo
