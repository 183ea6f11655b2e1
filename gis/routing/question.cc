#include "gis/routing/question.h"

namespace fenghuo::gis {

Result<void> check_question(Region const& region, Metric const& metric, std::size_t origins,
                            std::size_t destinations) {
  constexpr std::size_t kMostCells = 4'000'000;
  if (origins == 0 || destinations == 0) {
    return Error{ErrorCode::InvalidArgument,
                 "travel times need at least one origin and one destination"};
  }
  if (origins > kMostCells / destinations) {
    return Error{ErrorCode::InvalidArgument,
                 "a table of " + std::to_string(origins) + " x " + std::to_string(destinations) +
                     " travel times is too large; ask for at most 4000000 cells"};
  }
  if (metric.weights(Profile::Light).size() != region.graph().arc_count()) {
    return Error{ErrorCode::InvalidArgument, "the metric was built for another region"};
  }
  return {};
}

}  // namespace fenghuo::gis
