#include "server/workbook/county_workbook.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "server/workbook/county_book.h"
#include "server/workbook/readiness.h"
#include "server/workbook/row_commands.h"
#include "server/workbook/trial.h"

namespace fenghuo::server {

using domain::State;
using messaging::Json;

namespace {

/// The cell of a row that made the rules refuse it: the one in which what they name stands, else the code.
std::uint32_t column_of_refusal(CountySheet const& sheet, messaging::Row const& row,
                                domain::Refusal const& refusal) {
  auto const code = column_of_member(sheet.columns, sheet.form->columns.front().member);
  if (refusal.rejection == domain::Rejection::ShiftLength) {
    return column_of_member(sheet.columns, "to").value_or(code.value_or(0));
  }
  for (auto const& [fact, value] : refusal.facts) {
    for (auto const& cell : row.cells) {
      bool const ours = cell.column < sheet.columns.size() && sheet.columns[cell.column] != nullptr;
      if (ours && cell.column != code && !value.empty() &&
          cell.text.find(value) != std::string::npos) {
        return cell.column;
      }
    }
  }
  return code.value_or(0);
}

class Import {
 public:
  Import(center::Center& center, ImportWish const& wish, CountyBook const& book)
      : center_{center}, wish_{wish}, book_{book}, sheets_(book.sheets().size()) {
    zone_ = center_.committed().read([](State const& state) {
      return state.founding ? static_cast<int>(state.founding->zone_minutes) : 0;
    });
  }

  Result<ImportReport> run() {
    report_.ignored = book_.ignored();
    for (auto const& sheet : book_.sheets()) {
      report_.sheets.push_back({sheet.name, 0, 0, 0, 0});
    }
    for (auto const& wrong : book_.errors()) {
      error(wrong);
    }
    if (auto tried = try_all(); !tried) {
      return tried.error();
    }
    if (report_.errors_in_all == 0 && !wish_.dry_run) {
      if (auto done = carry_out_all(); !done) {
        return done.error();
      }
      report_.done = true;
    }
    return std::move(report_);
  }

 private:
  struct SheetRows {
    std::map<std::string, std::uint32_t> codes = {};  ///< code -> first row
    std::vector<bool> changes = {};                   ///< by row: it makes or changes something
  };

  void error(CellMessage wrong) {
    if (++report_.errors_in_all <= static_cast<std::int64_t>(kMessagesShown)) {
      report_.errors.push_back(std::move(wrong));
    }
  }
  void error(CountySheet const& sheet, std::uint32_t column, std::uint32_t row, Wording words) {
    error({sheet.name, messaging::cell_name(column, row), std::move(words)});
  }

  /// Decides every row on a copy of the state, which is gone afterwards.
  Result<void> try_all() {
    State state = center_.committed().copy();
    Time const now = std::max(center_.now(), state.time);
    Trial trial{std::move(state), wish_.actor, now};
    RowCommands commands{center_, Sealing::Trial};
    auto const read = book_.read([&](std::size_t sheet, messaging::Row const& row) {
      ++report_.sheets[sheet].rows;
      try_row(sheet, row, commands, trial);
      return true;
    });
    if (!read) {
      return read.error();
    }
    find_gaps(trial.state(), now);
    return {};
  }

  void try_row(std::size_t place, messaging::Row const& row, RowCommands& commands, Trial& trial) {
    CountySheet const& sheet = book_.sheets()[place];
    RowObject made = object_of(sheet.columns, row, zone_);
    for (auto& wrong : made.errors) {
      error(sheet, wrong.column, row.number, std::move(wrong.words));
    }
    if (!is_first_of_its_code(place, row, made.object) || !made.errors.empty()) {
      return;
    }
    auto command = commands.command_for(sheet.form->kind, std::move(made.object));
    if (auto const* wrong = std::get_if<std::vector<messaging::FieldError>>(&command)) {
      for (auto const& one : *wrong) {
        error(sheet, column_of_member(sheet.columns, one.pointer).value_or(0), row.number,
              wording_of(one));
      }
      return;
    }
    auto const outcome = trial.decide(std::get<domain::Command>(std::move(command)));
    if (auto const* refusal = std::get_if<domain::Refusal>(&outcome)) {
      error(sheet, column_of_refusal(sheet, row, *refusal), row.number, wording_of(*refusal));
      return;
    }
    count(place, row.number, std::get<RowFate>(outcome));
  }

