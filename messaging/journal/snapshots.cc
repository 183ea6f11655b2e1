#include "messaging/journal/snapshots.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "core/kernel/kernel.h"
#include "messaging/codec/state_codec.h"
#include "messaging/sqlite/database.h"

namespace fenghuo::messaging {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMagic = "fenghuo-snapshot 2";
constexpr std::size_t kNewest = 2;

Sequence sequence_of(fs::path const& file) {
  return std::strtoll(file.stem().c_str(), nullptr, 10);
}

std::vector<fs::path> newest_first(fs::path const& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (auto const& entry : fs::directory_iterator{folder, error}) {
    if (entry.path().extension() == ".snapshot") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.rbegin(), files.rend());
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
std::optional<domain::State> read_one(fs::path const& file, Journal& journal) {
  std::ifstream in{file, std::ios::binary};
  std::string magic, head, digest, body;
  std::getline(in, magic);
  std::getline(in, head);
  std::getline(in, digest);
  std::ostringstream rest;
  rest << in.rdbuf();
  body = rest.str();
  if (!in || magic != kMagic || digest != hex(digest_of(body))) {
    return std::nullopt;
  }
  auto state = decode_state(body);
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
  std::error_code error;
  fs::create_directories(folder_, error);
  std::string const body = encode_state(state);
  fs::path const file = folder_ / fmt::format("{:015}.snapshot", state.sequence);
  fs::path const part = file.string() + ".part";
  {
    std::ofstream out{part, std::ios::binary | std::ios::trunc};
    out << kMagic << '\n' << hex(head) << '\n' << hex(digest_of(body)) << '\n' << body;
    out.flush();
    if (!out) {
      return Error{ErrorCode::Unavailable, "cannot write " + part.string()};
    }
  }
  if (auto const synced = sync_file(part); !synced) {
    return synced;
  }
  fs::rename(part, file, error);
  if (error) {
    return Error{ErrorCode::Unavailable, "cannot write " + file.string() + ": " + error.message()};
  }
  // One that is newer than the state is of another journal (this one was restored, or begun again): it must
  // not push out those that fit.
  std::vector<fs::path> files = newest_first(folder_);
  std::erase_if(files, [&](fs::path const& other) {
    return other > file && (fs::remove(other, error), true);
  });
  while (files.size() > kNewest + kHistory) {
    auto const least = least_missed(files);
    fs::remove(*least, error);
    files.erase(least);
  }
  return sync_folder(folder_);
}

std::optional<domain::State> Snapshots::load(Journal& journal,
                                             std::optional<Sequence> until) const {
  for (auto const& file : newest_first(folder_)) {
    if (until && sequence_of(file) > *until) {
      continue;
    }
    if (auto state = read_one(file, journal)) {
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
