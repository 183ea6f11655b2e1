#!/usr/bin/env python3
"""Faults planted on purpose: each is built into a copy of the sources, and the simulation must find it.

A simulation that finds nothing proves little; this shows what it can see. Each fault is one change of one file. The
copy is built once, then again for each fault (one file and the linking), and the seeds are run until one shows it.

    tests/simulation/planted.py [--build FOLDER] [--seeds N] [NAME…]     the last line counts found and missed
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WRITER = "messaging/command_loop/command_writer.cc"
# name, what it is, file, text before, text after
FAULTS = [
    ("published_before_durable", "listeners hear of events before they are stored", WRITER,
     "  decide_all(requests, now, batch);\n  if (batch.rows.empty() || make_durable(batch, why)) {",
     "  decide_all(requests, now, batch);\n  bus_.publish(batch.events);\n"
     "  if (batch.rows.empty() || make_durable(batch, why)) {"),
    ("unknown_is_failed", "a commit whose outcome is not known counts as not written", WRITER,
     "      return settle_unknown(batch, why);", "      return false;"),
    ("no_rollback", "the working state keeps what was not stored", WRITER,
     "  if (!able || !carry_out(requests, now, batch, why)) {\n    working_ = committed_.copy();",
     "  if (!able || !carry_out(requests, now, batch, why)) {"),
    ("repeat_is_not_looked_up", "a command id that the store refuses is not looked up", WRITER,
     "  auto known = journal_.known_commands(ids);", "  Result<std::vector<bool>> known = std::vector<bool>(ids.size());"),
    ("id_reuse_not_noticed", "another body under a known id gets the old answer", WRITER,
     "    if (row.request_hash != request.hash) {", "    if (false) {"),
    ("writes_after_failed_sync", "the centre goes on after a failed sync", WRITER,
     "    case AppendOutcome::StoreFailed:\n      break;", "    case AppendOutcome::StoreFailed:\n      return false;"),
    ("adopted_without_telling", "what is found stored after all is not published", WRITER,
     "    working_ = committed_.copy();\n    bus_.publish(events);", "    working_ = committed_.copy();"),
    ("time_stands", "the journal's time stands while the clock is behind it", "center/clock.cc",
     "  last_ = std::max(clock_.now(), went_on);", "  last_ = std::max(clock_.now(), last_);\n  (void)went_on;"),
    ("tick_without_its_own_id", "every tick carries the same command id", "center/center.cc",
     '"tick/" + std::to_string(sequence)', '"tick/" + std::to_string(sequence * 0)'),
    ("log_not_synced", "commits do not sync the write-ahead log", "messaging/sqlite/database.cc",
     "PRAGMA synchronous=FULL", "PRAGMA synchronous=NORMAL"),
    ("no_unique_command", "the store does not refuse a command id twice", "messaging/journal/sqlite_journal_file.cc",
     '"CREATE UNIQUE INDEX event_command', '"CREATE INDEX event_command'),
    ("deadlines_lost_in_a_snapshot", "a state from a snapshot has no deadlines", "core/domain/state.cc",
     "  for (auto const& [id, order] : state.orders) {\n    add_deadlines(state, *order);\n  }",
     "  for (auto const& [id, order] : state.orders) {\n    if (id.number > 1'000'000) {\n      add_deadlines(state, *order);\n    }\n  }"),
    ("projection_skips_after_an_error", "a timeline moves on though its rows were not stored",
     "messaging/projection/subject_index.cc",
     "      if (!insert->bind(1, subject).bind(2, event.sequence).run()) {",
     "      if (insert->bind(1, subject).bind(2, event.sequence).run(); false) {"),
    ("past_off_by_one", "a past moment stops one event late", "messaging/journal/snapshots.cc",
     "if (until && row.sequence > *until) {", "if (until && row.sequence > *until + 1) {"),
    ("team_on_two_orders", "a team that is on an order is sent again", "core/domain/order.cc",
     "  if (team.order) {\n    Order const& holder", "  if (team.order && team.order->number % 2 == 0) {\n    Order const& holder"),
]


def copy_sources(to):
    if to.exists():
        shutil.rmtree(to)
    # With new times: a build that was broken off may hold a fault, and must not be taken for up to date.
    shutil.copytree(ROOT, to, copy_function=shutil.copy, ignore=shutil.ignore_patterns("build*", ".git", "node_modules", "fenghuo-data"))


def run(*command, timeout=1800, environment=None):
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment)


def build(source, folder):
    done = run("cmake", "--build", folder, "--target", "simulation_tests", "-j2")
    if done.returncode != 0:
        return (done.stdout + done.stderr)[-2000:]
    return ""


def first_seed(folder, seeds):
    """The seed that shows a fault, and its sentence; (None, "") if none does."""
    command = [folder / "tests/simulation/simulation_tests", "--gtest_filter=Simulation.NoSeedBreaksAPromise"]
    environment = {"FENGHUO_SEEDS": str(seeds), "FENGHUO_NO_SHRINKING": "1", "PATH": "/usr/bin:/bin"}
    with tempfile.NamedTemporaryFile("w+") as out, tempfile.NamedTemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=out, stderr=errors, env=environment)
        running, since, code = "", time.monotonic(), None
        while code is None:
            try:
                code = process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                now = (re.findall(r"running seed (\d+)", pathlib.Path(out.name).read_text()) or [""])[-1]
                if now != running:
                    running, since = now, time.monotonic()
                elif time.monotonic() - since > 120:  # a seed takes some hundredths of a second
                    process.kill()
                    process.wait()
                    return running, "the run does not end"
        said, complained = pathlib.Path(out.name).read_text(), pathlib.Path(errors.name).read_text()
    found = re.search(r"seed (\d+), action \d+: (.*)", said)
    if found:
        return found[1], found[2]
    if code != 0:  # an ensure() ended the process: that is finding it too
        last = re.findall(r"running seed (\d+)", said)
        return (last[-1] if last else "?"), "the process stopped: " + (complained.strip().splitlines() or ["?"])[-1]
    return None, ""


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", default=str(ROOT / "build/planted"))
    arguments.add_argument("--seeds", type=int, default=2000)
    arguments.add_argument("names", nargs="*")
    given = arguments.parse_args()
    source, folder = pathlib.Path(given.build) / "source", pathlib.Path(given.build) / "build"
    copy_sources(source)
    configured = run("cmake", "-S", source, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release")
    trouble = configured.stderr if configured.returncode else build(source, folder)
    if trouble:
        print(trouble)
        print("0 passed, 1 failed, 0 skipped")
        return 1
    found, missed = 0, 0
    for name, what, file, before, after in FAULTS:
        if given.names and name not in given.names:
            continue
        path = source / file
        whole = path.read_text()
        if whole.count(before) != 1:
            print(f"MISSED  {name}: the text that it changes stands {whole.count(before)} times in {file}")
            missed += 1
            continue
        path.write_text(whole.replace(before, after))
        trouble = build(source, folder)
        seed, sentence = (None, "does not build: " + trouble) if trouble else first_seed(folder, given.seeds)
        path.write_text(whole)
        if seed is None:
            missed += 1
            print(f"MISSED  {name}: {what}; {sentence or f'{given.seeds} seeds show nothing'}", flush=True)
        else:
            found += 1
            print(f"found   {name}: {what}; seed {seed}: {sentence[:160]}", flush=True)
    print(f"{found} passed, {missed} failed, 0 skipped")
    return 1 if missed or not found else 0


if __name__ == "__main__":
    sys.exit(main())
