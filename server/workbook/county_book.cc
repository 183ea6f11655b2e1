#include "server/workbook/county_book.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <utility>

#include "messaging/tables/table_reader.h"
#include "messaging/tables/xlsx_reader.h"
#include "server/workbook/cell_text.h"

namespace fenghuo::server {

namespace {

/// Sheets of the workbooks that we write that hold no data.
bool is_about_the_book(std::string_view name) { return name == "说明" || name == "_选项"; }

class Nobody final : public messaging::TableVisitor {
 public:
  bool sheet(messaging::SheetInfo const&) override { return false; }
  bool row(messaging::Row const&) override { return false; }
};

/// What is sent as a workbook and is none: what it is instead, and what to do.
Error no_workbook(std::filesystem::path const& file) {
  Nobody nobody;
  if (auto const read = messaging::read_table_file(file, nobody); !read) {
    return read.error();
  }
  return {ErrorCode::InvalidArgument,
          "the file is no workbook; send comma separated values as text/csv and give the sheet's "
          "name"};
}

}  // namespace

/// Finds the sheets and their titles: the first row that is not empty.
class CountyBook::Survey final : public messaging::TableVisitor {
 public:
  Survey(CountyBook& book, HeaderMap const& headers) : book_{book}, headers_{headers} {}

  bool sheet(messaging::SheetInfo const& info) override {
    auto const mapped = headers_.find(info.name);
    map_ = mapped == headers_.end() ? nullptr : &mapped->second;
    SheetForm const* form = map_ == nullptr ? sheet_named(info.name) : map_->ours;
    if (form == nullptr) {
      if (!is_about_the_book(info.name)) {
        book_.ignored_.push_back(info.name);
      }
      return false;
    }
    current_ = {info.name, form, info.index};
    return true;
  }

  bool row(messaging::Row const& row) override {
    if (current_.header_row == 0) {
      current_.header_row = row.number;
      take_titles(row);
      book_.sheets_.push_back(current_);
    }
    return true;
  }

 private:
  void take_titles(messaging::Row const& row) {
    std::set<SheetColumn const*> seen;
    for (auto const& cell : row.cells) {
      std::string const title = trimmed(cell.text);
      SheetColumn const* found = nullptr;
      if (map_ != nullptr) {
        auto const ours = map_->columns.find(title);
        found = ours == map_->columns.end() ? nullptr : ours->second;
      }
      found = found == nullptr ? column_named(*current_.form, title) : found;
      std::string const where = messaging::cell_name(cell.column, row.number);
      if (found == nullptr) {
        book_.ignored_.push_back(current_.name + "!" + where + " " + title);
        continue;
      }
      if (!seen.insert(found).second) {
        book_.errors_.push_back(
            {current_.name,
             where,
             {"这一列出现了两次：" + title, "this column stands twice: " + title}});
        continue;
      }
      current_.columns.resize(std::max<std::size_t>(current_.columns.size(), cell.column + 1U));
      current_.columns[cell.column] = found;
    }
    for (auto const& column : current_.form->columns) {
      if (column.required && !seen.contains(&column)) {
        book_.errors_.push_back(
            {current_.name, messaging::cell_name(0, row.number), is_missing(column)});
      }
    }
  }

  CountyBook& book_;
  HeaderMap const& headers_;
  TheirSheet const* map_ = nullptr;
  CountySheet current_;
};

/// One pass over some of the sheets, which stand in the file in this order.
class CountyBook::Reading final : public messaging::TableVisitor {
 public:
  Reading(std::vector<CountySheet> const& sheets, std::size_t first, std::size_t last,
          Visit const& visit)
      : sheets_{sheets}, first_{first}, last_{last}, visit_{visit} {}

  bool sheet(messaging::SheetInfo const& info) override {
    for (std::size_t i = first_; i < last_; ++i) {
      if (sheets_[i].place == info.index) {
        current_ = i;
        return true;
      }
    }
    return false;
  }

  bool row(messaging::Row const& row) override {
    CountySheet const& sheet = sheets_[current_];
    bool const hint = row.number == sheet.header_row + 1 && messaging::is_remark(row);
    if (row.number <= sheet.header_row || hint || !holds_ours(sheet, row)) {
      return true;
    }
    left_ = !visit_(current_, row);
    return !left_;
  }

  bool left() const { return left_; }

 private:
  static bool holds_ours(CountySheet const& sheet, messaging::Row const& row) {
    return std::any_of(row.cells.begin(), row.cells.end(), [&](messaging::Cell const& cell) {
      bool const ours = cell.column < sheet.columns.size() && sheet.columns[cell.column] != nullptr;
      return ours &&
             (!trimmed(cell.text).empty() || cell.kind == messaging::CellKind::FormulaWithoutValue);
    });
  }

  std::vector<CountySheet> const& sheets_;
  std::size_t first_, last_;
  Visit const& visit_;
  std::size_t current_ = 0;
  bool left_ = false;
};

Result<void> CountyBook::pass(messaging::TableVisitor& visitor) const {
  if (is_csv()) {
    return messaging::read_table(csv_bytes_, csv_sheet_ + ".csv", visitor);
  }
  return messaging::read_xlsx_file(file_, visitor);
}

Result<CountyBook> CountyBook::open(std::filesystem::path const& file, std::string const& csv_sheet,
                                    HeaderMap const& headers) {
  CountyBook book;
  book.file_ = file;
  book.csv_sheet_ = csv_sheet;
  std::ifstream in{file, std::ios::binary};
  if (!in) {
    return Error{ErrorCode::Unavailable, "the file is gone; send it again"};
  }
  if (book.is_csv()) {
    std::error_code error;
    auto const size = std::filesystem::file_size(file, error);
    // One byte more than is allowed shows the reader that the file is too large.
    book.csv_bytes_.resize(
        error ? 0 : std::min<std::uintmax_t>(size, messaging::TableLimits{}.file_bytes + 1));
    in.read(book.csv_bytes_.data(), static_cast<std::streamsize>(book.csv_bytes_.size()));
    book.csv_bytes_.resize(static_cast<std::size_t>(in.gcount()));
  } else if (std::array<char, 2> beginning{}; !in.read(beginning.data(), beginning.size()) ||
                                              beginning[0] != 'P' || beginning[1] != 'K') {
    return no_workbook(file);
  }
  Survey survey{book, headers};
  if (auto const read = book.pass(survey); !read) {
    return read.error();
  }
  std::stable_sort(
      book.sheets_.begin(), book.sheets_.end(),
      [](CountySheet const& a, CountySheet const& b) { return a.form->kind < b.form->kind; });
  return book;
}

Result<void> CountyBook::read(Visit const& visit) const {
  for (std::size_t first = 0; first < sheets_.size();) {
    std::size_t last = first + 1;
    while (last < sheets_.size() && sheets_[last].place > sheets_[last - 1].place) {
      ++last;
    }
    Reading reading{sheets_, first, last, visit};
    if (auto const read = pass(reading); !read) {
      return read.error();
    }
    if (reading.left()) {
      break;
    }
    first = last;
  }
  return {};
}

}  // namespace fenghuo::server
