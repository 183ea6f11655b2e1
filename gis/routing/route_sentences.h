#pragma once

#include <string>

#include "gis/routing/profile.h"
#include "gis/routing/route_step.h"

namespace fenghuo::gis {

/// The two halves of words_for (route_words.h), a language a file.
std::string chinese_sentence(RouteStep const& step, Profile profile);
std::string english_sentence(RouteStep const& step, Profile profile);

/// What is known of a step besides its instruction, without what the instruction says already.
std::vector<RouteRemark> remarks_beside(RouteStep const& step);
/// Whether a remark holds on (nearly) the whole step.
bool is_throughout(RouteStep const& step, RouteRemark const& remark);

}  // namespace fenghuo::gis
