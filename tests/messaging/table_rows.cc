#include "tests/messaging/table_rows.h"

#include <zlib.h>

#include "core/base/ensure.h"

namespace fenghuo::tests {

using messaging::CellKind;

namespace {

std::string kind_name(CellKind kind) {
  switch (kind) {
    case CellKind::Text:
      return "text";
    case CellKind::Number:
      return "number";
    case CellKind::Date:
      return "date";
    case CellKind::Boolean:
      return "boolean";
    case CellKind::FormulaError:
      return "error";
    case CellKind::FormulaWithoutValue:
      return "no value";
  }
  return "?";
}

void put(std::string& out, unsigned long long value, int bytes) {
  for (int i = 0; i < bytes; ++i, value >>= 8U) {
    out += static_cast<char>(value & 0xFFU);
  }
}

std::string deflated_raw(std::string_view content) {
  z_stream stream{};
  ensure(::deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) == Z_OK, "zlib");
  std::string out(::deflateBound(&stream, static_cast<uLong>(content.size())), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<Bytef const*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

unsigned long crc(std::string_view bytes) {
  return ::crc32(0, reinterpret_cast<Bytef const*>(bytes.data()), static_cast<uInt>(bytes.size()));
}

}  // namespace

bool TableRows::sheet(messaging::SheetInfo const& info) {
  sheets.push_back((info.hidden ? "hidden: " : "") + info.name);
  return info.name != skipped_sheet;
}

bool TableRows::row(messaging::Row const& row) {
  for (auto const& cell : row.cells) {
    cells.push_back(messaging::cell_name(cell.column, row.number) + " " + kind_name(cell.kind) +
                    " " + cell.text + (cell.formula ? " (formula)" : "") +
                    (cell.digits_lost ? " (digits lost)" : ""));
  }
  return ++rows < most_rows;
}

void TableRows::merged(messaging::MergedCells const& range) {
  merges.push_back(messaging::cell_name(range.first_column, range.first_row) + ":" +
                   messaging::cell_name(range.last_column, range.last_row));
}

void HandmadeZip::add(std::string const& name, std::string_view content, Lies const& lies) {
  std::string const packed = lies.stored ? std::string{content} : deflated_raw(content);
  int const true_method = lies.stored ? 0 : 8;
  auto const size =
      static_cast<unsigned long long>(static_cast<long long>(content.size()) + lies.size_off);
  std::string about;
  put(about, 20, 2);
  put(about, lies.flags | 0x800U, 2);
  put(about, static_cast<unsigned long long>(lies.method < 0 ? true_method : lies.method), 2);
  put(about, 0x00210000, 4);  // 1980-01-01
  put(about, crc(lies.crc_of.empty() ? content : std::string_view{lies.crc_of}), 4);
  put(about, packed.size(), 4);
  put(about, size, 4);
  put(about, name.size(), 2);
  put(about, 0, 2);
  directory_ += "PK\1\2";
  put(directory_, 20, 2);
  directory_ += about;
  put(directory_, 0, 10);
  put(directory_, parts_.size(), 4);
  directory_ += name;
  parts_ += "PK\3\4" + about + name + packed;
  ++count_;
}

std::string HandmadeZip::bytes(int entries) const {
  std::string out = parts_ + directory_ + "PK\5\6";
  auto const count = static_cast<unsigned long long>(entries < 0 ? count_ : entries);
  put(out, 0, 4);
  put(out, count, 2);
  put(out, count, 2);
  put(out, directory_.size(), 4);
  put(out, parts_.size(), 4);
  put(out, 0, 2);
  return out;
}

std::vector<std::pair<std::string, std::string>> WorkbookParts::all() const {
  std::string const main = strict ? "http://purl.oclc.org/ooxml/spreadsheetml/main"
                                  : "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  std::string const related =
      strict ? "http://purl.oclc.org/ooxml/officeDocument/relationships"
             : "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  std::string const package = "http://schemas.openxmlformats.org/package/2006/relationships";
  auto const relation = [&](std::string const& id, std::string const& type,
                            std::string const& target) {
    return "<Relationship Id=\"" + id + "\" Type=\"" + related + "/" + type + "\" Target=\"" +
           target + "\"/>";
  };
  auto const relations = [&](std::string const& all) {
    return "<Relationships xmlns=\"" + package + "\">" + all + "</Relationships>";
  };
  std::vector<std::pair<std::string, std::string>> parts;
  parts.emplace_back("_rels/.rels",
                     relations(relation("rId1", "officeDocument", "xl/workbook.xml")));
  parts.emplace_back("xl/workbook.xml",
                     "<workbook xmlns=\"" + main + "\" xmlns:r=\"" + related + "\"><workbookPr " +
                         properties + "/><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\" " +
                         state + "/></sheets></workbook>");
  parts.emplace_back("xl/_rels/workbook.xml.rels",
                     relations(relation("rId1", "worksheet", "worksheets/sheet1.xml") +
                               relation("rId2", "sharedStrings", "sharedStrings.xml") +
                               relation("rId3", "styles", "/xl/styles.xml")));
  parts.emplace_back("xl/styles.xml",
                     "<styleSheet xmlns=\"" + main + "\"><numFmts>" + formats +
                         "</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
                         "<cellXfs><xf numFmtId=\"0\"/>" +
                         styles + "</cellXfs></styleSheet>");
  parts.emplace_back("xl/sharedStrings.xml", "<sst xmlns=\"" + main + "\">" + shared + "</sst>");
  parts.emplace_back("xl/worksheets/sheet1.xml", "<worksheet xmlns=\"" + main + "\"><sheetData>" +
                                                     sheet_data + "</sheetData>" + behind +
                                                     "</worksheet>");
  return parts;
}

void WorkbookParts::add_to(HandmadeZip& zip) const {
  for (auto const& [name, content] : all()) {
    zip.add(name, content);
  }
}

std::string WorkbookParts::bytes() const {
  HandmadeZip zip;
  add_to(zip);
  return zip.bytes();
}

}  // namespace fenghuo::tests
