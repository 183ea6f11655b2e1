#include "messaging/tracks/track_store.h"

namespace fenghuo::messaging {

namespace {
// Each team once, by steps from one to the next: a plain DISTINCT would walk every point.
constexpr std::string_view kTeams =
    "WITH RECURSIVE known(name) AS (SELECT MIN(team) FROM track UNION ALL SELECT (SELECT MIN(team) "
    "FROM track WHERE team > name) FROM known WHERE name IS NOT NULL) ";
constexpr std::string_view kColumns =
    "SELECT team, lat_e7, lon_e7, device_time, received_at, accuracy_m, means, said_by FROM track ";
}  // namespace

namespace {

Result<Database> open_tracks(std::filesystem::path const& file, Disk& disk) {
  auto db = Database::open(file, OpenMode::Create, disk);
  if (!db) {
    return db.error();
  }
  auto const made = db->run(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
      "CREATE TABLE IF NOT EXISTS track(team TEXT NOT NULL, device_time INTEGER NOT NULL, lat_e7 "
      "INTEGER "
      "NOT NULL, lon_e7 INTEGER NOT NULL, received_at INTEGER NOT NULL, accuracy_m INTEGER NOT "
      "NULL, "
      "means TEXT NOT NULL, said_by TEXT NOT NULL, PRIMARY KEY(team, device_time)) STRICT, WITHOUT "
      "ROWID");
  if (!made) {
    return made.error();
  }
  return db;
}

/// Keeps a damaged file for whoever wants to look into it, under another name.
Result<std::filesystem::path> move_aside(std::filesystem::path const& file, Disk& disk) {
  std::filesystem::path const aside = file.string() + ".damaged";
  auto done = disk.rename(file, aside);
  done = done ? remove_database(disk, file) : done;  // what lay beside it
  return done ? Result<std::filesystem::path>{aside} : done.error();
}

}  // namespace

Result<std::unique_ptr<TrackStore>> TrackStore::open(std::filesystem::path const& file,
                                                     Disk& disk) {
  auto db = open_tracks(file, disk);
  std::filesystem::path aside;
  if (!db && db.error().code == ErrorCode::DataLoss) {
    // Where teams were yesterday must not keep a centre from starting.
    auto const moved = move_aside(file, disk);
    if (!moved) {
      return moved.error();
    }
    aside = *moved;
    db = open_tracks(file, disk);
  }
  if (!db) {
    return db.error();
  }
  std::unique_ptr<TrackStore> store{new TrackStore{std::move(db).value()}};
  store->put_aside_ = std::move(aside);
  return store;
}

Result<void> TrackStore::append(std::span<TrackPoint const> points) {
  std::scoped_lock const lock{mutex_};
  auto insert = db_.prepare(
      "INSERT OR REPLACE INTO track(team, device_time, lat_e7, lon_e7, received_at, accuracy_m, "
      "means, "
      "said_by) VALUES (?,?,?,?,?,?,?,?)");
  if (!insert) {
    return insert.error();
  }
  if (auto const begun = db_.run("BEGIN IMMEDIATE"); !begun) {
    return begun;
  }
  for (auto const& point : points) {
    bool const stored = insert->bind(1, to_text(point.team))
                            .bind(2, point.device_time.us)
                            .bind(3, std::int64_t{point.point.lat_e7})
                            .bind(4, std::int64_t{point.point.lon_e7})
                            .bind(5, point.received_at.us)
                            .bind(6, point.accuracy_m)
                            .bind(7, name_of(point.means))
                            .bind(8, point.said_by)
                            .run();
    if (!stored) {
      Error const error = db_.error("storing positions in");
      (void)db_.run("ROLLBACK");
      return error;
    }
  }
  auto committed = db_.run("COMMIT");
  if (!committed) {
    (void)db_.run("ROLLBACK");  // else the next transaction could not begin
  }
  return committed;
}

Result<std::vector<std::string>> TrackStore::teams() {
  auto select =
      db_.prepare(std::string{kTeams}.append("SELECT name FROM known WHERE name IS NOT NULL"));
  if (!select) {
    return select.error();
  }
  std::vector<std::string> out;
  Statement::Step step = Statement::Step::Done;
  while ((step = select->step()) == Statement::Step::Row) {
    out.emplace_back(select->text(0));
  }
  if (step == Statement::Step::Failed) {
    return db_.error("reading");
  }
  return out;
}

Result<std::size_t> TrackStore::trim(Time before, std::size_t most) {
  std::scoped_lock const lock{mutex_};
  auto const all = teams();
  auto remove = db_.prepare(
      "DELETE FROM track WHERE team = ?1 AND device_time IN (SELECT device_time FROM track WHERE "
      "team = ?1 AND device_time < MIN(?2, (SELECT MAX(device_time) FROM track WHERE team = ?1)) "
      "ORDER BY device_time LIMIT ?3)");
  if (!all || !remove) {
    return all ? remove.error() : all.error();
  }
  if (auto const begun = db_.run("BEGIN IMMEDIATE"); !begun) {
    return begun.error();
  }
  std::size_t removed = 0;
  for (auto const& team : *all) {
    auto const left = static_cast<std::int64_t>(most - removed);
    if (left == 0) {
      break;
    }
    if (!remove->bind(1, team).bind(2, before.us).bind(3, left).run()) {
      Error const error = db_.error("removing old positions from");
      (void)db_.run("ROLLBACK");
      return error;
    }
    removed += static_cast<std::size_t>(db_.changes());
  }
  if (auto const committed = db_.run("COMMIT"); !committed) {
    (void)db_.run("ROLLBACK");
    return committed.error();
  }
  return removed;
}

Result<std::vector<TrackPoint>> TrackStore::points_of(Statement& select) {
  std::vector<TrackPoint> out;
  Statement::Step step = Statement::Step::Done;
  while ((step = select.step()) == Statement::Step::Row) {
    auto const team = id_from<TeamTag>(select.text(0));
    auto const means = enum_named<domain::Means>(select.text(6));
    if (!team || !means) {
      continue;  // telemetry: a damaged row is worth less than the rows behind it
    }
    out.push_back({*team,
                   {static_cast<std::int32_t>(select.integer(1)),
                    static_cast<std::int32_t>(select.integer(2))},
                   {select.integer(3)},
                   {select.integer(4)},
                   select.integer(5),
                   *means,
                   std::string{select.text(7)}});
  }
  if (step == Statement::Step::Failed) {
    return db_.error("reading");
  }
  return out;
}

Result<std::vector<TrackPoint>> TrackStore::latest() {
  std::scoped_lock const lock{mutex_};
  auto select = db_.prepare(std::string{kTeams}.append(kColumns).append(
      "JOIN known ON team = name AND device_time = (SELECT MAX(device_time) FROM track WHERE team "
      "= "
      "name)"));
  if (!select) {
    return select.error();
  }
  return points_of(*select);
}

Result<std::optional<TrackPoint>> TrackStore::last_known(TeamId team, Time at) {
  std::scoped_lock const lock{mutex_};
  auto select = db_.prepare(std::string{kColumns}.append(
      "WHERE team = ?1 AND device_time <= ?2 AND received_at <= ?3 ORDER BY device_time DESC "
      "LIMIT 1"));
  if (!select) {
    return select.error();
  }
  // A device may be a little ahead of us.
  select->bind(1, to_text(team)).bind(2, (at + minutes(5)).us).bind(3, at.us);
  auto points = points_of(*select);
  if (!points) {
    return points.error();
  }
  return points->empty() ? std::optional<TrackPoint>{} : std::optional{points->front()};
}

Result<std::vector<TrackPoint>> TrackStore::track(TeamId team, Time from, Time until,
                                                  std::size_t most) {
  std::scoped_lock const lock{mutex_};
  auto select = db_.prepare(std::string{kColumns}.append(
      "WHERE team = ? AND device_time >= ? AND device_time <= ? ORDER BY device_time LIMIT ?"));
  if (!select) {
    return select.error();
  }
  select->bind(1, to_text(team))
      .bind(2, from.us)
      .bind(3, until.us)
      .bind(4, static_cast<std::int64_t>(most));
  return points_of(*select);
}

}  // namespace fenghuo::messaging
