#include "tests/faults/simulated_disk.h"

#include <sqlite3.h>

#include <atomic>
#include <string_view>
#include <utility>

#include "core/base/ensure.h"
#include "tests/faults/simulated_vfs.h"

namespace fenghuo::tests {

using messaging::HeldLock;

namespace {
constexpr std::size_t kChunk = 16'384;  // of what is written at once
}

std::string_view text_of(DiskFault::Kind kind) {
  switch (kind) {
    case DiskFault::Kind::NoSpace:
      return "no space";
    case DiskFault::Kind::InputOutput:
      return "input/output error";
    case DiskFault::Kind::ShortWrite:
      return "short write";
    case DiskFault::Kind::SyncKeeps:
      return "failed sync, dirty pages kept";
    case DiskFault::Kind::SyncLoses:
      break;
  }
  return "failed sync, dirty pages lost";
}

struct SimulatedDisk::LockTable {
  std::set<std::string> held;
};

class SimulatedDisk::Lock final : public HeldLock {
 public:
  Lock(std::shared_ptr<LockTable> table, std::string file)
      : table_{std::move(table)}, file_{std::move(file)} {
    table_->held.insert(file_);
  }
  ~Lock() override { table_->held.erase(file_); }

 private:
  std::shared_ptr<LockTable> table_;
  std::string file_;
};

SimulatedDisk::SimulatedDisk(std::set<std::string> const& folders)
    : locks_{std::make_shared<LockTable>()} {
  static std::atomic<std::uint64_t> number{0};
  name_ = "simulated-" + std::to_string(++number);
  for (auto const& folder : folders) {
    folders_[folder].entry_durable = true;
  }
  vfs_ = simulated_vfs(*this, name_);
  ensure(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK, "a VFS can be registered");
}

SimulatedDisk::~SimulatedDisk() {
  ensure(open_files == 0, "every file on a simulated disk is closed before the disk goes");
  sqlite3_vfs_unregister(vfs_.get());
}

void SimulatedDisk::seed_sqlite(int seed) {
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, seed, nullptr);
}

// Faults and steps ------------------------------------------------------------------------------

SimulatedDisk::Verdict SimulatedDisk::enter(Call call) {
  std::uint64_t* const counts[] = {&counters_.opens, &counters_.reads, &counters_.writes,
                                   &counters_.syncs, &counters_.folder_changes};
  ++*counts[static_cast<std::size_t>(call)];
  if (off_) {
    return Verdict::Off;
  }
  if (!fault_) {
    return Verdict::Well;
  }
  bool could = false;
  Verdict verdict = Verdict::Well;
  switch (fault_->kind) {
    case DiskFault::Kind::NoSpace:
      could = call == Call::Write || call == Call::FolderChange;
      verdict = Verdict::NoSpace;
      break;
    case DiskFault::Kind::InputOutput:
      could = true;
      verdict = Verdict::InputOutput;
      break;
    case DiskFault::Kind::ShortWrite:
      could = call == Call::Write;
      verdict = Verdict::ShortWrite;
      break;
    case DiskFault::Kind::SyncKeeps:
    case DiskFault::Kind::SyncLoses:
      could = call == Call::Sync;
      verdict =
          fault_->kind == DiskFault::Kind::SyncKeeps ? Verdict::SyncKeeps : Verdict::SyncLoses;
      break;
  }
  could_fail_ += could ? 1U : 0U;
  bool const fails =
      could && (could_fail_ == fault_->at || (fault_->persistent && could_fail_ > fault_->at));
  injected_ += fails ? 1U : 0U;
  return fails ? verdict : Verdict::Well;
}

void SimulatedDisk::step() {
  ++counters_.steps;
  if (on_step && !in_step_) {
    in_step_ = true;
    on_step();
    in_step_ = false;
  }
}

void SimulatedDisk::fail(DiskFault fault) {
  fault_ = fault;
  could_fail_ = 0;
  injected_ = 0;
}
void SimulatedDisk::heal() { fault_.reset(); }

std::uint64_t SimulatedDisk::used() const {
  std::uint64_t sum = 0;
  for (auto const& [path, folder] : folders_) {
    for (auto const& [name, file] : folder.names()) {
      sum += file->bytes().size() + file->shm.size() * file->shm_region_size;
    }
  }
  return sum;
}

bool SimulatedDisk::has_room(std::uint64_t more) const {
  return capacity_ == std::numeric_limits<std::uint64_t>::max() || used() + more <= capacity_;
}

// What the VFS does -----------------------------------------------------------------------------

SimulatedFolder* SimulatedDisk::folder_of(std::string const& file) {
  auto const at = folders_.find(messaging::folder_of(file).string());
  return at == folders_.end() ? nullptr : &at->second;
}

std::shared_ptr<SimulatedFile> SimulatedDisk::find(std::string const& file) {
  auto* const folder = folder_of(file);
  return folder == nullptr ? nullptr : folder->find(Path{file}.filename().string());
}

