#include "messaging/projection/subject_index.h"

#include <algorithm>

namespace fenghuo::messaging {

namespace {

struct SubjectCollector {
  std::vector<std::string>& out;

  template <class Tag>
  void operator()(std::string_view /*name*/, Id<Tag> const& id) {
    out.push_back(to_text(id));
  }
  template <class Tag>
  void operator()(std::string_view name, std::optional<Id<Tag>> const& id) {
    if (id) {
      (*this)(name, *id);
    }
  }
  template <class Tag>
  void operator()(std::string_view name, std::vector<Id<Tag>> const& ids) {
    for (auto const id : ids) {
      (*this)(name, id);
    }
  }
  template <class Tag>
  void operator()(std::string_view /*name*/, Code<Tag> const& code) {
    out.push_back(subject_of(code));
  }
  template <class Tag>
  void operator()(std::string_view name, std::optional<Code<Tag>> const& code) {
    if (code) {
      (*this)(name, *code);
    }
  }
  /// A file is asked for by its digest: who names it, and whether anybody does.
  void operator()(std::string_view name, std::string const& text) {
    if (name == "digest") {
      out.push_back(text);
    }
  }
  // Only ids make an object a subject; other members of any shape say nothing here.
  void operator()(std::string_view /*name*/, auto const& /*member*/) {}
};

}  // namespace

std::vector<std::string> subjects_of(domain::Event const& event) {
  std::vector<std::string> out;
  SubjectCollector collector{out};
  std::visit([&](auto const& e) { std::decay_t<decltype(e)>::fields(collector, e); }, event);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<std::unique_ptr<SubjectIndex>> SubjectIndex::open(std::filesystem::path const& file,
                                                         Disk& disk) {
  Form form{4,
            {"subject_event"},
            {"CREATE TABLE subject_event(subject TEXT NOT NULL, sequence INTEGER NOT NULL, "
             "PRIMARY KEY(subject, sequence)) STRICT, WITHOUT ROWID"}};
  auto db = open_file(file, disk, form);
  if (!db) {
    return db.error();
  }
  return std::unique_ptr<SubjectIndex>{new SubjectIndex{std::move(db).value(), std::move(form)}};
}

Result<void> SubjectIndex::store(std::span<kernel::RecordedEvent const> events) {
  auto insert = db_.prepare("INSERT OR IGNORE INTO subject_event VALUES (?, ?)");
  if (!insert) {
    return insert.error();
  }
  for (auto const& event : events) {
    for (auto const& subject : subjects_of(event.event)) {
      if (!insert->bind(1, subject).bind(2, event.sequence).run()) {
        return db_.error("indexing");
      }
    }
  }
  return {};
}

Result<std::vector<Sequence>> SubjectIndex::sequences(std::string_view subject, Sequence after,
                                                      std::size_t most) {
  std::scoped_lock const lock{mutex_};
  auto select = db_.prepare(
      "SELECT sequence FROM subject_event WHERE subject = ? AND sequence > ? ORDER BY sequence "
      "LIMIT ?");
  if (!select) {
    return select.error();
  }
  select->bind(1, subject).bind(2, after).bind(3, static_cast<std::int64_t>(most));
  std::vector<Sequence> out;
  Statement::Step step = Statement::Step::Done;
  while ((step = select->step()) == Statement::Step::Row) {
    out.push_back(select->integer(0));
  }
  if (step == Statement::Step::Failed) {
    return db_.error("reading");
  }
  return out;
}

}  // namespace fenghuo::messaging
