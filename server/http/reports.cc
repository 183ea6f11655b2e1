#include "center/place_lookup.h"
#include "server/http/address_set.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

Answer receive(Desk& desk, Call& call) {
  domain::ReceiveReport report;
  Body body{call};
  std::string const id = command_id_of(call);
  // The key is the command's: a repeat seals to the same, another report by the same caller does not.
  messaging::SubjectSealer sealer{*desk.center.personal(), "report:" + id};
  body.context().sealer = &sealer;
  body.crs_beside_location().require({"channel"}).read(report);
  if (body.member("burst") != nullptr) {
    body.errors().push_back({"/burst", "is seen here, not told"});
  }
  if (body.good() && report.text.empty() && report.address.empty() && !report.location) {
    body.errors().push_back({"/text", "say what happened: text, address or location is needed"});
  }
  if (body.good()) {
    center::place(report, desk.center.roads(), body.errors());
    if (!call.trusted && desk.intake_rate.over(caller_key(call.peer), desk.center.clock().now())) {
      report.burst = true;
    }
    if (report.area.empty()) {
      report.area = call.who.area;  // without a place it stays with those who took it in
    }
  }
  if (!body.good()) {
    return problem(call, body.errors());
  }
  return carry_out(
      desk, call, {.command = report, .permission = Permission::Intake, .id = id},
      [&](auto const& events, Answer& answer) {
        Json shown = born<domain::ReportReceived>(desk, events.front(), &domain::State::reports);
        answer.headers.emplace_back("Location", "/api/v1/reports/" + *shown.find("id")->string());
        answer.body.add("report", std::move(shown));
      });
}

Answer attach(Desk& desk, Call& call) {
  std::optional<Answer> foreign;
  Answer answer = change<domain::AttachReport>(
      desk, call, "report", &domain::State::reports, {.required = {"incident"}},
      [&](domain::AttachReport& command, Body&) {
        foreign = refuse_foreign(desk, call, &domain::State::incidents, command.incident);
        if (foreign) {
          command.incident = {};  // the kernel does not know it either
        }
      });
  return foreign ? std::move(*foreign) : std::move(answer);
}

}  // namespace

void add_report_routes(RouteTable& routes, Desk& desk) {
  routes
      .add({"POST", "/api/v1/reports", Permission::Intake,
            [&](Call& c) { return receive(desk, c); }})
      .is_intake = true;
  routes.add({"GET", "/api/v1/reports", Permission::Read,
              [&](Call& c) { return list(desk, c, &domain::State::reports); }});
  routes.add({"GET", "/api/v1/reports/{}", Permission::Read,
              [&](Call& c) { return show(desk, c, &domain::State::reports); }});
  routes.add({"POST", "/api/v1/reports/{}/attach", Permission::Dispatch,
              [&](Call& c) { return attach(desk, c); }});
  routes.add({"POST", "/api/v1/reports/{}/detach", Permission::Dispatch, [&](Call& c) {
                return change<domain::DetachReport>(desk, c, "report", &domain::State::reports, {});
              }});
  routes.add({"POST", "/api/v1/reports/{}/dismiss", Permission::Dispatch, [&](Call& c) {
                return change<domain::DismissReport>(desk, c, "report", &domain::State::reports,
                                                     {.required = {"reason"}});
              }});
}

}  // namespace fenghuo::server
