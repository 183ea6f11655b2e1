#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/base/result.h"

namespace fenghuo::server {

/// How another office heads its columns: a YAML file with a line for each, "theirs: ours".
///
///   联系电话: 手机
///   所在单位: 单位编码
///
/// Out:     theirs -> ours, as ImportWish::headers takes it
/// Errors:  NotFound; InvalidArgument with the line that is wrong, also where `ours` is no column of ours
/// Checked: tests/outside/test_workbook_cli.py.
Result<std::map<std::string, std::string>> read_column_names(std::filesystem::path const& file);

}  // namespace fenghuo::server
