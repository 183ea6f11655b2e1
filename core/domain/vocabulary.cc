#include "core/domain/vocabulary.h"

namespace fenghuo::domain {

bool area_within(std::string_view area, std::string_view scope) {
  return scope.empty() || area == scope ||
         (area.size() > scope.size() && area.starts_with(scope) && area[scope.size()] == '.');
}

}  // namespace fenghuo::domain
