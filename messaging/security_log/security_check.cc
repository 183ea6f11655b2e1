#include "messaging/security_log/security_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

#include "core/base/time_text.h"
#include "messaging/security_log/security_file.h"

namespace fenghuo::messaging {

namespace {

/// No setting removes rows that are younger.
constexpr Duration kLeastKept = hours(24 * 180);

std::optional<Sequence> number_of(std::string_view text) {
  Sequence value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool const whole = error == std::errc{} && end == text.data() + text.size() && !text.empty();
  return whole ? std::optional{value} : std::nullopt;
}

std::string named(Anchor const& anchor) {
  return fmt::format("the anchor of {}", to_rfc3339(anchor.time));
}

std::string signature_wrong(Anchor const& anchor) {
  return fmt::format("the signature of {} at row {} of the journal is wrong", named(anchor),
                     anchor.journal.sequence);
}

Result<std::string> wrong_with_store(Database& db) {
  auto const pages = db.value("PRAGMA integrity_check");
  if (!pages) {
    return pages.error();
  }
  if (*pages != "ok") {
    return "the store is damaged: " + *pages;
  }
  auto select = db.prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid");
  if (!select) {
    return select.error();
  }
  for (auto const wanted : security_schema()) {
    if (select->step() != Statement::Step::Row || select->text(0) != wanted) {
      return std::string{"the schema of the security log was changed; it should say: "}.append(
          wanted);
    }
  }
  if (select->step() != Statement::Step::Done) {
    return "the security log holds something besides its own tables: " +
           std::string{select->text(0)};
  }
  return std::string{};
}

/// One walk over all rows, with what must be remembered on the way.
class Walk {
 public:
  Walk(Chain chain, SecurityWitness const& witness, SecurityCheck& out)
      : chain_{std::move(chain)}, witness_{witness}, out_{out}, last_{out.begins_at} {
    for (auto const& anchor : witness.mirror) {
      mirrored_.emplace(anchor.log.sequence, &anchor);
    }
  }

  /// What is wrong at this row; empty if nothing.
  std::string take(SecurityRow const& row) {
    if (row.sequence != last_.sequence + 1) {
      return fmt::format("row {} is missing", last_.sequence + 1);
    }
    if (hash_of(chain_, row, last_.hash) != row.hash) {
      return fmt::format("row {} was changed, or the one before it", row.sequence);
    }
    std::string wrong;
    if (row.entry.kind == SecurityKind::Anchor) {
      wrong = take_anchor(row);
    }
    if (auto const accepted = acceptance_of(row)) {
      out_.acceptances.push_back(*accepted);
    }
    if (row.entry.kind == SecurityKind::HistoryChanged) {
      out_.last_change = row.sequence;
    }
    if (row.entry.kind == SecurityKind::Trimmed) {
      trimmed_ = row.entry;
    }
    auto const [first, end] = mirrored_.equal_range(row.sequence - 1);
    for (auto it = first; it != end && wrong.empty(); ++it) {
      if (row.entry.kind != SecurityKind::Anchor || row.entry.detail != line_of(*it->second)) {
        wrong = fmt::format("row {} is not {} that was kept elsewhere: the log was made anew",
                            row.sequence, named(*it->second));
      }
    }
    last_ = {row.sequence, row.hash};
    ++out_.rows;
    return wrong;
  }

  std::string end(LogPosition const& head) const {
    if (head.sequence != last_.sequence || head.hash != last_.hash) {
      return fmt::format("the head says the log ends at row {} with hash {}; it ends at {} with {}",
                         head.sequence, hex(head.hash), last_.sequence, hex(last_.hash));
    }
    bool const recorded = trimmed_ && number_of(trimmed_->subject) == out_.begins_at.sequence &&
                          trimmed_->detail == hex(out_.begins_at.hash);
    if (out_.begins_at.sequence != 0 && !recorded) {
      return fmt::format("it begins after row {}, but no row says that the older ones were removed",
                         out_.begins_at.sequence);
    }
    for (auto const& anchor : witness_.mirror) {
      if (trimmed_ && anchor.log.sequence + 1 <= out_.begins_at.sequence &&
          trimmed_->time - anchor.time < kLeastKept) {
        return fmt::format("{} was removed before it was six months old", named(anchor));
      }
      if (anchor.log.sequence + 1 > last_.sequence) {
        return fmt::format("it ends at row {}; {} stood at row {}: its tail was cut",
                           last_.sequence, named(anchor), anchor.log.sequence + 1);
      }
    }
    return "";
  }

