#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "server/cli/centre_call.h"
#include "server/cli/commands.h"

namespace fenghuo::server {

using messaging::Json;

namespace fs = std::filesystem;

namespace {

/// Twenty thousand rows are decided twice and written one by one.
constexpr std::chrono::seconds kPatience{600};

std::int64_t count_of(Json const& object, char const* name) {
  Json const* found = object.find(name);
  return found == nullptr || found->integer() == nullptr ? 0 : *found->integer();
}

bool is_yes(Json const& object, char const* name) {
  Json const* found = object.find(name);
  return found != nullptr && found->boolean() != nullptr && *found->boolean();
}

Json::Array const& list_of(Json const& object, char const* name) {
  static Json::Array const kNone;
  Json const* found = object.find(name);
  return found == nullptr || found->array() == nullptr ? kNone : *found->array();
}

/// Filled up with blanks to a width on the terminal, where Chinese characters take two columns.
std::string wide(std::string text, std::size_t columns) {
  std::size_t taken = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const byte = static_cast<unsigned char>(text[i]);
    taken += byte >= 0xE0 ? 2 : (byte & 0xC0U) == 0x80 ? 0 : 1;
  }
  return text.append(columns > taken ? columns - taken : 0, ' ');
}

void print_cells(Json const& report, char const* name, char const* title) {
  auto const& cells = list_of(report, name);
  if (cells.empty()) {
    return;
  }
  std::int64_t const all = count_of(report, (std::string{name} + "_in_all").c_str());
  fmt::print("\n{}：{}\n", title, all);
  for (auto const& cell : cells) {
    std::string const english = text_of(cell, "message_en");
    fmt::print("  {}  {}{}{}\n", wide(text_of(cell, "sheet") + "!" + text_of(cell, "cell"), 20),
               text_of(cell, "message"), english.empty() ? "" : " / ", english);
  }
  if (all > static_cast<std::int64_t>(cells.size())) {
    fmt::print("  …… 其余 {} 处未列出 and {} more\n", all - static_cast<std::int64_t>(cells.size()),
               all - static_cast<std::int64_t>(cells.size()));
  }
}

void print_report(Json const& report, bool dry_run) {
  fmt::print("{}{:>8}{:>8}{:>8}{:>8}\n", wide("工作表 sheet", 20), "rows", "new", "changed",
             "same");
  for (auto const& sheet : list_of(report, "sheets")) {
    fmt::print("{}{:>8}{:>8}{:>8}{:>8}\n", wide(text_of(sheet, "sheet"), 20),
               count_of(sheet, "rows"), count_of(sheet, "created"), count_of(sheet, "changed"),
               count_of(sheet, "unchanged"));
  }
  print_cells(report, "errors", "须改正的单元格 cells to mend");
  print_cells(report, "gaps", "可以为空但用时会缺的单元格 cells that will be missed");
  if (auto const& ignored = list_of(report, "ignored"); !ignored.empty()) {
    fmt::print("\n不认识，未读取 not known, not read:\n");
    for (auto const& one : ignored) {
      fmt::print("  {}\n", one.string() == nullptr ? "" : *one.string());
    }
  }
  bool const wrong = count_of(report, "errors_in_all") > 0;
  if (is_yes(report, "done")) {
    fmt::print("\n{}\n", wrong ? "已导入，但有几行被拒绝 imported, but for the rows above"
                               : "已导入 imported");
  } else if (wrong) {
    fmt::print("\n有错误，什么也没有写入 nothing was taken; mend these cells and import again\n");
  } else if (dry_run) {
    fmt::print("\n试导入通过，什么也没有写入 dry run: this is what would happen\n");
  }
}

Result<Json> import_wish(ImportOrder const& order) {
  fs::path const file = fs::absolute(order.file).lexically_normal();
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (ending != ".xlsx" && ending != ".csv") {
    return Error{
        ErrorCode::InvalidArgument,
        fmt::format("{}: a workbook ends in .xlsx, a single sheet in .csv and is called like "
                    "its sheet (人员.csv); save an .xls anew as .xlsx",
                    order.file)};
  }
  if (!fs::is_regular_file(file)) {
    return Error{ErrorCode::NotFound, "there is no file " + file.string()};
  }
  Json wish = Json::object({{"do", "workbook_import"},
                            {"file", file.string()},
                            {"name", file.stem().string() + ending},
                            {"dry_run", order.dry_run}});
  if (!order.columns.empty()) {  // the centre reads it; it may lie in another folder's shade
    wish.add("columns", fs::absolute(order.columns).string());
  }
  return wish;
}

/// Where the centre writes a workbook before it goes to whoever asked: among the uploads, which its account alone
/// reads, and which are swept at every start.
Result<fs::path> outgoing_file(Settings const& settings) {
  fs::path const folder = fs::absolute(fs::path{settings.data} / "uploads");
  std::error_code error;
  if (fs::create_directories(folder, error)) {
    fs::permissions(folder, fs::perms::owner_all, error);
  }
  if (error) {
    return Error{ErrorCode::Unavailable,
                 fmt::format("cannot use {}: {}", folder.string(), error.message())};
  }
  return folder / fmt::format("export-cli-{}.xlsx", ::getpid());
}

Result<void> hand_over(fs::path const& from, fs::path const& to) {
  std::error_code error;
  fs::path const part = to.string() + ".part";
  fs::copy_file(from, part, fs::copy_options::overwrite_existing, error);
  std::error_code ignored;
  fs::remove(from, ignored);
  if (!error) {
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write, error);
  }
  if (!error) {
    fs::rename(part, to, error);
  }
  if (error) {
    fs::remove(part, ignored);
    return Error{ErrorCode::Unavailable,
                 fmt::format("cannot write {}: {}", to.string(), error.message())};
  }
  return {};
}

}  // namespace

