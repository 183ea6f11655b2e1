#include "messaging/tables/xlsx_reader.h"

#include <Poco/Exception.h>
#include <Poco/Zip/ZipArchive.h>
#include <Poco/Zip/ZipStream.h>
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>

#include "messaging/tables/xml_reader.h"

namespace fenghuo::messaging {

namespace {

using Attributes = XmlVisitor::Attributes;

Error refused(std::string why) { return {ErrorCode::InvalidArgument, std::move(why)}; }

/// How a number is to be read.
enum class Format { Number, Date, TimeOfDay, DateTime };

/// A number format holds a date where y, d or an m that is no minute stands outside quotes and brackets.
Format format_of(std::string_view code) {
  bool date = false, time = false;
  char quote = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    char const c = code[i];
    if (quote != 0) {
      quote = c == quote ? '\0' : quote;
      continue;
    }
    if (c == '"') {
      quote = '"';
    } else if (c == '[') {
      quote = ']';
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D') {
      date = true;
    } else if (c == 'h' || c == 'H' || c == 's' || c == 'S') {
      time = true;
    } else if (c == ';') {
      break;  // what follows is for negative numbers
    }
  }
  return date && time ? Format::DateTime
         : date       ? Format::Date
         : time       ? Format::TimeOfDay
                      : Format::Number;
}

Format built_in(long id) {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) ||
      id == 57 || id == 58) {
    return Format::Date;
  }
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id == 55 ||
      id == 56) {
    return Format::TimeOfDay;
  }
  return id == 22 ? Format::DateTime : Format::Number;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::size_t> whole(std::string_view text) {
  std::size_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{value}
                                                                  : std::nullopt;
}

