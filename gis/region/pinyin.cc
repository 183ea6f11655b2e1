#include "gis/region/pinyin.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include "core/base/ensure.h"

namespace fenghuo::gis {

struct Pinyin::Rules {
  std::unique_ptr<icu::Transliterator> transliterator;
};

namespace {

bool has_han(icu::UnicodeString const& text) {
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    if (u_hasBinaryProperty(text.char32At(at), UCHAR_IDEOGRAPHIC) != 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

Pinyin::Pinyin() : rules_{std::make_unique<Rules>()} {
  UErrorCode status = U_ZERO_ERROR;
  rules_->transliterator.reset(
      icu::Transliterator::createInstance("Han-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, status));
  ensure(U_SUCCESS(status) != 0 && rules_->transliterator != nullptr,
         "ICU has the rules Han-Latin and Latin-ASCII");
}

Pinyin::~Pinyin() = default;

std::string Pinyin::of(std::string_view name) const {
  icu::UnicodeString text =
      icu::UnicodeString::fromUTF8({name.data(), static_cast<std::int32_t>(name.size())});
  if (!has_han(text)) {
    return {};
  }
  rules_->transliterator->transliterate(text);
  std::string out;
  text.toUTF8String(out);
  return out;
}

}  // namespace fenghuo::gis
