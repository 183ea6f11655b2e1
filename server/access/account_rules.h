#pragma once

#include <string>
#include <vector>

#include "core/domain/account.h"
#include "messaging/codec/fields_json.h"

namespace fenghuo::server {

/// The form of an account, the same for API and command line: a name of 2 to 64 lower-case letters, digits,
/// '.', '_', '-'; a team where, and only where, a role speaks for one. Without any
/// role an account may sign in, and see to its own password and second factor.
std::vector<messaging::FieldError> wrong_with(std::string const& account,
                                              domain::AccountFacts const& facts);

}  // namespace fenghuo::server