/// A day count as a calendar day. Source: H. Hinnant, chrono-compatible low-level date algorithms.
std::string day_text(std::int64_t days_since_1970) {
  std::int64_t const z = days_since_1970 + 719'468;
  std::int64_t const era = (z >= 0 ? z : z - 146'096) / 146'097;
  std::int64_t const doe = z - era * 146'097;
  std::int64_t const yoe = (doe - doe / 1'460 + doe / 36'524 - doe / 146'096) / 365;
  std::int64_t const doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  std::int64_t const mp = (5 * doy + 2) / 153;
  std::int64_t const day = doy - (153 * mp + 2) / 5 + 1;
  std::int64_t const month = mp < 10 ? mp + 3 : mp - 9;
  return fmt::format("{:04}-{:02}-{:02}", yoe + era * 400 + (month <= 2 ? 1 : 0), month, day);
}

/// A serial day of a spreadsheet. In the 1900 system there is a 29 February 1900 that never was.
std::string moment_text(double serial, Format format, bool since_1904) {
  if (serial < 0 || serial > 2'958'465) {
    return fmt::format("{:.15g}", serial);
  }
  auto day = static_cast<std::int64_t>(std::floor(serial));
  auto second = static_cast<std::int64_t>(std::llround((serial - std::floor(serial)) * 86'400));
  if (second == 86'400) {
    ++day;
    second = 0;
  }
  std::string const clock =
      fmt::format("{:02}:{:02}:{:02}", second / 3'600, second / 60 % 60, second % 60);
  if (format == Format::TimeOfDay && day == 0) {
    return second % 60 == 0 ? clock.substr(0, 5) : clock;
  }
  std::int64_t const epoch = since_1904 ? -24'107 : day < 60 ? -25'568 : -25'569;
  std::string const date = day_text(day + epoch);
  return format == Format::Date && second == 0 ? date : date + "T" + clock;
}

std::string number_text(std::string_view raw, Format format, bool since_1904) {
  auto const value = number(raw);
  if (!value) {
    return std::string{raw};
  }
  if (format != Format::Number) {
    return moment_text(*value, format, since_1904);
  }
  if (std::fabs(*value) < 1e15 && *value == std::floor(*value)) {
    return fmt::format("{}", static_cast<std::int64_t>(*value));
  }
  return fmt::format("{:.15g}", *value);
}

/// Sheets in their order, with the part that holds each.
class WorkbookPart final : public XmlVisitor {
 public:
  std::vector<std::pair<std::string, std::string>> sheets;  ///< name, relation
  bool since_1904 = false;
  void begin(std::string_view element, Attributes const& attributes) override {
    if (element == "workbookPr") {
      auto const flag = value(attributes, "date1904");
      since_1904 = flag == "1" || flag == "true";
    } else if (element == "sheet") {
      std::string relation;
      for (auto const& [name, text] : attributes) {
        if (name == "id") {
          relation = text;  // r:id; sheetId is another name
        }
      }
      sheets.emplace_back(value(attributes, "name"), relation);
    }
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}
};

class Relations final : public XmlVisitor {
 public:
  std::map<std::string, std::string, std::less<>> targets;
  void begin(std::string_view element, Attributes const& attributes) override {
    if (element == "Relationship") {
      targets[std::string{value(attributes, "Id")}] = value(attributes, "Target");
    }
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}
};

class Styles final : public XmlVisitor {
 public:
  std::vector<Format> formats;  ///< by style of a cell
  void begin(std::string_view element, Attributes const& attributes) override {
    if (element == "numFmt") {
      if (auto const id = whole(value(attributes, "numFmtId"))) {
        own_[*id] = format_of(value(attributes, "formatCode"));
      }
    } else if (element == "cellXfs") {
      inside_ = true;
    } else if (element == "xf" && inside_) {
      if (formats.size() > 65'535) {
        refused = "more than 65,535 styles";
        return;
      }
      auto const id = whole(value(attributes, "numFmtId")).value_or(0);
      auto const own = own_.find(id);
      formats.push_back(own == own_.end()
                            ? built_in(static_cast<long>(std::min<std::size_t>(id, 999)))
                            : own->second);
    }
  }
  void end(std::string_view element) override { inside_ = inside_ && element != "cellXfs"; }
  void text(std::string_view) override {}

 private:
  std::map<std::size_t, Format> own_;
  bool inside_ = false;
};

class SharedStrings final : public XmlVisitor {
 public:
  explicit SharedStrings(TableLimits const& limits) : limits_{limits} {}
  std::vector<std::string> strings;
  void begin(std::string_view element, Attributes const&) override {
    if (element == "si") {
      strings.emplace_back();
      if (strings.size() > limits_.shared_strings) {
        refused = "more texts than are taken";
      }
    } else if (element == "rPh") {
      guide_ = true;  // how a text is pronounced, not what it says
    } else if (element == "t") {
      inside_ = !guide_ && !strings.empty();
    }
  }
  void end(std::string_view element) override {
    guide_ = guide_ && element != "rPh";
    inside_ = inside_ && element != "t";
  }
  void text(std::string_view piece) override {
    if (!inside_) {
      return;
    }
    bytes_ += piece.size();
    if (bytes_ > limits_.shared_bytes ||
        strings.back().size() + piece.size() > limits_.cell_bytes) {
      refused = "a text is longer than is taken, or all of them together";
      return;
    }
    strings.back() += piece;
  }

 private:
  TableLimits const& limits_;
  std::size_t bytes_ = 0;
  bool inside_ = false, guide_ = false;
};

/// Column of a reference such as "AB12", from 0.
std::optional<std::size_t> column_of(std::string_view reference) {
  std::size_t column = 0;
  std::size_t letters = 0;
  for (char const c : reference) {
    if (c < 'A' || c > 'Z') {
      break;
    }
    column = column * 26 + static_cast<std::size_t>(c - 'A') + 1;
    if (++letters > 3) {
      return std::nullopt;
    }
  }
  return letters == 0 ? std::nullopt : std::optional{column - 1};
}

class SheetPart final : public XmlVisitor {
 public:
  struct Book {
    SharedStrings const& strings;
    Styles const& styles;
    bool since_1904;
    TableLimits const& limits;
    std::size_t rows = 0;
  };
  SheetPart(Book& book, std::string_view name, RowVisitor const& visit)
      : book_{book}, name_{name}, visit_{visit} {}

  void begin(std::string_view element, Attributes const& attributes) override {
    if (element == "row") {
      row_.cells.clear();
      auto const number = whole(value(attributes, "r"));
      row_.number = number && *number > row_.number ? *number : row_.number + 1;
      next_ = 0;
    } else if (element == "c") {
      begin_cell(attributes);
    } else if (element == "v") {
      inside_ = in_cell_;
      value_seen_ = true;
    } else if (element == "rPh") {
      guide_ = true;
    } else if (element == "t") {
      inside_ = in_cell_ && !guide_;
      value_seen_ = true;
    } else if (element == "f") {
      formula_ = in_cell_;
    }
  }
  void end(std::string_view element) override {
    if (element == "v" || element == "t") {
      inside_ = false;
    } else if (element == "rPh") {
      guide_ = false;
    } else if (element == "c" && in_cell_) {
      end_cell();
    } else if (element == "row") {
      end_row();
    }
  }
  void text(std::string_view piece) override {
    if (inside_) {
      raw_ += piece;
      if (raw_.size() > book_.limits.cell_bytes) {
        refused = at() + ": the text is too long";
      }
    }
  }

 private:
  std::string at() const { return std::string{name_} + "!" + cell_name(column_, row_.number); }

  void begin_cell(Attributes const& attributes) {
    auto const column = column_of(value(attributes, "r"));
    column_ = column && *column >= next_ ? *column : next_;
    next_ = column_ + 1;
    if (column_ >= book_.limits.columns) {
      refused = at() + ": more columns than are taken";
      return;
    }
    in_cell_ = true;
    formula_ = value_seen_ = false;
    raw_.clear();
    type_ = value(attributes, "t");
    style_ = whole(value(attributes, "s")).value_or(0);
  }

  void end_cell() {
    in_cell_ = false;
    Cell cell;
    cell.is_formula = formula_;
    if (formula_ && !value_seen_) {
      cell.is_error = true;
    } else if (type_ == "s") {
      auto const index = whole(raw_);
      if (!index || *index >= book_.strings.strings.size()) {
        refused = at() + ": names a text that is not there";
        return;
      }
      cell.text = book_.strings.strings[*index];
    } else if (type_ == "e") {
      cell.text = raw_;
      cell.is_error = true;
    } else if (type_ == "inlineStr" || type_ == "str" || type_ == "b" || type_ == "d") {
      cell.text = raw_;
    } else if (!raw_.empty()) {
      Format const format =
          style_ < book_.styles.formats.size() ? book_.styles.formats[style_] : Format::Number;
      cell.text = number_text(raw_, format, book_.since_1904);
    }
    if (cell.text.empty() && !cell.is_error) {
      return;
    }
    row_.cells.resize(column_ + 1);
    row_.cells[column_] = std::move(cell);
  }

  void end_row() {
    if (row_.cells.empty()) {
      return;
    }
    if (++book_.rows > book_.limits.rows) {
      refused = "more rows than are taken: split the workbook";
      return;
    }
    visit_(name_, row_);
  }

  Book& book_;
  std::string_view name_;
  RowVisitor const& visit_;
  TableRow row_;
  std::size_t column_ = 0, next_ = 0, style_ = 0;
  std::string type_, raw_;
  bool in_cell_ = false, inside_ = false, guide_ = false, formula_ = false, value_seen_ = false;
};

/// The parts of the package. What Poco throws is turned into errors by read_xlsx.
class Package {
 public:
  Package(std::istream& file, TableLimits const& limits)
      : file_{file}, limits_{limits}, archive_{file} {}

  Result<void> check() const {
    std::size_t entries = 0;
    for (auto it = archive_.headerBegin(); it != archive_.headerEnd(); ++it) {
      ++entries;
      std::string const& name = it->first;
      if (name.find("..") != std::string::npos || name.starts_with('/')) {
        return refused("an entry leads out of the workbook: " + name.substr(0, 80));
      }
    }
    return entries <= limits_.entries ? Result<void>{} : refused("more entries than are taken");
  }
  bool has(std::string const& name) const {
    return archive_.findHeader(name) != archive_.headerEnd();
  }
  /// Streams one part. How much it unpacks to is counted while it does, whatever its header says.
  Result<void> read(std::string const& name, XmlVisitor& visitor) {
    auto const header = archive_.findHeader(name);
    if (header == archive_.headerEnd()) {
      return refused("it has no " + name);
    }
    file_.clear();
    Poco::Zip::ZipInputStream in{file_, header->second, true};
    std::size_t const packed = static_cast<std::size_t>(header->second.getCompressedSize());
    std::size_t const most = std::min(limits_.unpacked_bytes - unpacked_,
                                      std::max<std::size_t>(1U << 20U, packed * limits_.ratio));
    auto done = read_xml(in, visitor, most, limits_.depth);
    unpacked_ += std::min(most, static_cast<std::size_t>(header->second.getUncompressedSize()));
    if (!done) {
      return refused(name + ": " + done.error().message);
    }
    return {};
  }

 private:
  std::istream& file_;
  TableLimits const& limits_;
  Poco::Zip::ZipArchive archive_;
  std::size_t unpacked_ = 0;
};

std::string part_of(std::string_view target) {
  return target.starts_with('/') ? std::string{target.substr(1)} : "xl/" + std::string{target};
}

Result<std::vector<std::string>> read_package(std::istream& file, RowVisitor const& visit,
                                              TableLimits const& limits) {
  Package package{file, limits};
  if (auto good = package.check(); !good) {
    return good.error();
  }
  WorkbookPart workbook;
  Relations relations;
  Styles styles;
  SharedStrings strings{limits};
  if (auto done = package.read("xl/workbook.xml", workbook); !done) {
    return done.error();
  }
  if (auto done = package.read("xl/_rels/workbook.xml.rels", relations); !done) {
    return done.error();
  }
  if (package.has("xl/styles.xml")) {
    if (auto done = package.read("xl/styles.xml", styles); !done) {
      return done.error();
    }
  }
  if (package.has("xl/sharedStrings.xml")) {
    if (auto done = package.read("xl/sharedStrings.xml", strings); !done) {
      return done.error();
    }
  }
  if (workbook.sheets.size() > limits.sheets) {
    return refused("more sheets than are taken");
  }
  SheetPart::Book book{strings, styles, workbook.since_1904, limits};
  std::vector<std::string> names;
  for (auto const& [name, relation] : workbook.sheets) {
    auto const target = relations.targets.find(relation);
    if (target == relations.targets.end()) {
      return refused("the sheet " + name + " has no content");
    }
    SheetPart sheet{book, name, visit};
    if (auto done = package.read(part_of(target->second), sheet); !done) {
      return done.error();
    }
    names.push_back(name);
  }
  return names;
}

}  // namespace

Result<std::vector<std::string>> read_xlsx(std::filesystem::path const& path,
                                           RowVisitor const& visit, TableLimits const& limits) {
  std::error_code error;
  auto const size = std::filesystem::file_size(path, error);
  std::ifstream file{path, std::ios::binary};
  if (error || !file) {
    return Error{ErrorCode::NotFound, "cannot read " + path.string()};
  }
  if (size > limits.file_bytes) {
    return refused("the file is larger than " + std::to_string(limits.file_bytes >> 20U) + " MiB");
  }
  std::string magic(8, '\0');
  file.read(magic.data(), 8);
  if (magic == std::string_view{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8}) {
    return refused("an old .xls workbook, or one with a password: save it as .xlsx without one");
  }
  if (!magic.starts_with("PK\x03\x04")) {
    return refused("no .xlsx workbook: save it as .xlsx, or hand in .csv files");
  }
  file.clear();
  file.seekg(0);
  try {
    auto read = read_package(file, visit, limits);
    if (!read) {
      return refused("the workbook cannot be read: " + read.error().message);
    }
    return read;
  } catch (Poco::Exception const& problem) {
    return refused("the workbook is damaged: " + problem.displayText());
  } catch (std::exception const& problem) {
    return refused(std::string{"the workbook is damaged: "} + problem.what());
  }
}

}  // namespace fenghuo::messaging
