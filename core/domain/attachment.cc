#include "core/domain/attachment.h"

#include <algorithm>

#include "core/domain/decision.h"
#include "core/domain/state.h"

namespace fenghuo::domain {

namespace {

template <class T>
std::optional<Refusal> refuse_file(T const* object, std::string const& digest) {
  if (object == nullptr) {
    return std::nullopt;
  }
  auto const& files = object->attachments;
  if (std::any_of(files.begin(), files.end(),
                  [&](Attachment const& one) { return one.file.digest == digest; })) {
    return refuse(Rejection::AlreadyAttached,
                  {{"object", to_text(object->id)}, {"digest", digest}});
  }
  if (files.size() >= kMaxAttachments) {
    return refuse(Rejection::TooManyAttachments,
                  {{"object", to_text(object->id)}, {"most", std::to_string(kMaxAttachments)}});
  }
  return std::nullopt;
}

template <class Id>
std::string text_of(std::optional<Id> const& id) {
  return id ? to_text(*id) : "";
}

}  // namespace

Decision decide(State const& state, Context const& context, AttachFile const& command) {
  Report const* report = command.report ? find(state.reports, *command.report) : nullptr;
  if (command.report && report == nullptr) {
    return refuse(Rejection::UnknownReport, {{"report", text_of(command.report)}});
  }
  Incident const* incident = command.incident ? find(state.incidents, *command.incident) : nullptr;
  if (incident == nullptr && (command.incident || report == nullptr)) {
    return refuse(Rejection::UnknownIncident, {{"incident", text_of(command.incident)}});
  }
  if (auto refusal =
          refuse_stale(context, incident != nullptr ? incident->revision : report->revision)) {
    return *refusal;
  }
  for (auto const& refusal :
       {refuse_file(report, command.file.digest), refuse_file(incident, command.file.digest)}) {
    if (refusal) {
      return *refusal;
    }
  }
  return FileAttached{command.incident, command.report, command.file,
                      incident != nullptr ? incident->facts.area : report->area};
}

void apply(State& state, Stamp const& stamp, FileAttached const& event) {
  auto const add = [&](auto& object) {
    object.attachments.push_back({event.file, stamp.time, stamp.by});
  };
  if (event.report) {
    edit(state.reports, *event.report, stamp.sequence, add);
  }
  if (event.incident) {
    edit(state.incidents, *event.incident, stamp.sequence, add);
  }
}

}  // namespace fenghuo::domain