int workbook_import(Settings const& settings, ImportOrder const& order) {
  auto const wish = import_wish(order);
  if (!wish) {
    return report_error(wish.error());
  }
  auto const answer = ask_centre(settings, *wish, kPatience);
  if (!answer) {
    return report_error(answer.error());
  }
  if (int const code = refused_with(*answer); code != 0) {
    return code;
  }
  Json const& report = *answer->find("report");
  if (order.json) {
    fmt::print("{}\n", report.text());
  } else {
    print_report(report, order.dry_run);
  }
  return count_of(report, "errors_in_all") == 0 ? 0 : static_cast<int>(ExitCode::Failed);
}

int workbook_export(Settings const& settings, std::string const& file, bool overwrite) {
  fs::path const to = fs::absolute(file).lexically_normal();
  if (to.extension() != ".xlsx") {
    return report_error({ErrorCode::InvalidArgument, "a workbook ends in .xlsx: " + file});
  }
  if (fs::exists(to) && !overwrite) {
    return report_error(
        {ErrorCode::Conflict, to.string() + " is there already; --overwrite replaces it"});
  }
  auto const between = outgoing_file(settings);
  if (!between) {
    return report_error(between.error());
  }
  auto const answer = ask_centre(
      settings,
      Json::object({{"do", "workbook_export"},
                    {"file", between->string()},
                    {"whereto", fmt::format("user id {}, to {}", ::getuid(), to.string())}}),
      kPatience);
  if (!answer) {
    return report_error(answer.error());
  }
  if (int const code = refused_with(*answer); code != 0) {
    return code;
  }
  if (auto const written = hand_over(*between, to); !written) {
    return report_error(written.error());
  }
  fmt::print("{}\n", to.string());
  fmt::print(stderr, "含姓名和电话，请妥善保管 it holds names and numbers: keep it safe\n");
  return 0;
}

int readiness_report(Settings const& settings, bool json) {
  auto const answer = ask_centre(settings, Json::object({{"do", "readiness"}}), kPatience);
  if (!answer) {
    return report_error(answer.error());
  }
  if (int const code = refused_with(*answer); code != 0) {
    return code;
  }
  auto const& findings = list_of(*answer, "items");
  if (json) {
    fmt::print("{}\n", Json::object({{"items", Json::Array(findings)}}).text());
  } else {
    for (auto const& finding : findings) {
      fmt::print("{} / {}  {}  {}\n", count_of(finding, "count"), count_of(finding, "of"),
                 text_of(finding, "chinese"), text_of(finding, "english"));
      std::string codes;
      for (auto const& code : list_of(finding, "codes")) {
        codes += (codes.empty() ? "" : "、") + (code.string() == nullptr ? "" : *code.string());
      }
      if (!codes.empty()) {
        fmt::print("    {}\n", codes);
      }
    }
    fmt::print("{}", findings.empty() ? "没有缺项 nothing is lacking\n" : "");
  }
  return findings.empty() ? 0 : static_cast<int>(ExitCode::Failed);
}

}  // namespace fenghuo::server
