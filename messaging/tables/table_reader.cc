#include "messaging/tables/table_reader.h"

#include <fstream>
#include <iterator>
#include <string>

#include "messaging/tables/csv_reader.h"
#include "messaging/tables/xlsx_reader.h"

namespace fenghuo::messaging {

namespace {

constexpr std::size_t kLook = 512;

enum class Format { Xlsx, Csv, Ole, Markup };

Format format_of(std::string_view beginning) {
  if (beginning.starts_with("PK\3\4") || beginning.starts_with("PK\5\6")) {
    return Format::Xlsx;
  }
  if (beginning.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) {
    return Format::Ole;
  }
  auto const first = beginning.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  if (first != std::string_view::npos) {
    std::string word{beginning.substr(first, 9)};
    for (char& c : word) {
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    for (std::string_view const tag : {"<html", "<!doctype", "<?xml", "<table", "<head"}) {
      if (word.starts_with(tag)) {
        return Format::Markup;
      }
    }
  }
  return Format::Csv;
}

Error refusal(Format format) {
  return {ErrorCode::InvalidArgument,
          format == Format::Ole
              ? "the file is an old workbook (.xls, .et) or has a password; open it "
                "in Excel or WPS, take the password off and save it as .xlsx"
              : "the file is a page of HTML or XML, whatever its name says; open it "
                "in Excel or WPS and save it as .xlsx"};
}

std::string sheet_name(std::string_view file_name) {
  return std::filesystem::path{file_name}.stem().string();
}

}  // namespace

Result<void> read_table(std::string_view bytes, std::string_view file_name, TableVisitor& visitor,
                        TableLimits const& limits) {
  auto const format = format_of(bytes.substr(0, kLook));
  if (format == Format::Xlsx) {
    return read_xlsx(bytes, visitor, limits);
  }
  if (format == Format::Csv) {
    return read_csv(bytes, sheet_name(file_name), visitor, limits);
  }
  return refusal(format);
}

Result<void> read_table_file(std::filesystem::path const& file, TableVisitor& visitor,
                             TableLimits const& limits) {
  std::error_code error;
  bool const plain = std::filesystem::is_regular_file(file, error);
  std::ifstream in{file, std::ios::binary};
  if (!plain || !in) {
    return Error{ErrorCode::NotFound,
                 "cannot read " + file.string() + "; check its name and who may read it"};
  }
  std::string beginning(kLook, '\0');
  in.read(beginning.data(), static_cast<std::streamsize>(kLook));
  beginning.resize(static_cast<std::size_t>(in.gcount()));
  auto const format = format_of(beginning);
  if (format == Format::Xlsx) {
    return read_xlsx_file(file, visitor, limits);
  }
  if (format != Format::Csv) {
    return refusal(format);
  }
  // One byte more than is allowed shows the reader that the file is too large.
  std::string bytes = std::move(beginning);
  in.clear();
  std::string piece(1U << 16U, '\0');
  while (bytes.size() <= limits.file_bytes &&
         (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0)) {
    bytes.append(piece, 0, static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) {
    return Error{ErrorCode::Unavailable, "cannot read " + file.string() + " to its end; try again"};
  }
  return read_csv(bytes, sheet_name(file.filename().string()), visitor, limits);
}

}  // namespace fenghuo::messaging
