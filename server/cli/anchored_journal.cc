#include "server/cli/anchored_journal.h"

namespace fenghuo::server {

namespace fs = std::filesystem;
using messaging::SecurityKind;

std::optional<fs::path> security_log_of(Settings const& settings) {
  fs::path const file = settings.security_file();
  if (!fs::exists(file)) {
    return std::nullopt;
  }
  if (settings.journal.empty()) {
    return file;
  }
  auto const log = messaging::SecurityStore::open_read_only(file);
  messaging::SecurityQuery query;
  query.kind = SecurityKind::Started;
  auto const started =
      log ? (*log)->newest(query, 1) : Result<std::vector<messaging::SecurityRow>>{log.error()};
  bool const served = started && !started->empty() &&
                      started->front().entry.subject ==
                          fs::absolute(settings.journal_file()).lexically_normal().string();
  return served ? std::optional{file} : std::nullopt;
}

std::vector<messaging::Anchor> Witnesses::anchors() const {
  std::vector<messaging::Anchor> all = mirror.anchors;
  if (log) {
    all.insert(all.end(), log->anchors.begin(), log->anchors.end());
  }
  return all;
}

Result<Witnesses> read_witnesses(Settings const& settings, WitnessWish const& wish) {
  Witnesses out;
  if (!wish.anchors.empty()) {
    auto mirror = messaging::read_mirror(wish.anchors);
    if (!mirror) {
      return mirror.error();
    }
    out.mirror = std::move(mirror).value();
  }
  auto const log = security_log_of(settings);
  if (!log && wish.anchors.empty()) {
    return out;
  }
  fs::path const key_file =
      wish.anchor_key.empty() ? fs::path{settings.data} / "anchor.pub" : fs::path{wish.anchor_key};
  auto keys = messaging::AnchorVerifier::read(key_file);
  if (!keys) {
    return Error{keys.error().code,
                 keys.error().message + "; name the public key with --anchor-key"};
  }
  out.keys = std::move(keys).value();
  if (log) {
    auto check = messaging::check_security_log(*log, {&*out.keys, out.mirror.anchors});
    if (!check) {
      return check.error();
    }
    out.log = std::move(check).value();
  }
  return out;
}

Result<messaging::AnchorCheck> check_witnesses(messaging::Journal& journal,
                                               Witnesses const& witnesses) {
  std::vector<messaging::HistoryAcceptance> const none;
  auto check = messaging::check_anchors(journal, witnesses.anchors(),
                                        witnesses.log ? witnesses.log->acceptances : none,
                                        witnesses.keys ? &*witnesses.keys : nullptr);
  if (check && check->broken.empty() && witnesses.log && !witnesses.log->broken.empty()) {
    check->broken =
        "the security log that holds its anchors does not verify: " + witnesses.log->broken;
  }
  return check;
}

}  // namespace fenghuo::server
