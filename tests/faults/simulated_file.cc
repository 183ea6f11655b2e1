#include "tests/faults/simulated_file.h"

#include <algorithm>
#include <utility>

namespace fenghuo::tests {

CutManner CutManner::draw(Random& random) {
  CutManner manner;
  manner.kind = static_cast<Kind>(random.below(6));
  manner.keep_permille = static_cast<std::uint32_t>(random.between(50, 950));
  return manner;
}

void SimulatedFile::apply(std::string& to, Change const& change) {
  if (change.truncation) {
    if (to.size() > change.at) {
      to.resize(change.at);
    }
    return;
  }
  if (to.size() < change.at + change.bytes.size()) {
    to.resize(change.at + change.bytes.size());
  }
  std::copy(change.bytes.begin(), change.bytes.end(),
            to.begin() + static_cast<std::ptrdiff_t>(change.at));
}

/// Some sectors of a write. With Shuffled, one that is left out may hold neither the old nor the new.
void SimulatedFile::apply_torn(std::string& to, Change const& change, CutManner manner,
                               Random& random) {
  std::size_t done = 0;
  while (done < change.bytes.size()) {
    std::size_t const at = change.at + done;
    std::size_t const length = std::min(kSector - at % kSector, change.bytes.size() - done);
    if (random.chance(manner.keep_permille)) {
      apply(to, {false, at, change.bytes.substr(done, length)});
    } else if (manner.kind == CutManner::Kind::Shuffled && random.chance(100)) {
      std::string rubbish(length, '\0');
      for (auto& byte : rubbish) {
        byte = static_cast<char>(random.below(256));
      }
      apply(to, {false, at, rubbish});
    }
    done += length;
  }
}

void SimulatedFile::write(std::size_t at, std::string_view bytes) {
  pending_.push_back({false, at, std::string{bytes}});
  apply(now_, pending_.back());
}

void SimulatedFile::truncate(std::size_t size) {
  pending_.push_back({true, size, {}});
  apply(now_, pending_.back());
}

void SimulatedFile::sync(std::size_t changes) {
  auto const end =
      pending_.begin() + static_cast<std::ptrdiff_t>(std::min(changes, pending_.size()));
  for (auto change = pending_.begin(); change != end; ++change) {
    apply(durable_, *change);
  }
  pending_.erase(pending_.begin(), end);
  omitted_sync -= std::min(omitted_sync, changes);
}

bool SimulatedFile::dirty_from(std::size_t at) const {
  return std::any_of(pending_.begin(), pending_.end(), [at](Change const& change) {
    return !change.truncation && change.at + change.bytes.size() > at;
  });
}

void SimulatedFile::flip(std::size_t at) {
  for (auto* bytes : {&now_, &durable_}) {
    if (at < bytes->size()) {
      (*bytes)[at] = static_cast<char>((*bytes)[at] ^ 0x20);
    }
  }
}

std::shared_ptr<SimulatedFile> SimulatedFile::copy() const {
  auto out = std::make_shared<SimulatedFile>();
  out->now_ = now_;
  out->durable_ = durable_;
  out->pending_ = pending_;
  return out;
}

std::shared_ptr<SimulatedFile> SimulatedFile::after_cut(CutManner manner, Random& random) const {
  auto out = std::make_shared<SimulatedFile>();
  std::string& left = out->durable_;
  left = durable_;
  std::size_t const prefix = random.below(pending_.size() + 1);
  std::vector<Change const*> order;
  for (auto const& change : pending_) {
    order.push_back(&change);
  }
  if (manner.kind == CutManner::Kind::Shuffled) {
    // The disk may put two writes of one sector down in its own order; nothing between syncs forbids it.
    for (std::size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[random.below(i)]);
    }
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    Change const& change = *order[i];
    switch (manner.kind) {
      case CutManner::Kind::Nothing:
        break;
      case CutManner::Kind::All:
        apply(left, change);
        break;
      case CutManner::Kind::Prefix:
        if (i < prefix) {
          apply(left, change);
        }
        break;
      case CutManner::Kind::Writes:
        if (random.chance(manner.keep_permille)) {
          apply(left, change);
        }
        break;
      case CutManner::Kind::Sectors:
      case CutManner::Kind::Shuffled:
        if (!change.truncation) {
          apply_torn(left, change, manner, random);
        } else if (random.chance(manner.keep_permille)) {
          apply(left, change);
        }
        break;
    }
  }
  out->now_ = left;
  return out;
}

