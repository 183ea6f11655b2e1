#include "messaging/tables/xlsx_strings.h"

#include "messaging/tables/cell_text.h"

namespace fenghuo::messaging {

void StringItem::begin() {
  text_.clear();
  in_text_ = false;
  phonetic_ = 0;
}

void StringItem::open(std::string_view name) {
  if (name == "rPh") {
    ++phonetic_;
  } else if (name == "t") {
    in_text_ = phonetic_ == 0;
  }
}

void StringItem::close(std::string_view name) {
  if (name == "rPh") {
    --phonetic_;
  } else if (name == "t") {
    in_text_ = false;
  }
}

void StringItem::text(std::string_view piece) {
  if (in_text_) {
    text_ += piece;
  }
}

std::string StringItem::taken() { return without_escapes(std::move(text_)); }

void XlsxStrings::open(std::string_view name, XmlAttributes const& /*attributes*/) {
  if (name == "si") {
    in_item_ = true;
    item_.begin();
  } else if (in_item_) {
    item_.open(name);
  }
}

void XlsxStrings::close(std::string_view name) {
  if (name == "si") {
    in_item_ = false;
    add(item_.taken());
  } else if (in_item_) {
    item_.close(name);
  }
}

void XlsxStrings::text(std::string_view piece) {
  constexpr std::size_t kLongest = 4;  // bytes of a character
  if (!in_item_) {
    return;
  }
  item_.text(piece);
  // A text is escaped at most sevenfold; beyond that it is too long whatever it says.
  if (item_.size() > limits_.cell_characters * (kLongest + 7)) {
    fail("a text has more than " + std::to_string(limits_.cell_characters) +
         " characters; shorten it");
  }
}

void XlsxStrings::add(std::string const& text) {
  if (characters(text) > limits_.cell_characters) {
    fail("a text has more than " + std::to_string(limits_.cell_characters) +
         " characters; shorten it");
  } else if (ends_.size() >= limits_.shared_strings ||
             all_.size() + text.size() > limits_.shared_bytes) {
    fail("the workbook has more than " + std::to_string(limits_.shared_strings) +
         " different texts or " + std::to_string(limits_.shared_bytes >> 20U) +
         " MiB of them; split it into several");
  } else {
    all_ += text;
    ends_.push_back(static_cast<std::uint32_t>(all_.size()));
  }
}

std::string_view XlsxStrings::at(std::size_t index) const {
  std::size_t const begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view{all_}.substr(begin, ends_[index] - begin);
}

}  // namespace fenghuo::messaging
