#include "server/admin/workbook_wishes.h"

#include <fmt/format.h>

#include "messaging/storage/disk.h"
#include "server/admin/noted_administration.h"
#include "server/http/exchange.h"
#include "server/workbook/county_workbook.h"
#include "server/workbook/header_map.h"
#include "server/workbook/readiness.h"

namespace fenghuo::server {

using messaging::Json;
using messaging::SecurityKind;

namespace {

namespace fs = std::filesystem;

kernel::Actor const kConsole{"local", "system_admin"};

std::string member(Json const& wish, char const* name) {
  Json const* found = wish.find(name);
  auto const* text = found == nullptr ? nullptr : found->string();
  return text == nullptr ? "" : *text;
}

bool is_dry_run(Json const& wish) {
  Json const* found = wish.find("dry_run");
  return found != nullptr && found->boolean() != nullptr && *found->boolean();
}

Json failed(Error const& error) {
  char const* code = "unavailable";
  if (error.code == ErrorCode::InvalidArgument) {
    code = "malformed";
  } else if (error.code == ErrorCode::NotFound) {
    code = "not_found";
  }
  return Json::object({{"ok", false}, {"code", code}, {"detail", error.message}});
}

/// What the row of the log says of a report.
std::string summary(ImportReport const& report, bool dry_run) {
  std::int64_t rows = 0, created = 0, changed = 0;
  for (auto const& sheet : report.sheets) {
    rows += sheet.rows;
    created += sheet.created;
    changed += sheet.changed;
  }
  return fmt::format("{}{} rows, {} created, {} changed, {} errors", dry_run ? "dry run: " : "",
                     rows, created, changed, report.errors_in_all);
}

Result<ImportReport> import_file(center::Center& center, Json const& wish) {
  ImportWish what;
  what.file = member(wish, "file");
  std::string const name = member(wish, "name");
  if (name.ends_with(".csv")) {
    what.csv_sheet = fs::path{name}.stem().string();
  }
  what.dry_run = is_dry_run(wish);
  what.actor = kConsole;
  if (std::string const columns = member(wish, "columns"); !columns.empty()) {
    auto map = read_header_map(columns);
    if (!map) {
      return map.error();
    }
    what.headers = std::move(map).value();
  }
  std::error_code error;
  auto const size = fs::is_regular_file(what.file, error) ? fs::file_size(what.file, error) : 0;
  if (error || size == 0) {
    return Error{
        ErrorCode::NotFound,
        fmt::format("the centre cannot read {} ({}): name a file that its account may read",
                    what.file.string(), error ? error.message() : "no file, or empty")};
  }
  if (size > kUploadLimit) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("{} has {} bytes, more than {}: bring it sheet by sheet, as .csv",
                             what.file.string(), size, kUploadLimit)};
  }
  return import_workbook(center, what);
}

Result<void> export_file(center::Center& center, fs::path const& file) {
  auto const bytes = export_workbook(center, {.scratch = file.parent_path()});
  return bytes ? messaging::system_disk().write(file, *bytes) : Result<void>{bytes.error()};
}

}  // namespace

bool is_workbook_wish(std::string_view what) {
  return what == "workbook_import" || what == "workbook_export" || what == "readiness";
}

Json administer_workbook(center::Center& center, messaging::SecurityLog& log, Json const& wish,
                         bool administrators_apart) {
  std::string const what = member(wish, "do");
  Json answer = Json::object({{"ok", true}});
  messaging::SecurityEntry entry =
      local_entry(SecurityKind::Exported, center.clock().now(), "readiness", "");
  auto const refuse = [&](Error const& error) {
    answer = failed(error);
    entry.outcome = member(answer, "code");
    entry.detail = error.message;
  };
  if (what == "workbook_import") {
    entry.kind = SecurityKind::Imported;
    entry.subject = member(wish, "name");
    if (auto const report = import_file(center, wish)) {
      bool const taken = report->done && report->errors_in_all == 0;
      entry.outcome = taken ? "done" : report->errors_in_all > 0 ? "refused" : "tried";
      entry.detail = summary(*report, is_dry_run(wish));
      answer.add("report", to_json(*report));
    } else {
      refuse(report.error());
    }
  } else if (what == "workbook_export") {
    entry.subject = "workbook";
    entry.detail = member(wish, "whereto");
    if (auto const written = export_file(center, member(wish, "file")); !written) {
      refuse(written.error());
    }
  } else {
    Time const now = center.clock().now();
    auto const findings = center.committed().read([&](domain::State const& state) {
      auto found = readiness(state, now);
      if (administrators_apart) {
        add_administrators(found, state, true);
      }
      return found;
    });
    entry.detail = fmt::format("{} findings", findings.size());
    answer.add("items", to_json(findings));
  }
  log.note(std::move(entry));
  log.flush();
  return answer;
}

}  // namespace fenghuo::server