std::shared_ptr<SimulatedFile> SimulatedDisk::create(std::string const& file, Verdict& verdict) {
  verdict = enter(Call::FolderChange);
  auto* const folder = folder_of(file);
  if (verdict != Verdict::Well || folder == nullptr) {
    return nullptr;
  }
  auto made = std::make_shared<SimulatedFile>();
  folder->link(Path{file}.filename(), made);
  step();
  return made;
}

SimulatedDisk::Verdict SimulatedDisk::write(SimulatedFile& file, std::size_t at,
                                            std::string_view bytes) {
  Verdict verdict = enter(Call::Write);
  std::size_t const size = file.bytes().size();
  std::size_t const end = at + bytes.size();
  if (verdict == Verdict::Well && end > size && !has_room(end - size)) {
    verdict = Verdict::NoSpace;
  }
  if (verdict == Verdict::Well) {
    file.write(at, bytes);
  } else if (verdict == Verdict::ShortWrite) {
    file.write(at, bytes.substr(0, bytes.size() / 2));
  }
  step();
  return verdict;
}

SimulatedDisk::Verdict SimulatedDisk::truncate(SimulatedFile& file, std::size_t size) {
  Verdict const verdict = enter(Call::Write);
  if (verdict == Verdict::Well) {
    file.truncate(size);
    step();
  }
  return verdict;
}

SimulatedDisk::Verdict SimulatedDisk::sync(SimulatedFile& file, SimulatedFolder* also) {
  step();
  Verdict const verdict = enter(Call::Sync);
  if (verdict == Verdict::Well) {
    file.sync();
    if (also != nullptr) {
      also->sync();
    }
  } else if (verdict == Verdict::SyncLoses) {
    file.lose_pending();
  }
  step();
  return verdict;
}

SimulatedDisk::Verdict SimulatedDisk::sync(SimulatedFolder& folder) {
  step();
  Verdict const verdict = enter(Call::Sync);
  if (verdict == Verdict::Well) {
    folder.sync();
  }
  step();
  return verdict;
}

void SimulatedDisk::sync_omitted() {
  for (auto& [path, folder] : folders_) {
    for (auto const& [name, file] : folder.names()) {
      if (file->omitted_sync > 0) {
        file->sync(file->omitted_sync);
      }
    }
  }
}

// The port ---------------------------------------------------------------------------------------

Error SimulatedDisk::why(Verdict verdict, std::string_view doing, Path const& at) const {
  std::string text = "cannot ";
  text.append(doing).append(" ").append(at.string()).append(": ");
  bool const full = verdict == Verdict::NoSpace || verdict == Verdict::ShortWrite;
  text.append(full                      ? "no space left"
              : verdict == Verdict::Off ? "the power is off"
                                        : "input/output error");
  return {ErrorCode::Unavailable, std::move(text)};
}

bool SimulatedDisk::exists(Path const& file) {
  return find(file) != nullptr || folders_.count(file.string()) > 0;
}

Result<void> SimulatedDisk::remove(Path const& file) {
  Verdict const verdict = enter(Call::FolderChange);
  if (verdict != Verdict::Well) {
    return why(verdict, "remove", file);
  }
  if (auto* folder = folder_of(file); folder != nullptr && folder->unlink(file.filename())) {
    step();
  }
  return {};
}

Result<void> SimulatedDisk::rename(Path const& from, Path const& to) {
  Verdict const verdict = enter(Call::FolderChange);
  auto* const folder = folder_of(to);
  if (verdict != Verdict::Well || folder == nullptr || folder != folder_of(from) ||
      !folder->rename(from.filename(), to.filename())) {
    return why(verdict, "write", to);
  }
  step();
  Verdict const synced = sync(*folder);
  return synced == Verdict::Well ? Result<void>{} : why(synced, "sync", to);
}

Result<void> SimulatedDisk::sync_file(Path const& path) {
  auto const file = find(path);
  Verdict const verdict = file == nullptr ? Verdict::InputOutput : sync(*file, nullptr);
  return verdict == Verdict::Well ? Result<void>{} : why(verdict, "sync", path);
}

Result<void> SimulatedDisk::sync_folder(Path const& path) {
  auto const folder = folders_.find(path.string());
  Verdict const verdict = folder == folders_.end() ? Verdict::InputOutput : sync(folder->second);
  if (verdict != Verdict::Well) {
    return why(verdict, "sync", path);
  }
  for (auto& [name, other] : folders_) {
    other.entry_durable = other.entry_durable || Path{name}.parent_path() == path;
  }
  return {};
}

Result<void> SimulatedDisk::make_folder(Path const& path) {
  if (path.empty() || path == path.root_path() || folders_.count(path.string()) > 0) {
    return {};
  }
  Verdict const verdict = enter(Call::FolderChange);
  if (verdict != Verdict::Well || find(path) != nullptr) {
    return why(verdict, "make the folder", path);
  }
  if (auto const parent = make_folder(path.parent_path()); !parent) {
    return parent;
  }
  folders_[path.string()];
  step();
  return {};
}

