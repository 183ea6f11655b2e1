#include "server/workbook/readiness.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "core/domain/duty.h"
#include "core/domain/person.h"
#include "server/access/administrators.h"

namespace fenghuo::server {

using domain::State;
using messaging::Json;

namespace {

class Readiness {
 public:
  Readiness(State const& state, Time now, std::size_t most)
      : state_{state}, now_{now}, most_{most} {}

  std::vector<Finding> run() {
    villages();
    people();
    posts();
    teams();
    places();
    offices();
    nothing("no_team", "还没有队伍", "there is no team", SheetKind::Teams, state_.teams.empty());
    nothing("no_village", "还没有村情卡", "there is no village card", SheetKind::Areas,
            state_.areas.empty());
    nothing("no_post", "还没有值班岗位", "there is no post", SheetKind::DutyPosts,
            state_.duty_posts.empty());
    std::erase_if(out_, [](Finding const& finding) { return finding.count == 0; });
    return std::move(out_);
  }

 private:
  template <class T, class Counts, class Lacks>
  void look(domain::Shelf<T> const& shelf, Finding finding, Counts const& counts,
            Lacks const& lacks) {
    for (auto const& [id, object] : shelf) {
      if (!counts(*object)) {
        continue;
      }
      ++finding.of;
      if (lacks(*object)) {
        ++finding.count;
        if (finding.codes.size() < most_) {
          finding.codes.push_back(to_text(id));
          finding.keys.push_back(key_of(*object));
        }
      }
    }
    out_.push_back(std::move(finding));
  }

  template <class T>
  static std::string key_of(T const& object) {
    if constexpr (std::is_same_v<T, domain::Team>) {
      return object.facts.code;
    } else {
      return to_text(object.id);
    }
  }

  bool has_number(PersonCode const& code) const {
    domain::Person const* person = find(state_.persons, code);
    return person != nullptr && !person->facts.retired &&
           (!person->facts.mobile.empty() || !person->facts.phone.empty());
  }
  template <class List>
  bool nobody_has_number(List const& persons) const {
    return std::none_of(persons.begin(), persons.end(),
                        [&](PersonCode const& code) { return has_number(code); });
  }
  static std::vector<PersonCode> responsible_for(domain::Area const& area) {
    std::vector<PersonCode> persons;
    for (auto const& one : area.facts.responsible) {
      persons.push_back(one.person);
    }
    return persons;
  }

  void villages() {
    constexpr auto kSheet = SheetKind::Areas;
    auto const is_village = [](domain::Area const& area) {
      return !area.facts.retired && (area.facts.level == domain::AreaLevel::Village ||
                                     area.facts.level == domain::AreaLevel::Community);
    };
    look(state_.areas,
         {"village_without_telephone", "村（社区）没有可打通的电话", "villages lack a telephone",
          kSheet, "phone"},
         is_village, [&](domain::Area const& area) {
           return area.facts.phone.empty() && nobody_has_number(responsible_for(area));
         });
    look(state_.areas,
         {"village_without_responsible", "村（社区）没有责任人",
          "villages have no responsible person", kSheet, "responsible"},
         is_village, [](domain::Area const& area) { return area.facts.responsible.empty(); });
    look(state_.areas,
         {"village_without_deputy", "村（社区）只有一人可叫应",
          "villages have one person to call and no deputy", kSheet, "responsible"},
         is_village, [&](domain::Area const& area) {
           auto const persons = responsible_for(area);
           return !persons.empty() && chain_of(state_, persons).size() < 2;
         });
    look(state_.areas,
         {"village_without_location", "村（社区）没有坐标", "villages have no position", kSheet,
          "location"},
         is_village, [](domain::Area const& area) { return !area.facts.location; });
    look(state_.areas,
         {"village_without_population", "村（社区）没有人口数", "villages have no population",
          kSheet, "population"},
         is_village, [](domain::Area const& area) { return area.facts.population == 0; });
  }

  void people() {
    constexpr auto kSheet = SheetKind::Persons;
    auto const serves = [](domain::Person const& person) {
      return !person.facts.retired && !person.erased_at;
    };
    look(state_.persons,
         {"person_without_telephone", "人员没有电话", "persons lack a telephone", kSheet, "mobile"},
         serves, [&](domain::Person const& person) { return !has_number(person.id); });
    look(state_.persons,
         {"unknown_deputy", "AB角人员编码不存在", "deputies that are not recorded", kSheet,
          "deputies"},
         serves, [&](domain::Person const& person) {
           return std::any_of(
               person.facts.deputies.begin(), person.facts.deputies.end(),
               [&](auto const& code) { return find(state_.persons, code) == nullptr; });
         });
  }

  void posts() {
    constexpr auto kSheet = SheetKind::DutyPosts;
    auto const mans = [](domain::DutyPost const& post) {
      return !post.facts.retired && post.facts.people > 0;
    };
    look(state_.duty_posts,
         {"post_with_a_hole", "七天内有值班空缺的岗位", "posts have a hole within seven days",
          kSheet, "id"},
         mans, [&](domain::DutyPost const& post) {
           auto const hole = next_hole(state_, post.id, now_);
           return hole && hole->from < now_ + hours(24 * 7);
         });
    look(state_.duty_posts,
         {"post_without_keeper", "岗位没有排班人", "posts have no keeper", kSheet, "keeper"}, mans,
         [](domain::DutyPost const& post) { return !post.facts.keeper; });
  }

