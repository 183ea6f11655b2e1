#include "messaging/tables/xml_part.h"

#include <expat.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <utility>

namespace fenghuo::messaging {

namespace {

constexpr char kBetween = '\n';  // stands between namespace and name; no namespace can hold it
constexpr int kDeepest = 64;
constexpr XML_Index kLongestMarkup = 1 << 20;

constexpr std::array<std::string_view, 4> kOurs{
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
    "http://purl.oclc.org/ooxml/package/relationships",
};
constexpr std::array<std::string_view, 2> kRelationships{
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
};

/// The name without its namespace, or "" if that is foreign.
std::string_view local_name(std::string_view name) {
  auto const at = name.find(kBetween);
  if (at == std::string_view::npos) {
    return name;
  }
  for (auto const ours : kOurs) {
    if (name.substr(0, at) == ours) {
      return name.substr(at + 1);
    }
  }
  return {};
}

/// Expat keeps each name that it ever saw until the end: a part of nothing but different names would take
/// gigabytes. So its memory is counted, and what is too much is refused as if there were none. Its allocation functions
/// know no parser; the counter of the one at work on this thread is named while it works.
constexpr std::size_t kMostMemory = 16U << 20U;
thread_local std::size_t* memory_in_use = nullptr;

class Counting {
 public:
  explicit Counting(std::size_t& counter) : outer_{std::exchange(memory_in_use, &counter)} {}
  ~Counting() { memory_in_use = outer_; }
  Counting(Counting const&) = delete;
  Counting& operator=(Counting const&) = delete;

 private:
  std::size_t* outer_;
};

/// In front of each piece of memory stands its size.
constexpr std::size_t kSizeRoom = alignof(std::max_align_t);

void* counted_realloc(void* old, std::size_t size) {
  char* const block = old == nullptr ? nullptr : static_cast<char*>(old) - kSizeRoom;
  std::size_t const had = block == nullptr ? 0 : *reinterpret_cast<std::size_t*>(block);
  if (size > kMostMemory || *memory_in_use - had + size > kMostMemory) {
    return nullptr;
  }
  auto* const got = static_cast<char*>(std::realloc(block, size + kSizeRoom));
  if (got == nullptr) {
    return nullptr;
  }
  *memory_in_use += size - had;
  *reinterpret_cast<std::size_t*>(got) = size;
  return got + kSizeRoom;
}
void* counted_malloc(std::size_t size) { return counted_realloc(nullptr, size); }
void counted_free(void* old) {
  if (old != nullptr) {
    char* const block = static_cast<char*>(old) - kSizeRoom;
    *memory_in_use -= *reinterpret_cast<std::size_t*>(block);
    std::free(block);
  }
}

class Stream {
 public:
  Stream(XML_Parser parser, XmlVisitor& visitor) : parser_{parser}, visitor_{visitor} {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, opened, closed);
    XML_SetCharacterDataHandler(parser, said);
    XML_SetStartDoctypeDeclHandler(parser, declared);
  }

  /// False when there is no more to do.
  bool feed(std::string_view piece, bool last) {
    fed_ += static_cast<XML_Index>(piece.size());
    if (XML_Parse(parser_, piece.data(), static_cast<int>(piece.size()), last ? 1 : 0) !=
        XML_STATUS_OK) {
      if (problem_.empty() && !visitor_.ended()) {
        bool const memory = XML_GetErrorCode(parser_) == XML_ERROR_NO_MEMORY;
        problem_ = memory
                       ? "has too many different names or too long ones"
                       : std::string{"is no XML ("} + XML_ErrorString(XML_GetErrorCode(parser_)) +
                             " in line " + std::to_string(XML_GetCurrentLineNumber(parser_)) + ")";
      }
      return false;
    }
    if (visitor_.ended()) {
      return false;
    }
    if (!last && fed_ - XML_GetCurrentByteIndex(parser_) > kLongestMarkup) {
      problem_ = "has a piece of markup longer than 1 MiB";
      return false;
    }
    return true;
  }
  std::string const& problem() const { return problem_; }

