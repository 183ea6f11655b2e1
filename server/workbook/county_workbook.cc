#include "server/workbook/county_workbook.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "center/place_lookup.h"
#include "core/kernel/kernel.h"
#include "messaging/codec/fields_json.h"
#include "messaging/tables/csv_reader.h"
#include "messaging/tables/workbook_writer.h"
#include "messaging/tables/xlsx_reader.h"

namespace fenghuo::server {

using domain::State;
using messaging::Json;

namespace {

/// A sealer for a dry run: known persons are sealed as they are, so that what did not change is seen; of others
/// nothing is kept.
class TrySealer final : public messaging::PersonalSealer {
 public:
  TrySealer(messaging::PersonalKeys& keys, std::string subject, bool each)
      : keys_{keys}, subject_{std::move(subject)}, each_{each} {}
  Result<domain::Sealed> seal(std::string const& text) override {
    std::string const subject = each_ ? subject_ + "/" + keys_.blind(text) : subject_;
    auto known = keys_.seal_known(subject, text);
    if (!known) {
      return known.error();
    }
    return known->value_or(domain::Sealed{"k-not-kept", keys_.blind(text)});
  }

 private:
  messaging::PersonalKeys& keys_;
  std::string subject_;
  bool each_;
};

struct PlannedRow {
  SheetKind kind;
  std::string sheet, cell;
  domain::Command command;
};

/// Which cells will be missed although nobody must fill them.
bool is_wanted(SheetKind kind, std::string_view member) {
  switch (kind) {
    case SheetKind::Organizations:
      return member == "duty_phone";
    case SheetKind::Persons:
      return member == "mobile";
    case SheetKind::Areas:
      return member == "location" || member == "responsible" || member == "population";
    case SheetKind::Teams:
      return member == "phone" || member == "home" || member == "contacts" || member == "vehicles";
    case SheetKind::Depots:
      return member == "location" || member == "stock" || member == "contacts";
    case SheetKind::Facilities:
      return member == "location";
    case SheetKind::Enterprises:
      return member == "location" || member == "safety_officer";
    case SheetKind::DutyPosts:
      return member == "keeper";
    case SheetKind::DutyShifts:
    case SheetKind::PlanContacts:
      break;
  }
  return false;
}

class Import {
 public:
  Import(center::Center& center, ImportWish const& wish) : center_{center}, wish_{wish} {
    zone_ = center.committed().read([](State const& state) {
      return state.founding ? static_cast<int>(state.founding->zone_minutes) : 0;
    });
  }

  Result<ImportReport> run() {
    if (!wish_.dry_run) {
      if (auto begun = center_.personal()->begin_batch(); !begun) {
        return begun.error();
      }
    }
    auto const read = read_file();
    if (!wish_.dry_run) {
      if (auto ended = center_.personal()->end_batch(); !ended) {
        return ended.error();
      }
    }
    if (!read) {
      return read.error();
    }
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](auto const& a, auto const& b) { return a.kind < b.kind; });
    try_all();
    if (report_.errors_in_all == 0 && !wish_.dry_run) {
      if (auto done = carry_out_all(); !done) {
        return done.error();
      }
      report_.done = true;
    }
    return std::move(report_);
  }

 private:
  struct Sheet {
    SheetForm const* form = nullptr;
    std::vector<SheetColumn const*> columns;
    std::map<std::string, std::string> codes;  ///< code -> first cell
    std::size_t count = 0;                     ///< place among the report's sheets
  };

  Result<void> read_file() {
    auto const visit = [this](std::string_view sheet, messaging::TableRow const& row) {
      take(std::string{sheet}, row);
    };
    if (wish_.name.ends_with(".csv")) {
      std::string const sheet = std::filesystem::path{wish_.name}.stem().string();
      std::ifstream file{wish_.file, std::ios::binary};
      std::string text{std::istreambuf_iterator<char>{file}, {}};
      return messaging::read_csv_text(sheet, std::move(text), visit);
    }
    auto const names = messaging::read_xlsx(wish_.file, visit);
    return names ? Result<void>{} : Result<void>{names.error()};
  }

