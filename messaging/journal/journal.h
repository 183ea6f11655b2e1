#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "messaging/journal/chain.h"
#include "messaging/journal/journal_row.h"

namespace fenghuo::messaging {

/// Where a journal ends.
struct Head {
  Sequence sequence = 0;
  std::int64_t epoch = 0;
  Digest hash{};
};

/// What became of an append. An error of a commit is never taken for "not written": it may be there.
enum class AppendOutcome {
  Written,     ///< durable
  NotWritten,  ///< certainly not there; the store can be used on
  Unknown,     ///< read the head again before anything else is written
  StoreFailed  ///< a sync failed: what the store holds in memory is not to be believed; end the process
};

struct AppendResult {
  AppendOutcome outcome = AppendOutcome::Written;
  std::string message;
};

/// What a journal is made with; fixed for its life.
struct JournalIdentity {
  std::string stream = "center";
  std::string algorithm = "sha256";
};

/// The append-only log of a centre: the one truth. One writer; any number of readers.
///
/// append():  gives every row its epoch and hash and makes all of them durable together, or none.
///            Sequences go on from head() without a gap; (command id, index) is unique. No rows: nothing
///            is written.
/// read():    rows after a sequence, in order, at most `most`; an empty answer is the end.
/// find_command(): the rows of a command, empty if it was never carried out.
/// known_commands(): for each id whether find_command would give rows; one look at the store for all of a
///            group, since each look takes and gives up a lock. has_command(): the same for one.
/// Errors of reading: Unavailable, DataLoss.
/// Threads:   append, reread_head and known_commands from one thread; read and find_command from any.
/// Checked:   tests/messaging/journal_suite_test.cc, one suite for every journal.
class Journal {
 public:
  virtual ~Journal() = default;
  Journal(Journal const&) = delete;
  Journal& operator=(Journal const&) = delete;

  Head const& head() const { return head_; }
  JournalIdentity const& identity() const { return identity_; }
  AppendResult append(std::span<JournalRow> rows);
  /// Believes the store again after an unknown outcome.
  Result<Head> reread_head();

  virtual Result<std::vector<JournalRow>> read(Sequence after, std::size_t most) = 0;
  /// As read(), past whatever the store keeps in memory of what it read before.
  virtual Result<std::vector<JournalRow>> read_afresh(Sequence after, std::size_t most) {
    return read(after, most);
  }
  virtual Result<std::vector<JournalRow>> find_command(std::string_view command_id) = 0;
  virtual Result<std::vector<bool>> known_commands(std::span<std::string_view const> ids) = 0;
  Result<bool> has_command(std::string_view command_id);

 protected:
  Journal(JournalIdentity identity, Chain chain, Head head)
      : identity_{std::move(identity)}, chain_{std::move(chain)}, head_{head} {}
  virtual AppendResult write(std::span<JournalRow const> rows, Head const& before) = 0;
  virtual Result<Head> read_head() = 0;

 private:
  JournalIdentity identity_;
  Chain chain_;
  Head head_;
};

/// What is wrong with a row behind the one before it (none: it is the first); empty if nothing is: order,
/// chain, and that it decodes.
std::string broken_row(JournalRow const& row, Chain const& chain, JournalRow const* before);

/// Walks a whole journal and proves its chain, its order and that every row decodes.
struct JournalCheck {
  Sequence rows = 0;
  Digest last_hash{};
  std::string broken;  ///< empty: all is well; else where and what
};
/// Errors: Unavailable when the store cannot be read; what is wrong with the content is in `broken`.
Result<JournalCheck> check_journal(Journal& journal);

}  // namespace fenghuo::messaging
