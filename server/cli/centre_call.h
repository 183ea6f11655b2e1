#pragma once

#include <chrono>
#include <string>

#include "core/base/result.h"
#include "messaging/codec/json.h"
#include "server/config.h"

namespace fenghuo::server {

/// One wish to a centre, as administer_noted() takes it: a running one answers through its socket; a folder at rest is
/// opened here.
///
/// Errors:  as open_center; Conflict where another process holds the journal and does not answer.
/// Threads: one at a time.
/// Checked: tests/outside/test_workbook_cli.py, tests/outside/test_access.py.
Result<messaging::Json> ask_centre(Settings const& settings, messaging::Json const& wish,
                                   std::chrono::seconds patience = std::chrono::seconds{10});

/// What an answer's refusal ends the program with, said on stderr; 0 where it was carried out.
int refused_with(messaging::Json const& answer);

/// A member of an answer; "" where there is none, or it is no text.
std::string text_of(messaging::Json const& answer, char const* name);

}  // namespace fenghuo::server