  void error(CellError wrong) {
    if (++report_.errors_in_all <= static_cast<std::int64_t>(kErrorsShown)) {
      report_.errors.push_back(std::move(wrong));
    }
  }
  void gap(CellError missing) {
    if (++report_.gaps_in_all <= static_cast<std::int64_t>(kErrorsShown)) {
      report_.gaps.push_back(std::move(missing));
    }
  }

  void take(std::string const& name, messaging::TableRow const& row) {
    auto const known = sheets_.find(name);
    if (known == sheets_.end()) {
      begin_sheet(name, row);
    } else if (known->second.form != nullptr) {
      take_row(name, known->second, row);
    }
  }

  void begin_sheet(std::string const& name, messaging::TableRow const& row) {
    Sheet sheet;
    for (auto const& form : county_sheets()) {
      if (name == form.chinese || name == form.english) {
        sheet.form = &form;
      }
    }
    if (sheet.form == nullptr) {
      report_.ignored.push_back(name);
      sheets_[name] = std::move(sheet);
      return;
    }
    std::set<SheetColumn const*> seen;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      std::string header = row.cells[i].text;
      if (auto const ours = wish_.headers.find(header); ours != wish_.headers.end()) {
        header = ours->second;
      }
      SheetColumn const* found = nullptr;
      for (auto const& column : sheet.form->columns) {
        found = header == column.chinese || header == column.english ? &column : found;
      }
      if (found != nullptr && !seen.insert(found).second) {
        error({name, messaging::cell_name(i, row.number), "这一列出现了两次：" + header});
      }
      if (found == nullptr && !header.empty()) {
        report_.ignored.push_back(name + "!" + messaging::cell_name(i, row.number) + " " + header);
      }
      sheet.columns.push_back(found);
    }
    for (auto const& column : sheet.form->columns) {
      if (column.required && !seen.contains(&column)) {
        error(
            {name, messaging::cell_name(0, row.number),
             "缺少列：" + std::string{column.chinese} + "（" + std::string{column.english} + "）"});
      }
    }
    sheet.count = report_.sheets.size();
    report_.sheets.push_back({name, 0, 0, 0, 0});
    sheets_[name] = std::move(sheet);
  }

  void take_row(std::string const& name, Sheet& sheet, messaging::TableRow const& row) {
    ++report_.sheets[sheet.count].rows;
    RowObject made = object_of(*sheet.form, sheet.columns, name, row, zone_);
    for (auto& wrong : made.errors) {
      error(std::move(wrong));
    }
    for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
      SheetColumn const* column = sheet.columns[i];
      bool const empty = i >= row.cells.size() || row.cells[i].text.empty();
      if (column != nullptr && empty && !column->required && column->kind != Column::Latitude &&
          column->kind != Column::Datum && is_wanted(sheet.form->kind, column->member)) {
        gap({name, messaging::cell_name(i, row.number), "缺少" + std::string{column->chinese}});
      }
    }
    std::string const key{sheet.form->columns.front().member};
    Json const* code = made.object.find(key);
    if (code != nullptr && code->string() != nullptr) {
      auto const cell = messaging::cell_name(0, row.number);
      auto const [first, fresh] = sheet.codes.emplace(*code->string(), cell);
      if (!fresh) {
        error({name, cell, "编码与 " + first->second + " 重复：" + *code->string()});
        return;
      }
    }
    if (made.errors.empty()) {
      plan(name, sheet, row, std::move(made.object));
    }
  }

  void plan(std::string const& name, Sheet const& sheet, messaging::TableRow const& row,
            Json object) {
    switch (sheet.form->kind) {
      case SheetKind::Organizations:
        return plan_as<domain::Organization>(name, sheet, row, object);
      case SheetKind::Persons:
        return plan_as<domain::Person>(name, sheet, row, object);
      case SheetKind::Depots:
        object.add("kind", "depot");
        return plan_as<domain::Facility>(name, sheet, row, object);
      case SheetKind::Facilities:
        return plan_as<domain::Facility>(name, sheet, row, object);
      case SheetKind::Areas:
        return plan_as<domain::Area>(name, sheet, row, object);
      case SheetKind::Teams:
        return plan_team(name, sheet, row, object);
      case SheetKind::Enterprises:
        return plan_as<domain::Enterprise>(name, sheet, row, object);
      case SheetKind::DutyPosts:
        return plan_as<domain::DutyPost>(name, sheet, row, object);
      case SheetKind::DutyShifts:
        return plan_as<domain::DutyShift>(name, sheet, row, object);
      case SheetKind::PlanContacts:
        break;
    }
    plan_as<domain::PlanContact>(name, sheet, row, object);
  }

  std::unique_ptr<messaging::PersonalSealer> sealer(SheetKind kind, std::string const& code) {
    bool const each = kind == SheetKind::Areas;
    std::string const subject = (each ? "assisted:" : "person:") + code;
    auto& keys = *center_.personal();
    if (wish_.dry_run) {
      return std::make_unique<TrySealer>(keys, subject, each);
    }
    if (each) {
      return std::make_unique<messaging::EachSealer>(keys, subject);
    }
    return std::make_unique<messaging::SubjectSealer>(keys, subject);
  }

  void tell(std::string const& name, Sheet const& sheet, messaging::TableRow const& row,
            std::vector<messaging::FieldError> const& wrong) {
    for (auto const& one : wrong) {
      error({name, cell_of_pointer(sheet.columns, one.pointer, row.number), one.message});
    }
  }

  void fill(std::optional<domain::Location>& location, char const* member, std::string* area,
            std::vector<messaging::FieldError>& errors) {
    if (location && center::convert(*location, std::string{"/"} + member, errors) &&
        area != nullptr && area->empty()) {
      *area = center_.roads().area_at(location->point);
    }
  }
  void complete(domain::OrganizationFacts&, std::vector<messaging::FieldError>&) {}
  void complete(domain::PersonFacts&, std::vector<messaging::FieldError>&) {}
  void complete(domain::PlanContactFacts&, std::vector<messaging::FieldError>&) {}
  void complete(domain::DutyPostFacts&, std::vector<messaging::FieldError>&) {}
  void complete(domain::DutyShiftFacts&, std::vector<messaging::FieldError>&) {}
  void complete(domain::AreaFacts& facts, std::vector<messaging::FieldError>& errors) {
    fill(facts.location, "location", nullptr, errors);
  }
  void complete(domain::FacilityFacts& facts, std::vector<messaging::FieldError>& errors) {
    fill(facts.location, "location", &facts.area, errors);
  }
  void complete(domain::EnterpriseFacts& facts, std::vector<messaging::FieldError>& errors) {
    fill(facts.location, "location", &facts.area, errors);
  }

  template <class T>
  void plan_as(std::string const& name, Sheet const& sheet, messaging::TableRow const& row,
               Json const& object) {
    Json const* code = object.find("id");
    auto const seal = sealer(sheet.form->kind,
                             code != nullptr && code->string() != nullptr ? *code->string() : "");
    messaging::ReadContext context{
        .style = {.strict = true}, .errors = {}, .path = {}, .sealer = seal.get()};
    domain::Record<T> command;
    from_json(object, command, context);
    if (context.errors.empty()) {
      complete(command.facts, context.errors);
    }
    if (!context.errors.empty()) {
      return tell(name, sheet, row, context.errors);
    }
    rows_.push_back({sheet.form->kind, name, messaging::cell_name(0, row.number), command});
  }

  void plan_team(std::string const& name, Sheet const& sheet, messaging::TableRow const& row,
                 Json const& object) {
    messaging::ReadContext context{.style = {.strict = true}, .errors = {}, .path = {}};
    Json rest{Json::Object{}};
    std::optional<domain::Location> home;
    for (auto const& [member, value] : *object.object()) {
      if (member == "home") {
        context.path = "/home";
        from_json(value, home.emplace(), context);
        context.path = "";
      } else {
        rest.add(member, value);
      }
    }
    domain::RegisterTeam command;
    from_json(rest, command, context);
    if (context.errors.empty()) {
      fill(home, "home", &command.facts.area, context.errors);
    }
    if (!context.errors.empty()) {
      return tell(name, sheet, row, context.errors);
    }
    if (home) {
      command.facts.home = home->point;
    }
    rows_.push_back({sheet.form->kind, name, messaging::cell_name(0, row.number), command});
  }

  /// A team that is known by its code is changed, not registered again.
  static domain::Command command_of(State const& state, PlannedRow const& row) {
    auto const* team = std::get_if<domain::RegisterTeam>(&row.command);
    auto const known =
        team == nullptr ? state.team_codes.end() : state.team_codes.find(team->facts.code);
    if (known == state.team_codes.end()) {
      return row.command;
    }
    return domain::UpdateTeam{known->second, team->facts};
  }

  /// Whether a row makes something that was not there.
  static bool makes(std::vector<domain::Event> const& events, State const& before) {
    return std::visit(
        [&](auto const& event) {
          using E = std::decay_t<decltype(event)>;
          if constexpr (requires { event.id.text; }) {
            if constexpr (std::is_same_v<E, domain::OrganizationRecorded>) {
              return find(before.organizations, event.id) == nullptr;
            } else if constexpr (std::is_same_v<E, domain::PersonRecorded>) {
              return find(before.persons, event.id) == nullptr;
            } else if constexpr (std::is_same_v<E, domain::AreaRecorded>) {
              return find(before.areas, event.id) == nullptr;
            } else if constexpr (std::is_same_v<E, domain::FacilityRecorded>) {
              return find(before.facilities, event.id) == nullptr;
            } else if constexpr (std::is_same_v<E, domain::EnterpriseRecorded>) {
              return find(before.enterprises, event.id) == nullptr;
            } else if constexpr (std::is_same_v<E, domain::PlanContactRecorded>) {
              return find(before.plan_contacts, event.id) == nullptr;
            } else if constexpr (std::is_same_v<E, domain::DutyPostRecorded>) {
              return find(before.duty_posts, event.id) == nullptr;
            } else {
              return find(before.duty_shifts, event.id) == nullptr;
            }
          } else {
            return std::is_same_v<E, domain::TeamRegistered>;
          }
        },
        events.front());
  }

  SheetCount& count_of(PlannedRow const& row) { return report_.sheets[sheets_[row.sheet].count]; }

  /// Decides every row on a copy of the state.
  void try_all() {
    State state = center_.committed().copy();
    Time const now = std::max(center_.now(), state.time);
    changing_.assign(rows_.size(), false);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      PlannedRow const& row = rows_[i];
      kernel::CommandEnvelope const envelope{"", wish_.actor, now, std::nullopt,
                                             command_of(state, row)};
      auto const decision = kernel::decide(state, envelope);
      if (auto const* refusal = std::get_if<domain::Refusal>(&decision.outcome)) {
        if (refusal->rejection == domain::Rejection::AlreadyInThatState) {
          ++count_of(row).unchanged;
          continue;
        }
        std::string detail{name_of(refusal->rejection)};
        for (auto const& [fact, value] : refusal->facts) {
          detail += " " + fact + "=" + value;
        }
        error({row.sheet, row.cell, detail});
        continue;
      }
      auto const& events = std::get<std::vector<domain::Event>>(decision.outcome);
      ++(makes(events, state) ? count_of(row).created : count_of(row).changed);
      changing_[i] = true;
      for (auto const& event : events) {
        kernel::apply(state, {state.sequence + 1, now, now, "", 0, wish_.actor, event});
      }
    }
  }

  Result<void> carry_out_all() {
    std::string const batch =
        "import/" + center_.personal()
                        ->blind(std::to_string(center_.now().us) + wish_.actor.name)
                        .substr(0, 24);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!changing_[i]) {
        continue;
      }
      messaging::Request request;
      request.envelope.id = batch + "/" + std::to_string(i);
      request.envelope.actor = wish_.actor;
      request.envelope.command =
          center_.committed().read([&](State const& state) { return command_of(state, rows_[i]); });
      auto const outcome = center_.carry_out(std::move(request));
      if (auto const* failed = std::get_if<Error>(&outcome)) {
        return Error{failed->code, "row " + rows_[i].sheet + "!" + rows_[i].cell + ": " +
                                       failed->message + "; read the same file again"};
      }
      if (auto const* refusal = std::get_if<domain::Refusal>(&outcome)) {
        // Somebody changed something meanwhile: told, and the rest goes on.
        error({rows_[i].sheet, rows_[i].cell, std::string{name_of(refusal->rejection)}});
      }
    }
    return {};
  }

  center::Center& center_;
  ImportWish const& wish_;
  int zone_ = 0;
  std::map<std::string, Sheet> sheets_;
  std::vector<PlannedRow> rows_;
  std::vector<bool> changing_;
  ImportReport report_;
};

