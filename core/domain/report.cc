#include "core/domain/report.h"

#include <algorithm>
#include <iterator>

#include "core/base/ground_distance.h"
#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

constexpr std::size_t kReportsLookedAt = 500;
constexpr std::size_t kSuggestions = 5;
constexpr std::int64_t kLeastScore = 350;

/// Pairs of neighbouring characters (code points), the usual measure for Chinese text without words; each
/// as a number, sorted, since this is compared with hundreds of others for every report.
std::vector<std::uint64_t> character_pairs(std::string const& text) {
  std::vector<std::uint32_t> characters;
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    bool const continues = (byte & 0xC0U) == 0x80U;
    if (continues && !characters.empty()) {
      characters.back() = characters.back() << 8U | byte;  // its bytes are its number
    } else if (c != ' ') {
      characters.push_back(byte);
    }
  }
  std::vector<std::uint64_t> pairs;
  for (std::size_t i = 0; i + 1 < characters.size(); ++i) {
    pairs.push_back(std::uint64_t{characters[i]} << 32U | characters[i + 1]);
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

std::int64_t shared_permille(std::vector<std::uint64_t> const& a,
                             std::vector<std::uint64_t> const& b) {
  if (a.empty() || b.empty()) {
    return 0;
  }
  std::vector<std::uint64_t> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  auto const shared = static_cast<std::int64_t>(both.size());
  return shared * 1000 / (static_cast<std::int64_t>(a.size() + b.size()) - shared);
}

/// 1000 up to `full`, falling evenly to 0 at `none`.
std::int64_t falling(std::int64_t value, std::int64_t full, std::int64_t none) {
  if (value <= full) {
    return 1000;
  }
  return value >= none ? 0 : 1000 * (none - value) / (none - full);
}

struct Occurrence {
  std::optional<Location> const& location;
  Time time;
  std::string const& kind;
  std::string const& address;
  std::string const& text;
};

/// Compares with an occurrence whose words are known. The words of the other, which cost most, are looked at
/// only where time and place leave a chance.
void score(DuplicateSuggestion& suggestion, Occurrence const& a,
           std::vector<std::uint64_t> const& words_of_a, Occurrence const& b) {
  suggestion.apart = a.time < b.time ? b.time - a.time : a.time - b.time;
  std::int64_t const time = falling(suggestion.apart.us, 0, hours(4).us);
  std::int64_t const kind = !a.kind.empty() && a.kind == b.kind ? 1000 : 0;
  std::optional<std::int64_t> place;
  if (a.location && b.location) {
    std::int64_t const away_cm = ground_distance(a.location->point, b.location->point).cm;
    suggestion.away_m = away_cm / 100;
    place = falling(away_cm, metres(100).cm, metres(2000).cm);
  }
  if (time == 0 || place == 0) {
    return;
  }
  std::int64_t const words = shared_permille(words_of_a, character_pairs(b.address + ' ' + b.text));
  suggestion.score_permille = place ? (*place * 500 + time * 150 + words * 200 + kind * 150) / 1000
                                    : (time * 250 + words * 550 + kind * 200) / 1000;
}

}  // namespace

std::vector<DuplicateSuggestion> suggest_duplicates(State const& state, ReceiveReport const& report,
                                                    Time received_at) {
  Occurrence const here{report.location, received_at, report.kind, report.address, report.text};
  auto const words = character_pairs(report.address + ' ' + report.text);
  std::vector<DuplicateSuggestion> found;
  auto const consider = [&](DuplicateSuggestion suggestion, Occurrence const& there) {
    score(suggestion, here, words, there);
    if (suggestion.score_permille >= kLeastScore) {
      found.push_back(suggestion);
    }
  };
  for (auto const id : state.open_incidents) {
    Incident const& incident = *find(state.incidents, id);
    DuplicateSuggestion suggestion;
    suggestion.incident = id;
    IncidentFacts const& facts = incident.facts;
    consider(suggestion,
             {facts.location, incident.opened_at, facts.kind, facts.address, facts.title});
  }
  std::size_t looked_at = 0;
  for (auto it = state.open_reports.rbegin();
       it != state.open_reports.rend() && looked_at < kReportsLookedAt; ++it, ++looked_at) {
    Report const& other = *find(state.reports, *it);
    DuplicateSuggestion suggestion;
    suggestion.report = *it;
    consider(suggestion,
             {other.location, other.received_at, other.kind, other.address, other.text});
  }
  std::stable_sort(found.begin(), found.end(), [](auto const& a, auto const& b) {
    return a.score_permille > b.score_permille;
  });
  found.resize(std::min(found.size(), kSuggestions));
  return found;
}

