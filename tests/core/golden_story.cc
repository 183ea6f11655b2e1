#include "tests/core/golden_story.h"

#include <algorithm>
#include <sstream>

#include "core/base/text_form.h"
#include "core/base/time_text.h"
#include "core/domain/state_text.h"
#include "tests/core/kernel_run.h"
#include "tests/core/text_commands.h"

namespace fenghuo::tests {

namespace {

std::string take_word(std::string& line) {
  auto const begin = std::min(line.find_first_not_of(' '), line.size());
  auto const end = std::min(line.find(' ', begin), line.size());
  std::string word = line.substr(begin, end - begin);
  line.erase(0, std::min(line.find_first_not_of(' ', end), line.size()));
  return word;
}

std::string refusal_text(domain::Refusal const& refusal) {
  std::string out = "refused " + std::string{name_of(refusal.rejection)};
  for (auto const& [name, value] : refusal.facts) {
    out += ' ' + name + '=';
    append_text(out, value);
  }
  return out;
}

class Story {
 public:
  explicit Story(std::string_view name) : name_{name} {}

  void line(std::string const& whole) {
    ++number_;
    std::string rest = whole;
    std::string const word = take_word(rest);
    if (word == "then") {
      return;  // written anew below the line it belongs to
    }
    played_.text += whole + '\n';
    if (word.empty() || word.starts_with('#')) {
      return;
    }
    if (word == "day") {
      date_ = take_word(rest);
      offset_ = rest;
    } else if (word == "given" || word == "when") {
      command(word == "given", std::move(rest));
    } else if (word == "show") {
      show(rest);
    } else {
      fail("'" + word + "' is none of day, given, when, then, show");
    }
  }

  PlayedStory end() { return std::move(played_); }

 private:
  void fail(std::string const& what) {
    played_.errors.push_back(name_ + ":" + std::to_string(number_) + ": " + what);
  }
  void then(std::string const& line) { played_.text += "then " + line + '\n'; }

  void command(bool given, std::string rest) {
    std::string const moment = take_word(rest);
    auto const time = parse_rfc3339(moment.size() == 8 ? date_ + 'T' + moment + offset_ : moment);
    if (!time) {
      return fail("'" + moment + "' is no time; a time of day wants a line `day` before it");
    }
    if (*time < run_.state().time) {
      return fail("the time goes back");
    }
    std::optional<Sequence> expected;
    if (rest.starts_with("if_match=")) {
      auto const revision = read_integer(take_word(rest).substr(9));
      if (!revision) {
        return fail(revision.error().message);
      }
      expected = *revision;
    }
    auto const command = read_command(rest);
    if (!command) {
      return fail(command.error().message);
    }
    auto const broken = run_.broken().size();
    auto const decision = run_.give(*time, *command, expected);
    for (auto i = broken; i < run_.broken().size(); ++i) {
      fail(run_.broken()[i]);
    }
    given ? must_be_accepted(decision) : tell(decision);
  }

  void must_be_accepted(domain::Decision const& decision) {
    if (auto const* refusal = std::get_if<domain::Refusal>(&decision.outcome)) {
      fail("given, but " + refusal_text(*refusal));
    }
  }

  void tell(domain::Decision const& decision) {
    if (auto const* refusal = std::get_if<domain::Refusal>(&decision.outcome)) {
      return then(refusal_text(*refusal));
    }
    auto const& events = std::get<std::vector<domain::Event>>(decision.outcome);
    for (auto const& event : events) {
      then(event_text(event));
    }
    if (events.empty()) {
      then("nothing");
    }
  }

  void show(std::string const& wanted) {
    std::istringstream lines{domain::state_text(run_.state())};
    bool any = false;
    for (std::string line; std::getline(lines, line);) {
      bool const named =
          line.starts_with(wanted + ' ') || line.find(" id=" + wanted + ' ') != std::string::npos;
      if (named) {
        then(line);
        any = true;
      }
    }
    if (!any) {
      then("nothing");
    }
  }

  std::string name_, date_, offset_;
  int number_ = 0;
  KernelRun run_;
  PlayedStory played_;
};

}  // namespace

PlayedStory play_story(std::string_view name, std::string_view text) {
  Story story{name};
  std::istringstream lines{std::string{text}};
  for (std::string line; std::getline(lines, line);) {
    story.line(line);
  }
  return story.end();
}

}  // namespace fenghuo::tests