/// Opens every sealed text of an object, for a workbook that goes to those who keep it.
void open_all(messaging::PersonalKeys& keys, Json& value) {
  if (auto* items = value.array()) {
    for (auto& item : *items) {
      open_all(keys, item);
    }
  } else if (auto* members = value.object()) {
    Json const* key = value.find("key");
    Json const* box = value.find("box");
    if (members->size() == 2 && key != nullptr && box != nullptr && key->string() != nullptr &&
        box->string() != nullptr) {
      auto const text = keys.open(domain::Sealed{*key->string(), *box->string()});
      value = text ? Json{*text} : Json{};
      return;
    }
    for (auto& member : *members) {
      open_all(keys, member.second);
    }
  }
}

messaging::OutgoingSheet outgoing(SheetForm const& form) {
  messaging::OutgoingSheet sheet{std::string{form.chinese}, {}, {}};
  for (auto const& column : form.columns) {
    messaging::OutgoingSheet::Column out{
        std::string{column.chinese}, std::string{column.hint}, {}, 16};
    for (auto const& [chinese, name] : column.words) {
      out.choices.emplace_back(chinese);
    }
    sheet.columns.push_back(std::move(out));
  }
  return sheet;
}

template <class T, class Keep>
void add_rows(messaging::OutgoingSheet& sheet, SheetForm const& form, domain::Shelf<T> const& shelf,
              messaging::PersonalKeys& keys, int zone, Keep const& keep) {
  for (auto const& [id, object] : shelf) {
    if (!keep(*object)) {
      continue;
    }
    Json shown = to_json(*object, messaging::WriteStyle{.zone_minutes = zone, .complete = true});
    open_all(keys, shown);
    std::vector<std::string> cells;
    for (auto const& column : form.columns) {
      cells.push_back(cell_of(column, shown, zone));
    }
    sheet.rows.push_back(std::move(cells));
  }
}

}  // namespace

