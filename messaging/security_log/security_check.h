#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "messaging/security_log/anchor.h"
#include "messaging/security_log/security_store.h"

namespace fenghuo::messaging {

/// Somebody's word that the journal as it stands is to be gone on with: anchors of the history before, that lie
/// beyond `stands`, need not fit any more. In a row: subject "stands N anchors_before M", detail the reason.
struct HistoryAcceptance {
  Sequence log_sequence = 0;  ///< its row
  Sequence stands = 0;        ///< up to this row of the journal the older anchors hold
  Sequence anchors_before =
      0;  ///< row of the log from which on anchors are of the history that goes on
  Time time;
  std::string account, because;
};

/// What proves a security log from outside: the keys of its anchors and the anchors that were kept elsewhere.
struct SecurityWitness {
  AnchorVerifier const* keys = nullptr;  ///< none: signatures are not checked
  std::span<Anchor const> mirror = {};
};

struct SecurityCheck {
  Sequence rows = 0;
  LogPosition begins_at, head;
  std::vector<Anchor> anchors;  ///< in it, in order
  std::vector<HistoryAcceptance> acceptances;
  Sequence last_change = 0;  ///< row that last said that the history is another; 0: none
  std::string broken;        ///< empty: all is well; else where and what
};

/// Walks a whole security log, also one in use: store and schema, chain, where it begins, its anchors'
/// signatures and what the mirror's anchors say of it.
/// Errors:  NotFound, Unavailable, InvalidArgument; what is wrong with the content is in `broken`.
/// Cost:    about 280,000 rows a second.
/// Checked: tests/messaging/security_store_test.cc, tampering_test.cc.
Result<SecurityCheck> check_security_log(std::filesystem::path const& file,
                                         SecurityWitness const& witness);

/// Holds a journal against anchors: each anchor's row must be there with the anchor's hash.
struct AnchorCheck {
  std::size_t held = 0;         ///< anchors that fit
  std::size_t accepted = 0;     ///< anchors that do not fit, and somebody answered for that
  Sequence first_wrong = 0;     ///< lowest row of the journal at which an anchor does not fit
  Sequence last_wrong_row = 0;  ///< row of the log of the last anchor that does not fit
  std::string broken;           ///< of the newest anchor that does not fit
};
/// Errors: Unavailable, DataLoss. Cost: one look into the journal an anchor.
Result<AnchorCheck> check_anchors(Journal& journal, std::span<Anchor const> anchors,
                                  std::span<HistoryAcceptance const> acceptances,
                                  AnchorVerifier const* keys);

/// What the newest anchor of a log says against the journal, as a sentence; empty where it fits, where it was
/// answered for, or where there is none. For the start of a centre: a few looks. Errors: as above.
Result<std::string> changed_history(Journal& journal, SecurityStore& log);

/// The acceptance that a row holds, and the subject of such a row.
std::optional<HistoryAcceptance> acceptance_of(SecurityRow const& row);
std::string acceptance_subject(Sequence stands, Sequence anchors_before);

}  // namespace fenghuo::messaging
