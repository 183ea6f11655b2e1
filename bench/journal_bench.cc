#include "bench/journal_bench.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "bench/bench_result.h"
#include "center/center.h"
#include "messaging/journal/sqlite_journal.h"

namespace fenghuo::bench {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
using messaging::JournalRow;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A folder that is gone when the bench is over.
class WorkFolder {
 public:
  WorkFolder() : path_{fs::temp_directory_path() / fmt::format("fenghuo-bench-{}", ::getpid())} {
    fs::create_directories(path_);
  }
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  WorkFolder(WorkFolder const&) = delete;
  WorkFolder& operator=(WorkFolder const&) = delete;
  fs::path file(std::string const& name) const { return path_ / name; }

 private:
  fs::path path_;
};

messaging::Request request(std::string id, domain::Command command) {
  messaging::Request out;
  out.envelope.id = std::move(id);
  out.envelope.actor = {"bench", "dispatcher"};
  out.envelope.command = std::move(command);
  return out;
}

struct Measured {
  double per_s = 0;
  double p99_ms = 0;
  std::vector<std::size_t> groups;  ///< rows of each group, in order
};

/// `clients` commands are always under way: each answer lets that client send its next one. The clients run
/// on a thread of their own, as callers of a server do, not on the writer's.
class Load {
 public:
  Load(center::Center& center, IncidentId incident, std::size_t clients, std::size_t commands)
      : center_{center}, incident_{incident}, clients_{clients}, commands_{commands} {
    latencies_.reserve(commands);
  }

  Measured run(std::vector<std::size_t> const& groups) {
    auto const start = Clock::now();
    std::size_t sent = 0;
    while (sent < std::min(clients_, commands_)) {
      send(sent++);
    }
    std::vector<double> answered;
    std::size_t done = 0;
    while (done < commands_) {
      {
        std::unique_lock lock{mutex_};
        news_.wait(lock, [this] { return !answers_.empty(); });
        answered.swap(answers_);
      }
      for (auto const latency : answered) {
        latencies_.push_back(latency);
        if (sent < commands_) {
          send(sent++);
        }
      }
      done += answered.size();
      answered.clear();
    }
    Measured out;
    out.per_s = static_cast<double>(commands_) / seconds_since(start);
    out.p99_ms = quantile(latencies_, 0.99);
    out.groups = groups;
    return out;
  }
  std::size_t failures() const { return failures_; }

 private:
  void send(std::size_t n) {
    domain::AddNote note;
    note.incident = incident_;
    note.text =
        "消防一中队到达现场，两人被困二楼，已架设水枪两支，请求增援一车 " + std::to_string(n);
    auto const sent = Clock::now();
    center_.submit(request(fmt::format("bench/{}/{}", clients_, n), std::move(note)),
                   [this, sent](messaging::Outcome const& outcome) {
                     failures_ += std::holds_alternative<messaging::Carried>(outcome) ? 0U : 1U;
                     double const latency = seconds_since(sent) * 1e3;
                     bool first = false;
                     {
                       std::scoped_lock const lock{mutex_};
                       first = answers_.empty();
                       answers_.push_back(latency);
                     }
                     if (first) {
                       news_.notify_one();
                     }
                   });
  }

  center::Center& center_;
  IncidentId incident_;
  std::size_t clients_, commands_;
  std::vector<double> latencies_;
  std::atomic<std::size_t> failures_{0};
  std::mutex mutex_;
  std::condition_variable news_;
  std::vector<double> answers_;
};

/// The strongest simple form: prepared statements, one transaction a group, WAL with full sync, the same
/// table, index and head row; rows are ready before the clock starts.
double raw_appends_per_s(fs::path const& file, std::vector<JournalRow> const& rows,
                         std::vector<std::size_t> const& groups) {
  sqlite3* db = nullptr;
  sqlite3_open(file.c_str(), &db);
  auto const run = [&](char const* sql) { sqlite3_exec(db, sql, nullptr, nullptr, nullptr); };
  run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "CREATE TABLE head(stream TEXT PRIMARY KEY, epoch INTEGER, sequence INTEGER, hash BLOB) "
      "STRICT;"
      "INSERT INTO head VALUES('center', 1, 0, zeroblob(32));"
      "CREATE TABLE event(sequence INTEGER PRIMARY KEY, stream TEXT, epoch INTEGER, recorded_at "
      "INTEGER, "
      "occurred_at INTEGER, command_id TEXT, command_index INTEGER, request_hash BLOB, actor TEXT, "
      "role TEXT, "
      "type TEXT, version INTEGER, payload TEXT, hash BLOB) STRICT;"
      "CREATE UNIQUE INDEX event_command ON event(stream, command_id, command_index);");
  sqlite3_stmt* insert = nullptr;
  sqlite3_stmt* move = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO event VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)", -1, &insert,
                     nullptr);
  sqlite3_prepare_v2(db, "UPDATE head SET sequence=?, hash=? WHERE stream='center' AND epoch=1", -1,
                     &move, nullptr);
  auto const text = [](sqlite3_stmt* s, int at, std::string const& value) {
    sqlite3_bind_text(s, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  };
  auto const start = Clock::now();
  std::size_t at = 0;
  for (auto const group : groups) {
    run("BEGIN IMMEDIATE");
    for (std::size_t i = 0; i < group && at < rows.size(); ++i, ++at) {
      JournalRow const& row = rows[at];
      sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(at) + 1);
      sqlite3_bind_text(insert, 2, "center", 6, SQLITE_STATIC);
      sqlite3_bind_int64(insert, 3, row.epoch);
      sqlite3_bind_int64(insert, 4, row.recorded_at.us);
      sqlite3_bind_int64(insert, 5, row.occurred_at.us);
      text(insert, 6, row.command_id);
      sqlite3_bind_int64(insert, 7, row.index);
      sqlite3_bind_blob(insert, 8, row.request_hash.data(), 32, SQLITE_STATIC);
      text(insert, 9, row.actor.name);
      text(insert, 10, row.actor.role);
      text(insert, 11, row.type);
      sqlite3_bind_int64(insert, 12, row.version);
      text(insert, 13, row.payload);
      sqlite3_bind_blob(insert, 14, row.hash.data(), 32, SQLITE_STATIC);
      sqlite3_step(insert);
      sqlite3_reset(insert);
    }
    sqlite3_bind_int64(move, 1, static_cast<sqlite3_int64>(at));
    sqlite3_bind_blob(move, 2, rows[at - 1].hash.data(), 32, SQLITE_STATIC);
    sqlite3_step(move);
    sqlite3_reset(move);
    run("COMMIT");
  }
  double const per_s = static_cast<double>(at) / seconds_since(start);
  sqlite3_finalize(insert);
  sqlite3_finalize(move);
  sqlite3_close(db);
  return per_s;
}