Result<ImportReport> import_workbook(center::Center& center, ImportWish const& wish) {
  return Import{center, wish}.run();
}

Result<void> export_workbook(center::Center& center, std::filesystem::path const& file) {
  State const state = center.committed().copy();
  int const zone = state.founding ? static_cast<int>(state.founding->zone_minutes) : 0;
  auto& keys = *center.personal();
  auto const all = [](auto const&) { return true; };
  std::vector<messaging::OutgoingSheet> sheets;
  for (auto const& form : county_sheets()) {
    auto sheet = outgoing(form);
    auto const add = [&](auto const& shelf, auto const& keep) {
      add_rows(sheet, form, shelf, keys, zone, keep);
    };
    switch (form.kind) {
      case SheetKind::Organizations:
        add(state.organizations, all);
        break;
      case SheetKind::Persons:
        add(state.persons, [](domain::Person const& person) { return !person.erased_at; });
        break;
      case SheetKind::Facilities:
        add(state.facilities, [](domain::Facility const& facility) {
          return facility.facts.kind != domain::FacilityKind::Depot;
        });
        break;
      case SheetKind::Depots:
        add(state.facilities, [](domain::Facility const& facility) {
          return facility.facts.kind == domain::FacilityKind::Depot;
        });
        break;
      case SheetKind::Areas:
        add(state.areas, all);
        break;
      case SheetKind::Teams:
        add(state.teams, [](domain::Team const& team) { return !team.facts.code.empty(); });
        break;
      case SheetKind::Enterprises:
        add(state.enterprises, all);
        break;
      case SheetKind::DutyPosts:
        add(state.duty_posts, all);
        break;
      case SheetKind::DutyShifts:
        add(state.duty_shifts, [](domain::DutyShift const& shift) { return !shift.cancelled; });
        break;
      case SheetKind::PlanContacts:
        add(state.plan_contacts, all);
        break;
    }
    sheets.push_back(std::move(sheet));
  }
  std::vector<std::string> const lines{
      "县级应急指挥基础数据工作簿",
      "每张表第一行是列名，第一列是编码；编码一经使用不再更换，同一编码再次导入即为更新。",
      "含个人信息（姓名、电话），请按规定保管。"};
  return messaging::write_xlsx(file, lines, sheets);
}

