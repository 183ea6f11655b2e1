#pragma once

#include "server/http/desk.h"

namespace fenghuo::server {

/// Tells the security log what an answer means: sign-ins, refusals of anybody's request, changes of accounts,
/// tokens and passwords, reads of the log and of reports with a caller. Called once for every answer, where
/// all pass; never waits for the disk. At most one row a call, but for reads of many objects.
///
/// Left out: passwords, tokens and the query of an address; a name that no account has, since people type
/// their password into the wrong field.
/// Checked: tests/server/security_notes_test.cc; each operation in tests/outside/test_security_log.py.
void note_answer(Desk& desk, Call const& call, Answer const& answer);

/// The path of a call without what may be a secret in it.
std::string path_without_secrets(std::string_view path);

}  // namespace fenghuo::server