Result<std::unique_ptr<center::Center>> open_center(fs::path const& file) {
  auto journal = messaging::SqliteJournal::open(file);
  if (!journal) {
    return journal.error();
  }
  center::Ports ports;
  ports.clock = std::make_shared<center::SystemClock>();
  ports.journal = std::move(journal).value();
  ports.roads = center::straight_line_roads();
  center::CenterOptions options;
  options.on_store_failure = [](std::string const& why) {
    fmt::print(stderr, "the store failed: {}\n", why);
  };
  return center::Center::open(std::move(ports), std::move(options));
}

struct Round {
  Measured ours;
  double raw_per_s = 0;
};

Result<Round> one_round(WorkFolder const& folder, std::size_t clients, std::size_t commands,
                        int round) {
  std::string const name = fmt::format("{}-{}", clients, round);
  auto center = open_center(folder.file(name + ".sqlite"));
  if (!center) {
    return center.error();
  }
  std::vector<std::size_t> groups;
  (*center)->bus().listen([&](auto events) { groups.push_back(events.size()); });
  (*center)->start();
  (*center)->carry_out(request("found", domain::FoundCenter{}));
  auto const opened = (*center)->carry_out(request("open", domain::OpenIncident{}));
  auto const* carried = std::get_if<messaging::Carried>(&opened);
  if (carried == nullptr) {
    return Error{ErrorCode::Unavailable, "no incident could be opened"};
  }
  groups.clear();
  Load load{**center, std::get<domain::IncidentOpened>(carried->events.front().event).incident,
            clients, commands};
  Round out;
  out.ours = load.run(groups);
  auto rows = (*center)->journal().read(2, commands);
  (*center)->stop();
  if (load.failures() != 0) {
    return Error{ErrorCode::Unavailable, fmt::format("{} commands failed", load.failures())};
  }
  if (!rows) {
    return rows.error();
  }
  out.raw_per_s = raw_appends_per_s(folder.file(name + ".raw.sqlite"), *rows, groups);
  return out;
}

}  // namespace

int bench_journal(bool json) {
  constexpr int kRounds = 5;
  WorkFolder const folder;
  std::vector<BenchResult> results;
  for (auto const& [clients, commands] : {std::pair{1U, 2'000U}, {16U, 20'000U}, {256U, 60'000U}}) {
    std::vector<double> ours, p99, raw, ratios;
    for (int round = 0; round <= kRounds; ++round) {
      auto const measured = one_round(folder, clients, commands, round);
      if (!measured) {
        fmt::print(stderr, "fenghuo: {}\n", measured.error().message);
        return 1;
      }
      if (round == 0) {
        continue;  // warms the disk and the memory up
      }
      ours.push_back(measured->ours.per_s);
      p99.push_back(measured->ours.p99_ms);
      raw.push_back(measured->raw_per_s);
      ratios.push_back(measured->ours.per_s / measured->raw_per_s);
    }
    results.push_back({fmt::format("journal_{}_clients_commands_per_s", clients), "1/s",
                       quantile(ours, 0.5), quantile(ours, 0.01),
                       "raw_sqlite_same_rows_and_groups_per_s", quantile(raw, 0.5),
                       quantile(ratios, 0.5)});
  }
  print(results, json);
  return 0;
}

}  // namespace fenghuo::bench
