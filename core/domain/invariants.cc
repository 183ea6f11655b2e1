#include "core/domain/invariants.h"

#include <algorithm>
#include <set>
#include <utility>

namespace fenghuo::domain {

namespace {

class Check {
 public:
  explicit Check(State const& state) : state_{state} {}

  std::vector<std::string> run() {
    orders();
    teams();
    incidents();
    reports();
    proposals();
    rule_sets();
    tree();
    deliveries();
    call_downs();
    roster();
    deadlines();
    numbers();
    return std::move(broken_);
  }

 private:
  void holds(bool condition, std::string const& sentence) {
    if (!condition) {
      broken_.push_back(sentence);
    }
  }

  /// In the state, or in the archive.
  bool exists_or_did(IncidentId id) const {
    return std::pair{id.year, id.number} <=
           std::pair{state_.incident_numbers.year, state_.incident_numbers.last};
  }

  template <class T>
  std::size_t archiving(Shelf<T> const& shelf, auto const& has_ended) {
    std::size_t planned = 0;
    for (auto const& [id, object] : shelf) {
      holds(has_ended(*object) == object->archive_at.has_value(),
            to_text(id) + ": it leaves for the archive once it has ended");
      holds(!object->archive_at ||
                state_.deadlines.contains({*object->archive_at, Deadline::Kind::Archive, id}),
            to_text(id) + ": it has a deadline for the archive");
      planned += object->archive_at ? 1U : 0U;
    }
    return planned;
  }

  void orders() {
    std::map<TeamId, OrderId> holders;
    for (auto const& [id, order] : state_.orders) {
      Incident const* incident = find(state_.incidents, order->incident);
      holds(incident != nullptr, to_text(id) + ": its incident exists");
      holds(find(state_.teams, order->team) != nullptr, to_text(id) + ": its team exists");
      holds(incident == nullptr ||
                std::count(incident->orders.begin(), incident->orders.end(), id) == 1,
            to_text(id) + ": its incident lists it once");
      holds(!order->proposal || find(state_.proposals, *order->proposal) != nullptr,
            to_text(id) + ": the proposal it was given on exists");
      holds(!order->course.empty() && order->course.back().status == order->status,
            to_text(id) + ": its course ends with its status");
      holds(std::set(order->blocked_by.begin(), order->blocked_by.end()).size() ==
                order->blocked_by.size(),
            to_text(id) + ": a closure falls on its way once");
      if (!is_active(order->status)) {
        continue;
      }
      holds(holders.emplace(order->team, id).second,
            to_text(order->team) + ": a team is on one active order at most");
      holds(incident == nullptr || incident->status != IncidentStatus::Closed,
            to_text(id) + ": a closed incident has no active order");
    }
    for (auto const& [team, order] : holders) {
      Team const* holder = find(state_.teams, team);
      holds(holder != nullptr && holder->order == order,
            to_text(team) + ": it names the active order that holds it");
    }
  }

  void teams() {
    for (auto const& [id, team] : state_.teams) {
      Order const* order = team->order ? find(state_.orders, *team->order) : nullptr;
      holds(!team->order || (order != nullptr && order->team == id && is_active(order->status)),
            to_text(id) + ": the order it names is active and its own");
      auto const name = state_.team_names.find(team->facts.name);
      holds(name != state_.team_names.end() && name->second == id,
            to_text(id) + ": its name leads to it");
    }
    holds(state_.team_names.size() == state_.teams.size(), "each team has one name");
    for (auto const& [code, id] : state_.team_codes) {
      Team const* team = find(state_.teams, id);
      holds(team != nullptr && team->facts.code == code, code + ": this code leads to its team");
    }
  }

  void incidents() {
    std::size_t open = 0;
    for (auto const& [id, incident] : state_.incidents) {
      bool const is_open = incident->status != IncidentStatus::Closed;
      open += is_open ? 1U : 0U;
      holds(is_open == state_.open_incidents.contains(id),
            to_text(id) + ": it is listed as open while it is");
      holds(is_open == !incident->closed_at.has_value(),
            to_text(id) + ": it has a time of closing when closed");
      for (auto const report : incident->reports) {
        Report const* attached = find(state_.reports, report);
        holds(attached != nullptr && attached->incident == id,
              to_text(id) + ": its reports name it");
      }
      for (auto const order : incident->orders) {
        Order const* sent = find(state_.orders, order);
        holds(sent != nullptr && sent->incident == id, to_text(id) + ": its orders name it");
      }
      for (auto const proposal : incident->proposals) {
        Proposal const* made = find(state_.proposals, proposal);
        holds(made != nullptr && made->incident == id, to_text(id) + ": its proposals name it");
      }
      files(to_text(id), incident->attachments);
      holds(!incident->merged_into ||
                (!is_open && incident->reports.empty() && incident->orders.empty() &&
                 incident->proposals.empty() && exists_or_did(*incident->merged_into)),
            to_text(id) + ": merged, it is closed, empty and names where it went");
    }
    holds(open == state_.open_incidents.size(), "the list of open incidents holds nothing else");
  }

