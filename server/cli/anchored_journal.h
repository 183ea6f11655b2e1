#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "messaging/journal/journal.h"
#include "messaging/security_log/security_check.h"
#include "server/config.h"

/// A journal and the anchors that speak of it: those of the security log beside it, and those of a mirror.
namespace fenghuo::server {

/// Where the witnesses lie, as the command line names them.
struct WitnessWish {
  std::string anchors;     ///< file of a mirror; empty: none
  std::string anchor_key;  ///< public key; empty: anchor.pub of the data folder
};

/// The security log that belongs to the settings' journal: the data folder's. A journal that is named apart
/// counts only where the log says that it was served with it, so that a backup may be verified by itself.
std::optional<std::filesystem::path> security_log_of(Settings const& settings);

/// What was read of the witnesses before the journal itself is read, so that a centre may go on meanwhile.
struct Witnesses {
  std::optional<messaging::AnchorVerifier> keys;
  messaging::MirrorLines mirror;
  std::optional<messaging::SecurityCheck> log;
  bool any() const { return log.has_value() || !mirror.anchors.empty(); }
  std::vector<messaging::Anchor> anchors() const;
};
/// Errors: NotFound (a file that was named; no key though there are anchors), Unavailable, InvalidArgument.
Result<Witnesses> read_witnesses(Settings const& settings, WitnessWish const& wish);

/// The journal against all anchors. `broken` also where the security log itself does not verify.
Result<messaging::AnchorCheck> check_witnesses(messaging::Journal& journal,
                                               Witnesses const& witnesses);

}  // namespace fenghuo::server
