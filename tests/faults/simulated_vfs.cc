#include "tests/faults/simulated_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>

#include "tests/faults/simulated_disk.h"

namespace fenghuo::tests {

namespace {

using messaging::Disk;
using Verdict = SimulatedDisk::Verdict;
using Call = SimulatedDisk::Call;

/// What a connection has open. The first member is what SQLite sees.
struct OpenFile {
  sqlite3_file base;
  SimulatedDisk* disk;
  std::shared_ptr<SimulatedFile>* file;
  SimulatedFolder* sync_with;  ///< the folder of a new log, until its first sync
  std::string* remove_at_close;
  std::uint64_t process;
  int flags;
  int lock;
  bool mapped;
  unsigned shm_shared, shm_exclusive;

  SimulatedFile& content() const { return **file; }
  /// Of a process that has ended: whatever it still tries has no effect.
  bool dead() const { return disk->is_off() || process != disk->process(); }
};

OpenFile& of(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
SimulatedDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<SimulatedDisk*>(vfs->pAppData); }

void unlock_all(OpenFile& open) {
  SimulatedFile& file = open.content();
  void const* const me = &open;
  file.shared_locks -= open.lock >= SQLITE_LOCK_SHARED ? 1 : 0;
  for (auto* held : {&file.reserved, &file.waiting, &file.exclusive}) {
    if (*held == me) {
      *held = nullptr;
    }
  }
  open.lock = SQLITE_LOCK_NONE;
}

int unmap(sqlite3_file* raw, int /*remove*/) {
  OpenFile& open = of(raw);
  if (!open.mapped) {
    return SQLITE_OK;
  }
  SimulatedFile& file = open.content();
  for (unsigned i = 0; i < SimulatedFile::kShmLocks; ++i) {
    file.shm_shared[i] -= (open.shm_shared >> i & 1U) != 0 ? 1 : 0;
    if ((open.shm_exclusive >> i & 1U) != 0) {
      file.shm_exclusive[i] = nullptr;
    }
  }
  open.shm_shared = open.shm_exclusive = 0;
  open.mapped = false;
  if (--file.shm_users == 0) {
    file.shm.clear();  // the first one to map it again finds it empty, as the system's does
  }
  return SQLITE_OK;
}

int close(sqlite3_file* raw) {
  OpenFile& open = of(raw);
  unmap(raw, 0);
  unlock_all(open);
  if (open.remove_at_close != nullptr && !open.dead()) {
    if (auto* folder = open.disk->folder_of(*open.remove_at_close); folder != nullptr) {
      folder->unlink(Disk::Path{*open.remove_at_close}.filename());
    }
  }
  delete open.remove_at_close;
  delete open.file;
  --open.disk->open_files;
  return SQLITE_OK;
}

int read(sqlite3_file* raw, void* out, int amount, sqlite3_int64 at) {
  OpenFile& open = of(raw);
  if (open.dead() || open.disk->enter(Call::Read) != Verdict::Well) {
    return SQLITE_IOERR_READ;
  }
  std::string const& bytes = open.content().bytes();
  auto const from = std::min(static_cast<std::size_t>(at), bytes.size());
  auto const wanted = static_cast<std::size_t>(amount);
  auto const got = std::min(wanted, bytes.size() - from);
  std::memcpy(out, bytes.data() + from, got);
  std::memset(static_cast<char*>(out) + got, 0, wanted - got);
  return got == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int code_of_write(Verdict verdict) {
  if (verdict == Verdict::Well) {
    return SQLITE_OK;
  }
  bool const full = verdict == Verdict::NoSpace || verdict == Verdict::ShortWrite;
  return full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int write(sqlite3_file* raw, void const* bytes, int amount, sqlite3_int64 at) {
  OpenFile& open = of(raw);
  if (open.dead() || (open.flags & SQLITE_OPEN_READONLY) != 0) {
    return SQLITE_IOERR_WRITE;
  }
  if (open.disk->omits_log_syncs() && (open.flags & SQLITE_OPEN_MAIN_DB) != 0) {
    open.disk->sync_omitted();
  }
  return code_of_write(
      open.disk->write(open.content(), static_cast<std::size_t>(at),
                       {static_cast<char const*>(bytes), static_cast<std::size_t>(amount)}));
}

int truncate(sqlite3_file* raw, sqlite3_int64 size) {
  OpenFile& open = of(raw);
  bool const well =
      !open.dead() && (open.flags & SQLITE_OPEN_READONLY) == 0 &&
      open.disk->truncate(open.content(), static_cast<std::size_t>(size)) == Verdict::Well;
  return well ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

constexpr std::size_t kLogHeader = 32;

int sync(sqlite3_file* raw, int /*flags*/) {
  OpenFile& open = of(raw);
  if (open.dead()) {
    return SQLITE_IOERR_FSYNC;
  }
  bool const log = (open.flags & SQLITE_OPEN_WAL) != 0;
  if (log && open.disk->omits_log_syncs() && open.content().dirty_from(kLogHeader)) {
    open.content().omitted_sync = open.content().pending();
    return SQLITE_OK;
  }
  if (open.disk->sync(open.content(), open.sync_with) != Verdict::Well) {
    return SQLITE_IOERR_FSYNC;
  }
  open.sync_with = nullptr;
  return SQLITE_OK;
}

int file_size(sqlite3_file* raw, sqlite3_int64* size) {
  OpenFile& open = of(raw);
  if (open.dead()) {
    return SQLITE_IOERR_FSTAT;
  }
  *size = static_cast<sqlite3_int64>(open.content().bytes().size());
  return SQLITE_OK;
}

bool held_by_other(void const* held, OpenFile const& me) { return held != nullptr && held != &me; }

int lock(sqlite3_file* raw, int level) {
  OpenFile& open = of(raw);
  if (open.dead()) {
    return SQLITE_IOERR_LOCK;
  }
  if (open.lock >= level) {
    return SQLITE_OK;
  }
  SimulatedFile& file = open.content();
  if (open.lock == SQLITE_LOCK_NONE) {
    if (held_by_other(file.exclusive, open) || held_by_other(file.waiting, open)) {
      return SQLITE_BUSY;
    }
    ++file.shared_locks;
    open.lock = SQLITE_LOCK_SHARED;
  }
  if (level == SQLITE_LOCK_SHARED) {
    return SQLITE_OK;
  }
  if ((open.flags & SQLITE_OPEN_READONLY) != 0) {
    return SQLITE_IOERR_LOCK;  // a descriptor for reading takes no lock for writing
  }
  if (held_by_other(file.reserved, open) || held_by_other(file.waiting, open)) {
    return SQLITE_BUSY;
  }
  if (level == SQLITE_LOCK_RESERVED) {
    file.reserved = &open;
    open.lock = SQLITE_LOCK_RESERVED;
    return SQLITE_OK;
  }
  file.waiting = &open;
  if (file.shared_locks > 1) {
    open.lock = SQLITE_LOCK_PENDING;
    return SQLITE_BUSY;
  }
  file.exclusive = &open;
  open.lock = SQLITE_LOCK_EXCLUSIVE;
  return SQLITE_OK;
}

int unlock(sqlite3_file* raw, int level) {
  OpenFile& open = of(raw);
  if (open.lock > level) {
    bool const keeps_shared = level == SQLITE_LOCK_SHARED;
    unlock_all(open);
    if (keeps_shared) {
      ++open.content().shared_locks;
      open.lock = SQLITE_LOCK_SHARED;
    }
  }
  return SQLITE_OK;
}

int check_reserved(sqlite3_file* raw, int* out) {
  SimulatedFile const& file = of(raw).content();
  *out = file.reserved != nullptr || file.waiting != nullptr || file.exclusive != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int control(sqlite3_file* /*file*/, int /*what*/, void* /*argument*/) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file* /*file*/) { return 4096; }
int characteristics(sqlite3_file* /*file*/) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int shm_map(sqlite3_file* raw, int region, int size, int extend, void volatile** out) {
  OpenFile& open = of(raw);
  *out = nullptr;
  if (open.dead()) {
    return SQLITE_IOERR_SHMMAP;
  }
  SimulatedFile& file = open.content();
  if (!open.mapped) {
    open.mapped = true;
    ++file.shm_users;
  }
  auto const index = static_cast<std::size_t>(region);
  auto const bytes = static_cast<std::size_t>(size);
  while (extend != 0 && file.shm.size() <= index) {
    // The system's shared memory is a file too, and grows on the same disk.
    if (open.disk->enter(Call::Write) != Verdict::Well || !open.disk->has_room(bytes)) {
      return SQLITE_IOERR_SHMSIZE;
    }
    file.shm_region_size = bytes;
    file.shm.push_back(std::make_unique<std::byte[]>(bytes));
  }
  *out = index < file.shm.size() ? file.shm[index].get() : nullptr;
  return SQLITE_OK;
}

int shm_lock(sqlite3_file* raw, int first, int count, int flags) {
  OpenFile& open = of(raw);
  if (open.dead()) {
    return SQLITE_IOERR_SHMLOCK;
  }
  SimulatedFile& file = open.content();
  auto const begin = static_cast<unsigned>(first);
  auto const end = begin + static_cast<unsigned>(count);
  bool const shared = (flags & SQLITE_SHM_SHARED) != 0;
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    for (unsigned i = begin; i < end; ++i) {
      unsigned const bit = 1U << i;
      if (shared && (open.shm_shared & bit) != 0) {
        --file.shm_shared[i];
        open.shm_shared &= ~bit;
      } else if (!shared && (open.shm_exclusive & bit) != 0) {
        file.shm_exclusive[i] = nullptr;
        open.shm_exclusive &= ~bit;
      }
    }
    return SQLITE_OK;
  }
  for (unsigned i = begin; i < end; ++i) {
    int const mine = (open.shm_shared >> i & 1U) != 0 ? 1 : 0;
    bool const busy =
        held_by_other(file.shm_exclusive[i], open) || (!shared && file.shm_shared[i] > mine);
    if (busy) {
      return SQLITE_BUSY;
    }
  }
  for (unsigned i = begin; i < end; ++i) {
    unsigned const bit = 1U << i;
    if (!shared) {
      file.shm_exclusive[i] = &open;
      open.shm_exclusive |= bit;
    } else if ((open.shm_shared & bit) == 0) {
      ++file.shm_shared[i];
      open.shm_shared |= bit;
    }
  }
  return SQLITE_OK;
}

void shm_barrier(sqlite3_file* /*file*/) {}

sqlite3_io_methods const kMethods = {
    2,      close,          read,    write,       truncate,        sync,    file_size, lock,
    unlock, check_reserved, control, sector_size, characteristics, shm_map, shm_lock,  shm_barrier,
    unmap,  nullptr,        nullptr};

int open(sqlite3_vfs* vfs, char const* name, sqlite3_file* raw, int flags, int* out_flags) {
  raw->pMethods = nullptr;
  SimulatedDisk& disk = disk_of(vfs);
  bool const creates = (flags & SQLITE_OPEN_CREATE) != 0;
  if (disk.enter(Call::Open) != Verdict::Well) {
    return SQLITE_CANTOPEN;
  }
  std::shared_ptr<SimulatedFile> file;
  if (name == nullptr) {
    file = std::make_shared<SimulatedFile>();  // a temporary one: nobody finds it again
  } else if (file = disk.find(name); file == nullptr) {
    Verdict verdict = Verdict::Well;
    file = creates ? disk.create(name, verdict) : nullptr;
  }
  if (file == nullptr) {
    return SQLITE_CANTOPEN;
  }
  constexpr int kSyncsItsFolder =
      SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
  bool const with_folder = name != nullptr && creates && (flags & kSyncsItsFolder) != 0;
  bool const removes = name != nullptr && (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  ::new (raw) OpenFile{{&kMethods},
                       &disk,
                       new std::shared_ptr<SimulatedFile>{std::move(file)},
                       with_folder ? disk.folder_of(name) : nullptr,
                       removes ? new std::string{name} : nullptr,
                       disk.process(),
                       flags,
                       SQLITE_LOCK_NONE,
                       false,
                       0,
                       0};
  ++disk.open_files;
  if (out_flags != nullptr) {
    *out_flags = flags;
  }
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, char const* name, int sync_folder) {
  SimulatedDisk& disk = disk_of(vfs);
  auto* const folder = disk.folder_of(name);
  if (disk.enter(Call::FolderChange) != Verdict::Well) {
    return SQLITE_IOERR_DELETE;
  }
  if (folder == nullptr || !folder->unlink(Disk::Path{name}.filename())) {
    return SQLITE_IOERR_DELETE_NOENT;
  }
  disk.step();
  if (sync_folder != 0 && disk.sync(*folder) != Verdict::Well) {
    return SQLITE_IOERR_DIR_FSYNC;
  }
  return SQLITE_OK;
}

int access(sqlite3_vfs* vfs, char const* name, int /*flags*/, int* out) {
  auto const file = disk_of(vfs).find(name);
  *out = file != nullptr && !file->bytes().empty() ? 1 : 0;  // an empty file counts as none
  return SQLITE_OK;
}

int full_path(sqlite3_vfs* /*vfs*/, char const* name, int size, char* out) {
  return std::snprintf(out, static_cast<std::size_t>(size), "%s", name) < size ? SQLITE_OK
                                                                               : SQLITE_CANTOPEN;
}

int randomness(sqlite3_vfs* /*vfs*/, int size, char* out) {
  std::memset(out, 0x5A, static_cast<std::size_t>(size));
  return size;
}
int sleep(sqlite3_vfs* /*vfs*/, int microseconds) { return microseconds; }
int current_time(sqlite3_vfs* /*vfs*/, double* days) {
  *days = 2'461'042.5;
  return SQLITE_OK;
}
int last_error(sqlite3_vfs* /*vfs*/, int /*size*/, char* /*out*/) { return 0; }

}  // namespace

std::unique_ptr<sqlite3_vfs> simulated_vfs(SimulatedDisk& disk, std::string const& name) {
  auto vfs = std::make_unique<sqlite3_vfs>();
  *vfs = sqlite3_vfs{};
  vfs->iVersion = 1;
  vfs->szOsFile = sizeof(OpenFile);
  vfs->mxPathname = 512;
  vfs->zName = name.c_str();
  vfs->pAppData = &disk;
  vfs->xOpen = open;
  vfs->xDelete = remove;
  vfs->xAccess = access;
  vfs->xFullPathname = full_path;
  vfs->xRandomness = randomness;
  vfs->xSleep = sleep;
  vfs->xCurrentTime = current_time;
  vfs->xGetLastError = last_error;
  return vfs;
}

}  // namespace fenghuo::tests