Decision decide(State const& state, Context const& context, ReceiveReport const& command) {
  if (auto refusal = refuse_future(context, command.received_at)) {
    return *refusal;
  }
  ReportReceived event;
  event.report = next_id<ReportId>(state.report_numbers, year_in(state, context.time));
  event.channel = command.channel;
  event.text = command.text;
  event.kind = command.kind;
  event.address = command.address;
  event.caller = command.caller;
  event.area = command.area;
  event.location = command.location;
  event.outside_region = command.outside_region;
  event.burst = command.burst;
  event.received_at = command.received_at.value_or(context.time);
  event.suggestions = suggest_duplicates(state, command, event.received_at);
  return event;
}

Decision decide(State const& state, Context const& context, AttachReport const& command) {
  Report const* report = find(state.reports, command.report);
  if (report == nullptr) {
    return missing(state, command.report);
  }
  Incident const* incident = find(state.incidents, command.incident);
  if (incident == nullptr) {
    return missing(state, command.incident);
  }
  if (auto refusal = refuse_stale(context, report->revision)) {
    return *refusal;
  }
  if (incident->status == IncidentStatus::Closed) {
    return refuse(Rejection::IncidentClosed, {{"incident", to_text(command.incident)}});
  }
  if (report->status != ReportStatus::Open) {
    return refuse(Rejection::ReportNotOpen,
                  {{"report", to_text(command.report)},
                   {"status", std::string{fenghuo::name_of(report->status)}},
                   {"incident", report->incident ? to_text(*report->incident) : ""}});
  }
  return ReportAttached{command.report, command.incident};
}

Decision decide(State const& state, Context const& context, DetachReport const& command) {
  Report const* report = find(state.reports, command.report);
  if (report == nullptr) {
    return missing(state, command.report);
  }
  if (auto refusal = refuse_stale(context, report->revision)) {
    return *refusal;
  }
  if (report->status != ReportStatus::Attached) {
    return refuse(Rejection::ReportNotAttached, {{"report", to_text(command.report)}});
  }
  return ReportDetached{command.report, *report->incident, command.reason};
}

Decision decide(State const& state, Context const& context, DismissReport const& command) {
  Report const* report = find(state.reports, command.report);
  if (report == nullptr) {
    return missing(state, command.report);
  }
  if (auto refusal = refuse_stale(context, report->revision)) {
    return *refusal;
  }
  if (report->status != ReportStatus::Open) {
    return refuse(Rejection::ReportNotOpen,
                  {{"report", to_text(command.report)},
                   {"status", std::string{fenghuo::name_of(report->status)}}});
  }
  if (command.reason.empty()) {
    return refuse(Rejection::ReasonRequired);
  }
  return ReportDismissed{command.report, command.reason};
}

void apply(State& state, Stamp const& stamp, ReportReceived const& event) {
  auto report = std::make_shared<Report>();
  report->id = event.report;
  report->channel = event.channel;
  report->text = event.text;
  report->kind = event.kind;
  report->address = event.address;
  report->caller = event.caller;
  report->area = event.area;
  report->location = event.location;
  report->outside_region = event.outside_region;
  report->burst = event.burst;
  report->received_at = event.received_at;
  report->suggestions = event.suggestions;
  report->revision = stamp.sequence;
  state.reports[event.report] = std::move(report);
  state.open_reports.insert(event.report);
  note_id(state.report_numbers, event.report);
}

void apply(State& state, Stamp const& stamp, ReportAttached const& event) {
  edit(state.reports, event.report, stamp.sequence, [&](Report& report) {
    report.status = ReportStatus::Attached;
    report.incident = event.incident;
  });
  edit(state.incidents, event.incident, stamp.sequence,
       [&](Incident& incident) { incident.reports.push_back(event.report); });
  state.open_reports.erase(event.report);
}

void apply(State& state, Stamp const& stamp, ReportDetached const& event) {
  edit(state.reports, event.report, stamp.sequence, [&](Report& report) {
    report.status = ReportStatus::Open;
    report.incident.reset();
  });
  edit(state.incidents, event.incident, stamp.sequence,
       [&](Incident& incident) { std::erase(incident.reports, event.report); });
  state.open_reports.insert(event.report);
}

void apply(State& state, Stamp const& stamp, ReportDismissed const& event) {
  edit(state.reports, event.report, stamp.sequence, [&](Report& report) {
    report.status = ReportStatus::Dismissed;
    report.dismissed_because = event.reason;
    plan_archive(state, report, stamp.time + archive_after(state));
  });
  state.open_reports.erase(event.report);
}

}  // namespace fenghuo::domain
