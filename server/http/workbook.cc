#include "server/access/administrators.h"
#include "server/http/arguments.h"
#include "server/http/page.h"
#include "server/workbook/county_workbook.h"
#include "server/workbook/header_map.h"
#include "server/workbook/readiness.h"

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

/// The titles of another office: those of the call before those of the settings.
std::variant<Answer, HeaderMap> headers_of(Desk& desk, Call const& call) {
  HeaderMap map;
  if (std::string const given = call.argument("headers"); !given.empty()) {
    auto const json = messaging::parse_json(given);
    auto read = json ? header_map_of(*json) : Result<HeaderMap>{json.error()};
    if (!read) {
      return problem(call, {{"headers", read.error().message}});
    }
    map = std::move(*read);
  }
  if (desk.settings.workbook_headers.empty()) {
    return map;
  }
  auto const settings = read_header_map(desk.settings.workbook_headers);
  if (!settings) {
    return problem(call, Error{ErrorCode::Unavailable,
                               "the setting workbook_headers: " + settings.error().message});
  }
  return joined(std::move(map), *settings);
}

/// What the readers of tables say is for all who send files, in English; what to do is said to the caller.
std::string unreadable(Call const& call, std::string const& reason) {
  if (call.language == Language::English) {
    return reason;
  }
  return "文件无法读取，未导入任何内容：请用 Excel 或 WPS 打开检查后另存为 .xlsx（或 "
         "CSV）再上传。原因：" +
         reason;
}

Answer import_file(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"dry_run", "name", "headers"})) {
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
  if (call.header("Content-Type").starts_with("text/csv")) {
    std::string const name = call.argument("name");
    if (!name.ends_with(".csv")) {
      return problem(call, {{"name", "of a .csv file: its sheet and the ending, 人员.csv"}});
    }
    wish.csv_sheet = std::filesystem::path{name}.stem().string();
  }
  auto headers = headers_of(desk, call);
  if (auto* refused = std::get_if<Answer>(&headers)) {
    return std::move(*refused);
  }
  wish.headers = std::get<HeaderMap>(std::move(headers));
  wish.dry_run = dry == "true";
  wish.actor = {call.who.account, call.who.acting_role(Permission::ImportMaster)};
  auto report = import_workbook(desk.center, wish);
  if (!report && report.error().code == ErrorCode::InvalidArgument) {
    return problem(call, {{"", unreadable(call, report.error().message)}});
  }
  if (!report) {
    return problem(call, report.error());
  }
  return Answer::json(to_json(*report));
}

Answer export_file(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"sheet", "format"})) {
    return std::move(*unknown);
  }
  if (auto refused = refuse_part(call)) {
    return std::move(*refused);
  }
  ExportWish wish;
  std::string const name = call.argument("sheet"), format = call.argument("format");
  wish.sheet = sheet_named(name);
  if (!name.empty() && wish.sheet == nullptr) {
    return problem(call,
                   {{"sheet", "no sheet of the county workbook; persons or 人员, for example"}});
  }
  if (!format.empty() && format != "xlsx" && format != "csv") {
    return problem(call, {{"format", "xlsx or csv"}});
  }
  wish.csv = format == "csv";
  if (wish.csv && wish.sheet == nullptr) {
    return problem(call, {{"sheet", "a CSV file holds one sheet: say which"}});
  }
  if (!call.who.may(Permission::SeePersonal)) {
    return problem(call, 403, "not_allowed", "the workbook holds names and numbers");
  }
  wish.scratch = std::filesystem::path{desk.settings.data} / "uploads";
  auto written = export_workbook(desk.center, wish);
  if (!written) {
    return problem(call, written.error());
  }
  Answer answer;
  answer.type = kTaken[wish.csv ? 1 : 0];
  answer.text = std::move(*written);
  std::string const title{wish.sheet == nullptr ? std::string_view{"county"} : wish.sheet->english};
  answer.headers.emplace_back(
      "Content-Disposition", "attachment; filename=\"" + title + (wish.csv ? ".csv\"" : ".xlsx\""));
  answer.personal_of = {"workbook"};
  return answer;
}

Answer lacks(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {})) {
    return std::move(*unknown);
  }
  Time const now = desk.center.clock().now();
  auto [findings, as_of] = desk.center.committed().read([&](domain::State const& state) {
    auto found = readiness(state, now);
    if (desk.secrets.profile.administrators_apart) {
      add_administrators(found, state, call.who.may(Permission::SeeAccounts));
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
