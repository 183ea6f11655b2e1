#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "messaging/tables/cell_text.h"
#include "messaging/tables/number_format.h"
#include "messaging/tables/table.h"
#include "messaging/tables/table_writer.h"
#include "messaging/tables/xlsx_reference.h"

namespace fenghuo::messaging {

namespace {

constexpr char const* kChoicesSheet = "_选项";

/// The file while it is made: in memory, since it holds what persons are called and where they live.
class MemoryFile {
 public:
  MemoryFile() : file_{::memfd_create("workbook", MFD_CLOEXEC)} {}
  ~MemoryFile() {
    if (file_ >= 0) {
      ::close(file_);
    }
  }
  MemoryFile(MemoryFile const&) = delete;
  MemoryFile& operator=(MemoryFile const&) = delete;

  bool opened() const { return file_ >= 0; }
  std::string name() const { return "/proc/self/fd/" + std::to_string(file_); }
  std::optional<std::string> content() const {
    off_t const size = ::lseek(file_, 0, SEEK_END);
    if (size <= 0) {
      return std::nullopt;
    }
    std::string out(static_cast<std::size_t>(size), '\0');
    std::size_t have = 0;
    while (have < out.size()) {
      auto const got =
          ::pread(file_, out.data() + have, out.size() - have, static_cast<off_t>(have));
      if (got <= 0) {
        return std::nullopt;
      }
      have += static_cast<std::size_t>(got);
    }
    return out;
  }

 private:
  int file_;
};

/// As a workbook spells a text: what looks like an escape is escaped, and so is what no XML may hold; libxlsxwriter
/// does the same for control characters.
std::string spelt(std::string const& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string_view const rest = std::string_view{text}.substr(at);
    if (rest.starts_with("_x") &&
        without_escapes(std::string{rest.substr(0, 7)}) != rest.substr(0, 7)) {
      out += "_x005F_";
    } else if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      out += rest[2] == '\xBE' ? "_xFFFE_" : "_xFFFF_";
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

std::optional<std::uint32_t> number_at(std::string_view text, std::size_t at, std::size_t count) {
  return text.size() < at + count ? std::nullopt : whole_number(text.substr(at, count));
}

bool read_time(std::string_view text, lxw_datetime& out) {
  auto const hour = number_at(text, 0, 2), minute = number_at(text, 3, 2);
  auto const second = text.size() == 8 ? number_at(text, 6, 2) : std::optional<std::uint32_t>{0};
  bool const form = (text.size() == 5 || (text.size() == 8 && text[5] == ':')) && text[2] == ':';
  if (!form || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
    return false;
  }
  out.hour = static_cast<int>(*hour);
  out.min = static_cast<int>(*minute);
  out.sec = static_cast<double>(*second);
  return true;
}

bool read_day(std::string_view text, lxw_datetime& out) {
  constexpr std::uint32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  auto const year = number_at(text, 0, 4), month = number_at(text, 5, 2),
             day = number_at(text, 8, 2);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !year || !month || !day ||
      *year < 1900 || *month < 1 || *month > 12) {
    return false;
  }
  bool const leap = (*year % 4 == 0 && *year % 100 != 0) || *year % 400 == 0;
  if (*day < 1 || *day > kDays[*month - 1] + (leap && *month == 2 ? 1U : 0U)) {
    return false;
  }
  out.year = static_cast<int>(*year);
  out.month = static_cast<int>(*month);
  out.day = static_cast<int>(*day);
  return true;
}

/// The moment that a text spells in a column of this format.
std::optional<lxw_datetime> moment(std::string_view text, ColumnFormat format) {
  lxw_datetime out{};
  bool good = false;
  if (format == ColumnFormat::Date) {
    good = read_day(text, out);
  } else if (format == ColumnFormat::TimeOfDay) {
    good = read_time(text, out);
  } else if (format == ColumnFormat::DateTime && text.size() > 11 && text[10] == 'T') {
    good = read_day(text.substr(0, 10), out) && read_time(text.substr(11), out);
  }
  return good ? std::optional{out} : std::nullopt;
}

/// The number that a text spells, if Excel gives the very same text back.
std::optional<double> exact_number(std::string const& text) {
  auto const shown = shown_number(text, {}, false);
  if (!shown || shown->text != text ||
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) > 15) {
    return std::nullopt;
  }
  return std::strtod(text.c_str(), nullptr);  // the locale is C's: nobody sets another
}

class WorkbookWriter {
 public:
  explicit WorkbookWriter(lxw_workbook* book) : book_{book} {
    lxw_doc_properties properties{};
    properties.created = 946'684'800;  // always the same, so that the bytes are; 2000-01-01
    check(workbook_set_properties(book_, &properties));
    bold_ = workbook_add_format(book_);
    format_set_bold(bold_);
    format_set_bg_color(bold_, 0xDDE6F0);
    hint_ = workbook_add_format(book_);
    format_set_italic(hint_);
    format_set_text_wrap(hint_);
    format_set_font_color(hint_, LXW_COLOR_GRAY);
    format_set_num_format(hint_, "@");
    wrapped_ = workbook_add_format(book_);
    format_set_text_wrap(wrapped_);
    format_set_num_format(wrapped_, "@");
    for (auto const* code :
         {"@", "General", "yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd hh:mm:ss", "hh:mm:ss"}) {
      formats_.push_back(workbook_add_format(book_));
      format_set_num_format(formats_.back(), code);
    }
  }