std::shared_ptr<SimulatedFile> SimulatedFolder::find(std::string_view name) const {
  auto const at = now_.find(name);
  return at == now_.end() ? nullptr : at->second;
}

void SimulatedFolder::apply(Names& to, Change const& change) {
  switch (change.kind) {
    case Change::Kind::Link:
      to[change.name] = change.file;
      break;
    case Change::Kind::Unlink: {
      // Only what was removed: the name may have been given again meanwhile.
      auto const at = to.find(change.name);
      if (at != to.end() && at->second == change.file) {
        to.erase(at);
      }
      break;
    }
    case Change::Kind::Rename: {
      auto const at = to.find(change.name);
      if (at != to.end() && at->second == change.file) {
        to.erase(at);
      }
      to[change.to] = change.file;
      break;
    }
  }
}

void SimulatedFolder::link(std::string const& name, std::shared_ptr<SimulatedFile> file) {
  pending_.push_back({Change::Kind::Link, name, {}, std::move(file)});
  apply(now_, pending_.back());
}

bool SimulatedFolder::unlink(std::string const& name) {
  auto const file = find(name);
  if (file != nullptr) {
    pending_.push_back({Change::Kind::Unlink, name, {}, file});
    apply(now_, pending_.back());
  }
  return file != nullptr;
}

bool SimulatedFolder::rename(std::string const& from, std::string const& to) {
  auto const file = find(from);
  if (file != nullptr) {
    pending_.push_back({Change::Kind::Rename, from, to, file});
    apply(now_, pending_.back());
  }
  return file != nullptr;
}

void SimulatedFolder::sync() {
  durable_ = now_;
  pending_.clear();
}

SimulatedFolder SimulatedFolder::copy() const {
  SimulatedFolder out;
  out.entry_durable = entry_durable;
  std::map<SimulatedFile const*, std::shared_ptr<SimulatedFile>> copies;
  auto const copy_of = [&](std::shared_ptr<SimulatedFile> const& file) {
    auto& made = copies[file.get()];
    if (made == nullptr) {
      made = file->copy();
    }
    return made;
  };
  for (auto const& [name, file] : now_) {
    out.now_[name] = copy_of(file);
  }
  for (auto const& [name, file] : durable_) {
    out.durable_[name] = copy_of(file);
  }
  for (auto const& change : pending_) {
    out.pending_.push_back({change.kind, change.name, change.to, copy_of(change.file)});
  }
  return out;
}

SimulatedFolder SimulatedFolder::after_cut(CutManner manner, Random& random) const {
  Names left = durable_;
  std::size_t const prefix = random.below(pending_.size() + 1);
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    bool const kept = manner.kind == CutManner::Kind::All ||
                      (manner.kind == CutManner::Kind::Prefix && i < prefix) ||
                      (manner.kind != CutManner::Kind::Nothing &&
                       manner.kind != CutManner::Kind::Prefix && random.chance(500));
    if (kept) {
      apply(left, pending_[i]);
    }
  }
  SimulatedFolder out;
  out.entry_durable = true;
  std::map<SimulatedFile const*, std::shared_ptr<SimulatedFile>> cut;
  for (auto const& [name, file] : left) {
    auto& made = cut[file.get()];
    if (made == nullptr) {
      made = file->after_cut(manner, random);
    }
    out.now_[name] = made;
  }
  out.durable_ = out.now_;
  return out;
}

}  // namespace fenghuo::tests
