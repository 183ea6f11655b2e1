#include "server/workbook/row_object.h"

#include <string>
#include <utility>

#include "server/workbook/cell_text.h"
#include "server/workbook/cell_values.h"
#include "server/workbook/coordinates.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

/// Longitude, latitude and datum of a row, which make one member together.
class RowPlace {
 public:
  void take(std::uint32_t at, SheetColumn const& column, std::string const& text,
            std::vector<ColumnMessage>& errors) {
    if (column.kind == Column::Datum) {
      auto named = coordinate_system_named(text);
      if (auto* wrong = std::get_if<Wording>(&named)) {
        errors.push_back({at, std::move(*wrong)});
        failed_ = true;
      } else {
        system_ = std::get<CoordinateSystem>(named);
      }
      return;
    }
    auto& ours = column.kind == Column::Longitude ? longitude_ : latitude_;
    ours = number_in<double>(text);
    column_ = &column;
    at_ = at_.value_or(at);
    if (!ours) {
      errors.push_back({at, expected_in(column)});
      failed_ = true;
    }
  }

  /// Adds the member, once the whole row is known. A datum alone, filled down a whole column, says nothing.
  void finish(Json& object, std::vector<ColumnMessage>& errors) const {
    if (failed_) {
      return;
    }
    if (longitude_.has_value() != latitude_.has_value()) {
      errors.push_back({*at_, expected_in(*column_)});
    } else if (longitude_) {
      auto location = location_of(*longitude_, *latitude_, system_);
      if (auto* wrong = std::get_if<Wording>(&location)) {
        errors.push_back({*at_, std::move(*wrong)});
      } else {
        object.add(std::string{column_->member}, std::get<Json>(std::move(location)));
      }
    }
  }

 private:
  std::optional<double> longitude_, latitude_;
  CoordinateSystem system_ = std::string{"wgs84"};
  SheetColumn const* column_ = nullptr;
  std::optional<std::uint32_t> at_;
  bool failed_ = false;
};

bool is_coordinate(Column kind) {
  return kind == Column::Longitude || kind == Column::Latitude || kind == Column::Datum;
}

}  // namespace

RowObject object_of(ColumnsInSheet const& columns, messaging::Row const& row, int zone_minutes) {
  RowObject out{Json{Json::Object{}}, {}};
  RowPlace place;
  for (std::uint32_t i = 0; i < columns.size(); ++i) {
    SheetColumn const* column = columns[i];
    if (column == nullptr) {
      continue;
    }
    messaging::Cell const* cell = row.at(i);
    Wording problem = cell == nullptr ? Wording{} : problem_of(*cell);
    if (!problem.chinese.empty()) {
      out.errors.push_back({i, std::move(problem)});
      continue;
    }
    std::string const text = cell == nullptr ? "" : trimmed(cell->text);
    if (text.empty()) {
      if (column->required) {
        out.errors.push_back({i, is_empty(*column)});
      }
    } else if (is_coordinate(column->kind)) {
      place.take(i, *column, text, out.errors);
    } else if (auto value = value_in(*column, text, zone_minutes)) {
      out.object.add(std::string{column->member}, std::move(*value));
    } else {
      out.errors.push_back({i, expected_in(*column)});
    }
  }
  place.finish(out.object, out.errors);
  return out;
}

std::optional<std::uint32_t> column_of_member(ColumnsInSheet const& columns,
                                              std::string_view pointer) {
  std::string_view member = pointer.starts_with('/') ? pointer.substr(1) : pointer;
  member = member.substr(0, member.find('/'));
  for (std::uint32_t i = 0; i < columns.size(); ++i) {
    if (columns[i] != nullptr && columns[i]->member == member) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace fenghuo::server