  void teams() {
    constexpr auto kSheet = SheetKind::Teams;
    auto const any = [](domain::Team const&) { return true; };
    look(state_.teams,
         {"team_without_telephone", "队伍没有电话", "teams lack a telephone", kSheet, "phone"}, any,
         [&](domain::Team const& team) {
           return team.facts.phone.empty() && nobody_has_number(team.facts.contacts);
         });
    look(state_.teams,
         {"team_without_home", "队伍没有驻地坐标", "teams have no home", kSheet, "home"}, any,
         [](domain::Team const& team) { return !team.facts.home; });
    look(state_.teams,
         {"team_without_leader", "队伍没有联系人", "teams have no leader", kSheet, "contacts"}, any,
         [](domain::Team const& team) { return team.facts.contacts.empty(); });
    look(state_.teams,
         {"team_without_vehicle", "队伍没有车辆，按步行计算",
          "teams have no vehicle and go on foot", kSheet, "vehicles"},
         any, [](domain::Team const& team) { return team.facts.vehicles.empty(); });
    look(state_.teams,
         {"team_without_capability", "队伍没有能力", "teams have no capability", kSheet,
          "capabilities"},
         any, [](domain::Team const& team) { return team.facts.capabilities.empty(); });
  }

  void places() {
    auto const is_depot = [](domain::Facility const& facility) {
      return !facility.facts.retired && facility.facts.kind == domain::FacilityKind::Depot;
    };
    auto const is_other = [](domain::Facility const& facility) {
      return !facility.facts.retired && facility.facts.kind != domain::FacilityKind::Depot;
    };
    auto const lacks_place = [](domain::Facility const& facility) {
      return !facility.facts.location;
    };
    look(state_.facilities,
         {"depot_without_stock", "物资库没有库存", "depots have no stock", SheetKind::Depots,
          "stock"},
         is_depot, [](domain::Facility const& facility) { return facility.facts.stock.empty(); });
    look(state_.facilities,
         {"depot_without_contact", "物资库没有联系人", "depots have no contact", SheetKind::Depots,
          "contacts"},
         is_depot,
         [](domain::Facility const& facility) { return facility.facts.contacts.empty(); });
    look(state_.facilities,
         {"depot_without_location", "物资库没有坐标", "depots have no position", SheetKind::Depots,
          "location"},
         is_depot, lacks_place);
    look(state_.facilities,
         {"facility_without_location", "设施没有坐标", "facilities have no position",
          SheetKind::Facilities, "location"},
         is_other, lacks_place);
  }

  void offices() {
    auto const works = [](auto const& object) { return !object.facts.retired; };
    look(state_.enterprises,
         {"enterprise_without_safety_officer", "企业没有安全管理员",
          "enterprises have no safety officer", SheetKind::Enterprises, "safety_officer"},
         works,
         [](domain::Enterprise const& enterprise) { return !enterprise.facts.safety_officer; });
    look(state_.enterprises,
         {"enterprise_without_location", "企业没有坐标", "enterprises have no position",
          SheetKind::Enterprises, "location"},
         works, [](domain::Enterprise const& enterprise) { return !enterprise.facts.location; });
    look(state_.organizations,
         {"organization_without_duty_phone", "单位没有值班电话",
          "organisations have no duty telephone", SheetKind::Organizations, "duty_phone"},
         works, [](domain::Organization const& organization) {
           return organization.facts.duty_phone.empty();
         });
    bool const dispatches =
        std::any_of(state_.accounts.begin(), state_.accounts.end(), [](auto const& entry) {
          auto const& roles = entry.second->facts.roles;
          return !entry.second->disabled &&
                 std::find(roles.begin(), roles.end(), domain::Role::Dispatcher) != roles.end();
        });
    nothing("no_dispatcher", "没有调度员账号", "nobody may dispatch", std::nullopt, !dispatches);
  }

  void nothing(char const* name, char const* chinese, char const* english,
               std::optional<SheetKind> kind, bool lacks) {
    out_.push_back({name, chinese, english, kind, "", lacks ? 1 : 0, 1, {}, {}});
  }

  State const& state_;
  Time now_;
  std::size_t most_;
  std::vector<Finding> out_;
};

}  // namespace

std::vector<Finding> readiness(State const& state, Time now, std::size_t most) {
  return Readiness{state, now, most}.run();
}

Json to_json(std::vector<Finding> const& findings) {
  Json::Array out;
  for (auto const& finding : findings) {
    Json::Array codes;
    for (auto const& code : finding.codes) {
      codes.emplace_back(code);
    }
    out.push_back(Json::object({{"name", finding.name},
                                {"chinese", finding.chinese},
                                {"english", finding.english},
                                {"count", finding.count},
                                {"of", finding.of},
                                {"codes", std::move(codes)}}));
  }
  return out;
}

void add_administrators(std::vector<Finding>& findings, State const& state, bool names) {
  auto found = administrators_of(state);
  auto const add = [&](Finding finding, std::vector<std::string> codes, std::size_t of,
                       bool shown) {
    if (!codes.empty()) {
      finding.count = static_cast<std::int64_t>(codes.size());
      finding.of = static_cast<std::int64_t>(of);
      finding.codes = shown ? std::move(codes) : std::vector<std::string>{};
      findings.push_back(std::move(finding));
    }
  };
  add({"administrators_together", "账号兼任两类以上管理员",
       "accounts hold more than one office of an administrator"},
      std::move(found.together), found.accounts, names);
  add({"office_without_administrator", "没有专任账号的管理员类别",
       "offices of an administrator have no account of their own"},
      std::move(found.vacant), 3, true);
}

}  // namespace fenghuo::server