 private:
  std::string take_anchor(SecurityRow const& row) {
    auto const anchor = anchor_of(row.entry.detail);
    if (!anchor || anchor->log.sequence != last_.sequence || anchor->log.hash != last_.hash) {
      return fmt::format("row {} is no anchor of this log", row.sequence);
    }
    if (witness_.keys != nullptr && !witness_.keys->holds(*anchor)) {
      return fmt::format("row {}: {}", row.sequence, signature_wrong(*anchor));
    }
    out_.anchors.push_back(*anchor);
    return "";
  }

  Chain chain_;
  SecurityWitness const& witness_;
  SecurityCheck& out_;
  LogPosition last_;
  std::optional<SecurityEntry> trimmed_;
  std::multimap<Sequence, Anchor const*> mirrored_;
};

Result<void> walk_rows(Database& db, Walk& walk, SecurityCheck& out) {
  auto select = db.prepare(std::string{kSecurityColumns}.append("ORDER BY sequence"));
  if (!select) {
    return select.error();
  }
  Statement::Step step = Statement::Step::Done;
  while (out.broken.empty() && (step = select->step()) == Statement::Step::Row) {
    auto const row = security_row_of(*select);
    out.broken = row ? walk.take(*row) : row.error().message;
  }
  if (step == Statement::Step::Failed) {
    return db.error("reading");
  }
  return {};
}

Result<SecurityCheck> check_open(Database& db, SecurityWitness const& witness) {
  SecurityCheck out;
  auto const store = wrong_with_store(db);
  if (!store) {
    return store.error();
  }
  out.broken = *store;
  if (!out.broken.empty()) {
    return out;
  }
  // One transaction: what is written or removed meanwhile is not seen.
  if (auto const begun = db.run("BEGIN"); !begun) {
    return begun.error();
  }
  auto const head = read_position(db, "head");
  auto const begins = read_position(db, "begins_at");
  auto const named_algorithm = security_algorithm(db);
  if (!head || !begins || !named_algorithm) {
    return !head ? head.error() : !begins ? begins.error() : named_algorithm.error();
  }
  auto chain = Chain::make(*named_algorithm, kSecurityStream);
  if (!chain) {
    out.broken = chain.error().message;
    return out;
  }
  out.begins_at = *begins;
  out.head = *head;
  for (auto const& anchor : witness.mirror) {
    if (out.broken.empty() && witness.keys != nullptr && !witness.keys->holds(anchor)) {
      out.broken = "kept elsewhere: " + signature_wrong(anchor);
    }
  }
  Walk walk{std::move(chain).value(), witness, out};
  if (auto const walked = walk_rows(db, walk, out); !walked) {
    return walked.error();
  }
  if (out.broken.empty()) {
    out.broken = walk.end(*head);
  }
  return out;
}

/// What is wrong with the journal at an anchor; empty where it fits.
Result<std::string> wrong_at(Journal& journal, Anchor const& anchor) {
  if (anchor.stream != stream_word(journal.identity().stream)) {
    return fmt::format("{} is of the journal \"{}\"", named(anchor), anchor.stream);
  }
  if (anchor.journal.sequence == 0) {
    return std::string{};
  }
  auto const rows = journal.read(anchor.journal.sequence - 1, 1);
  if (!rows) {
    return rows.error();
  }
  if (rows->empty() || rows->front().sequence != anchor.journal.sequence) {
    return fmt::format(
        "{} says it had {} rows; it ends before: its tail was cut, or an older copy "
        "was put in place",
        named(anchor), anchor.journal.sequence);
  }
  if (rows->front().hash != anchor.journal.hash) {
    return fmt::format(
        "row {} is not what {} says: the chain was made anew, or another journal was "
        "put in place",
        anchor.journal.sequence, named(anchor));
  }
  return std::string{};
}

bool is_accepted(Anchor const& anchor, std::span<HistoryAcceptance const> acceptances) {
  return std::any_of(acceptances.begin(), acceptances.end(), [&](HistoryAcceptance const& a) {
    return a.anchors_before > anchor.log.sequence && anchor.journal.sequence > a.stands;
  });
}

}  // namespace

std::string acceptance_subject(Sequence stands, Sequence anchors_before) {
  return fmt::format("stands {} anchors_before {}", stands, anchors_before);
}

std::optional<HistoryAcceptance> acceptance_of(SecurityRow const& row) {
  constexpr std::string_view kStands = "stands ", kBefore = " anchors_before ";
  std::string_view const subject = row.entry.subject;
  auto const middle = subject.find(kBefore);
  if (row.entry.kind != SecurityKind::HistoryAccepted || !subject.starts_with(kStands) ||
      middle == std::string_view::npos) {
    return std::nullopt;
  }
  auto const stands = number_of(subject.substr(kStands.size(), middle - kStands.size()));
  auto const before = number_of(subject.substr(middle + kBefore.size()));
  if (!stands || !before || *before > row.sequence) {
    return std::nullopt;  // nobody answers for what is to come
  }
  return HistoryAcceptance{row.sequence,   *stands,           *before,
                           row.entry.time, row.entry.account, row.entry.detail};
}

Result<SecurityCheck> check_security_log(std::filesystem::path const& file,
                                         SecurityWitness const& witness) {
  auto db = Database::open(file, OpenMode::ReadOnly);
  if (!db) {
    return db.error();
  }
  auto const ours = check_security_file(*db, file);
  auto check = ours ? check_open(*db, witness) : Result<SecurityCheck>{ours.error()};
  if (!check && check.error().code == ErrorCode::DataLoss) {
    SecurityCheck out;
    out.broken = check.error().message;
    return out;
  }
  return check;
}

Result<AnchorCheck> check_anchors(Journal& journal, std::span<Anchor const> anchors,
                                  std::span<HistoryAcceptance const> acceptances,
                                  AnchorVerifier const* keys) {
  AnchorCheck check;
  Time newest{std::numeric_limits<std::int64_t>::min()};
  for (auto const& anchor : anchors) {
    bool const forged = keys != nullptr && !keys->holds(anchor);
    auto const wrong =
        forged ? Result<std::string>{signature_wrong(anchor)} : wrong_at(journal, anchor);
    if (!wrong) {
      return wrong.error();
    }
    if (wrong->empty()) {
      ++check.held;
    } else if (!forged && is_accepted(anchor, acceptances)) {
      ++check.accepted;
    } else {
      Sequence const at = anchor.journal.sequence;
      check.first_wrong = check.broken.empty() ? at : std::min(check.first_wrong, at);
      check.last_wrong_row = std::max(check.last_wrong_row, anchor.log.sequence + 1);
      if (anchor.time >= newest) {
        newest = anchor.time;
        check.broken = *wrong;
      }
    }
  }
  return check;
}

Result<std::string> changed_history(Journal& journal, SecurityStore& log) {
  auto const newest = log.newest(
      {.kind = SecurityKind::Anchor, .account = {}, .from = {}, .until = {}, .before = {}}, 1);
  auto const accepted = log.newest(
      {.kind = SecurityKind::HistoryAccepted, .account = {}, .from = {}, .until = {}, .before = {}},
      1);
  if (!newest || !accepted) {
    return newest ? accepted.error() : newest.error();
  }
  auto const anchor = newest->empty() ? std::nullopt : anchor_of(newest->front().entry.detail);
  if (!anchor) {
    return std::string{};
  }
  auto const acceptance = accepted->empty() ? std::nullopt : acceptance_of(accepted->front());
  if (acceptance && is_accepted(*anchor, {&*acceptance, 1})) {
    return std::string{};
  }
  return wrong_at(journal, *anchor);
}

}  // namespace fenghuo::messaging
