#pragma once

#include <string_view>

#include "center/center.h"
#include "messaging/codec/json.h"
#include "messaging/security_log/security_log.h"

namespace fenghuo::server {

/// The county workbook on the machine itself, by whoever owns the data folder:
///   {"do": "workbook_import", "file": path, "name": as its owner calls it, "dry_run": bool,
///    "headers": {theirs: ours}}                  -> {"ok": true, "report": as to_json(ImportReport)}
///   {"do": "workbook_export", "file": path, "whereto": text}  -> {"ok": true}
///   {"do": "readiness"}                          -> {"ok": true, "items": as to_json(Finding)}
/// Paths are the machine's, as the centre may read and write them. Every use, and every refusal, is a row of the
/// security log.
///
/// Errors:  {"ok": false, "code": "malformed" | "not_found" | "unavailable", "detail": text that names the mend}
/// Cost:    as import_workbook, export_workbook; other wishes wait meanwhile.
/// Threads: any.
/// Checked: tests/outside/test_workbook_cli.py.
bool is_workbook_wish(std::string_view what);
messaging::Json administer_workbook(center::Center& center, messaging::SecurityLog& log,
                                    messaging::Json const& wish, bool administrators_apart);

}  // namespace fenghuo::server
