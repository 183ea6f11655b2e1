#include "messaging/tables/text_decoder.h"

#include <unicode/ucnv.h>

#include <memory>
#include <string>
#include <vector>

#include "messaging/tables/cell_text.h"

namespace fenghuo::messaging {

namespace {

constexpr std::size_t kPieceUnits = 32'768;

Error no_text(char const* encoding) {
  return {ErrorCode::InvalidArgument, std::string{"bytes that are no text in "} + encoding +
                                          "; save the file again as CSV UTF-8"};
}

/// UTF-16 as ICU gives it; a surrogate at the end of a piece waits for its other half.
class Utf8Pieces {
 public:
  std::string const& of(UChar const* begin, UChar const* end) {
    text_.clear();
    for (; begin != end; ++begin) {
      char16_t const unit = *begin;
      if (unit >= 0xD800 && unit <= 0xDBFF) {
        high_ = unit;
      } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
        append_utf8(text_, 0x10000U + ((static_cast<std::uint32_t>(high_) - 0xD800U) << 10U) +
                               (static_cast<std::uint32_t>(unit) - 0xDC00U));
      } else {
        append_utf8(text_, unit);
      }
    }
    return text_;
  }

 private:
  std::string text_;
  char16_t high_ = 0xD800;
};

Result<void> convert(std::string_view bytes, char const* encoding,
                     std::function<bool(std::string_view)> const& take) {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<UConverter, void (*)(UConverter*)> const converter{ucnv_open(encoding, &status),
                                                                     ucnv_close};
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  if (U_FAILURE(status)) {
    return Error{ErrorCode::Unavailable, std::string{"ICU cannot read "} + encoding + " (" +
                                             u_errorName(status) +
                                             "); install libicu with its data"};
  }
  std::vector<UChar> units(kPieceUnits);
  Utf8Pieces pieces;
  char const* at = bytes.data();
  char const* const end = bytes.data() + bytes.size();
  do {
    UChar* to = units.data();
    status = U_ZERO_ERROR;
    ucnv_toUnicode(converter.get(), &to, units.data() + units.size(), &at, end, nullptr, true,
                   &status);
    std::string const& piece = pieces.of(units.data(), to);
    if (!piece.empty() && !take(piece)) {
      return {};
    }
    if (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR) {
      return no_text(encoding);
    }
  } while (status == U_BUFFER_OVERFLOW_ERROR);
  return {};
}

}  // namespace

Result<void> decode_text(std::string_view bytes,
                         std::function<bool(std::string_view)> const& take) {
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    bytes.remove_prefix(3);
    std::size_t const sound = sound_length(bytes);
    bool const more = take(bytes.substr(0, sound));
    return more && sound < bytes.size() ? Result<void>{no_text("UTF-8")} : Result<void>{};
  }
  if (bytes.starts_with("\xFF\xFE")) {
    return convert(bytes.substr(2), "UTF-16LE", take);
  }
  if (bytes.starts_with("\xFE\xFF")) {
    return convert(bytes.substr(2), "UTF-16BE", take);
  }
  if (is_utf8(bytes)) {
    take(bytes);
    return {};
  }
  return convert(bytes, "GB18030", take);
}

}  // namespace fenghuo::messaging
