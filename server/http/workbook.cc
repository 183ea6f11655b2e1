#include "server/access/administrators.h"
#include "server/http/arguments.h"
#include "server/http/page.h"
#include "server/workbook/county_workbook.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

constexpr std::string_view kTaken[] = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv"};

std::optional<Answer> refuse_part(Call const& call) {
  if (call.who.area.empty()) {
    return std::nullopt;
  }
  return problem(call, 403, "outside_area", "a workbook holds the whole county");
}

Answer import_file(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"dry_run", "name"})) {
    return std::move(*unknown);
  }
  if (auto refused = refuse_part(call)) {
    return std::move(*refused);
  }
  std::string const dry = call.argument("dry_run");
  if (!dry.empty() && dry != "true" && dry != "false") {
    return problem(call, {{"dry_run", "true or false"}});
  }
  if (call.body_file.empty()) {
    return problem(call, {{"", "send the workbook as the body"}});
  }
  ImportWish wish;
  wish.file = call.body_file;
  bool const csv = call.header("Content-Type").starts_with("text/csv");
  wish.name = call.argument("name");
  if (wish.name.empty()) {
    wish.name = csv ? "" : "workbook.xlsx";
  }
  if (csv && !wish.name.ends_with(".csv")) {
    return problem(call, {{"name", "of a .csv file: its sheet and the ending, 人员.csv"}});
  }
  wish.dry_run = dry == "true";
  wish.actor = {call.who.account, call.who.acting_role(Permission::ImportMaster)};
  auto report = import_workbook(desk.center, wish);
  if (!report && report.error().code == ErrorCode::InvalidArgument) {
    return problem(call, {{"", report.error().message}});
  }
  if (!report) {
    return problem(call, report.error());
  }
  return Answer::json(to_json(*report));
}

Answer export_file(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {})) {
    return std::move(*unknown);
  }
  if (auto refused = refuse_part(call)) {
    return std::move(*refused);
  }
  if (!call.who.may(Permission::SeePersonal)) {
    return problem(call, 403, "not_allowed", "the workbook holds names and numbers");
  }
  auto const file = std::filesystem::path{desk.settings.data} / "uploads" /
                    ("export-" + call.request_id + ".xlsx");
  if (auto written = export_workbook(desk.center, file); !written) {
    return problem(call, written.error());
  }
  Answer answer;
  answer.type = kTaken[0];
  answer.file = file;
  answer.remove_file = true;
  answer.headers.emplace_back("Content-Disposition", "attachment; filename=\"county.xlsx\"");
  answer.personal_of = {"workbook"};
  return answer;
}

/// Whether three different people look after the machine, the doors and the log. Names only for those who may
/// list accounts.
void add_administrators(std::vector<Finding>& findings, Administrators found, bool names) {
  auto const add = [&](char const* name, char const* chinese, char const* english,
                       std::vector<std::string> codes, std::size_t of, bool shown) {
    if (!codes.empty()) {
      auto const count = static_cast<std::int64_t>(codes.size());
      findings.push_back({name, chinese, english, count, static_cast<std::int64_t>(of),
                          shown ? std::move(codes) : std::vector<std::string>{}});
    }
  };
  add("administrators_together", "账号兼任两类以上管理员",
      "accounts hold more than one office of an administrator", std::move(found.together),
      found.accounts, names);
  add("office_without_administrator", "没有专任账号的管理员类别",
      "offices of an administrator have no account of their own", std::move(found.vacant), 3, true);
}

Answer lacks(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {})) {
    return std::move(*unknown);
  }
  Time const now = desk.center.clock().now();
  auto [findings, as_of] = desk.center.committed().read([&](domain::State const& state) {
    auto found = readiness(state, now);
    if (desk.secrets.profile.administrators_apart) {
      add_administrators(found, administrators_of(state), call.who.may(Permission::SeeAccounts));
    }
    return std::pair{std::move(found), state.sequence};
  });
  Answer answer = Answer::json(Json::object({{"items", to_json(findings)}}));
  answer.body.add("as_of", as_of);
  return answer;
}

}  // namespace

void add_workbook_routes(RouteTable& routes, Desk& desk) {
  Route& in = routes.add({"POST", "/api/v1/workbook", Permission::ImportMaster,
                          [&](Call& c) { return import_file(desk, c); }});
  in.work = WorkClass::Bulk;
  in.body_limit = kUploadLimit;
  in.body_in = BodyIn::File;
  in.takes = kTaken;
  routes
      .add({"GET", "/api/v1/workbook", Permission::EditMaster,
            [&](Call& c) { return export_file(desk, c); }})
      .work = WorkClass::Bulk;
  routes.add(
      {"GET", "/api/v1/readiness", Permission::Read, [&](Call& c) { return lacks(desk, c); }});
}

}  // namespace fenghuo::server
