#include "server/workbook/header_map.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "messaging/tables/table_reader.h"
#include "server/workbook/cell_text.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

Error unknown(std::string const& what, std::string const& name, std::string const& known) {
  return {ErrorCode::InvalidArgument,
          fmt::format("\"{}\" is no {} of ours; take one of {}", name, what, known)};
}

/// Puts a map together, line by line, whatever it was written in.
class Building {
 public:
  Result<void> sheet(std::string const& theirs, std::string const& ours) {
    SheetForm const* form = sheet_named(ours);
    if (form == nullptr) {
      std::string known;
      for (auto const& one : county_sheets()) {
        known += fmt::format("{}{} ({})", known.empty() ? "" : ", ", one.chinese, one.english);
      }
      return unknown("sheet", ours, known);
    }
    auto& entry = map_[theirs];
    if (entry.ours != nullptr && entry.ours != form) {
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("sheet \"{}\" is mapped twice; name it once", theirs)};
    }
    entry.ours = form;
    return {};
  }

  /// The sheet is known by now.
  Result<void> column(std::string const& sheet, std::string const& theirs,
                      std::string const& ours) {
    auto& entry = map_[sheet];
    SheetColumn const* column = column_named(*entry.ours, ours);
    if (column == nullptr) {
      std::string known;
      for (auto const& one : entry.ours->columns) {
        known += fmt::format("{}{} ({})", known.empty() ? "" : ", ", one.chinese, one.english);
      }
      return unknown(fmt::format("column of sheet {}", entry.ours->chinese), ours, known);
    }
    for (auto const& [title, taken] : entry.columns) {
      if (taken == column || title == theirs) {
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("sheet \"{}\": \"{}\" or \"{}\" is mapped twice; name each once",
                                 sheet, theirs, ours)};
      }
    }
    entry.columns.emplace(theirs, column);
    return {};
  }

  HeaderMap take() { return std::move(map_); }

 private:
  HeaderMap map_;
};

constexpr char const* kShape =
    "expected {\"their sheet\": {\"sheet\": \"ours\", \"columns\": {\"theirs\": \"ours\"}}}";

/// YAML of plain texts, maps of maps, as JSON.
std::optional<Json> json_of(YAML::Node const& node, int depth = 0) {
  constexpr int kDeepest = 4;
  if (node.IsScalar()) {
    return Json{node.Scalar()};
  }
  if (!node.IsMap() || depth == kDeepest) {
    return std::nullopt;
  }
  Json out{Json::Object{}};
  for (auto const& member : node) {
    auto value = json_of(member.second, depth + 1);
    if (!member.first.IsScalar() || !value) {
      return std::nullopt;
    }
    out.add(member.first.Scalar(), std::move(*value));
  }
  return out;
}

Result<HeaderMap> read_yaml(std::filesystem::path const& file) {
  try {
    auto const json = json_of(YAML::LoadFile(file.string()));
    if (!json) {
      return Error{ErrorCode::InvalidArgument, kShape};
    }
    return header_map_of(*json);
  } catch (YAML::BadFile const&) {
    return Error{ErrorCode::NotFound, "cannot be read; check its name and who may read it"};
  } catch (YAML::Exception const& error) {
    return Error{ErrorCode::InvalidArgument, error.what()};
  }
}

class CsvLines final : public messaging::TableVisitor {
 public:
  bool sheet(messaging::SheetInfo const& info) override { return info.index == 0; }
  bool row(messaging::Row const& row) override {
    auto const take = [&](std::size_t which) {
      return at_[which] ? trimmed(row.text(*at_[which])) : std::string{};
    };
    if (!titles_read_) {
      titles_read_ = true;
      return read_titles(row);
    }
    std::string const sheet = take(0), theirs = take(2), ours = take(3);
    std::string const our_sheet = take(1).empty() ? sheet : take(1);
    if (auto named = building_.sheet(sheet, our_sheet); !named) {
      return fail(row, named.error().message);
    }
    if (theirs.empty() && ours.empty()) {
      return true;
    }
    auto const mapped = building_.column(sheet, theirs, ours);
    return mapped || fail(row, mapped.error().message);
  }
  Result<HeaderMap> finish() {
    if (!problem_.empty()) {
      return Error{ErrorCode::InvalidArgument, problem_};
    }
    return building_.take();
  }

 private:
  bool read_titles(messaging::Row const& row) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTitles{
        {{"their_sheet", "对方表"},
         {"our_sheet", "本系统表"},
         {"theirs", "对方列"},
         {"ours", "本系统列"}}};
    for (auto const& cell : row.cells) {
      for (std::size_t i = 0; i < kTitles.size(); ++i) {
        if (cell.text == kTitles[i].first || cell.text == kTitles[i].second) {
          at_[i] = cell.column;
        }
      }
    }
    return (at_[0] && at_[2] && at_[3]) ||
           fail(row, "expected the titles their_sheet, our_sheet, theirs, ours");
  }
  bool fail(messaging::Row const& row, std::string const& message) {
    problem_ = fmt::format("line {}: {}", row.number, message);
    return false;
  }

  std::array<std::optional<std::uint32_t>, 4> at_;
  bool titles_read_ = false;
  Building building_;
  std::string problem_;
};

}  // namespace

Result<HeaderMap> header_map_of(Json const& json) {
  Building building;
  Error const shape{ErrorCode::InvalidArgument, kShape};
  if (json.object() == nullptr) {
    return shape;
  }
  for (auto const& [theirs, about] : *json.object()) {
    if (about.object() == nullptr) {
      return shape;
    }
    Json const* sheet = about.find("sheet");
    Json const* columns = about.find("columns");
    std::size_t const known = (sheet == nullptr ? 0U : 1U) + (columns == nullptr ? 0U : 1U);
    if (about.object()->size() != known || (sheet != nullptr && sheet->string() == nullptr) ||
        (columns != nullptr && columns->object() == nullptr)) {
      return shape;
    }
    if (auto named = building.sheet(theirs, sheet == nullptr ? theirs : *sheet->string()); !named) {
      return named.error();
    }
    for (auto const& [title, ours] : columns == nullptr ? Json::Object{} : *columns->object()) {
      if (ours.string() == nullptr) {
        return shape;
      }
      if (auto mapped = building.column(theirs, title, *ours.string()); !mapped) {
        return mapped.error();
      }
    }
  }
  return building.take();
}

Result<HeaderMap> read_header_map(std::filesystem::path const& file) {
  auto const named = [&](Result<HeaderMap> map) -> Result<HeaderMap> {
    return map ? std::move(map)
               : Result<HeaderMap>{
                     Error{map.error().code, file.string() + ": " + map.error().message}};
  };
  std::string const ending = file.extension().string();
  if (ending == ".yaml" || ending == ".yml") {
    return named(read_yaml(file));
  }
  if (ending != ".csv") {
    return named(Error{ErrorCode::InvalidArgument, "a map of headers ends with .yaml or .csv"});
  }
  CsvLines lines;
  if (auto const read = messaging::read_table_file(file, lines); !read) {
    return named(read.error());
  }
  return named(lines.finish());
}

HeaderMap joined(HeaderMap first, HeaderMap const& second) {
  for (auto const& [name, sheet] : second) {
    auto const [known, fresh] = first.emplace(name, sheet);
    if (!fresh && known->second.ours == sheet.ours) {
      known->second.columns.insert(sheet.columns.begin(), sheet.columns.end());
    }
  }
  return first;
}

}  // namespace fenghuo::server
