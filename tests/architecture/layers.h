#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fenghuo::tests {

/// One thing that may not be written below a path.
struct Ban {
  enum class Kind { Word, Code, Mark };
  Kind kind = Kind::Code;
  std::string path, text, reason;
};

/// What tests/architecture/layers.txt says.
struct LayerRules {
  std::map<std::string, std::vector<std::string>> rooms;  ///< path -> prefixes it may include
  std::vector<Ban> bans;
  std::map<std::string, std::set<std::string>> exceptions;  ///< file -> texts it may contain
  std::vector<std::string> errors;                          ///< lines that cannot be read
};
LayerRules read_rules(std::string_view text);

/// The source with comments and the insides of quotes replaced by blanks; line breaks stay. With
/// `keep_quotes` only comments go: an include names its file in quotes.
std::string code_of(std::string_view source, bool keep_quotes);

/// "path:line: …" for each include or text that the rules do not allow.
std::vector<std::string> violations(LayerRules const& rules, std::string const& path,
                                    std::string_view source);

}  // namespace fenghuo::tests