  void files(std::string const& object, std::vector<Attachment> const& attachments) {
    std::set<std::string> digests;
    for (auto const& attachment : attachments) {
      digests.insert(attachment.file.digest);
    }
    holds(digests.size() == attachments.size(), object + ": it names each of its files once");
    holds(attachments.size() <= kMaxAttachments, object + ": it has no more files than may be");
  }

  void proposals() {
    for (auto const& [id, proposal] : state_.proposals) {
      Incident const* incident = find(state_.incidents, proposal->incident);
      holds(incident != nullptr &&
                std::count(incident->proposals.begin(), incident->proposals.end(), id) == 1,
            to_text(id) + ": its incident exists and lists it once");
      holds(!proposal->chosen.empty(), to_text(id) + ": somebody was sent on it");
    }
  }

  void rule_sets() {
    for (auto const& [kind, rules] : state_.rule_sets) {
      std::string const name{fenghuo::name_of(kind)};
      holds(!rules->versions.empty() && rules->versions.back().version == rules->version &&
                rules->versions.back().sequence == rules->revision,
            name + ": the last of its versions is the one in force");
      holds(rules->versions.size() <= kVersionsListed, name + ": its versions are bounded");
      holds(rules->document.clocks.has_value() == (kind == RuleKind::Clocks),
            name + ": its document is of its kind");
    }
  }

  void tree() {
    for (auto const& [id, incident] : state_.incidents) {
      Incident const* at = incident.get();
      std::set<IncidentId> above;
      while (at != nullptr && at->facts.parent && above.insert(at->id).second) {
        Incident const* parent = find(state_.incidents, *at->facts.parent);
        holds(at->id != id ||
                  (parent == nullptr ? exists_or_did(*at->facts.parent) : !parent->merged_into),
              to_text(id) + ": its parent exists, or did, and is not merged");
        at = parent;
      }
      holds(at == nullptr || !above.contains(at->id), to_text(id) + ": its parents end");
    }
  }

  void reports() {
    std::size_t open = 0;
    for (auto const& [id, report] : state_.reports) {
      open += report->status == ReportStatus::Open ? 1U : 0U;
      files(to_text(id), report->attachments);
      holds((report->status == ReportStatus::Open) == state_.open_reports.contains(id),
            to_text(id) + ": it is listed as open while it is");
      holds((report->status == ReportStatus::Attached) == report->incident.has_value(),
            to_text(id) + ": it names an incident while attached");
      Incident const* incident =
          report->incident ? find(state_.incidents, *report->incident) : nullptr;
      holds(!report->incident ||
                (incident != nullptr &&
                 std::count(incident->reports.begin(), incident->reports.end(), id) == 1),
            to_text(id) + ": its incident lists it once");
    }
    holds(open == state_.open_reports.size(), "the list of open reports holds nothing else");
  }

  void deliveries() {
    for (auto const& [id, delivery] : state_.deliveries) {
      Order const* order = delivery->order ? find(state_.orders, *delivery->order) : nullptr;
      CallDown const* call_down =
          delivery->call_down ? find(state_.call_downs, *delivery->call_down) : nullptr;
      holds(!delivery->order || (order != nullptr && order->delivery == id),
            to_text(id) + ": its order exists and names it");
      holds(!delivery->call_down ||
                (call_down != nullptr &&
                 std::count(call_down->rows.begin(), call_down->rows.end(), id) == 1),
            to_text(id) + ": its call-down exists and lists it once");
      holds(order == nullptr || awaits_acknowledgement(order->status) ||
                delivery->status >= DeliveryStatus::Answered,
            to_text(id) + ": what was acknowledged has been delivered");
      bool const over = is_heard(delivery->status) || delivery->status == DeliveryStatus::Ended;
      holds(!over || !delivery->answer_by, to_text(id) + ": nobody waits for an answer that came");
      holds(!is_heard(delivery->status) || delivery->heard_at,
            to_text(id) + ": heard, it says when");
      std::set<PersonCode> told;
      for (auto const& recipient : delivery->recipients) {
        holds(!recipient.person || told.insert(*recipient.person).second,
              to_text(id) + ": nobody is told twice");
      }
      for (auto const& person : delivery->chain) {
        holds(told.insert(person).second, to_text(id) + ": who was told is not told again");
      }
      for (auto const& deadline : deadlines_of(*delivery)) {
        ++delivery_deadlines_;
        holds(state_.deadlines.contains(deadline), to_text(id) + ": its deadlines are listed");
      }
    }
  }

