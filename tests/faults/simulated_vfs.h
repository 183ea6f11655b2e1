#pragma once

#include <memory>
#include <string>

struct sqlite3_vfs;

namespace fenghuo::tests {

class SimulatedDisk;

/// An SQLite VFS on a simulated disk, with the write-ahead log's shared memory and locks inside the process.
/// Its behaviour towards SQLite follows the system's (os_unix): which error a failed call gives, that the
/// first sync of a new log or journal also syncs its folder, that a file opened for reading cannot be locked
/// for writing. `name` must outlive it. Registering is left to the caller.
std::unique_ptr<sqlite3_vfs> simulated_vfs(SimulatedDisk& disk, std::string const& name);

}  // namespace fenghuo::tests
