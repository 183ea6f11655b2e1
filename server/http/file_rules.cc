#include "server/http/file_rules.h"

#include <algorithm>
#include <array>

namespace fenghuo::server {

namespace {

using std::literals::operator""sv;

/// A sign that a file of the type begins with, at an offset.
struct Sign {
  std::size_t at = 0;
  std::string_view bytes;
};
struct TypeRule {
  std::string_view type;
  std::array<Sign, 3> any_of = {};  ///< none: text and the like have no sign
};

constexpr Sign kZip{0, "PK\x03\x04"sv};
constexpr Sign kCompound{0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv};
constexpr Sign kBoxes{4, "ftyp"sv};

constexpr TypeRule kRules[] = {
    {"image/jpeg", {Sign{0, "\xFF\xD8\xFF"sv}}},
    {"image/png", {Sign{0, "\x89PNG\r\n\x1A\n"sv}}},
    {"image/gif", {Sign{0, "GIF87a"sv}, Sign{0, "GIF89a"sv}}},
    {"image/webp", {Sign{8, "WEBP"sv}}},
    {"image/bmp", {Sign{0, "BM"sv}}},
    {"image/tiff", {Sign{0, "II*\0"sv}, Sign{0, "MM\0*"sv}}},
    {"image/heic", {kBoxes}},
    {"application/pdf", {Sign{0, "%PDF-"sv}}},
    {"application/ofd", {kZip}},
    {"audio/mpeg", {}},
    {"audio/mp4", {kBoxes}},
    {"audio/aac", {}},
    {"audio/amr", {Sign{0, "#!AMR"sv}}},
    {"audio/ogg", {Sign{0, "OggS"sv}}},
    {"audio/wav", {Sign{8, "WAVE"sv}}},
    {"audio/webm", {Sign{0, "\x1A\x45\xDF\xA3"sv}}},
    {"video/mp4", {kBoxes}},
    {"video/3gpp", {kBoxes}},
    {"video/quicktime", {Sign{4, "ftyp"sv}, Sign{4, "moov"sv}, Sign{4, "mdat"sv}}},
    {"video/webm", {Sign{0, "\x1A\x45\xDF\xA3"sv}}},
    {"text/plain", {}},
    {"text/csv", {}},
    {"application/msword", {kCompound}},
    {"application/vnd.ms-excel", {kCompound}},
    {"application/vnd.ms-powerpoint", {kCompound}},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", {kZip}},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", {kZip}},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", {kZip}},
    {"application/vnd.oasis.opendocument.text", {kZip}},
    {"application/vnd.oasis.opendocument.spreadsheet", {kZip}},
    {"application/vnd.oasis.opendocument.presentation", {kZip}},
};
constexpr std::size_t kCount = std::size(kRules);

constexpr std::array<std::string_view, kCount> type_names() {
  std::array<std::string_view, kCount> out;
  for (std::size_t i = 0; i < kCount; ++i) {
    out[i] = kRules[i].type;
  }
  return out;
}
constexpr auto kTypes = type_names();

/// Characters that turn the direction of what follows, or show nothing: "gpj.exe" read backwards.
constexpr std::string_view kUnseen[] = {"\u200B", "\u200C", "\u200D", "\u200E", "\u200F", "\u2028",
                                        "\u2029", "\u202A", "\u202B", "\u202C", "\u202D", "\u202E",
                                        "\u2066", "\u2067", "\u2068", "\u2069", "\uFEFF", "\u0085"};

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    auto const lead = static_cast<unsigned char>(text[i]);
    std::size_t const length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || i + length > text.size()) {
      return false;
    }
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U) {
        return false;
      }
    }
    i += length;
  }
  return true;
}

}  // namespace

std::span<std::string_view const> attachable_types() { return kTypes; }

std::string media_type_of(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  std::string out;
  for (char const c : content_type) {
    if (c != ' ' && c != '\t') {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

bool begins_like(std::string_view media_type, std::string_view first_bytes) {
  auto const* rule = std::find_if(std::begin(kRules), std::end(kRules),
                                  [&](TypeRule const& one) { return one.type == media_type; });
  if (rule == std::end(kRules)) {
    return false;
  }
  bool any_sign = false;
  for (auto const& sign : rule->any_of) {
    if (sign.bytes.empty()) {
      continue;
    }
    any_sign = true;
    if (first_bytes.size() >= sign.at && first_bytes.substr(sign.at).starts_with(sign.bytes)) {
      return true;
    }
  }
  return !any_sign;
}

std::string wrong_with_name(std::string_view name) {
  if (name.empty() || name.size() > 200) {
    return "a name of 1 to 200 bytes, such as 现场照片.jpg";
  }
  if (!is_utf8(name)) {
    return "a name in UTF-8";
  }
  bool const forbidden = std::any_of(name.begin(), name.end(), [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F ||
           std::string_view{"/\\<>:\"|?*"}.find(c) != std::string_view::npos;
  });
  bool const unseen = std::any_of(
      std::begin(kUnseen), std::end(kUnseen),
      [&](auto const character) { return name.find(character) != std::string_view::npos; });
  if (forbidden || unseen) {
    return "a name without / \\ < > : \" | ? * and without characters that cannot be seen";
  }
  if (name.front() == '.' || name.front() == ' ' || name.back() == '.' || name.back() == ' ') {
    return "a name that neither begins nor ends with a dot or a space";
  }
  return "";
}

std::string disposition(std::string_view name) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string plain, encoded;
  for (char const c : name) {
    auto const byte = static_cast<unsigned char>(c);
    bool const simple = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                        (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_';
    // For readers that do not know the encoded form: a name that is safe, if poor.
    plain += simple ? std::string{c} : byte < 0x80 || (byte & 0xC0U) == 0xC0U ? "_" : "";
    encoded += simple ? std::string{c} : std::string{'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

}  // namespace fenghuo::server