  void call_downs() {
    for (auto const& [id, call_down] : state_.call_downs) {
      holds(!call_down->rows.empty(), to_text(id) + ": it has rows");
      for (auto const row : call_down->rows) {
        Delivery const* delivery = find(state_.deliveries, row);
        holds(delivery != nullptr && delivery->call_down == id,
              to_text(id) + ": its rows exist and name it");
        holds(delivery == nullptr || call_down->status == CallDownStatus::Open ||
                  delivery->status == DeliveryStatus::Ended,
              to_text(id) + ": closed, its rows have ended");
      }
    }
  }

  void roster() {
    std::size_t shifts = 0;
    for (auto const& [id, post] : state_.duty_posts) {
      auto const due = alarm_at(*post);
      duty_deadlines_ += due ? 1U : 0U;
      holds(!due || state_.deadlines.contains({*due, Deadline::Kind::DutyAlarm, id}),
            id.text + ": the alarm for its next hole is listed");
      holds(post->hole || post->also_said.empty(), id.text + ": the nearest hole comes first");
      std::optional<Time> before = post->hole ? std::optional{post->hole->from} : std::nullopt;
      for (auto const& said : post->also_said) {
        holds(before && *before < said.from, id.text + ": holes that were said are in order");
        before = said.from;
      }
      holds(!post->expected || !is_said(*post, *post->expected),
            id.text + ": what was said is not expected any more");
    }
    for (auto const& [post, list] : state_.shifts_of_post) {
      for (auto const& [from, id] : list) {
        DutyShift const* shift = find(state_.duty_shifts, id);
        ++shifts;
        holds(shift != nullptr && shift->facts.post == post && shift->facts.from == from,
              id.text + ": the index of shifts leads to it");
      }
    }
    holds(shifts == state_.duty_shifts.size(), "each shift is listed once with its post");
    for (auto const& [id, shift] : state_.duty_shifts) {
      holds(find(state_.duty_posts, shift->facts.post) != nullptr, id.text + ": its post exists");
    }
  }

  void deadlines() {
    std::size_t expected = delivery_deadlines_ + duty_deadlines_;
    for (auto const& [id, order] : state_.orders) {
      bool const waits = awaits_acknowledgement(order->status) && !order->acknowledgement_overdue;
      expected += waits ? 1U : 0U;
      holds(waits == state_.deadlines.contains(
                         {order->acknowledge_by, Deadline::Kind::AcknowledgeOrder, id}),
            to_text(id) + ": it has a deadline while it waits for its acknowledgement");
    }
    for (auto const& [id, closure] : state_.closures) {
      bool const over =
          closure->status == ClosureStatus::Lifted || closure->status == ClosureStatus::Expired;
      bool const ends = closure->facts.until && !over;
      bool const listed =
          closure->facts.until &&
          state_.deadlines.contains({*closure->facts.until, Deadline::Kind::EndClosure, id});
      expected += ends ? 1U : 0U;
      holds(ends == listed, to_text(id) + ": it has a deadline while it has an end to come");
      bool const begins = closure->status == ClosureStatus::Scheduled;
      bool const announced =
          closure->facts.from &&
          state_.deadlines.contains({*closure->facts.from, Deadline::Kind::BeginClosure, id});
      expected += begins ? 1U : 0U;
      holds(begins == announced, to_text(id) + ": it has a deadline while it has not begun");
    }
    expected += archiving(state_.incidents, [](Incident const& incident) {
      return incident.status == IncidentStatus::Closed;
    });
    expected += archiving(state_.reports, [](Report const& report) {
      return report.status == ReportStatus::Dismissed;
    });
    expected += archiving(state_.closures, [](Closure const& closure) {
      return closure.status == ClosureStatus::Lifted || closure.status == ClosureStatus::Expired;
    });
    expected += archiving(state_.call_downs, [](CallDown const& call_down) {
      return call_down.status == CallDownStatus::Closed;
    });
    expected += archiving(state_.duty_shifts, [](DutyShift const& /*shift*/) { return true; });
    holds(expected == state_.deadlines.size(), "the list of deadlines holds nothing else");
  }

  template <class T>
  void given(Shelf<T> const& shelf, Numbering const& numbering) {
    if (!shelf.empty()) {
      auto const last = shelf.rbegin()->first;
      holds(std::pair{last.year, last.number} <= std::pair{numbering.year, numbering.last},
            to_text(last) + ": no number lies beyond the last one given");
    }
  }

  void numbers() {
    given(state_.reports, state_.report_numbers);
    given(state_.incidents, state_.incident_numbers);
    given(state_.teams, state_.team_numbers);
    given(state_.orders, state_.order_numbers);
    given(state_.closures, state_.closure_numbers);
    given(state_.proposals, state_.proposal_numbers);
    given(state_.deliveries, state_.delivery_numbers);
    given(state_.call_downs, state_.call_down_numbers);
  }

  State const& state_;
  std::vector<std::string> broken_;
  std::size_t delivery_deadlines_ = 0, duty_deadlines_ = 0;
};

}  // namespace

std::vector<std::string> broken_invariants(State const& state) { return Check{state}.run(); }

}  // namespace fenghuo::domain
