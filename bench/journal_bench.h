#pragma once

namespace fenghuo::bench {

/// Commands made durable a second through the whole way of a command (decide, append, apply, publish,
/// answer) by 1, 16 and 256 clients, each with one command under way, beside raw SQLite appends of the
/// very same rows in the very same groups, with the same head row, measured in turn in the same run.
/// Returns the exit code.
int bench_journal(bool json);

}  // namespace fenghuo::bench
