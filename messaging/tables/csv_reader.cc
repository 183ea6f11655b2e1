#include "messaging/tables/csv_reader.h"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

#include "messaging/codec/json.h"

namespace fenghuo::messaging {

namespace {

Error refused(std::string why) { return {ErrorCode::InvalidArgument, std::move(why)}; }

std::optional<std::string> converted(std::string const& text, char const* from) {
  iconv_t const handle = ::iconv_open("UTF-8", from);
  if (handle == reinterpret_cast<iconv_t>(-1)) {  // NOLINT: as iconv says it
    return std::nullopt;
  }
  std::unique_ptr<void, int (*)(iconv_t)> const closing{handle, &::iconv_close};
  std::string in = text;
  std::string out(in.size() * 4 + 16, '\0');
  char* source = in.data();
  char* target = out.data();
  std::size_t left = in.size();
  std::size_t room = out.size();
  if (::iconv(handle, &source, &left, &target, &room) == static_cast<std::size_t>(-1) ||
      left != 0) {
    return std::nullopt;
  }
  out.resize(out.size() - room);
  return out;
}

bool is_utf8(std::string const& text) { return converted(text, "UTF-8").has_value(); }

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16Marks[] = {"\xFF\xFE", "\xFE\xFF"};

bool begins_with(std::string const& text, std::string_view mark) {
  return text.compare(0, mark.size(), mark) == 0;
}

/// Turns the bytes of a file into UTF-8 without a mark, in place.
Result<void> make_utf8(std::string& text) {
  if (begins_with(text, kUtf8Mark)) {
    text.erase(0, kUtf8Mark.size());
  }
  bool const wide = begins_with(text, kUtf16Marks[0]) || begins_with(text, kUtf16Marks[1]);
  if (!wide && is_utf8(text)) {
    return {};
  }
  auto utf8 = converted(text, wide ? "UTF-16" : "GB18030");
  if (!utf8) {
    return refused("neither UTF-8 nor GB 18030: save it as CSV UTF-8");
  }
  text = std::move(*utf8);
  return {};
}

char separator_of(std::string_view text) {
  std::string_view const first = text.substr(0, text.find('\n'));
  char best = ',';
  for (char const c : {',', '\t', ';'}) {
    if (std::count(first.begin(), first.end(), c) > std::count(first.begin(), first.end(), best)) {
      best = c;
    }
  }
  return best;
}

bool is_guarded(std::string_view cell) {
  return cell.size() > 1 && cell[0] == '\'' &&
         std::string_view{"=+-@\t\r"}.find(cell[1]) != std::string_view::npos;
}

/// Goes through a text once.
class Reading {
 public:
  Reading(std::string_view sheet, std::string_view text, RowVisitor const& visit,
          TableLimits const& limits)
      : sheet_{sheet},
        text_{text},
        visit_{visit},
        limits_{limits},
        separator_{separator_of(text)} {}

  Result<void> run() {
    row_.number = 1;
    for (at_ = 0; at_ < text_.size() && problem_.empty(); ++at_) {
      step(text_[at_]);
    }
    if (problem_.empty() && quoted_) {
      problem_ = fmt::format("line {}: a quote that does not end", quote_line_);
    }
    if (problem_.empty() && (!cell_.empty() || !row_.cells.empty())) {
      end_row();
    }
    return problem_.empty() ? Result<void>{} : refused(problem_);
  }

 private:
  void step(char c) {
    if (quoted_) {
      if (c == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        add('"');
        ++at_;
      } else if (c == '"') {
        quoted_ = false;
      } else {
        line_ += c == '\n' ? 1U : 0U;
        add(c);
      }
    } else if (c == '"' && cell_.empty()) {
      quoted_ = true;
      quote_line_ = line_;
    } else if (c == separator_) {
      end_cell();
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
        ++at_;
      }
      end_row();
      ++line_;
    } else {
      add(c);
    }
  }
  void add(char c) {
    cell_ += c;
    if (cell_.size() > limits_.cell_bytes) {
      problem_ = fmt::format("line {}: a cell is too long; is a quote missing?", line_);
    }
  }
  void end_cell() {
    if (row_.cells.size() >= limits_.columns) {
      problem_ = fmt::format("line {}: more than {} columns", line_, limits_.columns);
      return;
    }
    if (is_guarded(cell_)) {
      cell_.erase(0, 1);
    }
    row_.cells.push_back({std::move(cell_), false, false});
    cell_.clear();
  }
  void end_row() {
    end_cell();
    while (!row_.cells.empty() && row_.cells.back().text.empty()) {
      row_.cells.pop_back();
    }
    if (!row_.cells.empty()) {
      if (++rows_ > limits_.rows) {
        problem_ = "more rows than are taken: split the file";
        return;
      }
      visit_(sheet_, row_);
    }
    row_.cells.clear();
    ++row_.number;
  }

  std::string_view sheet_, text_;
  RowVisitor const& visit_;
  TableLimits const& limits_;
  char separator_;
  TableRow row_;
  std::string cell_, problem_;
  std::size_t at_ = 0, line_ = 1, quote_line_ = 1, rows_ = 0;
  bool quoted_ = false;
};

}  // namespace

Result<void> read_csv_text(std::string_view sheet, std::string text, RowVisitor const& visit,
                           TableLimits const& limits) {
  if (text.size() > limits.file_bytes) {
    return refused("the file is too large");
  }
  if (auto made = make_utf8(text); !made) {
    return made;
  }
  if (text.find('\0') != std::string::npos) {
    return refused("no text: it holds zero bytes");
  }
  return Reading{sheet, text, visit, limits}.run();
}

Result<void> read_csv(std::filesystem::path const& path, RowVisitor const& visit,
                      TableLimits const& limits) {
  std::error_code error;
  auto const size = std::filesystem::file_size(path, error);
  std::ifstream file{path, std::ios::binary};
  if (error || !file) {
    return Error{ErrorCode::NotFound, "cannot read " + path.string()};
  }
  if (size > limits.file_bytes) {
    return refused("the file is too large");
  }
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  return read_csv_text(path.stem().string(), std::move(text), visit, limits);
}

}  // namespace fenghuo::messaging
