#include "messaging/tables/xml_reader.h"

#include <expat.h>
#include <fmt/format.h>

#include <array>
#include <memory>

namespace fenghuo::messaging {

namespace {

std::string_view local_name(char const* name) {
  std::string_view const whole{name};
  auto const colon = whole.rfind(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

struct Reading {
  XmlVisitor& visitor;
  XML_Parser parser;
  std::size_t most_deep;
  std::size_t depth = 0;

  void check() const {
    if (!visitor.refused.empty()) {
      XML_StopParser(parser, XML_FALSE);
    }
  }
};

void on_begin(void* data, XML_Char const* name, XML_Char const** given) {
  auto& reading = *static_cast<Reading*>(data);
  if (++reading.depth > reading.most_deep) {
    reading.visitor.refused = "elements stand too deep in each other";
  } else if (reading.visitor.refused.empty()) {
    XmlVisitor::Attributes attributes;
    for (; *given != nullptr; given += 2) {
      attributes.emplace_back(local_name(given[0]), given[1]);
    }
    reading.visitor.begin(local_name(name), attributes);
  }
  reading.check();
}

void on_end(void* data, XML_Char const* name) {
  auto& reading = *static_cast<Reading*>(data);
  --reading.depth;
  if (reading.visitor.refused.empty()) {
    reading.visitor.end(local_name(name));
  }
  reading.check();
}

void on_text(void* data, XML_Char const* text, int length) {
  auto& reading = *static_cast<Reading*>(data);
  if (reading.visitor.refused.empty()) {
    reading.visitor.text({text, static_cast<std::size_t>(length)});
  }
  reading.check();
}

void on_doctype(void* data, XML_Char const*, XML_Char const*, XML_Char const*, int) {
  auto& reading = *static_cast<Reading*>(data);
  reading.visitor.refused = "a document type (DTD) is not taken";
  reading.check();
}

}  // namespace

Result<void> read_xml(std::istream& in, XmlVisitor& visitor, std::size_t bytes, std::size_t depth) {
  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> const parser{XML_ParserCreate(nullptr),
                                                                       &XML_ParserFree};
  Reading reading{visitor, parser.get(), depth};
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), on_begin, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  std::array<char, 16'384> piece{};
  std::size_t read = 0;
  bool last = false;
  while (!last) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    auto const size = static_cast<std::size_t>(in.gcount());
    last = size < piece.size();
    read += size;
    if (read > bytes) {
      return Error{ErrorCode::InvalidArgument, "it unpacks to more than is taken"};
    }
    if (XML_Parse(parser.get(), piece.data(), static_cast<int>(size), last ? 1 : 0) ==
        XML_STATUS_ERROR) {
      if (!visitor.refused.empty()) {
        return Error{ErrorCode::InvalidArgument, visitor.refused};
      }
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("line {}, column {}: {}", XML_GetCurrentLineNumber(parser.get()),
                               XML_GetCurrentColumnNumber(parser.get()),
                               XML_ErrorString(XML_GetErrorCode(parser.get())))};
    }
  }
  return {};
}

}  // namespace fenghuo::messaging
