#include "server/workbook/column_names.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "server/workbook/columns.h"

namespace fenghuo::server {

namespace {

bool is_ours(std::string const& header) {
  for (auto const& form : county_sheets()) {
    for (auto const& column : form.columns) {
      if (header == column.chinese || header == column.english) {
        return true;
      }
    }
  }
  return false;
}

Error wrong(std::filesystem::path const& file, int line, std::string_view why) {
  return {ErrorCode::InvalidArgument, fmt::format("{}:{}: {}", file.string(), line + 1, why)};
}

}  // namespace

Result<std::map<std::string, std::string>> read_column_names(std::filesystem::path const& file) {
  if (!std::filesystem::is_regular_file(file)) {
    return Error{ErrorCode::NotFound, "there is no file " + file.string()};
  }
  std::map<std::string, std::string> out;
  try {
    YAML::Node const root = YAML::LoadFile(file.string());
    if (!root.IsMap()) {
      return wrong(file, 0, "a line for each column: 联系电话: 手机");
    }
    for (auto const& entry : root) {
      if (!entry.first.IsScalar() || !entry.second.IsScalar()) {
        return wrong(file, entry.first.Mark().line, "a line for each column: 联系电话: 手机");
      }
      auto const ours = entry.second.as<std::string>();
      if (!is_ours(ours)) {
        return wrong(
            file, entry.second.Mark().line,
            fmt::format("no sheet has a column {}; see the headers of an exported workbook", ours));
      }
      if (!out.emplace(entry.first.as<std::string>(), ours).second) {
        return wrong(file, entry.first.Mark().line, "this header stands here twice");
      }
    }
  } catch (YAML::Exception const& error) {
    return wrong(file, error.mark.line, error.msg);
  }
  return out;
}

}  // namespace fenghuo::server
