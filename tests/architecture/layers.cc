#include "tests/architecture/layers.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace fenghuo::tests {

namespace {

bool below(std::string_view path, std::string_view folder) {
  return folder == "." || path == folder ||
         (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool has_word(std::string_view line, std::string_view word) {
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    bool const starts = at == 0 || !is_word_character(line[at - 1]);
    auto const end = at + word.size();
    if (starts && (end == line.size() || !is_word_character(line[end]))) {
      return true;
    }
  }
  return false;
}

std::vector<std::string> words_of(std::string const& text) {
  std::istringstream in{text};
  std::vector<std::string> words;
  for (std::string word; in >> word;) {
    words.push_back(word);
  }
  return words;
}

/// Walks through C++ and blanks what is no code.
class Blanking {
 public:
  Blanking(std::string_view source, bool keep_quotes)
      : source_{source}, keep_quotes_{keep_quotes} {}

  std::string run() {
    while (at_ < source_.size()) {
      if (source_.substr(at_).starts_with("//")) {
        blank_until("\n", false);
      } else if (source_.substr(at_).starts_with("/*")) {
        blank_until("*/", true);
      } else if (source_.substr(at_).starts_with("R\"") && !after_word()) {
        raw_text();
      } else if (source_[at_] == '"' || (source_[at_] == '\'' && !after_word())) {
        quoted(source_[at_]);
      } else {
        out_ += source_[at_++];
      }
    }
    return std::move(out_);
  }

 private:
  bool after_word() const { return at_ > 0 && is_word_character(source_[at_ - 1]); }
  void keep(char c, bool as_it_is) { out_ += as_it_is || c == '\n' ? c : ' '; }

  void blank_until(std::string_view end, bool with_end) {
    auto const found = source_.find(end, at_ + 2);
    auto const stop =
        found == std::string_view::npos ? source_.size() : found + (with_end ? end.size() : 0);
    for (; at_ < stop; ++at_) {
      keep(source_[at_], false);
    }
  }
  void quoted(char quote) {
    out_ += source_[at_++];
    while (at_ < source_.size() && source_[at_] != quote && source_[at_] != '\n') {
      if (source_[at_] == '\\' && at_ + 1 < source_.size()) {
        keep(source_[at_++], keep_quotes_);
      }
      keep(source_[at_++], keep_quotes_);
    }
    if (at_ < source_.size()) {
      out_ += source_[at_++];
    }
  }
  void raw_text() {
    auto const open = source_.find('(', at_);
    std::string end = ")";
    end.append(source_.substr(at_ + 2, open - at_ - 2)).append("\"");
    auto const found = source_.find(end, open);
    auto const stop = std::min(source_.size(), found + end.size());
    for (; at_ < stop; ++at_) {
      keep(source_[at_], keep_quotes_);
    }
  }

  std::string_view source_;
  bool keep_quotes_;
  std::size_t at_ = 0;
  std::string out_;
};

void read_rule(LayerRules& rules, std::map<std::string, std::vector<std::string>>& groups,
               std::string const& line, int number) {
  auto const colon = line.find(": ");
  auto const head = words_of(line.substr(0, colon));
  if (colon == std::string::npos || head.size() != 2) {
    rules.errors.push_back("line " + std::to_string(number) + ": KIND PATH: … is wanted");
    return;
  }
  std::string const& kind = head[0];
  std::string const& path = head[1];
  std::string const rest = line.substr(colon + 2);
  if (kind == "group") {
    groups[path] = words_of(rest);
  } else if (kind == "room") {
    for (auto const& prefix : words_of(rest)) {
      auto const& several =
          prefix.starts_with("@") ? groups[prefix.substr(1)] : std::vector{prefix};
      rules.rooms[path].insert(rules.rooms[path].end(), several.begin(), several.end());
    }
  } else {
    auto const dashes = rest.find(" -- ");
    std::string const text = rest.substr(0, dashes);
    std::string const reason = dashes == std::string::npos ? "" : rest.substr(dashes + 4);
    if (kind == "except") {
      rules.exceptions[path].insert(text);
    } else if (kind == "word" || kind == "code" || kind == "mark") {
      auto const as = kind == "word"   ? Ban::Kind::Word
                      : kind == "code" ? Ban::Kind::Code
                                       : Ban::Kind::Mark;
      rules.bans.push_back({as, path, text, reason});
    } else {
      rules.errors.push_back("line " + std::to_string(number) + ": '" + kind + "' is no rule");
    }
    if (reason.empty()) {
      rules.errors.push_back("line " + std::to_string(number) + ": a reason is wanted");
    }
  }
}

std::string room_of(LayerRules const& rules, std::string const& path) {
  std::string room;
  for (auto const& [name, prefixes] : rules.rooms) {
    if (below(path, name) && name.size() > room.size()) {
      room = name;
    }
  }
  return room;
}

/// "core/x.h" or "<boost/x.hpp>" of an include line, else nothing.
std::string included(std::string const& line) {
  auto const hash = line.find_first_not_of(" \t");
  if (hash == std::string::npos || line[hash] != '#') {
    return "";
  }
  auto const word = line.find_first_not_of(" \t", hash + 1);
  if (word == std::string::npos || line.compare(word, 7, "include") != 0) {
    return "";
  }
  auto const open = line.find_first_of("\"<", word);
  auto const close = open == std::string::npos ? open : line.find_first_of("\">", open + 1);
  if (close == std::string::npos) {
    return "";
  }
  bool const system = line[open] == '<';
  return system ? line.substr(open, close - open + 1) : line.substr(open + 1, close - open - 1);
}

bool may_include(std::vector<std::string> const& prefixes, std::string const& target) {
  if (target.starts_with("<") && target.find_first_of("/.") == std::string::npos) {
    return true;  // the standard library
  }
  return std::any_of(prefixes.begin(), prefixes.end(), [&](auto const& prefix) {
    return prefix.starts_with("<") ? target.starts_with(prefix) : below(target, prefix);
  });
}

std::vector<std::string> lines_of(std::string const& text) {
  std::istringstream in{text};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

LayerRules read_rules(std::string_view text) {
  LayerRules rules;
  std::map<std::string, std::vector<std::string>> groups;
  int number = 0;
  for (auto const& line : lines_of(std::string{text})) {
    ++number;
    if (!line.empty() && line.front() != '#') {
      read_rule(rules, groups, line, number);
    }
  }
  return rules;
}

std::string code_of(std::string_view source, bool keep_quotes) {
  return Blanking{source, keep_quotes}.run();
}

std::vector<std::string> violations(LayerRules const& rules, std::string const& path,
                                    std::string_view source) {
  std::vector<std::string> found;
  std::string const room = room_of(rules, path);
  if (room.empty()) {
    return {path + ":1: no room of layers.txt holds this file"};
  }
  auto const exceptions = rules.exceptions.find(path);
  auto const whole = lines_of(std::string{source});
  auto const code = lines_of(code_of(source, false));
  auto const includes = lines_of(code_of(source, true));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string const at = path + ":" + std::to_string(i + 1) + ": ";
    std::string const target = included(includes[i]);
    if (!target.empty() && !may_include(rules.rooms.at(room), target)) {
      found.push_back(at + room + " may not include " + target);
    }
    for (auto const& ban : rules.bans) {
      bool const hit = ban.kind == Ban::Kind::Word   ? has_word(code[i], ban.text)
                       : ban.kind == Ban::Kind::Code ? code[i].find(ban.text) != std::string::npos
                                                     : has_word(whole[i], ban.text);
      bool const excepted =
          exceptions != rules.exceptions.end() && exceptions->second.contains(ban.text);
      if (hit && !excepted && below(path, ban.path)) {
        found.push_back(at + "'" + ban.text + "' is banned here: " + ban.reason);
      }
    }
  }
  return found;
}

}  // namespace fenghuo::tests