  bool is_first_of_its_code(std::size_t place, messaging::Row const& row, Json const& object) {
    CountySheet const& sheet = book_.sheets()[place];
    std::string_view const member = sheet.form->columns.front().member;
    Json const* code = object.find(member);
    if (code == nullptr || code->string() == nullptr) {
      return true;
    }
    auto const [first, fresh] = sheets_[place].codes.emplace(*code->string(), row.number);
    if (!fresh) {
      std::uint32_t const column = column_of_member(sheet.columns, member).value_or(0);
      std::string const there = messaging::cell_name(column, first->second);
      error(sheet, column, row.number,
            {"编码与 " + there + " 重复：" + *code->string(),
             "the code is that of " + there + ": " + *code->string()});
    }
    return fresh;
  }

  void count(std::size_t place, std::uint32_t row, RowFate fate) {
    SheetCount& counts = report_.sheets[place];
    if (fate == RowFate::Unchanged) {
      ++counts.unchanged;
      return;
    }
    ++(fate == RowFate::Created ? counts.created : counts.changed);
    auto& changes = sheets_[place].changes;
    if (changes.size() <= row) {
      changes.resize(std::max<std::size_t>(row + 1U, changes.size() * 2));
    }
    changes[row] = true;
  }

  /// What the centre would still lack with this workbook in it, as far as the workbook's rows can mend it.
  void find_gaps(State const& state, Time now) {
    struct Gap {
      std::size_t sheet;
      std::uint32_t row, column;
      Finding const* finding;
    };
    std::vector<Gap> gaps;
    auto const findings = readiness(state, now, std::numeric_limits<std::size_t>::max());
    for (auto const& finding : findings) {
      if (!finding.kind) {
        continue;
      }
      bool there = false;
      for (std::size_t i = 0; i < sheets_.size(); ++i) {
        CountySheet const& sheet = book_.sheets()[i];
        if (sheet.form->kind != *finding.kind) {
          continue;
        }
        there = true;
        auto const column = column_of_member(sheet.columns, finding.member);
        for (auto const& key : finding.keys) {
          if (auto const row = sheets_[i].codes.find(key); row != sheets_[i].codes.end()) {
            gaps.push_back({i, row->second, column.value_or(0), &finding});
          }
        }
      }
      if (finding.member.empty() && !book_.is_csv()) {
        gap(there ? sheet_of(*finding.kind).name : std::string{form_of(*finding.kind).chinese}, "",
            finding);
      }
    }
    std::sort(gaps.begin(), gaps.end(), [](Gap const& a, Gap const& b) {
      return std::tie(a.sheet, a.row, a.column, a.finding) <
             std::tie(b.sheet, b.row, b.column, b.finding);
    });
    for (auto const& one : gaps) {
      gap(book_.sheets()[one.sheet].name, messaging::cell_name(one.column, one.row), *one.finding);
    }
  }

  void gap(std::string sheet, std::string cell, Finding const& finding) {
    if (++report_.gaps_in_all <= static_cast<std::int64_t>(kMessagesShown)) {
      report_.gaps.push_back({std::move(sheet),
                              std::move(cell),
                              {std::string{finding.chinese}, std::string{finding.english}}});
    }
  }
  static SheetForm const& form_of(SheetKind kind) {
    return *std::find_if(county_sheets().begin(), county_sheets().end(),
                         [&](SheetForm const& form) { return form.kind == kind; });
  }
  CountySheet const& sheet_of(SheetKind kind) const {
    return *std::find_if(book_.sheets().begin(), book_.sheets().end(),
                         [&](CountySheet const& sheet) { return sheet.form->kind == kind; });
  }

  struct ReadyRow {
    std::size_t sheet;
    std::uint32_t row;
    domain::Command command;
  };