namespace {

class Readiness {
 public:
  explicit Readiness(State const& state, Time now) : state_{state}, now_{now} {}

  std::vector<Finding> run() {
    villages();
    people();
    teams();
    rest();
    std::erase_if(out_, [](Finding const& finding) { return finding.count == 0; });
    return std::move(out_);
  }

 private:
  template <class T, class Counts, class Lacks>
  void look(domain::Shelf<T> const& shelf, char const* name, char const* chinese,
            char const* english, Counts const& counts, Lacks const& lacks) {
    Finding finding{name, chinese, english, 0, 0, {}};
    for (auto const& [id, object] : shelf) {
      if (!counts(*object)) {
        continue;
      }
      ++finding.of;
      if (lacks(*object)) {
        ++finding.count;
        if (finding.codes.size() < 200) {
          finding.codes.push_back(to_text(id));
        }
      }
    }
    out_.push_back(std::move(finding));
  }

  bool has_number(PersonCode const& code) const {
    domain::Person const* person = find(state_.persons, code);
    return person != nullptr && !person->facts.retired &&
           (!person->facts.mobile.empty() || !person->facts.phone.empty());
  }

  void villages() {
    auto const is_village = [](domain::Area const& area) {
      return !area.facts.retired && (area.facts.level == domain::AreaLevel::Village ||
                                     area.facts.level == domain::AreaLevel::Community);
    };
    look(state_.areas, "village_without_telephone", "村（社区）没有可打通的电话",
         "villages lack a telephone", is_village, [&](domain::Area const& area) {
           return area.facts.phone.empty() &&
                  std::none_of(area.facts.responsible.begin(), area.facts.responsible.end(),
                               [&](auto const& r) { return has_number(r.person); });
         });
    look(state_.areas, "village_without_responsible", "村（社区）没有责任人",
         "villages have no responsible person", is_village,
         [](domain::Area const& area) { return area.facts.responsible.empty(); });
    look(state_.areas, "village_without_deputy", "村（社区）只有一人可叫应",
         "villages have one person to call and no deputy", is_village,
         [&](domain::Area const& area) {
           std::vector<PersonCode> persons;
           for (auto const& r : area.facts.responsible) {
             persons.push_back(r.person);
           }
           return !persons.empty() && chain_of(state_, persons).size() < 2;
         });
    look(state_.areas, "village_without_location", "村（社区）没有坐标",
         "villages have no position", is_village,
         [](domain::Area const& area) { return !area.facts.location; });
    look(state_.areas, "village_without_population", "村（社区）没有人口数",
         "villages have no population", is_village,
         [](domain::Area const& area) { return area.facts.population == 0; });
  }

