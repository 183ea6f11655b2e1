// What the centre's own files do to a simulated disk: the functions of the port.
#include <utility>

#include "tests/faults/simulated_disk.h"

namespace fenghuo::tests {

using messaging::HeldLock;

namespace {
constexpr std::size_t kChunk = 16'384;  // of what is written at once
}

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

}  // namespace fenghuo::tests
