#include "tests/faults/simulated_disk.h"

#include <sqlite3.h>

#include <atomic>
#include <string_view>
#include <utility>

#include "core/base/ensure.h"
#include "tests/faults/simulated_vfs.h"

namespace fenghuo::tests {

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