Result<std::vector<SimulatedDisk::Path>> SimulatedDisk::list(Path const& path) {
  Verdict const verdict = enter(Call::Read);
  auto const folder = folders_.find(path.string());
  if (verdict != Verdict::Well || find(path) != nullptr) {
    return why(verdict, "read the folder", path);
  }
  if (folder == folders_.end()) {
    return Error{ErrorCode::NotFound, "there is no folder " + path.string()};
  }
  std::vector<Path> files;
  for (auto const& [name, file] : folder->second.names()) {
    files.push_back(path / name);
  }
  return files;
}

Result<std::string> SimulatedDisk::read(Path const& path) {
  Verdict const verdict = enter(Call::Read);
  auto const file = find(path);
  if (verdict == Verdict::Well && file == nullptr && folders_.count(path.string()) == 0) {
    return Error{ErrorCode::NotFound, "there is no file " + path.string()};
  }
  if (verdict != Verdict::Well || file == nullptr) {
    return why(verdict, "read", path);
  }
  return file->bytes();
}

Result<void> SimulatedDisk::write(Path const& path, std::string_view bytes) {
  Path const part = path.string() + ".part";
  auto const fail_with = [&](Verdict verdict) {
    (void)remove(part);
    return why(verdict, "write", path);
  };
  Verdict verdict = enter(Call::Open);
  auto file = find(part);
  if (verdict == Verdict::Well && file == nullptr) {
    file = create(part, verdict);
  }
  if (file == nullptr || verdict != Verdict::Well) {
    return fail_with(verdict);
  }
  verdict = truncate(*file, 0);
  for (std::size_t done = 0; verdict == Verdict::Well && done < bytes.size(); done += kChunk) {
    verdict = write(*file, done, bytes.substr(done, kChunk));
  }
  verdict = verdict == Verdict::Well ? sync(*file, nullptr) : verdict;
  if (verdict != Verdict::Well) {
    return fail_with(verdict);
  }
  auto renamed = rename(part, path);
  if (!renamed) {
    (void)remove(part);
  }
  return renamed;
}

Result<std::unique_ptr<HeldLock>> SimulatedDisk::lock(Path const& file) {
  Verdict verdict = enter(Call::Open);
  if (verdict == Verdict::Well && find(file) == nullptr) {
    (void)create(file, verdict);
  }
  if (verdict != Verdict::Well || find(file) == nullptr) {
    return why(verdict, "write", file);
  }
  if (locks_->held.count(file.string()) > 0) {
    return Error{ErrorCode::Conflict, "another process holds " + file.string()};
  }
  return std::unique_ptr<HeldLock>{std::make_unique<Lock>(locks_, file.string())};
}

// The end of a process ---------------------------------------------------------------------------

void SimulatedDisk::flip(Path const& path, std::size_t at) {
  auto const file = find(path);
  ensure(file != nullptr && at < file->bytes().size(), "there is such a byte to change");
  file->flip(at);
}

void SimulatedDisk::end_process() {
  off_ = true;
  ++process_;
  locks_ = std::make_shared<LockTable>();
  heal();
}

void SimulatedDisk::kill() {
  // Copies: what the old process still has open keeps its locks and its shared memory to itself.
  for (auto& [path, folder] : folders_) {
    folder = folder.copy();
  }
  end_process();
}

void SimulatedDisk::power_cut(Random& random) {
  folders_ = std::move(after_power_cut(random)->folders_);
  end_process();
}

std::unique_ptr<SimulatedDisk> SimulatedDisk::after_power_cut(Random& random) const {
  auto out = std::make_unique<SimulatedDisk>(std::set<std::string>{});
  CutManner const manner = CutManner::draw(random);
  for (auto const& [path, folder] : folders_) {
    bool const there = folder.entry_durable || manner.kind == CutManner::Kind::All ||
                       (manner.kind != CutManner::Kind::Nothing && random.chance(500));
    bool const parent_there = Path{path}.parent_path() == Path{path}.root_path() ||
                              folders_.count(Path{path}.parent_path().string()) == 0 ||
                              out->folders_.count(Path{path}.parent_path().string()) > 0;
    if (there && parent_there) {
      out->folders_[path] = folder.after_cut(manner, random);
    }
  }
  out->omit_log_syncs_ = omit_log_syncs_;
  return out;
}

std::unique_ptr<SimulatedDisk> SimulatedDisk::after_kill() const {
  auto out = std::make_unique<SimulatedDisk>(std::set<std::string>{});
  for (auto const& [path, folder] : folders_) {
    out->folders_[path] = folder.copy();
  }
  out->omit_log_syncs_ = omit_log_syncs_;
  return out;
}

}  // namespace fenghuo::tests
