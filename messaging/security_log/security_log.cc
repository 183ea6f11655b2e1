#include "messaging/security_log/security_log.h"

#include <fmt/format.h>

#include <chrono>

namespace fenghuo::messaging {

namespace {

constexpr std::size_t kTrimmed = 1'000;
constexpr std::size_t kShown = 20'000;
constexpr Duration kShownFor = minutes(10);

/// What must be on the disk at once.
bool is_urgent(SecurityKind kind) {
  switch (kind) {
    case SecurityKind::SignedIn:
    case SecurityKind::SignInFailed:
    case SecurityKind::Locked:
    case SecurityKind::Anchor:
    case SecurityKind::Started:
    case SecurityKind::Stopped:
    case SecurityKind::HistoryChanged:
    case SecurityKind::HistoryAccepted:
      return true;
    case SecurityKind::SignedOut:
    case SecurityKind::SessionEnded:
    case SecurityKind::SecondFactorBegun:
    case SecurityKind::SecondFactorEnrolled:
    case SecurityKind::SecondFactorReset:
    case SecurityKind::RecoveryCodeUsed:
    case SecurityKind::Refused:
    case SecurityKind::AccountOpened:
    case SecurityKind::AccountChanged:
    case SecurityKind::AccountDisabled:
    case SecurityKind::AccountEnabled:
    case SecurityKind::TokenCreated:
    case SecurityKind::TokenRevoked:
    case SecurityKind::PasswordSet:
    case SecurityKind::Exported:
    case SecurityKind::Imported:
    case SecurityKind::PersonalDataRead:
    case SecurityKind::LogRead:
    case SecurityKind::KeyMade:
    case SecurityKind::Lost:
    case SecurityKind::Trimmed:
      break;
  }
  return false;
}

SecurityQuery newest_of(SecurityKind kind) {
  SecurityQuery query;
  query.kind = kind;
  return query;
}

SecurityEntry told(Time time, SecurityKind kind, std::string detail) {
  SecurityEntry entry;
  entry.time = time;
  entry.kind = kind;
  entry.outcome = "done";
  entry.detail = std::move(detail);
  return entry;
}

}  // namespace

Result<std::unique_ptr<SecurityLog>> SecurityLog::open(std::filesystem::path const& folder,
                                                       SecurityLogOptions options) {
  auto store = SecurityStore::open(folder / "security.sqlite", options.algorithm);
  if (!store) {
    return store.error();
  }
  auto signer = AnchorSigner::open(folder);
  if (!signer) {
    return signer.error();
  }
  bool const key_made = signer->is_new();
  std::unique_ptr<SecurityLog> log{
      new SecurityLog{std::move(store).value(), std::move(signer).value(), std::move(options)}};
  log->remember_history();
  if (key_made) {
    log->note(told(log->options_.now(), SecurityKind::KeyMade, "a new key signs anchors"));
  }
  return log;
}

SecurityLog::SecurityLog(std::unique_ptr<SecurityStore> store, AnchorSigner signer,
                         SecurityLogOptions options)
    : options_{std::move(options)}, store_{std::move(store)}, signer_{std::move(signer)} {
  if (!options_.mirror.empty()) {
    mirror_ = std::make_unique<AnchorMirror>(options_.mirror, options_.threads);
  }
  if (options_.threads) {
    thread_ = std::thread{[this] { run(); }};
  }
}

SecurityLog::~SecurityLog() {
  {
    std::scoped_lock const lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void SecurityLog::remember_history() {
  auto const changed = store_->newest(newest_of(SecurityKind::HistoryChanged), 1);
  auto const accepted = store_->newest(newest_of(SecurityKind::HistoryAccepted), 1);
  if (!changed || !accepted || changed->empty()) {
    return;
  }
  if (accepted->empty() || accepted->front().sequence < changed->front().sequence) {
    history_trouble_ = changed->front().entry.detail;
  }
}

void SecurityLog::note(SecurityEntry entry) { push({std::move(entry), std::nullopt}); }

void SecurityLog::note_personal_data(SecurityEntry entry, std::vector<std::string> const& objects) {
  std::string fresh;
  std::vector<std::string> details;
  {
    std::scoped_lock const lock{mutex_};
    if (shown_.size() > kShown) {
      std::erase_if(shown_, [&](auto const& one) { return one.second + kShownFor <= entry.time; });
    }
    if (shown_.size() > kShown) {
      shown_.clear();  // then an object may be told of twice
    }
    for (auto const& object : objects) {
      auto const [it, is_new] = shown_.try_emplace({entry.account, object}, entry.time);
      bool const again = is_new || it->second + kShownFor <= entry.time || entry.time < it->second;
      if (!again) {
        continue;
      }
      it->second = entry.time;
      if (fresh.size() + object.size() + 1 > kSecurityDetail) {
        details.push_back(std::exchange(fresh, {}));
      }
      fresh.append(fresh.empty() ? "" : " ").append(object);
    }
  }
  if (!fresh.empty()) {
    details.push_back(std::move(fresh));
  }
  for (auto& detail : details) {
    entry.detail = std::move(detail);
    note(entry);
  }
}

void SecurityLog::anchor(std::string stream, Head const& head, Time at) {
  Item item{told(at, SecurityKind::Anchor, ""), Anchor{at, std::move(stream), head, {}, {}}};
  item.entry.subject = std::to_string(head.sequence);
  push(std::move(item));
}

void SecurityLog::push(Item item) {
  std::unique_lock lock{mutex_};
  if (item.entry.kind == SecurityKind::HistoryChanged) {
    history_trouble_ = item.entry.detail;
  } else if (item.entry.kind == SecurityKind::HistoryAccepted) {
    history_trouble_.clear();
  }
  if (queue_.size() >= options_.queue || !within_budget(item.entry)) {
    ++lost_;
    ++figures_.lost;
    return;
  }
  urgent_ = urgent_ || is_urgent(item.entry.kind);
  queue_.push_back(std::move(item));
  ++noted_;
  if (!options_.threads) {
    lock.unlock();
    bool const before = !unwritten_.empty();
    write_group();
    if (before && unwritten_.empty()) {
      write_group();  // the disk takes rows again: those that came meanwhile
    }
  } else if (urgent_ || queue_.size() == 1 || queue_.size() == options_.queue / 2) {
    wake_.notify_all();
  }
}

bool SecurityLog::within_budget(SecurityEntry const& entry) {
  constexpr std::size_t kAddresses = 10'000;
  bool const stranger =
      !entry.peer.empty() && (entry.account.empty() || entry.kind == SecurityKind::SignInFailed ||
                              entry.kind == SecurityKind::Locked);
  if (!stranger) {
    return true;
  }
  std::int64_t const minute = entry.time.us / minutes(1).us;
  if (minute != minute_ || strangers_.size() > kAddresses) {
    strangers_.clear();
    minute_ = minute;
  }
  return ++strangers_[entry.peer] <= options_.strangers;
}

void SecurityLog::run() {
  constexpr std::chrono::seconds kGather{1};
  while (true) {
    {
      std::unique_lock lock{mutex_};
      wake_.wait_for(lock, kGather, [&] { return stopping_ || !queue_.empty(); });
      // More may come: a group is a second long, unless something in it must not wait.
      wake_.wait_for(lock, kGather, [&] {
        return stopping_ || urgent_ || queue_.empty() || queue_.size() >= options_.queue / 2;
      });
    }
    write_group();
    trim();
    std::scoped_lock const lock{mutex_};
    if (stopping_ && (queue_.empty() || !write_trouble_.empty())) {
      return;
    }
  }
}

/// Writes what waits; what cannot be written is kept and comes first the next time.
void SecurityLog::write_group() {
  std::uint64_t lost = 0, upto = 0;
  {
    std::scoped_lock const lock{mutex_};
    // While the disk refuses, what comes stays in the queue, where it is counted.
    if (unwritten_.empty()) {
      take_queue();
      lost = std::exchange(lost_, 0);
    }
    upto = noted_ - queue_.size();
  }
  if (lost > 0) {
    unwritten_.push_back(
        {told(options_.now(), SecurityKind::Lost, fmt::format("{} rows found no room", lost)),
         std::nullopt});
  }
  bool const done = unwritten_.empty() || write(unwritten_);
  std::scoped_lock const lock{mutex_};
  if (done) {
    unwritten_.clear();
    write_trouble_.clear();
  }
  urgent_ = urgent_ && done;  // what failed is tried again in a second, not at once
  settled_ = upto;
  written_.notify_all();
}

void SecurityLog::take_queue() {
  unwritten_.swap(queue_);  // empty: nobody who notes waits for a copy
  urgent_ = false;
}

bool SecurityLog::write(std::deque<Item>& items) {
  std::vector<SecurityRow> rows;
  rows.reserve(items.size());
  LogPosition at = store_->head();
  for (auto& item : items) {
    if (item.anchor) {
      item.anchor->log = at;
      signer_.sign(*item.anchor);
      item.entry.detail = line_of(*item.anchor);
    }
    rows.push_back(store_->chained(item.entry, at));
    at = {rows.back().sequence, rows.back().hash};
  }
  auto const written = store_->append(rows);
  {
    std::scoped_lock const lock{mutex_};
    if (!written) {
      write_trouble_ = "the security log cannot be written: " + written.error().message;
      return false;
    }
    figures_.rows += rows.size();
    ++figures_.groups;
  }
  for (auto const& item : items) {
    if (item.anchor && mirror_ != nullptr) {
      mirror_->append(line_of(*item.anchor));
    }
  }
  if (!options_.threads) {
    trim();
  }
  return true;
}

void SecurityLog::trim() {
  Time const now = options_.now();
  if (next_trim_ && now < *next_trim_ && *next_trim_ - now <= hours(1)) {
    return;
  }
  auto const trimmed = store_->trim(now - options_.keep, kTrimmed, now);
  bool const more = trimmed && *trimmed == kTrimmed;
  next_trim_ = more ? now : now + hours(1);
  if (!trimmed) {
    std::scoped_lock const lock{mutex_};
    write_trouble_ = "old rows of the security log cannot be removed: " + trimmed.error().message;
  }
}

void SecurityLog::flush() {
  if (!options_.threads) {
    return;
  }
  std::unique_lock lock{mutex_};
  std::uint64_t const wanted = noted_;
  urgent_ = true;
  wake_.notify_all();
  written_.wait_for(lock, std::chrono::seconds{10}, [&] { return settled_ >= wanted; });
}

std::vector<std::string> SecurityLog::troubles() const {
  std::vector<std::string> out;
  {
    std::scoped_lock const lock{mutex_};
    if (!history_trouble_.empty()) {
      out.push_back(history_trouble_);
    }
    if (!write_trouble_.empty()) {
      out.push_back(write_trouble_);
    }
  }
  if (std::string mirror = mirror_ == nullptr ? "" : mirror_->trouble(); !mirror.empty()) {
    out.push_back(std::move(mirror));
  }
  return out;
}

SecurityFigures SecurityLog::figures() const {
  std::scoped_lock const lock{mutex_};
  return figures_;
}

}  // namespace fenghuo::messaging