 private:
  static Stream& of(void* user) { return *static_cast<Stream*>(user); }
  void stop_if_ended() {
    if (visitor_.ended()) {
      XML_StopParser(parser_, XML_FALSE);
    }
  }
  void refuse(std::string problem) {
    problem_ = std::move(problem);
    XML_StopParser(parser_, XML_FALSE);
  }

  static void XMLCALL opened(void* user, char const* name, char const** attributes) {
    Stream& self = of(user);
    if (self.stopped()) {
      return;
    }
    if (++self.depth_ > kDeepest) {
      self.refuse("is nested deeper than " + std::to_string(kDeepest));
      return;
    }
    std::string_view const local = local_name(name);
    if (self.foreign_ > 0 || local.empty()) {
      ++self.foreign_;
      return;
    }
    self.visitor_.open(local, XmlAttributes{attributes});
    self.stop_if_ended();
  }
  static void XMLCALL closed(void* user, char const* name) {
    Stream& self = of(user);
    if (self.stopped()) {
      return;
    }
    --self.depth_;
    if (self.foreign_ > 0) {
      --self.foreign_;
      return;
    }
    self.visitor_.close(local_name(name));
    self.stop_if_ended();
  }
  static void XMLCALL said(void* user, char const* text, int size) {
    Stream& self = of(user);
    if (!self.stopped() && self.foreign_ == 0) {
      self.visitor_.text({text, static_cast<std::size_t>(size)});
      self.stop_if_ended();
    }
  }
  static void XMLCALL declared(void* user, char const*, char const*, char const*, int) {
    of(user).refuse("has a document type declaration, which no workbook needs");
  }
  /// Expat may call once more after it was stopped, for the end of an empty element.
  bool stopped() const { return visitor_.ended() || !problem_.empty(); }

  XML_Parser parser_;
  XmlVisitor& visitor_;
  std::string problem_;
  XML_Index fed_ = 0;
  int depth_ = 0;
  int foreign_ = 0;
};

}  // namespace

std::optional<std::string_view> XmlAttributes::get(std::string_view name) const {
  for (char const* const* pair = pairs_; *pair != nullptr; pair += 2) {
    if (name == *pair) {
      return pair[1];
    }
  }
  return std::nullopt;
}

std::string_view XmlAttributes::get(std::string_view name, std::string_view otherwise) const {
  return get(name).value_or(otherwise);
}

std::string_view XmlAttributes::relationship() const {
  for (auto const space : kRelationships) {
    if (auto const found = get(std::string{space} + kBetween + "id")) {
      return *found;
    }
  }
  return {};
}

Result<void> read_xml(ZipParts& parts, std::string const& part, XmlVisitor& visitor) {
  static constexpr XML_Memory_Handling_Suite kCounted{counted_malloc, counted_realloc,
                                                      counted_free};
  static constexpr char kSeparator[]{kBetween, '\0'};
  std::size_t in_use = 0;
  Counting const counting{in_use};
  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> const parser{
      XML_ParserCreate_MM(nullptr, &kCounted, kSeparator), XML_ParserFree};
  if (parser == nullptr) {
    return Error{ErrorCode::Unavailable, "no memory to read XML; give the machine more"};
  }
  Stream stream{parser.get(), visitor};
  bool more = true;
  auto const read =
      parts.read(part, [&](std::string_view piece) { return more = stream.feed(piece, false); });
  if (!read) {
    return read.error();
  }
  if (more) {
    stream.feed({}, true);
  }
  if (visitor.failure()) {
    return *visitor.failure();
  }
  if (!stream.problem().empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "the part " + part + " " + stream.problem() +
                     "; open the file in Excel or WPS and save it again as .xlsx"};
  }
  return {};
}

}  // namespace fenghuo::messaging
