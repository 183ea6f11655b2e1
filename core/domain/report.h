#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/attachment.h"
#include "core/domain/vocabulary.h"

/// A report 接报: what somebody told the centre, kept as it came.
///
///   open --attach--> attached --detach--> open          open --dismiss--> dismissed
///
/// Who may move it: duty officers and dispatchers. A report is never refused for its place: outside
/// the region or without one it is stored and flagged. It is never deleted or changed; what was wrong
/// is said by a further report or a note.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

enum class ReportStatus { Open, Attached, Dismissed };

/// "This may be the same occurrence": a suggestion with its reasons, never acted on by itself.
struct DuplicateSuggestion {
  std::optional<IncidentId> incident;  ///< one of the two is set
  std::optional<ReportId> report;
  std::int64_t score_permille = 0;
  std::optional<std::int64_t> away_m;  ///< metres, where both have a place
  Duration apart;                      ///< between the two times of receipt
  bool operator==(DuplicateSuggestion const&) const = default;
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("report", self.report);
    f("score_permille", self.score_permille);
    f("away_m", self.away_m);
    f("apart", self.apart);
  }
};

struct Report {
  ReportId id;
  ReportStatus status = ReportStatus::Open;
  Channel channel = Channel::Phone;
  std::string text, kind, address, area;
  Sealed caller;
  std::optional<Location> location;
  bool outside_region = false;
  std::optional<bool> burst;  ///< set: more came from one address than people send
  Time received_at;
  std::vector<DuplicateSuggestion> suggestions;
  std::optional<IncidentId> incident;
  std::string dismissed_because;
  std::optional<Time> archive_at;  ///< when it leaves the working state; set at its end
  std::vector<Attachment> attachments;
  Sequence revision = 0;
  static void fields(auto& f, auto& self) {
    f("id", self.id);
    f("status", self.status);
    f("channel", self.channel);
    f("text", self.text);
    f("kind", self.kind);
    f("address", self.address);
    f("caller", self.caller);
    f("area", self.area);
    f("location", self.location);
    f("outside_region", self.outside_region);
    f("burst", self.burst);
    f("received_at", self.received_at);
    f("suggestions", self.suggestions);
    f("incident", self.incident);
    f("dismissed_because", self.dismissed_because);
    f("archive_at", self.archive_at);
    f("attachments", self.attachments);
    f("revision", self.revision);
  }
};

// Commands. `area`, `outside_region` and `burst` are looked up at the edge: the kernel knows no map and no
// network.

struct ReceiveReport {
  static constexpr std::string_view kName = "receive_report";
  Channel channel = Channel::Phone;
  std::string text, kind, address, area;
  Sealed caller;  ///< name or number; sealed at the edge
  std::optional<Location> location;
  bool outside_region = false;
  std::optional<bool> burst;
  std::optional<Time>
      received_at;  ///< empty: now; may lie in the past, when a paper record is entered
  static void fields(auto& f, auto& self) {
    f("channel", self.channel);
    f("text", self.text);
    f("kind", self.kind);
    f("address", self.address);
    f("caller", self.caller);
    f("area", self.area);
    f("location", self.location);
    f("outside_region", self.outside_region);
    f("burst", self.burst);
    f("received_at", self.received_at);
  }
};

struct AttachReport {
  static constexpr std::string_view kName = "attach_report";
  ReportId report;
  IncidentId incident;
  static void fields(auto& f, auto& self) {
    f("report", self.report);
    f("incident", self.incident);
  }
};

struct DetachReport {
  static constexpr std::string_view kName = "detach_report";
  ReportId report;
  std::string reason;
  static void fields(auto& f, auto& self) {
    f("report", self.report);
    f("reason", self.reason);
  }
};

struct DismissReport {
  static constexpr std::string_view kName = "dismiss_report";
  ReportId report;
  std::string reason;
  static void fields(auto& f, auto& self) {
    f("report", self.report);
    f("reason", self.reason);
  }
};

// Events.

struct ReportReceived {
  static constexpr std::string_view kName = "report_received";
  static constexpr int kVersion =
      3;  ///< 2 had its caller in plain text; 1 had no `outside_region` and called `caller` "phone"
  ReportId report;
  Channel channel = Channel::Phone;
  std::string text, kind, address, area;
  Sealed caller;
  std::optional<Location> location;
  bool outside_region = false;
  std::optional<bool> burst;
  Time received_at;
  std::vector<DuplicateSuggestion> suggestions;
  static void fields(auto& f, auto& self) {
    f("report", self.report);
    f("channel", self.channel);
    f("text", self.text);
    f("kind", self.kind);
    f("address", self.address);
    f("caller", self.caller);
    f("area", self.area);
    f("location", self.location);
    f("outside_region", self.outside_region);
    f("burst", self.burst);
    f("received_at", self.received_at);
    f("suggestions", self.suggestions);
  }
};

struct ReportAttached {
  static constexpr std::string_view kName = "report_attached";
  static constexpr int kVersion = 1;
  ReportId report;
  IncidentId incident;
  static void fields(auto& f, auto& self) {
    f("report", self.report);
    f("incident", self.incident);
  }
};

struct ReportDetached {
  static constexpr std::string_view kName = "report_detached";
  static constexpr int kVersion = 1;
  ReportId report;
  IncidentId incident;
  std::string reason;
  static void fields(auto& f, auto& self) {
    f("report", self.report);
    f("incident", self.incident);
    f("reason", self.reason);
  }
};

struct ReportDismissed {
  static constexpr std::string_view kName = "report_dismissed";
  static constexpr int kVersion = 1;
  ReportId report;
  std::string reason;
  static void fields(auto& f, auto& self) {
    f("report", self.report);
    f("reason", self.reason);
  }
};

/// Scores which open incidents and reports may be the same occurrence; best first, at most five, none
/// below 350. Parts, each in whole thousandths, cut: place (1000 within 100 m, 0 from 2 km), time (1000 at once, 0 from
/// 4 h), words (Jaccard of character pairs), kind (equal or not). Weights: place 500, time 150, words
/// 200, kind 150; where one of the two has no place: time 250, words 550, kind 200. A part of 0 in time,
/// or in place where both have one, ends it: 4 h or 2 km apart is not the same occurrence.
/// Only the newest 500 open reports are looked at. Checked: tests/core/duplicates_test.cc.
std::vector<DuplicateSuggestion> suggest_duplicates(State const& state, ReceiveReport const& report,
                                                    Time received_at);

Decision decide(State const& state, Context const& context, ReceiveReport const& command);
Decision decide(State const& state, Context const& context, AttachReport const& command);
Decision decide(State const& state, Context const& context, DetachReport const& command);
Decision decide(State const& state, Context const& context, DismissReport const& command);

void apply(State& state, Stamp const& stamp, ReportReceived const& event);
void apply(State& state, Stamp const& stamp, ReportAttached const& event);
void apply(State& state, Stamp const& stamp, ReportDetached const& event);
void apply(State& state, Stamp const& stamp, ReportDismissed const& event);

}  // namespace fenghuo::domain

namespace fenghuo {
template <>
struct EnumNames<domain::ReportStatus> {
  static constexpr std::array<std::string_view, 3> kNames{"open", "attached", "dismissed"};
};
}  // namespace fenghuo
