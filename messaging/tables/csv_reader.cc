#include "messaging/tables/csv_reader.h"

#include <array>
#include <vector>

#include "messaging/tables/cell_text.h"
#include "messaging/tables/text_decoder.h"

namespace fenghuo::messaging {

namespace {

/// The separator that stands most often outside quotes in the first row that has any text.
char guessed_separator(std::string_view text) {
  constexpr std::array<char, 3> kSeparators{',', ';', '\t'};
  std::array<std::size_t, 3> counts{};
  bool quoted = false, seen = false;
  for (char const c : text) {
    quoted = c == '"' ? !quoted : quoted;
    if (!quoted && (c == '\n' || c == '\r')) {
      if (seen) {
        break;
      }
      continue;
    }
    seen = true;
    for (std::size_t i = 0; i < kSeparators.size(); ++i) {
      counts[i] += !quoted && c == kSeparators[i] ? 1U : 0U;
    }
  }
  std::size_t most = 0;
  for (std::size_t i = 1; i < counts.size(); ++i) {
    most = counts[i] > counts[most] ? i : most;
  }
  return kSeparators[most];
}

/// Takes a text byte by byte apart; the text may come in pieces.
class CsvRows {
 public:
  CsvRows(TableVisitor& visitor, TableLimits const& limits) : visitor_{visitor}, limits_{limits} {}

  /// False when nothing more is wanted.
  bool take(std::string_view piece) {
    if (separator_ == '\0') {
      separator_ = guessed_separator(piece);
    }
    for (char const c : piece) {
      if (ended_) {
        return false;
      }
      step(c);
    }
    return !ended_;
  }

  void finish() {
    if (ended_) {
      return;
    }
    if (state_ == State::Quoted) {
      fail(quote_line_, quote_column_, "a quote (\") begins here and is never closed; close it");
      return;
    }
    if (state_ != State::Begin || column_index_ > 0) {
      end_row();
    }
  }

  std::string const& problem() const { return problem_; }
  std::string place() const { return place(line_, column_); }

 private:
  enum class State { Begin, Plain, Quoted, QuoteInQuoted };

  static std::string place(std::uint64_t line, std::uint64_t column) {
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
  }
  void fail(std::uint64_t line, std::uint64_t column, std::string const& what) {
    problem_ = place(line, column) + ": " + what;
    ended_ = true;
  }
  void fail(std::string const& what) { fail(line_, column_, what); }

  void step(char c) {
    if (c == '\n' && after_return_) {  // the second half of CRLF
      after_return_ = false;
      if (state_ == State::Quoted) {
        add(c);
      }
      return;
    }
    after_return_ = c == '\r';
    if (c == '\0') {
      fail("a NUL, which no text holds; save the file again as CSV UTF-8");
      return;
    }
    if (state_ == State::Quoted) {
      if (c == '"') {
        state_ = State::QuoteInQuoted;
      } else {
        add(c);
      }
    } else if (c == separator_) {
      end_cell();
    } else if (c == '\n' || c == '\r') {
      end_row();
    } else if (state_ == State::QuoteInQuoted) {
      after_quote(c);
    } else if (c == '"' && state_ == State::Begin) {
      state_ = State::Quoted;
      quote_line_ = line_;
      quote_column_ = column_;
    } else {
      state_ = State::Plain;
      add(c);
    }
    move_on(c);
  }

  void after_quote(char c) {
    if (c == '"') {
      state_ = State::Quoted;
      add(c);
    } else {
      fail("text behind a closing quote; write a quote in a quoted cell twice");
    }
  }

  void move_on(char c) {
    if (c == '\n' || c == '\r') {
      ++line_;
      column_ = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      ++column_;
    }
  }

  void add(char c) {
    text_ += c;
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U &&
        ++text_characters_ > limits_.cell_characters + 1) {  // an apostrophe may be taken off
      fail("the cell has more than " + std::to_string(limits_.cell_characters) +
           " characters; shorten it or close its quote");
    }
  }

  void end_cell() {
    if (text_.starts_with('\'')) {
      std::size_t const past = text_.find_first_not_of('\'');
      if (past != std::string::npos && looks_like_formula(std::string_view{text_}.substr(past))) {
        text_.erase(0, 1);
        --text_characters_;
      }
    }
    if (!text_.empty()) {
      keep_cell();
    }
    text_.clear();
    text_characters_ = 0;
    state_ = State::Begin;
    ++column_index_;
  }

  void keep_cell() {
    if (column_index_ >= limits_.columns) {
      fail("the row has more than " + std::to_string(limits_.columns) +
           " columns; delete what does not belong there");
    } else if (text_characters_ > limits_.cell_characters) {
      fail("the cell has more than " + std::to_string(limits_.cell_characters) +
           " characters; shorten it");
    } else {
      if (used_ == cells_.size()) {
        cells_.emplace_back();
      }
      cells_[used_].text = text_;
      cells_[used_].column = column_index_;
      ++used_;
    }
  }

  void end_row() {
    end_cell();
    ++row_;
    if (!ended_ && row_ > limits_.rows) {
      fail("more than " + std::to_string(limits_.rows) + " rows; split the file into several");
    }
    if (!ended_ && used_ > 0 && !visitor_.row({row_, {cells_.data(), used_}})) {
      ended_ = true;
    }
    used_ = 0;
    column_index_ = 0;
  }

  TableVisitor& visitor_;
  TableLimits limits_;
  std::vector<Cell> cells_;
  std::size_t used_ = 0;
  std::string text_;
  std::uint64_t text_characters_ = 0;
  State state_ = State::Begin;
  char separator_ = '\0';
  bool after_return_ = false, ended_ = false;
  std::uint32_t row_ = 0, column_index_ = 0;
  std::uint64_t line_ = 1, column_ = 1, quote_line_ = 0, quote_column_ = 0;
  std::string problem_;
};

}  // namespace

Result<void> read_csv(std::string_view bytes, std::string const& sheet, TableVisitor& visitor,
                      TableLimits const& limits) {
  if (bytes.size() > limits.file_bytes) {
    return Error{ErrorCode::InvalidArgument, "the file is larger than " +
                                                 std::to_string(limits.file_bytes >> 20U) +
                                                 " MiB; split it into several"};
  }
  if (!visitor.sheet({sheet, 0, false})) {
    return {};
  }
  CsvRows rows{visitor, limits};
  auto const decoded = decode_text(bytes, [&](std::string_view piece) { return rows.take(piece); });
  if (!decoded) {
    return decoded.error().code == ErrorCode::InvalidArgument
               ? Error{ErrorCode::InvalidArgument, rows.place() + ": " + decoded.error().message}
               : decoded.error();
  }
  rows.finish();
  if (!rows.problem().empty()) {
    return Error{ErrorCode::InvalidArgument, rows.problem()};
  }
  return {};
}

}  // namespace fenghuo::messaging