  /// What changes something goes in, in pieces: the keys of a piece are on the disk before its commands go in.
  Result<void> carry_out_all() {
    batch_ = "import/" + center_.personal()
                             ->blind(std::to_string(center_.now().us) + wish_.actor.name)
                             .substr(0, 24);
    RowCommands commands{center_, Sealing::Kept};
    std::vector<ReadyRow> ready;
    Result<void> outcome;
    auto const read = book_.read([&](std::size_t place, messaging::Row const& row) {
      auto const& changes = sheets_[place].changes;
      if (row.number >= changes.size() || !changes[row.number]) {
        return true;
      }
      if (!batch_open_) {
        outcome = center_.personal()->begin_batch();
        batch_open_ = outcome.has_value();
      }
      if (outcome) {
        outcome = make_ready(place, row, commands, ready);
      }
      if (outcome && ready.size() == kPiece) {
        outcome = carry_out(ready);
      }
      return outcome.has_value();
    });
    if (outcome && read && batch_open_) {
      outcome = carry_out(ready);
    } else if (batch_open_) {
      // Nothing of this piece goes in; what was sealed for it is kept, and used when the file is read again.
      static_cast<void>(center_.personal()->end_batch());
    }
    return outcome ? read : outcome;
  }

  Result<void> make_ready(std::size_t place, messaging::Row const& row, RowCommands& commands,
                          std::vector<ReadyRow>& ready) {
    CountySheet const& sheet = book_.sheets()[place];
    auto made = commands.command_for(sheet.form->kind, object_of(sheet.columns, row, zone_).object);
    if (auto const* wrong = std::get_if<std::vector<messaging::FieldError>>(&made)) {
      // The trial took it; what is left to fail are the keys.
      return Error{ErrorCode::Unavailable, place_of(place, row.number) + ": " +
                                               wrong->front().message + "; read the file again"};
    }
    ready.push_back({place, row.number, std::get<domain::Command>(std::move(made))});
    return {};
  }

  Result<void> carry_out(std::vector<ReadyRow>& ready) {
    batch_open_ = false;
    if (auto const kept = center_.personal()->end_batch(); !kept) {
      return kept;
    }
    for (auto& row : ready) {
      messaging::Request request;
      request.envelope.id = batch_ + "/" + std::to_string(carried_++);
      request.envelope.actor = wish_.actor;
      request.envelope.command = center_.committed().read(
          [&](State const& state) { return command_against(state, std::move(row.command)); });
      auto const outcome = center_.carry_out(std::move(request));
      if (auto const* failed = std::get_if<Error>(&outcome)) {
        return Error{failed->code, place_of(row.sheet, row.row) + ": " + failed->message +
                                       "; read the same file again"};
      }
      if (auto const* refusal = std::get_if<domain::Refusal>(&outcome)) {
        // Somebody changed something meanwhile: told, and the rest goes on.
        error(book_.sheets()[row.sheet], 0, row.row, wording_of(*refusal));
      }
    }
    ready.clear();
    return {};
  }

  std::string place_of(std::size_t sheet, std::uint32_t row) const {
    return "sheet " + book_.sheets()[sheet].name + ", row " + std::to_string(row);
  }

  static constexpr std::size_t kPiece = 500;

  center::Center& center_;
  ImportWish const& wish_;
  CountyBook const& book_;
  int zone_ = 0;
  std::vector<SheetRows> sheets_;  ///< as in the book
  std::string batch_;
  std::int64_t carried_ = 0;
  bool batch_open_ = false;  ///< of the keys
  ImportReport report_;
};

Json messages_json(std::vector<CellMessage> const& messages) {
  Json::Array out;
  for (auto const& one : messages) {
    out.push_back(Json::object({{"sheet", one.sheet},
                                {"cell", one.cell},
                                {"message", one.words.chinese},
                                {"message_en", one.words.english}}));
  }
  return out;
}

}  // namespace

Result<ImportReport> import_workbook(center::Center& center, ImportWish const& wish) {
  auto const book = CountyBook::open(wish.file, wish.csv_sheet, wish.headers);
  if (!book) {
    return book.error();
  }
  return Import{center, wish, *book}.run();
}

Json to_json(ImportReport const& report) {
  Json::Array sheets, ignored;
  for (auto const& sheet : report.sheets) {
    sheets.push_back(Json::object({{"sheet", sheet.sheet},
                                   {"rows", sheet.rows},
                                   {"created", sheet.created},
                                   {"changed", sheet.changed},
                                   {"unchanged", sheet.unchanged}}));
  }
  for (auto const& what : report.ignored) {
    ignored.emplace_back(what);
  }
  return Json::object({{"done", report.done},
                       {"sheets", std::move(sheets)},
                       {"errors", messages_json(report.errors)},
                       {"errors_in_all", report.errors_in_all},
                       {"gaps", messages_json(report.gaps)},
                       {"gaps_in_all", report.gaps_in_all},
                       {"ignored", std::move(ignored)}});
}

}  // namespace fenghuo::server
