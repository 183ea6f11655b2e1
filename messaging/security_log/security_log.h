#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "messaging/security_log/anchor.h"
#include "messaging/security_log/anchor_mirror.h"
#include "messaging/security_log/security_store.h"

namespace fenghuo::messaging {

struct SecurityLogOptions {
  /// Off: every row is written at once on the caller's thread; for simulations.
  bool threads = true;
  std::size_t queue = 10'000;  ///< rows that may wait
  int strangers = 300;         ///< rows a minute of one address that nobody signed in from
  Duration keep = hours(24 * 400);
  std::string algorithm = "sha256";  ///< of a new log
  std::filesystem::path mirror;      ///< second place for anchors; empty: none
  std::function<Time()> now;         ///< must be set
};

struct SecurityFigures {
  std::uint64_t rows = 0, groups = 0, lost = 0;
};

/// Who did what to the centre, besides what the journal holds: sign-ins, refusals, accounts, exports, reads of
/// personal data, and the signed anchors of the journal.
///
/// note() never waits for the disk: rows go into a bounded queue, and one thread writes them in groups, each
/// one transaction with a full sync, once a second, at once for sign-ins and anchors. What finds the queue
/// full is counted and told in a row `lost`; so is what an address sends without an account beyond a number of
/// rows a minute, lest somebody who has none fills the disk. Rows that a full disk refuses wait and are tried again.
/// Older rows than `keep` go, a thousand at a time.
///
/// Files:   security.sqlite, anchor.key, anchor.pub in the folder.
/// Errors:  of open: Conflict, Unavailable, DataLoss, InvalidArgument.
/// Threads: any.
/// Checked: tests/messaging/security_log_test.cc.
class SecurityLog {
 public:
  static Result<std::unique_ptr<SecurityLog>> open(std::filesystem::path const& folder,
                                                   SecurityLogOptions options);
  ~SecurityLog();  ///< writes what waits
  SecurityLog(SecurityLog const&) = delete;
  SecurityLog& operator=(SecurityLog const&) = delete;

  void note(SecurityEntry entry);
  /// Reports with a caller were shown: one row names the objects that this account was not shown in the last
  /// ten minutes; none where there are no such.
  void note_personal_data(SecurityEntry entry, std::vector<std::string> const& objects);
  /// Where the journal stands now: signed, written and mirrored.
  void anchor(std::string stream, Head const& head, Time at);

  /// Waits until what was noted before is written, or cannot be.
  void flush();
  /// What somebody should look at; empty while all is well.
  std::vector<std::string> troubles() const;
  SecurityFigures figures() const;
  SecurityStore& store() { return *store_; }

 private:
  struct Item {
    SecurityEntry entry;
    std::optional<Anchor> anchor;
  };
  SecurityLog(std::unique_ptr<SecurityStore> store, AnchorSigner signer,
              SecurityLogOptions options);
  void push(Item item);
  bool within_budget(SecurityEntry const& entry);
  void run();
  void write_group();
  void take_queue();
  bool write(std::deque<Item>& items);
  void trim();
  void remember_history();

  SecurityLogOptions options_;
  std::unique_ptr<SecurityStore> store_;
  AnchorSigner signer_;
  std::unique_ptr<AnchorMirror> mirror_;

  mutable std::mutex mutex_;
  std::condition_variable wake_, written_;
  std::deque<Item> queue_;
  bool urgent_ = false;
  bool stopping_ = false;
  std::uint64_t lost_ = 0;  ///< not told yet
  std::uint64_t noted_ = 0, settled_ = 0;
  SecurityFigures figures_;
  std::string write_trouble_, history_trouble_;
  std::map<std::pair<std::string, std::string>, Time> shown_;  ///< account and object
  std::map<std::string, int> strangers_;                       ///< rows of this minute, by address
  std::int64_t minute_ = 0;

  std::deque<Item> unwritten_;  ///< of the writing thread: what the last write refused
  std::optional<Time> next_trim_;
  std::thread thread_;
};

}  // namespace fenghuo::messaging