  void people() {
    auto const serves = [](domain::Person const& person) {
      return !person.facts.retired && !person.erased_at;
    };
    look(state_.persons, "person_without_telephone", "人员没有电话", "persons lack a telephone",
         serves, [&](domain::Person const& person) { return !has_number(person.id); });
    look(state_.persons, "unknown_deputy", "AB角人员编码不存在", "deputies that are not recorded",
         serves, [&](domain::Person const& person) {
           return std::any_of(
               person.facts.deputies.begin(), person.facts.deputies.end(),
               [&](auto const& code) { return find(state_.persons, code) == nullptr; });
         });
    auto const mans = [](domain::DutyPost const& post) {
      return !post.facts.retired && post.facts.people > 0;
    };
    look(state_.duty_posts, "post_with_a_hole", "七天内有值班空缺的岗位",
         "posts have a hole within seven days", mans, [&](domain::DutyPost const& post) {
           auto const hole = next_hole(state_, post.id, now_);
           return hole && hole->from < now_ + hours(24 * 7);
         });
    look(state_.duty_posts, "post_without_keeper", "岗位没有排班人", "posts have no keeper", mans,
         [](domain::DutyPost const& post) { return !post.facts.keeper; });
  }

  void teams() {
    auto const any = [](domain::Team const&) { return true; };
    look(state_.teams, "team_without_telephone", "队伍没有电话", "teams lack a telephone", any,
         [&](domain::Team const& team) {
           return team.facts.phone.empty() &&
                  std::none_of(team.facts.contacts.begin(), team.facts.contacts.end(),
                               [&](auto const& code) { return has_number(code); });
         });
    look(state_.teams, "team_without_home", "队伍没有驻地坐标", "teams have no home", any,
         [](domain::Team const& team) { return !team.facts.home; });
    look(state_.teams, "team_without_leader", "队伍没有联系人", "teams have no leader", any,
         [](domain::Team const& team) { return team.facts.contacts.empty(); });
    look(state_.teams, "team_without_capability", "队伍没有能力", "teams have no capability", any,
         [](domain::Team const& team) { return team.facts.capabilities.empty(); });
  }

