#pragma once

#include <memory>
#include <string>

#include "center/roads.h"
#include "server/cli/commands.h"

/// What the commands about roads share.
namespace fenghuo::server {

/// The roads of the region that the wish or the settings name, with the closed roads of the wish.
Result<std::unique_ptr<center::Roads>> roads_for(TravelWish const& wish, Settings settings);

/// "1 h 05 min", "7 min 30 s".
std::string duration_text(Duration duration);

/// Chinese unless the wish or the machine's language is English.
bool speaks_chinese(std::string const& wish);

/// Writes the text into the file, or prints it where no file is named. Out: the exit code.
int write_or_print(std::string const& file, std::string const& text);

}  // namespace fenghuo::server
