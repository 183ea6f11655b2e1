#include "server/workbook/row_commands.h"

#include <optional>
#include <utility>

#include "center/place_lookup.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

/// A sealer for a dry run: known persons are sealed as they are, so that what did not change is seen; of others
/// nothing is kept.
class TrySealer final : public messaging::PersonalSealer {
 public:
  TrySealer(messaging::PersonalKeys& keys, std::string subject, bool each)
      : keys_{keys}, subject_{std::move(subject)}, each_{each} {}
  Result<domain::Sealed> seal(std::string const& text) override {
    std::string const subject = each_ ? subject_ + "/" + keys_.blind(text) : subject_;
    auto known = keys_.seal_known(subject, text);
    if (!known) {
      return known.error();
    }
    return known->value_or(domain::Sealed{"k-not-kept", keys_.blind(text)});
  }

 private:
  messaging::PersonalKeys& keys_;
  std::string subject_;
  bool each_;
};

/// What the map adds to the facts of a row.
class Completing {
 public:
  Completing(center::Roads const& roads, std::vector<messaging::FieldError>& errors)
      : roads_{roads}, errors_{errors} {}

  void fill(std::optional<domain::Location>& location, char const* member, std::string* area) {
    if (location && center::convert(*location, std::string{"/"} + member, errors_) &&
        area != nullptr && area->empty()) {
      *area = roads_.area_at(location->point);
    }
  }
  void complete(domain::OrganizationFacts&) {}
  void complete(domain::PersonFacts&) {}
  void complete(domain::PlanContactFacts&) {}
  void complete(domain::DutyPostFacts&) {}
  void complete(domain::DutyShiftFacts&) {}
  void complete(domain::AreaFacts& facts) { fill(facts.location, "location", nullptr); }
  void complete(domain::FacilityFacts& facts) { fill(facts.location, "location", &facts.area); }
  void complete(domain::EnterpriseFacts& facts) { fill(facts.location, "location", &facts.area); }

 private:
  center::Roads const& roads_;
  std::vector<messaging::FieldError>& errors_;
};

}  // namespace

std::unique_ptr<messaging::PersonalSealer> RowCommands::sealer(SheetKind kind,
                                                               std::string const& code) {
  bool const each = kind == SheetKind::Areas;
  std::string const subject = (each ? "assisted:" : "person:") + code;
  auto& keys = *center_.personal();
  if (sealing_ == Sealing::Trial) {
    return std::make_unique<TrySealer>(keys, subject, each);
  }
  if (each) {
    return std::make_unique<messaging::EachSealer>(keys, subject);
  }
  return std::make_unique<messaging::SubjectSealer>(keys, subject);
}

template <class T>
RowCommands::Made RowCommands::record(SheetKind kind, Json const& object) {
  Json const* code = object.find("id");
  auto const seal =
      sealer(kind, code != nullptr && code->string() != nullptr ? *code->string() : "");
  messaging::ReadContext context{
      .style = {.strict = true}, .errors = {}, .path = {}, .sealer = seal.get()};
  domain::Record<T> command;
  from_json(object, command, context);
  if (context.errors.empty()) {
    Completing{center_.roads(), context.errors}.complete(command.facts);
  }
  return context.errors.empty() ? Made{domain::Command{std::move(command)}}
                                : Made{std::move(context.errors)};
}

RowCommands::Made RowCommands::team(Json const& object) {
  messaging::ReadContext context{.style = {.strict = true}, .errors = {}, .path = {}};
  Json rest{Json::Object{}};
  std::optional<domain::Location> home;
  for (auto const& [member, value] : *object.object()) {
    if (member == "home") {
      context.path = "/home";
      from_json(value, home.emplace(), context);
      context.path = "";
    } else {
      rest.add(member, value);
    }
  }
  domain::RegisterTeam command;
  from_json(rest, command, context);
  if (context.errors.empty()) {
    Completing{center_.roads(), context.errors}.fill(home, "home", &command.facts.area);
  }
  if (!context.errors.empty()) {
    return std::move(context.errors);
  }
  if (home) {
    command.facts.home = home->point;
  }
  return domain::Command{std::move(command)};
}

RowCommands::Made RowCommands::command_for(SheetKind kind, Json object) {
  switch (kind) {
    case SheetKind::Organizations:
      return record<domain::Organization>(kind, object);
    case SheetKind::Persons:
      return record<domain::Person>(kind, object);
    case SheetKind::Depots:
      object.add("kind", "depot");
      return record<domain::Facility>(kind, object);
    case SheetKind::Facilities:
      return record<domain::Facility>(kind, object);
    case SheetKind::Areas:
      return record<domain::Area>(kind, object);
    case SheetKind::Teams:
      return team(object);
    case SheetKind::Enterprises:
      return record<domain::Enterprise>(kind, object);
    case SheetKind::DutyPosts:
      return record<domain::DutyPost>(kind, object);
    case SheetKind::DutyShifts:
      return record<domain::DutyShift>(kind, object);
    case SheetKind::PlanContacts:
      break;
  }
  return record<domain::PlanContact>(kind, object);
}

}  // namespace fenghuo::server
