#pragma once

#include <istream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace fenghuo::messaging {

/// The events of an XML document, by the local names of its elements.
class XmlVisitor {
 public:
  using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;
  virtual ~XmlVisitor() = default;
  virtual void begin(std::string_view element, Attributes const& attributes) = 0;
  virtual void end(std::string_view element) = 0;
  virtual void text(std::string_view piece) = 0;
  /// Not empty: reading ends, with this as the error.
  std::string refused;

 protected:
  static std::string_view value(Attributes const& attributes, std::string_view name) {
    for (auto const& [known, text] : attributes) {
      if (known == name) {
        return text;
      }
    }
    return {};
  }
};

/// Streams a document through expat. Any document type is refused, so that there are no entities at all; nothing is
/// ever fetched. `bytes`: at most so many; `depth`: of elements.
/// Errors: InvalidArgument with line and column.
Result<void> read_xml(std::istream& in, XmlVisitor& visitor, std::size_t bytes, std::size_t depth);

}  // namespace fenghuo::messaging
