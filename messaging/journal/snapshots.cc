#include "messaging/journal/snapshots.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "core/kernel/kernel.h"
#include "messaging/codec/state_codec.h"
#include "messaging/storage/deflate.h"

namespace fenghuo::messaging {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMagic = "fenghuo-snapshot 5";
constexpr std::size_t kNewest = 2;

Sequence sequence_of(fs::path const& file) {
  return std::strtoll(file.stem().c_str(), nullptr, 10);
}

std::vector<fs::path> newest_first(Disk& disk, fs::path const& folder) {
  std::vector<fs::path> files;
  if (auto const all = disk.list(folder)) {
    std::copy_if(all->begin(), all->end(), std::back_inserter(files),
                 [](fs::path const& file) { return file.extension() == ".snapshot"; });
    // By number: names grow longer one day.
    std::sort(files.begin(), files.end(),
              [](fs::path const& a, fs::path const& b) { return sequence_of(a) > sequence_of(b); });
  }
  return files;
}

Digest digest_of(std::string_view bytes) {
  auto const chain = Chain::make("sha256", "snapshot");
  return chain->digest_of(bytes);
}

/// The one among the older ones whose going leaves the smallest gap. `files`: newest first.
std::vector<fs::path>::const_iterator least_missed(std::vector<fs::path> const& files) {
  auto least = files.end();
  Sequence smallest = 0;
  for (auto it = files.begin() + kNewest; it != files.end(); ++it) {
    Sequence const before = it + 1 == files.end() ? 0 : sequence_of(*(it + 1));
    Sequence const gap = sequence_of(*(it - 1)) - before;
    if (least == files.end() || gap < smallest) {
      least = it;
      smallest = gap;
    }
  }
  return least;
}

/// The state in a file, if the file is whole and its row is in the journal.
std::optional<domain::State> read_one(Disk& disk, fs::path const& file, Journal& journal) {
  auto const bytes = disk.read(file);
  if (!bytes) {
    return std::nullopt;
  }
  std::string_view body = *bytes;
  auto const line = [&body] {
    auto const end = std::min(body.find('\n'), body.size());
    std::string_view const taken = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    return taken;
  };
  auto const magic = line();
  auto const head = line();
  auto const digest = line();
  auto const size = line();
  if (magic != kMagic || digest != hex(digest_of(body))) {
    return std::nullopt;
  }
  auto const text = inflated(body, std::strtoull(std::string{size}.c_str(), nullptr, 10));
  if (!text) {
    return std::nullopt;
  }
  auto state = decode_state(*text);
  if (!state || state->sequence < 1) {
    return std::nullopt;
  }
  auto const row = journal.read(state->sequence - 1, 1);
  if (!row || row->empty() || hex(row->front().hash) != head) {
    return std::nullopt;
  }
  return std::move(state).value();
}

}  // namespace

Result<void> Snapshots::save(domain::State const& state, Digest const& head) {
  if (auto const made = disk_->make_folder(folder_); !made) {
    return made;
  }
  std::string const text = encode_state(state);
  auto const body = deflated(text);
  if (!body) {
    return body.error();
  }
  fs::path const file = folder_ / fmt::format("{:019}.snapshot", state.sequence);
  auto const written = disk_->write(file, fmt::format("{}\n{}\n{}\n{}\n{}", kMagic, hex(head),
                                                      hex(digest_of(*body)), text.size(), *body));
  if (!written) {
    return written;
  }
  // One that is newer than the state is of another journal (this one was restored, or begun again): it must
  // not push out those that fit.
  std::vector<fs::path> files = newest_first(*disk_, folder_);
  std::erase_if(files, [&](fs::path const& other) {
    bool const newer = sequence_of(other) > state.sequence;
    if (newer) {
      (void)disk_->remove(other);
    }
    return newer;
  });
  while (files.size() > kNewest + kHistory) {
    auto const least = least_missed(files);
    (void)disk_->remove(*least);
    files.erase(least);
  }
  return disk_->sync_folder(folder_);
}

std::optional<domain::State> Snapshots::load(Journal& journal,
                                             std::optional<Sequence> until) const {
  for (auto const& file : newest_first(*disk_, folder_)) {
    if (until && sequence_of(file) > *until) {
      continue;
    }
    if (auto state = read_one(*disk_, file, journal)) {
      return state;
    }
  }
  return std::nullopt;
}

namespace {

/// Hash of the row with this sequence; that of the beginning for 0.
Result<Digest> hash_at(Journal& journal, Sequence sequence) {
  if (sequence == 0) {
    return Digest{};
  }
  auto const rows = journal.read(sequence - 1, 1);
  if (!rows) {
    return rows.error();
  }
  if (rows->empty()) {
    return Error{ErrorCode::DataLoss, fmt::format("journal row {} is missing", sequence)};
  }
  return rows->front().hash;
}

}  // namespace

Result<domain::State> replay(Journal& journal, Snapshots const* snapshots,
                             std::optional<Sequence> until) {
  std::optional<domain::State> state;
  if (snapshots != nullptr) {
    state = snapshots->load(journal, until);
  }
  return replay_from(std::move(state).value_or(domain::State{}), journal, until);
}

Result<domain::State> replay_from(domain::State state, Journal& journal,
                                  std::optional<Sequence> until) {
  constexpr std::size_t kChunk = 1'000;
  auto const chain = Chain::make(journal.identity().algorithm, journal.identity().stream);
  if (!chain) {
    return chain.error();
  }
  auto const previous_hash = hash_at(journal, state.sequence);
  if (!previous_hash) {
    return previous_hash.error();
  }
  Digest previous = *previous_hash;
  while (true) {
    auto const rows = journal.read(state.sequence, kChunk);
    if (!rows) {
      return rows.error();
    }
    for (auto const& row : *rows) {
      if (until && row.sequence > *until) {
        return state;
      }
      // A changed row may decode well and still say what never happened: nothing is applied that the
      // chain does not vouch for.
      if (row.sequence == state.sequence + 1 && chain->hash_of(row, previous) != row.hash) {
        return Error{ErrorCode::DataLoss,
                     fmt::format("journal row {} was changed, or the one before it; run journal "
                                 "verify, then restore a backup",
                                 row.sequence)};
      }
      previous = row.hash;
      auto const event = decode_row(row);
      if (!event) {
        return event.error();
      }
      if (event->sequence != state.sequence + 1 || event->recorded_at < state.time) {
        return Error{
            ErrorCode::DataLoss,
            fmt::format("journal row {}: out of order; run journal verify", event->sequence)};
      }
      kernel::apply(state, *event);
    }
    if (rows->empty()) {
      return state;
    }
  }
}

}  // namespace fenghuo::messaging
