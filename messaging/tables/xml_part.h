#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "messaging/tables/zip_parts.h"

namespace fenghuo::messaging {

/// The attributes of an element; those of foreign namespaces are not seen.
class XmlAttributes {
 public:
  explicit XmlAttributes(char const* const* pairs) : pairs_{pairs} {}
  std::optional<std::string_view> get(std::string_view name) const;
  /// The text, or what stands here.
  std::string_view get(std::string_view name, std::string_view otherwise) const;
  /// r:id, in the namespace of relationships, transitional or strict.
  std::string_view relationship() const;

 private:
  char const* const* pairs_;
};

/// Who gets the elements of one XML part. Elements of foreign namespaces are left out with all they hold.
class XmlVisitor {
 public:
  XmlVisitor() = default;
  XmlVisitor(XmlVisitor const&) = delete;
  XmlVisitor& operator=(XmlVisitor const&) = delete;
  virtual ~XmlVisitor() = default;
  virtual void open(std::string_view name, XmlAttributes const& attributes) = 0;
  virtual void close(std::string_view name) = 0;
  virtual void text(std::string_view /*piece*/) {}

  /// Nothing more is wanted.
  bool ended() const { return ended_; }
  std::optional<Error> const& failure() const { return failure_; }

 protected:
  void end() { ended_ = true; }
  void fail(std::string message) {
    failure_ = Error{ErrorCode::InvalidArgument, std::move(message)};
    ended_ = true;
  }

 private:
  bool ended_ = false;
  std::optional<Error> failure_;
};

/// Reads one part of a package as XML.
///
/// Errors:  InvalidArgument  as ZipParts::read; no XML (with line), a document type declaration, deeper than 64,
///                           one piece of markup longer than 1 MiB; or what the visitor found wrong
/// Cost:    Expat, 100 MB a second; at most 1 MiB of markup in memory.
/// Threads: any.
/// Source:  ECMA-376 parts 1, 2 and 4 for the namespaces; Expat, which resolves nothing from outside.
/// Checked: tests/messaging/xlsx_hostile_test.cc.
Result<void> read_xml(ZipParts& parts, std::string const& part, XmlVisitor& visitor);

}  // namespace fenghuo::messaging
