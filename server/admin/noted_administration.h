#pragma once

#include <string>

#include "messaging/security_log/security_log.h"
#include "server/admin/administration.h"

namespace fenghuo::server {

/// A row for what was done on the machine itself, by whoever owns the data folder.
messaging::SecurityEntry local_entry(messaging::SecurityKind kind, Time time, std::string subject,
                                     std::string detail);

/// administer(), with the security log told of what was done or refused. More wishes are those of
/// workbook_wishes.h, and:
///   {"do": "note_export", "subject": what, "detail": whereto}
///   {"do": "accept_history", "subject": as acceptance_subject(), "because": text}
/// Checked: tests/outside/test_security_log.py.
messaging::Json administer_noted(center::Center& center, Secrets& secrets,
                                 messaging::SecurityLog& log, messaging::Json const& wish);

/// The first account of a new centre.
void note_first_login(messaging::SecurityLog& log, Time time, FirstLogin const& login);

}  // namespace fenghuo::server
