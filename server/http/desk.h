#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "center/center.h"
#include "core/domain/event.h"
#include "messaging/codec/event_codec.h"
#include "messaging/security_log/security_log.h"
#include "server/access/secrets.h"
#include "server/config.h"
#include "server/http/exchange.h"
#include "server/http/http_counts.h"
#include "server/http/problem.h"
#include "server/http/router.h"
#include "server/intake/call_backs.h"
#include "server/intake/intake_rate.h"

namespace fenghuo::server {

/// What the endpoint groups work with.
struct Desk {
  center::Center& center;
  Secrets& secrets;
  Settings const& settings;
  messaging::SecurityLog& security;
  CallBacks& call_backs;
  IntakeRate& intake_rate;
  HttpCounts& http;  ///< of the server that these groups are asked through
};

/// Overwrites every text in a document.
void wipe_strings(messaging::Json& json);

/// Reading of a call's body into a command's members: strict, with the errors collected.
class Body {
 public:
  explicit Body(Call const& call);
  ~Body();
  Body(Body const&) = delete;
  Body& operator=(Body const&) = delete;

  /// What stands in it is overwritten when it goes.
  Body& secret() {
    secret_ = true;
    return *this;
  }

  /// Members that must be there.
  Body& require(std::vector<char const*> const& names);
  /// Sets a member that the path gives; a body that names it too is told so.
  Body& put(char const* name, messaging::Json value);
  /// Reads the members that T describes. `also`: members that are read elsewhere.
  template <class T>
  Body& read(T& out, std::vector<char const*> const& also = {}) {
    if (good()) {
      messaging::Json members = without(also);
      messaging::from_json(members, out, context_);
      if (secret_) {
        wipe_strings(members);
      }
    }
    return *this;
  }
  messaging::Json const* member(char const* name) const { return json_.find(name); }
  messaging::Json const& json() const { return json_; }
  /// A "crs" beside the location, as short calls write it, belongs to the location.
  Body& crs_beside_location();
  messaging::ReadContext& context() { return context_; }
  std::vector<messaging::FieldError>& errors() { return context_.errors; }
  bool good() const { return context_.errors.empty(); }

 private:
  messaging::Json without(std::vector<char const*> const& names) const;
  messaging::Json json_;
  messaging::ReadContext context_;
  bool secret_ = false;
};

/// A command on its way in, with what its answer should show.
struct Submission {
  domain::Command command;
  Permission permission = Permission::Dispatch;
  std::string object = {};      ///< id of the object named in the path; empty for a creation
  bool takes_if_match = false;  ///< 428 without
  std::string id = {};          ///< of the command, where it was needed before; else from the call
};

/// The id that a call's command carries: of its Idempotency-Key, else a new one.
std::string command_id_of(Call const& call);

/// Adds to an answer what the events say.
using Finish = std::function<void(std::vector<kernel::RecordedEvent> const&, Answer&)>;

/// Carries a command out and makes the answer from its events alone, so that a repeat of the call gets
/// the same bytes.
Answer carry_out(Desk& desk, Call& call, Submission submission, Finish const& finish = {});

/// An id from the path; nothing where it is none (the caller answers 404).
template <class Id>
std::optional<Id> path_id(Call const& call, std::size_t at = 0);

/// How times are written for this centre.
messaging::WriteStyle api_style(Desk& desk);

/// The object as the API shows it.
messaging::Json view(Desk& desk, domain::Report const& report);
messaging::Json view(Desk& desk, domain::Incident const& incident);
messaging::Json view(Desk& desk, domain::Order const& order);
messaging::Json view(Desk& desk, domain::Team const& team);
/// A team with what is known of its position at a time.
messaging::Json team_json(Desk& desk, domain::Team const& team,
                          std::optional<messaging::TrackPoint> const& position, Time at);
messaging::Json view(Desk& desk, domain::Closure const& closure);
messaging::Json view(Desk& desk, domain::Account const& account);
messaging::Json view(Desk& desk, domain::RuleSet const& rules);
messaging::Json view(Desk& desk, domain::Proposal const& proposal);
messaging::Json view(Desk& desk, domain::Organization const& record);
messaging::Json view(Desk& desk, domain::Person const& record);
messaging::Json view(Desk& desk, domain::Area const& record);
messaging::Json view(Desk& desk, domain::Facility const& record);
messaging::Json view(Desk& desk, domain::Enterprise const& record);
messaging::Json view(Desk& desk, domain::PlanContact const& record);
messaging::Json view(Desk& desk, domain::DutyPost const& record);
messaging::Json view(Desk& desk, domain::DutyShift const& record);
messaging::Json view(Desk& desk, domain::Delivery const& delivery);
/// With how its rows stand.
messaging::Json view(Desk& desk, domain::CallDown const& call_down);

/// One object, or 404, or 403 outside the caller's area; with ETag and as_of.
template <class T>
Answer show(Desk& desk, Call& call, domain::Shelf<T> domain::State::*shelf);
/// A page of objects that the caller sees and that fit the filters of the query.
template <class T>
Answer list(Desk& desk, Call& call, domain::Shelf<T> domain::State::*shelf);

/// Whether the caller may touch the object with this id; otherwise the answer to give.
template <class T>
std::optional<Answer> refuse_foreign(Desk& desk, Call& call, domain::Shelf<T> domain::State::*shelf,
                                     decltype(T::id) id);

void add_report_routes(RouteTable& routes, Desk& desk);
void add_call_back_routes(RouteTable& routes, Desk& desk);
void add_incident_routes(RouteTable& routes, Desk& desk);
void add_order_routes(RouteTable& routes, Desk& desk);
void add_attachment_routes(RouteTable& routes, Desk& desk);
void add_proposal_routes(RouteTable& routes, Desk& desk);
void add_rule_set_routes(RouteTable& routes, Desk& desk);
void add_team_routes(RouteTable& routes, Desk& desk);
void add_position_routes(RouteTable& routes, Desk& desk);
void add_closure_routes(RouteTable& routes, Desk& desk);
/// As of when answers about travel are: the lower of state and roads, since an answer is no younger than either.
Sequence travel_as_of(Desk& desk);
void add_travel_routes(RouteTable& routes, Desk& desk);
void add_reach_routes(RouteTable& routes, Desk& desk);
void add_place_routes(RouteTable& routes, Desk& desk);
void add_feed_routes(RouteTable& routes, Desk& desk);
void add_session_routes(RouteTable& routes, Desk& desk);
void add_second_factor_routes(RouteTable& routes, Desk& desk);
void add_token_routes(RouteTable& routes, Desk& desk);
void add_account_routes(RouteTable& routes, Desk& desk);
void add_master_data_routes(RouteTable& routes, Desk& desk);
void add_workbook_routes(RouteTable& routes, Desk& desk);
void add_roster_routes(RouteTable& routes, Desk& desk);
void add_call_down_routes(RouteTable& routes, Desk& desk);
struct Gateways;
void add_gateway_routes(RouteTable& routes, Desk& desk, Gateways const& set_up);
void add_delivery_routes(RouteTable& routes, Desk& desk);
void add_personal_data_routes(RouteTable& routes, Desk& desk);
void add_security_log_routes(RouteTable& routes, Desk& desk);
void add_system_routes(RouteTable& routes, Desk& desk);
/// Health and metrics: on the main port and on a port of their own, with threads of their own. `metrics`: what
/// the figures ask for; on the health port, which faces the machine itself, nothing.
void add_health_routes(RouteTable& routes, Desk& desk, Permission metrics);

}  // namespace fenghuo::server
