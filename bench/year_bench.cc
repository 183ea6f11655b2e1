#include "bench/year_bench.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <system_error>

#include "bench/bench_result.h"
#include "bench/child_process.h"
#include "messaging/codec/state_codec.h"
#include "messaging/journal/snapshots.h"
#include "messaging/journal/sqlite_journal.h"

namespace fenghuo::bench {

namespace fs = std::filesystem;

using messaging::Json;

namespace {

/// Milliseconds since it was made or asked last.
class Watch {
 public:
  double ms() {
    auto const now = std::chrono::steady_clock::now();
    double const passed = std::chrono::duration<double, std::milli>(now - last_).count();
    last_ = now;
    return passed;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

double number(Json const& from, char const* name) {
  Json const* found = from.find(name);
  return found == nullptr ? 0 : found->number();
}

double mib_of(fs::path const& file) {
  std::error_code error;
  auto const bytes = fs::file_size(file, error);
  return error ? 0 : static_cast<double>(bytes) / (1 << 20);
}

std::vector<fs::path> snapshots_in(fs::path const& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (auto const& entry : fs::directory_iterator{folder / "snapshots", error}) {
    out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Error failed(std::string what) { return {ErrorCode::Unavailable, std::move(what)}; }

/// Writes the year and ends as by kill -9.
Result<Json> write_year(fs::path const& folder, WorkWish const& work) {
  auto const clock = std::make_shared<center::ManualClock>(kYearBegins);
  auto opened = open_year_center(folder, clock);
  if (!opened) {
    return opened.error();
  }
  Watch watch;
  center::Center& center = *opened->release();  // never stopped: its process is killed
  auto const figures = YearOfWork{center, *clock, work}.run();
  if (!figures) {
    return figures.error();
  }
  double const ms = watch.ms();
  auto const archived = center.archive()->count();
  auto const state = center.committed().copy();
  if (!archived) {
    return archived.error();
  }
  std::string const plain = messaging::encode_state(state);
  double const encode_ms = watch.ms();
  auto const again = messaging::decode_state(plain);
  double const decode_ms = watch.ms();
  if (!again) {
    return again.error();
  }
  std::size_t const objects = state.reports.size() + state.incidents.size() + state.teams.size() +
                              state.orders.size() + state.closures.size();
  return Json::object({{"ms", ms},
                       {"events", state.sequence},
                       {"incidents", figures->incidents},
                       {"reports", figures->reports},
                       {"orders", figures->orders},
                       {"closures", figures->closures},
                       {"commands", figures->commands},
                       {"refused", figures->refused},
                       {"archived", *archived},
                       {"objects", static_cast<std::int64_t>(objects)},
                       {"encode_ms", encode_ms},
                       {"decode_ms", decode_ms},
                       {"peak_kib", memory().peak_kib}});
}

/// Opens a centre as a start of the program does, then takes one command.
Result<Json> start(fs::path const& folder, Time now, bool stop) {
  Memory const before = memory();
  Watch watch;
  auto const clock = std::make_shared<center::ManualClock>(now);
  auto opened = open_year_center(folder, clock);
  if (!opened) {
    return opened.error();
  }
  double const ms = watch.ms();
  Memory const started = memory();
  center::Center& center = *opened->release();
  if (stop) {
    center.turn();
    center.stop();
  }
  Sequence const sequence = center.committed().read([](auto const& s) { return s.sequence; });
  return Json::object({{"ms", ms},
                       {"sequence", sequence},
                       {"own_mib", static_cast<double>(started.now_kib - before.now_kib) / 1'024},
                       {"resident_mib", static_cast<double>(started.now_kib) / 1'024},
                       {"peak_mib", static_cast<double>(started.peak_kib) / 1'024}});
}

/// The past, from a centre that has just started. What was asked and found goes beside the times.
Result<Json> look_back(fs::path const& folder, Time now, Time then) {
  auto opened = open_year_center(folder, std::make_shared<center::ManualClock>(now));
  if (!opened) {
    return opened.error();
  }
  center::Center& center = *opened->release();
  Watch watch;
  auto const sequence = center.past().sequence_at(then);
  double const find_ms = watch.ms();
  if (!sequence) {
    return sequence.error();
  }
  auto const cold = center.past().at(*sequence);
  double const cold_ms = watch.ms();
  auto const warm = center.past().at(*sequence);
  double const warm_ms = watch.ms();
  auto const beside = center.past().at(*sequence + 50);
  double const beside_ms = watch.ms();
  if (!cold || !warm || !beside) {
    return failed(!cold ? cold.error().message : "the past cannot be shown");
  }
  // One of the incidents that had ended then: it has left the state since.
  auto const ended =
      std::find_if((*cold)->incidents.begin(), (*cold)->incidents.end(),
                   [](auto const& one) { return one.second->archive_at.has_value(); });
  if (ended == (*cold)->incidents.end()) {
    return failed("no incident had ended by then; take more days");
  }
  IncidentId const id = ended->first;
  watch.ms();
  auto const archived = center.archive()->find<domain::Incident>(id);
  double const archived_ms = watch.ms();
  auto const timeline = center.subjects()->sequences(to_text(id), 0, 1'000);
  if (!archived || !*archived || !timeline) {
    return failed("an incident of that day is not in the archive");
  }
  for (auto const at : *timeline) {
    auto const rows = center.journal().read(at - 1, 1);
    if (!rows || rows->empty() || !messaging::decode_row(rows->front())) {
      return failed("a row of a timeline cannot be read");
    }
  }
  double const timeline_ms = watch.ms();
  auto const from_beginning = messaging::replay(center.journal(), nullptr, *sequence);
  double const beginning_ms = watch.ms();
  if (!from_beginning || from_beginning->sequence != (*cold)->sequence ||
      from_beginning->incidents.size() != (*cold)->incidents.size()) {
    return failed("a replay from the beginning says otherwise");
  }
  return Json::object({{"sequence", *sequence},
                       {"find_ms", find_ms},
                       {"cold_ms", cold_ms},
                       {"warm_ms", warm_ms},
                       {"beside_ms", beside_ms},
                       {"archived_ms", archived_ms},
                       {"timeline_ms", timeline_ms},
                       {"timeline_events", static_cast<std::int64_t>(timeline->size())},
                       {"beginning_ms", beginning_ms}});
}

/// Proves the whole journal, and reads the same rows without proving anything.
Result<Json> verify(fs::path const& folder) {
  auto journal = messaging::SqliteJournal::open_read_only(folder / "journal.sqlite");
  if (!journal) {
    return journal.error();
  }
  Watch watch;
  auto const check = messaging::check_journal(**journal);
  auto const store = (*journal)->check_store();
  double const ms = watch.ms();
  if (!check || !check->broken.empty() || !store || !store->empty()) {
    return failed("the journal does not verify");
  }
  sqlite3* db = nullptr;
  sqlite3_stmt* select = nullptr;
  sqlite3_open_v2((folder / "journal.sqlite").c_str(), &db, SQLITE_OPEN_READONLY, nullptr);
  sqlite3_prepare_v2(db, "SELECT * FROM event ORDER BY sequence", -1, &select, nullptr);
  std::int64_t bytes = 0;
  while (sqlite3_step(select) == SQLITE_ROW) {
    for (int column = 0; column < sqlite3_column_count(select); ++column) {
      bytes += sqlite3_column_bytes(select, column);
    }
  }
  sqlite3_finalize(select);
  sqlite3_close(db);
  return Json::object(
      {{"ms", ms}, {"rows", check->rows}, {"raw_ms", watch.ms()}, {"bytes", bytes}});
}

/// Everything that was measured, by what it was.
struct Measured {
  Json written, after_kill, after_stop, damaged, without, past, verified;
  double journal = 0, subjects = 0, archive = 0, snapshots = 0, newest = 0;
  std::size_t snapshot_count = 0;
};

Result<void> cut_in_half(fs::path const& file) {
  std::error_code error;
  fs::resize_file(file, fs::file_size(file) / 2, error);
  return error ? Result<void>{failed(error.message())} : Result<void>{};
}

void measure_files(fs::path const& folder, Measured& out) {
  out.journal = mib_of(folder / "journal.sqlite");
  out.subjects = mib_of(folder / "subjects.sqlite");
  out.archive = mib_of(folder / "archive.sqlite");
  auto const snapshots = snapshots_in(folder);
  out.snapshot_count = snapshots.size();
  for (auto const& file : snapshots) {
    out.snapshots += mib_of(file);
  }
  out.newest = snapshots.empty() ? 0 : mib_of(snapshots.back());
}

Result<void> measure(fs::path const& folder, WorkWish const& work, Measured& out) {
  Time const end = kYearBegins + hours(24 * work.days);
  Time const half_a_year_before = end - hours(24 * work.days / 2);
  auto const take = [](Json& into, std::function<Result<Json>()> const& what) -> Result<void> {
    auto found = in_child(what);
    if (!found) {
      return found.error();
    }
    into = std::move(found).value();
    return {};
  };
  auto done = take(out.written, [&] { return write_year(folder, work); });
  if (done) {
    done = take(out.after_kill, [&] { return start(folder, end, true); });
  }
  measure_files(folder, out);
  if (done) {
    done = take(out.after_stop, [&] { return start(folder, end, false); });
  }
  if (done) {
    done = take(out.past, [&] { return look_back(folder, end, half_a_year_before); });
  }
  if (done) {
    done = take(out.verified, [&] { return verify(folder); });
  }
  auto const snapshots = snapshots_in(folder);
  if (done && !snapshots.empty()) {
    done = cut_in_half(snapshots.back());
  }
  if (done) {
    done = take(out.damaged, [&] { return start(folder, end, false); });
  }
  for (auto const& file : snapshots) {
    std::error_code ignored;
    fs::remove(file, ignored);
  }
  if (done) {
    done = take(out.without, [&] { return start(folder, end, false); });
  }
  return done;
}

std::vector<BenchResult> results_of(Measured const& m) {
  std::vector<BenchResult> out;
  auto const add = [&](std::string name, std::string unit, double value) {
    out.push_back({std::move(name), std::move(unit), value, value, "", 0, 0});
  };
  auto const beside = [&](std::string name, std::string unit, double value, std::string reference,
                          double reference_value) {
    double const ratio = value > 0 ? reference_value / value : 0;
    out.push_back({std::move(name), std::move(unit), value, value, std::move(reference),
                   reference_value, ratio});
  };
  double const events = number(m.written, "events");
  add("incidents", "count", number(m.written, "incidents"));
  add("events", "count", events);
  add("write_s", "s", number(m.written, "ms") / 1'000);
  add("write_events_per_s", "1/s", events * 1'000 / number(m.written, "ms"));
  add("writing_peak_mib", "MiB", number(m.written, "peak_kib") / 1'024);
  add("journal_mib", "MiB", m.journal);
  add("journal_bytes_an_event", "B", m.journal * (1 << 20) / events);
  add("subject_index_mib", "MiB", m.subjects);
  add("archive_mib", "MiB", m.archive);
  add("snapshots", "count", static_cast<double>(m.snapshot_count));
  add("snapshots_mib", "MiB", m.snapshots);
  add("newest_snapshot_mib", "MiB", m.newest);
  add("state_encode_ms", "ms", number(m.written, "encode_ms"));
  add("state_decode_ms", "ms", number(m.written, "decode_ms"));
  beside("objects_in_the_state", "count", number(m.written, "objects"), "objects_in_the_archive",
         number(m.written, "archived"));
  double const whole = number(m.without, "ms");
  beside("start_after_stop_ms", "ms", number(m.after_stop, "ms"), "start_without_snapshot_ms",
         whole);
  beside("start_after_kill_ms", "ms", number(m.after_kill, "ms"), "start_without_snapshot_ms",
         whole);
  beside("start_newest_snapshot_damaged_ms", "ms", number(m.damaged, "ms"),
         "start_without_snapshot_ms", whole);
  beside("resident_after_start_mib", "MiB", number(m.after_stop, "resident_mib"),
         "resident_without_snapshot_mib", number(m.without, "resident_mib"));
  beside("peak_of_start_mib", "MiB", number(m.after_stop, "peak_mib"), "peak_without_snapshot_mib",
         number(m.without, "peak_mib"));
  double const beginning = number(m.past, "beginning_ms");
  add("sequence_of_a_time_ms", "ms", number(m.past, "find_ms"));
  beside("at_half_a_year_ago_cold_ms", "ms", number(m.past, "cold_ms"),
         "replay_from_the_beginning_ms", beginning);
  beside("at_50_events_later_ms", "ms", number(m.past, "beside_ms"), "replay_from_the_beginning_ms",
         beginning);
  beside("at_again_ms", "ms", number(m.past, "warm_ms"), "replay_from_the_beginning_ms", beginning);
  beside("archived_incident_ms", "ms", number(m.past, "archived_ms"), "at_half_a_year_ago_cold_ms",
         number(m.past, "cold_ms"));
  add("timeline_ms", "ms", number(m.past, "timeline_ms"));
  add("timeline_events", "count", number(m.past, "timeline_events"));
  beside("journal_verify_ms", "ms", number(m.verified, "ms"), "reading_all_rows_ms",
         number(m.verified, "raw_ms"));
  return out;
}

}  // namespace

Result<std::unique_ptr<center::Center>> open_year_center(
    fs::path const& folder, std::shared_ptr<center::ManualClock> clock) {
  auto journal = messaging::SqliteJournal::open(folder / "journal.sqlite");
  auto subjects = messaging::SubjectIndex::open(folder / "subjects.sqlite");
  auto archive = messaging::Archive::open(folder / "archive.sqlite");
  if (!journal || !subjects || !archive) {
    return !journal ? journal.error() : !subjects ? subjects.error() : archive.error();
  }
  center::Ports ports;
  ports.clock = std::move(clock);
  ports.journal = std::move(journal).value();
  ports.roads = center::straight_line_roads();
  ports.subjects = std::move(subjects).value();
  ports.archive = std::move(archive).value();
  ports.snapshots.emplace(folder / "snapshots");
  center::CenterOptions options;
  options.threads = false;
  options.on_store_failure = [](std::string const& why) {
    fmt::print(stderr, "the store failed: {}\n", why);
  };
  return center::Center::open(std::move(ports), std::move(options));
}

int bench_year(YearWish const& wish) {
  bool const keep = !wish.keep.empty();
  fs::path const folder =
      keep ? fs::path{wish.keep}
           : fs::temp_directory_path() / fmt::format("fenghuo-year-{}", ::getpid());
  std::error_code error;
  if (fs::exists(folder / "journal.sqlite", error)) {
    fmt::print(stderr, "fenghuo: {} holds a journal already; choose another folder\n",
               folder.string());
    return 1;
  }
  fs::create_directories(folder, error);
  Measured measured;
  auto const done = measure(folder, wish.work, measured);
  if (!keep) {
    fs::remove_all(folder, error);
  }
  if (!done) {
    fmt::print(stderr, "fenghuo: {}\n", done.error().message);
    return 1;
  }
  print(results_of(measured), wish.json);
  return 0;
}

}  // namespace fenghuo::bench