  Result<void> write(Workbook const& workbook) {
    if (!workbook.readme.empty()) {
      write_readme(workbook);
    }
    for (auto const& sheet : workbook.sheets) {
      if (problem_.empty()) {
        write_sheet(sheet);
      }
    }
    if (problem_.empty() && !long_lists_.empty()) {
      write_long_lists();
    }
    return problem_.empty() ? Result<void>{}
                            : Result<void>{Error{ErrorCode::InvalidArgument, where_ + problem_}};
  }

 private:
  void refuse(std::string const& problem) {
    if (problem_.empty()) {
      problem_ = problem;
    }
  }
  void check(lxw_error error) {
    if (error != LXW_NO_ERROR) {
      refuse(std::string{lxw_strerror(error)} + " Correct it.");
    }
  }

  lxw_worksheet* add_sheet(std::string const& name) {
    where_ = "sheet " + name + ": ";
    if (name.empty() || !is_utf8(name) || name.find('\0') != std::string::npos) {
      refuse("its name is empty or no UTF-8; correct it");
      return nullptr;
    }
    lxw_error const fit = workbook_validate_sheet_name(book_, name.c_str());
    if (fit != LXW_NO_ERROR) {
      check(fit);
      return nullptr;
    }
    lxw_worksheet* const sheet = workbook_add_worksheet(book_, name.c_str());
    if (sheet == nullptr) {
      refuse("it cannot be added; choose another name");
    }
    return sheet;
  }

  void text(lxw_worksheet* sheet, lxw_row_t row, std::size_t column, std::string const& text,
            lxw_format* format) {
    if (!is_utf8(text) || text.find('\0') != std::string::npos) {
      refuse(cell_name(static_cast<std::uint32_t>(column), row + 1) +
             " is not UTF-8 or holds a NUL; correct it");
    } else if (!text.empty()) {
      check(worksheet_write_string(sheet, row, static_cast<lxw_col_t>(column), spelt(text).c_str(),
                                   format));
    }
  }

  void value(lxw_worksheet* sheet, lxw_row_t row, std::size_t column, std::string const& shown,
             ColumnFormat format) {
    auto* const looks = formats_[static_cast<std::size_t>(format)];
    auto const at = static_cast<lxw_col_t>(column);
    if (auto date = moment(shown, format)) {
      check(worksheet_write_datetime(sheet, row, at, &*date, looks));
    } else if (auto const number = exact_number(shown); number && format == ColumnFormat::Number) {
      check(worksheet_write_number(sheet, row, at, *number, looks));
    } else {
      text(sheet, row, column, shown, formats_[0]);
    }
  }

  void write_readme(Workbook const& workbook) {
    lxw_worksheet* const sheet = add_sheet(workbook.readme_name);
    if (sheet == nullptr) {
      return;
    }
    constexpr double kWide = 100;
    check(worksheet_set_column(sheet, 0, 0, kWide, nullptr));
    for (std::size_t i = 0; i < workbook.readme.size(); ++i) {
      text(sheet, static_cast<lxw_row_t>(i), 0, workbook.readme[i], wrapped_);
    }
  }

