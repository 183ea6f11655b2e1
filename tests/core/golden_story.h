#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fenghuo::tests {

/// A story in text and what the kernel makes of it.
///
///   # words for people
///   day 2026-03-01 +08:00                       times of day below are of this day at this offset
///   given 08:00:00 register_team name=…         a command that must be accepted; its events are not shown
///   when 08:00:10 receive_report channel=119 …  a command; `if_match=7` before its name is the revision expected
///   then report_received report=R-2026-000001 … one line for each event
///   then refused team_on_order team=…           or the refusal with its facts
///   then nothing                                or neither
///   show O-2026-000001                          lines of the state that begin with this word or have this id
///   then order id=O-2026-000001 …
///
/// A time may also be whole (2027-01-01T00:00:00+08:00). Commands are written as text_commands.h says.
struct PlayedStory {
  std::string text;  ///< the story with its `then` lines as the kernel gave them
  std::vector<std::string>
      errors;  ///< "name:line: …": lines that cannot be read, invariants that broke
};

PlayedStory play_story(std::string_view name, std::string_view text);

}  // namespace fenghuo::tests
