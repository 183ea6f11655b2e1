#pragma once

#include "core/base/result.h"
#include "gis/routing/metric.h"

namespace fenghuo::gis {

/// Whether a table of travel times can be asked for: not empty, not too large, on a metric of this region.
/// Errors: InvalidArgument, naming the mend.
Result<void> check_question(Region const& region, Metric const& metric, std::size_t origins,
                            std::size_t destinations);

}  // namespace fenghuo::gis
