#pragma once

#include <string>
#include <vector>

#include "messaging/personal/personal_keys.h"
#include "server/access/permissions.h"

namespace fenghuo::server {

/// The one place where sealed texts about persons are opened: every answer and every frame of the feed passes it
/// on its way out. Inside, everything is sealed; what this door forgets to open stays shut.
///
/// With Permission::SeePersonal a text stands there as it is; without, masked; erased, null.
/// Out: the ids of the objects of which something was opened in full, for the security log.
/// Cost: one walk over the document.
/// Checked: tests/outside/test_personal_data.py.
std::vector<std::string> open_personal(messaging::PersonalKeys* keys, Identity const& who,
                                       messaging::Json& document);

/// Whether a command carries a text about a person that was not sealed. Checked at the one way in.
bool has_plain_personal(domain::Command const& command);

}  // namespace fenghuo::server
