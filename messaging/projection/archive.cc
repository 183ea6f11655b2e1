#include "messaging/projection/archive.h"

#include <limits>

#include "core/kernel/kernel.h"
#include "messaging/codec/fields_json.h"

namespace fenghuo::messaging {

namespace {

constexpr std::string_view kColumns = "SELECT body, sequence, archived_at FROM archived ";

template <class T>
constexpr std::string_view other_kind_of() {
  if constexpr (std::is_same_v<T, domain::Closure>) {
    return "closure";
  } else if constexpr (std::is_same_v<T, domain::CallDown>) {
    return "call_down";
  } else {
    static_assert(std::is_same_v<T, domain::Delivery>);
    return "delivery";
  }
}

template <class T>
constexpr std::string_view kind_of() {
  if constexpr (std::is_same_v<T, domain::Incident>) {
    return "incident";
  } else if constexpr (std::is_same_v<T, domain::Report>) {
    return "report";
  } else if constexpr (std::is_same_v<T, domain::Order>) {
    return "order";
  } else if constexpr (std::is_same_v<T, domain::Proposal>) {
    return "proposal";
  } else {
    return other_kind_of<T>();
  }
}

}  // namespace

Result<std::unique_ptr<Archive>> Archive::open(std::filesystem::path const& file, Disk& disk) {
  Form form{3,
            {"archived"},
            {"CREATE TABLE archived(kind TEXT NOT NULL, year INTEGER NOT NULL, number INTEGER NOT "
             "NULL, sequence INTEGER NOT NULL, archived_at INTEGER NOT NULL, body TEXT NOT NULL, "
             "PRIMARY KEY(kind, year, number)) STRICT, WITHOUT ROWID"}};
  auto db = open_file(file, disk, form);
  if (!db) {
    return db.error();
  }
  return std::unique_ptr<Archive>{new Archive{std::move(db).value(), std::move(form)}};
}

Result<std::int64_t> Archive::count() {
  std::scoped_lock const lock{mutex_};
  auto const value = db_.value("SELECT COUNT(*) FROM archived");
  if (!value) {
    return value.error();
  }
  return std::int64_t{std::stoll(*value)};
}

template <class T>
bool Archive::put(Statement& insert, T const& object, kernel::RecordedEvent const& by) {
  return insert.bind(1, kind_of<T>())
      .bind(2, std::int64_t{object.id.year})
      .bind(3, static_cast<std::int64_t>(object.id.number))
      .bind(4, by.sequence)
      .bind(5, by.recorded_at.us)
      .bind(6, to_json(object, WriteStyle{}).text())
      .run();
}

Result<void> Archive::store(std::span<kernel::RecordedEvent const> events) {
  auto insert = db_.prepare("INSERT OR REPLACE INTO archived VALUES (?,?,?,?,?,?)");
  if (!insert) {
    return insert.error();
  }
  bool good = true;
  domain::State& state = *state_;
  for (auto const& event : events) {
    auto const keep = [&](auto const& shelf, auto id) {
      good = good && put(*insert, *shelf.at(id), event);
    };
    if (auto const* gone = std::get_if<domain::IncidentArchived>(&event.event)) {
      keep(state.incidents, gone->incident);
      for (auto const id : gone->reports) {
        keep(state.reports, id);
      }
      for (auto const id : gone->orders) {
        keep(state.orders, id);
        if (auto const delivery = state.orders.at(id)->delivery) {
          keep(state.deliveries, *delivery);
        }
      }
      for (auto const id : gone->proposals) {
        keep(state.proposals, id);
      }
    } else if (auto const* report = std::get_if<domain::ReportArchived>(&event.event)) {
      keep(state.reports, report->report);
    } else if (auto const* closure = std::get_if<domain::ClosureArchived>(&event.event)) {
      keep(state.closures, closure->closure);
    } else if (auto const* call_down = std::get_if<domain::CallDownArchived>(&event.event)) {
      keep(state.call_downs, call_down->call_down);
      for (auto const id : call_down->rows) {
        keep(state.deliveries, id);
      }
    } else if (auto const* delivery = std::get_if<domain::DeliveryArchived>(&event.event)) {
      keep(state.deliveries, delivery->delivery);
    }
    kernel::apply(state, event);
  }
  return good ? Result<void>{} : db_.error("archiving");
}

Result<void> Archive::prepare(std::span<kernel::RecordedEvent const> events) {
  Sequence const before = events.front().sequence - 1;
  if (state_ && state_->sequence == before) {
    return {};
  }
  auto state = before == 0 ? Result<domain::State>{domain::State{}} : state_at_(before);
  if (!state) {
    return state.error();
  }
  state_ = std::move(state).value();
  return {};
}

template <class T>
Result<Archived<T>> Archive::row_of(Statement const& select) {
  auto const body = parse_json(select.text(0), {.bytes = select.text(0).size(), .depth = 32});
  if (!body) {
    return Error{ErrorCode::DataLoss, "the archive is damaged; delete its file, it is made again"};
  }
  ReadContext context{.style = {.strict = false}, .errors = {}, .path = {}};
  Archived<T> out{{}, select.integer(1), {select.integer(2)}};
  from_json(*body, out.object, context);
  if (!context.errors.empty()) {
    return Error{ErrorCode::DataLoss, "the archive is damaged; delete its file, it is made again"};
  }
  return out;
}

template <class T>
Result<std::optional<Archived<T>>> Archive::find(decltype(T::id) id) {
  std::scoped_lock const lock{mutex_};
  auto select =
      db_.prepare(std::string{kColumns}.append("WHERE kind = ? AND year = ? AND number = ?"));
  if (!select) {
    return select.error();
  }
  select->bind(1, kind_of<T>())
      .bind(2, std::int64_t{id.year})
      .bind(3, static_cast<std::int64_t>(id.number));
  switch (select->step()) {
    case Statement::Step::Done:
      return std::optional<Archived<T>>{};
    case Statement::Step::Failed:
      return db_.error("reading");
    case Statement::Step::Row:
      break;
  }
  auto row = row_of<T>(*select);
  if (!row) {
    return row.error();
  }
  return std::optional{std::move(row).value()};
}

template <class T>
Result<std::vector<Archived<T>>> Archive::page(std::optional<decltype(T::id)> after,
                                               bool descending, std::size_t most) {
  std::scoped_lock const lock{mutex_};
  std::string sql{kColumns};
  sql.append("WHERE kind = ?1 AND (year, number) ")
      .append(descending ? "<" : ">")
      .append(" (?2, ?3) ORDER BY year ")
      .append(descending ? "DESC, number DESC" : ", number")
      .append(" LIMIT ?4");
  auto select = db_.prepare(sql);
  if (!select) {
    return select.error();
  }
  std::int64_t const beyond = descending ? std::numeric_limits<std::int64_t>::max() : -1;
  select->bind(1, kind_of<T>())
      .bind(2, after ? std::int64_t{after->year} : beyond)
      .bind(3, after ? static_cast<std::int64_t>(after->number) : beyond)
      .bind(4, static_cast<std::int64_t>(most));
  std::vector<Archived<T>> out;
  Statement::Step step = Statement::Step::Done;
  while ((step = select->step()) == Statement::Step::Row) {
    auto row = row_of<T>(*select);
    if (!row) {
      return row.error();
    }
    out.push_back(std::move(row).value());
  }
  if (step == Statement::Step::Failed) {
    return db_.error("reading");
  }
  return out;
}

#define FENGHUO_ARCHIVED(T)                                                                        \
  template Result<std::optional<Archived<T>>> Archive::find<T>(decltype(T::id));                   \
  template Result<std::vector<Archived<T>>> Archive::page<T>(std::optional<decltype(T::id)>, bool, \
                                                             std::size_t);
FENGHUO_ARCHIVED(domain::Incident)
FENGHUO_ARCHIVED(domain::Report)
FENGHUO_ARCHIVED(domain::Order)
FENGHUO_ARCHIVED(domain::Proposal)
FENGHUO_ARCHIVED(domain::Closure)
FENGHUO_ARCHIVED(domain::CallDown)
FENGHUO_ARCHIVED(domain::Delivery)
#undef FENGHUO_ARCHIVED

}  // namespace fenghuo::messaging
