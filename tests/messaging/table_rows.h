#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messaging/tables/table.h"

namespace fenghuo::tests {

/// What a reader handed over, as texts: "persons!B2 number 12".
class TableRows : public messaging::TableVisitor {
 public:
  bool sheet(messaging::SheetInfo const& info) override;
  bool row(messaging::Row const& row) override;
  void merged(messaging::MergedCells const& cells) override;

  std::vector<std::string> sheets;  ///< "persons", "hidden: lists"
  std::vector<std::string> cells;   ///< "B2 number 12", in the order of the file
  std::vector<std::string> merges;  ///< "A1:B2"
  std::string skipped_sheet;        ///< this one is not wanted
  std::size_t most_rows = 1'000'000;
  std::size_t rows = 0;
};

/// A zip file made by hand, so that it can lie.
class HandmadeZip {
 public:
  struct Lies {
    bool stored = false;
    long long size_off = 0;   ///< added to the unpacked size that the headers tell
    unsigned flags = 0;       ///< 1: encrypted
    std::string crc_of = {};  ///< checksum of other bytes than the content
    int method = -1;          ///< another method than the true one
  };
  void add(std::string const& name, std::string_view content, Lies const& lies);
  void add(std::string const& name, std::string_view content) { add(name, content, Lies{}); }
  /// entries: told in the end record instead of the truth.
  std::string bytes(int entries = -1) const;

 private:
  std::string parts_, directory_;
  int count_ = 0;
};

/// The parts of a workbook with one sheet "S" whose sheetData is given.
struct WorkbookParts {
  std::string sheet_data;
  std::string shared = {};      ///< <si>…</si>…
  std::string formats = {};     ///< <numFmt …/>…
  std::string styles = {};      ///< <xf …/>…
  std::string behind = {};      ///< after sheetData
  std::string properties = {};  ///< attributes of workbookPr
  std::string state = {};       ///< attributes of the sheet
  bool strict = false;

  /// Name and content of every part.
  std::vector<std::pair<std::string, std::string>> all() const;
  void add_to(HandmadeZip& zip) const;
  std::string bytes() const;
};

}  // namespace fenghuo::tests