  void rest() {
    auto const is_depot = [](domain::Facility const& facility) {
      return !facility.facts.retired && facility.facts.kind == domain::FacilityKind::Depot;
    };
    look(state_.facilities, "depot_without_stock", "物资库没有库存", "depots have no stock",
         is_depot, [](domain::Facility const& facility) { return facility.facts.stock.empty(); });
    look(
        state_.facilities, "facility_without_location", "设施没有坐标",
        "facilities have no position",
        [](domain::Facility const& facility) { return !facility.facts.retired; },
        [](domain::Facility const& facility) { return !facility.facts.location; });
    look(
        state_.enterprises, "enterprise_without_safety_officer", "企业没有安全管理员",
        "enterprises have no safety officer",
        [](domain::Enterprise const& enterprise) { return !enterprise.facts.retired; },
        [](domain::Enterprise const& enterprise) { return !enterprise.facts.safety_officer; });
    look(
        state_.organizations, "organization_without_duty_phone", "单位没有值班电话",
        "organisations have no duty telephone",
        [](domain::Organization const& organization) { return !organization.facts.retired; },
        [](domain::Organization const& organization) {
          return organization.facts.duty_phone.empty();
        });
    nothing("no_team", "还没有队伍", "there is no team", state_.teams.empty());
    nothing("no_village", "还没有村情卡", "there is no village card", state_.areas.empty());
    nothing("no_post", "还没有值班岗位", "there is no post", state_.duty_posts.empty());
    bool const dispatches =
        std::any_of(state_.accounts.begin(), state_.accounts.end(), [](auto const& entry) {
          auto const& roles = entry.second->facts.roles;
          return !entry.second->disabled &&
                 std::find(roles.begin(), roles.end(), domain::Role::Dispatcher) != roles.end();
        });
    nothing("no_dispatcher", "没有调度员账号", "nobody may dispatch", !dispatches);
  }

  void nothing(char const* name, char const* chinese, char const* english, bool lacks) {
    out_.push_back({name, chinese, english, lacks ? 1 : 0, 1, {}});
  }

  State const& state_;
  Time now_;
  std::vector<Finding> out_;
};

Json cells_json(std::vector<CellError> const& cells) {
  Json::Array out;
  for (auto const& one : cells) {
    out.push_back(
        Json::object({{"sheet", one.sheet}, {"cell", one.cell}, {"message", one.message}}));
  }
  return out;
}

}  // namespace

std::vector<Finding> readiness(State const& state, Time now) { return Readiness{state, now}.run(); }

Json to_json(ImportReport const& report) {
  Json::Array sheets, ignored;
  for (auto const& sheet : report.sheets) {
    sheets.push_back(Json::object({{"sheet", sheet.sheet},
                                   {"rows", sheet.rows},
                                   {"created", sheet.created},
                                   {"changed", sheet.changed},
                                   {"unchanged", sheet.unchanged}}));
  }
  for (auto const& what : report.ignored) {
    ignored.emplace_back(what);
  }
  return Json::object({{"done", report.done},
                       {"sheets", std::move(sheets)},
                       {"errors", cells_json(report.errors)},
                       {"errors_in_all", report.errors_in_all},
                       {"gaps", cells_json(report.gaps)},
                       {"gaps_in_all", report.gaps_in_all},
                       {"ignored", std::move(ignored)}});
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

}  // namespace fenghuo::server