  void write_sheet(TableSheet const& table) {
    constexpr std::size_t kMostColumns = 1'024, kMostRows = 1'048'574;
    lxw_worksheet* const sheet = add_sheet(table.name);
    if (sheet == nullptr) {
      return;
    }
    if (table.columns.empty() || table.columns.size() > kMostColumns ||
        table.rows.size() > kMostRows) {
      refuse("it needs 1 to 1,024 columns and at most 1,048,574 rows; split it into several");
      return;
    }
    bool const hints = std::any_of(table.columns.begin(), table.columns.end(),
                                   [](TableColumn const& column) { return !column.hint.empty(); });
    lxw_row_t const first = hints ? 2 : 1;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      auto const& column = table.columns[i];
      auto const at = static_cast<lxw_col_t>(i);
      check(worksheet_set_column(sheet, at, at, static_cast<double>(column.width),
                                 formats_[static_cast<std::size_t>(column.format)]));
      text(sheet, 0, i, column.title, bold_);
      if (!column.choices.empty()) {
        add_choices(sheet, at, first, column);
      }
    }
    if (hints) {
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        text(sheet, 1, i, (i == 0 ? "# " : "") + table.columns[i].hint, hint_);
      }
    }
    worksheet_freeze_panes(sheet, first, 0);
    for (std::size_t r = 0; r < table.rows.size() && problem_.empty(); ++r) {
      auto const& row = table.rows[r];
      if (row.size() > table.columns.size()) {
        refuse("row " + std::to_string(r + 1) +
               " has more cells than there are columns; drop them");
        return;
      }
      for (std::size_t i = 0; i < row.size(); ++i) {
        value(sheet, first + static_cast<lxw_row_t>(r), i, row[i], table.columns[i].format);
      }
    }
  }

  /// A list that is short stands in the column itself; Excel takes 255 characters there and no comma in a choice.
  void add_choices(lxw_worksheet* sheet, lxw_col_t column, lxw_row_t first,
                   TableColumn const& about) {
    constexpr std::size_t kMostBytes = 200;
    std::size_t bytes = 0;
    bool plain = true;
    std::vector<std::string> copies = about.choices;  // libxlsxwriter takes no const
    std::vector<char*> list;
    for (auto& choice : copies) {
      if (!is_utf8(choice) || choice.empty() || choice.find('\0') != std::string::npos) {
        refuse("a choice of column " + about.title + " is empty or no UTF-8; correct it");
        return;
      }
      bytes += choice.size() + 1;
      plain = plain && choice.find_first_of(",\"") == std::string::npos;
      list.push_back(choice.data());
    }
    list.push_back(nullptr);
    std::string formula;
    lxw_data_validation rule{};
    rule.ignore_blank = LXW_VALIDATION_ON;
    rule.show_error = LXW_VALIDATION_ON;
    rule.dropdown = LXW_VALIDATION_ON;
    if (plain && bytes <= kMostBytes) {
      rule.validate = LXW_VALIDATION_TYPE_LIST;
      rule.value_list = list.data();
    } else {
      std::string const letter = column_name(static_cast<std::uint32_t>(long_lists_.size()));
      formula = std::string{"='"} + kChoicesSheet + "'!$" + letter + "$1:$" + letter + "$" +
                std::to_string(about.choices.size());
      long_lists_.push_back(&about.choices);
      rule.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
      rule.value_formula = formula.data();
    }
    check(worksheet_data_validation_range(sheet, first, column, LXW_ROW_MAX - 1, column, &rule));
  }

  void write_long_lists() {
    lxw_worksheet* const sheet = add_sheet(kChoicesSheet);
    if (sheet == nullptr) {
      return;
    }
    std::size_t longest = 0;
    for (auto const* list : long_lists_) {
      longest = std::max(longest, list->size());
    }
    for (std::size_t row = 0; row < longest; ++row) {  // by rows: they are written out as they come
      for (std::size_t i = 0; i < long_lists_.size(); ++i) {
        if (row < long_lists_[i]->size()) {
          text(sheet, static_cast<lxw_row_t>(row), i, (*long_lists_[i])[row], formats_[0]);
        }
      }
    }
    worksheet_hide(sheet);
  }

  lxw_workbook* book_;
  lxw_format* bold_ = nullptr;
  lxw_format* hint_ = nullptr;
  lxw_format* wrapped_ = nullptr;
  std::vector<lxw_format*> formats_;  ///< by ColumnFormat
  std::vector<std::vector<std::string> const*> long_lists_;
  std::string where_, problem_;
};

}  // namespace

Result<std::string> write_xlsx(Workbook const& workbook, std::filesystem::path const& scratch) {
  if (workbook.sheets.empty() && workbook.readme.empty()) {
    return Error{ErrorCode::InvalidArgument, "a workbook needs a sheet; give it one"};
  }
  MemoryFile const file;
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  std::string folder = scratch.string();  // libxlsxwriter takes no const
  options.tmpdir = folder.data();
  std::unique_ptr<lxw_workbook, void (*)(lxw_workbook*)> book{
      file.opened() ? workbook_new_opt(file.name().c_str(), &options) : nullptr, lxw_workbook_free};
  Error const no_room{ErrorCode::Unavailable, "no memory or no room in " + scratch.string() +
                                                  " to write a workbook; make room there"};
  // libxlsxwriter would go on in the system's folder.
  if (book == nullptr || ::access(folder.c_str(), W_OK | X_OK) != 0) {
    return no_room;
  }
  if (auto const written = WorkbookWriter{book.get()}.write(workbook); !written) {
    return written.error();
  }
  if (workbook_close(book.release()) != LXW_NO_ERROR) {
    return no_room;
  }
  auto content = file.content();
  if (!content) {
    return no_room;
  }
  return std::move(*content);
}

}  // namespace fenghuo::messaging
