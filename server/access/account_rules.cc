#include "server/access/account_rules.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace fenghuo::server {

std::vector<messaging::FieldError> wrong_with(std::string const& account,
                                              domain::AccountFacts const& facts) {
  std::vector<messaging::FieldError> errors;
  bool const plain = std::all_of(account.begin(), account.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
  // The journal names who acted, and by which key: these names stand for the program itself.
  constexpr std::string_view kReserved[] = {"call", "local", "system", "tick", "timer"};
  if (std::find(std::begin(kReserved), std::end(kReserved), account) != std::end(kReserved)) {
    errors.push_back({"/account", "this name stands for the program itself; take another"});
  }
  if (!plain || account.size() < 2 || account.size() > 64) {
    errors.push_back({"/account", "2 to 64 lower-case letters, digits, '.', '_' or '-'"});
  }
  bool const speaks =
      std::find(facts.roles.begin(), facts.roles.end(), domain::Role::Team) != facts.roles.end();
  if (speaks != facts.team.has_value()) {
    errors.push_back({"/team", speaks ? "the role team needs the team it speaks for"
                                      : "only the role team speaks for a team"});
  }
  return errors;
}

}  // namespace fenghuo::server
