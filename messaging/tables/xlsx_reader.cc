#include "messaging/tables/xlsx_reader.h"

#include <algorithm>
#include <map>
#include <vector>

#include "messaging/tables/xlsx_sheet.h"
#include "messaging/tables/xlsx_strings.h"
#include "messaging/tables/xlsx_styles.h"
#include "messaging/tables/xml_part.h"
#include "messaging/tables/zip_parts.h"

namespace fenghuo::messaging {

namespace {

/// Longer is no name of a part or a sheet (Excel: 31 characters), and is not kept.
constexpr std::size_t kLongestName = 1'024;

constexpr char const* kSaveAgain = "; open it in Excel or WPS and save it again as .xlsx";

/// The parts that a part refers to.
class Relationships : public XmlVisitor {
 public:
  struct Target {
    std::string type;  ///< the last word of the type: "worksheet"
    std::string part;
  };

  /// base: the folder of the part, with its slash.
  Relationships(std::string base, std::uint64_t most) : base_{std::move(base)}, most_{most} {}

  void open(std::string_view name, XmlAttributes const& attributes) override {
    if (name != "Relationship" || attributes.get("TargetMode", "") == "External") {
      return;
    }
    std::string_view const type = attributes.get("Type", "");
    if (std::max({type.size(), attributes.get("Id", "").size(),
                  attributes.get("Target", "").size()}) > kLongestName) {
      fail("the name of a part is too long; save the file again as .xlsx");
      return;
    }
    targets_[std::string{attributes.get("Id", "")}] = {
        std::string{type.substr(type.rfind('/') + 1)}, resolved(attributes.get("Target", ""))};
    if (targets_.size() > most_) {
      fail("the workbook has too many parts; copy its values into a new one");
    }
  }
  void close(std::string_view /*name*/) override {}

  Target const* find(std::string_view id) const {
    auto const found = targets_.find(id);
    return found == targets_.end() ? nullptr : &found->second;
  }
  /// The first one of a type.
  Target const* of_type(std::string_view type) const {
    for (auto const& [id, target] : targets_) {
      if (target.type == type) {
        return &target;
      }
    }
    return nullptr;
  }

 private:
  /// "../x" and "/x" as seen from the base. What leads nowhere is not found later on.
  std::string resolved(std::string_view target) const {
    if (target.starts_with('/')) {
      return std::string{target.substr(1)};
    }
    std::string folder = base_;
    while (target.starts_with("../") || target.starts_with("./")) {
      if (target[1] == '.' && !folder.empty()) {
        folder.pop_back();
        folder.erase(folder.rfind('/') + 1);
      }
      target.remove_prefix(target.find('/') + 1);
    }
    return folder.append(target);
  }

  std::string base_;
  std::uint64_t most_;
  std::map<std::string, Target, std::less<>> targets_;
};

/// The part of the workbook itself: its sheets and its date system.
class WorkbookPart : public XmlVisitor {
 public:
  struct Sheet {
    std::string name, id;
    bool hidden = false;
  };

  explicit WorkbookPart(std::uint64_t most) : most_{most} {}

  void open(std::string_view name, XmlAttributes const& attributes) override {
    is_workbook_ = is_workbook_ || name == "workbook";
    if (name == "workbookPr") {
      auto const value = attributes.get("date1904", "0");
      from_1904_ = value == "1" || value == "true";
    } else if (name == "sheet" && std::max(attributes.get("name", "").size(),
                                           attributes.relationship().size()) > kLongestName) {
      fail("the name of a sheet is too long; shorten it to 31 characters");
    } else if (name == "sheet") {
      sheets_.push_back({std::string{attributes.get("name", "")},
                         std::string{attributes.relationship()},
                         attributes.get("state", "visible") != "visible"});
      if (sheets_.size() > most_) {
        fail("the workbook has more than " + std::to_string(most_) +
             " sheets; split it into several");
      }
    }
  }
  void close(std::string_view /*name*/) override {}

  bool is_workbook() const { return is_workbook_; }
  bool from_1904() const { return from_1904_; }
  std::vector<Sheet> const& sheets() const { return sheets_; }

 private:
  std::uint64_t most_;
  std::vector<Sheet> sheets_;
  bool is_workbook_ = false;
  bool from_1904_ = false;
};

Error no_workbook() {
  return {ErrorCode::InvalidArgument, std::string{"the file holds no workbook"} + kSaveAgain};
}

/// "xl/_rels/workbook.xml.rels" for "xl/workbook.xml".
std::string relationships_of(std::string const& part) {
  auto const name = part.rfind('/') + 1;
  return part.substr(0, name) + "_rels/" + part.substr(name) + ".rels";
}

class WorkbookReader {
 public:
  WorkbookReader(ZipParts& parts, TableVisitor& visitor, TableLimits const& limits)
      : parts_{parts}, visitor_{visitor}, limits_{limits} {}

  Result<void> read() {
    if (parts_.has("mimetype")) {
      return Error{ErrorCode::InvalidArgument,
                   "the file is an OpenDocument (.ods); open it and save it as .xlsx"};
    }
    if (!parts_.has("_rels/.rels")) {
      return no_workbook();
    }
    Relationships package{"", limits_.entries};
    if (auto const done = read_xml(parts_, "_rels/.rels", package); !done) {
      return done.error();
    }
    auto const* const target = package.of_type("officeDocument");
    if (target == nullptr) {
      return no_workbook();
    }
    if (target->part.ends_with(".bin")) {
      return Error{ErrorCode::InvalidArgument,
                   "the file is a binary workbook (.xlsb); open it and save it as .xlsx"};
    }
    return read_workbook(target->part);
  }

 private:
  Result<void> read_workbook(std::string const& part) {
    WorkbookPart workbook{limits_.sheets};
    if (auto const done = read_xml(parts_, part, workbook); !done) {
      return done.error();
    }
    if (!workbook.is_workbook()) {
      return no_workbook();
    }
    Relationships related{part.substr(0, part.rfind('/') + 1), limits_.entries};
    if (auto const done = read_xml(parts_, relationships_of(part), related); !done) {
      return done.error();
    }
    XlsxStyles styles;
    XlsxStrings strings{limits_};
    for (auto const& [type, reader] :
         {std::pair<char const*, XmlVisitor*>{"styles", &styles}, {"sharedStrings", &strings}}) {
      auto const* const target = related.of_type(type);
      if (target == nullptr) {
        continue;
      }
      if (auto const done = read_xml(parts_, target->part, *reader); !done) {
        return done.error();
      }
    }
    return read_sheets(workbook, related, {strings, styles, workbook.from_1904()});
  }

  Result<void> read_sheets(WorkbookPart const& workbook, Relationships const& related,
                           XlsxShared shared) {
    std::size_t index = 0;
    for (auto const& sheet : workbook.sheets()) {
      auto const* const target = related.find(sheet.id);
      if (target == nullptr) {
        return Error{ErrorCode::InvalidArgument,
                     "the part of sheet " + sheet.name + " is missing" + kSaveAgain};
      }
      if (target->type != "worksheet") {
        continue;  // a chart, a dialogue
      }
      SheetInfo const info{sheet.name, index++, sheet.hidden};
      if (!visitor_.sheet(info)) {
        continue;
      }
      XlsxSheet reader{info, shared, visitor_, limits_};
      if (auto const done = read_xml(parts_, target->part, reader); !done) {
        return done.error();
      }
      if (reader.left()) {
        return {};
      }
    }
    return {};
  }

  ZipParts& parts_;
  TableVisitor& visitor_;
  TableLimits const& limits_;
};

Result<void> read_parts(Result<ZipParts> parts, TableVisitor& visitor, TableLimits const& limits) {
  if (!parts) {
    return parts.error();
  }
  return WorkbookReader{*parts, visitor, limits}.read();
}

}  // namespace

Result<void> read_xlsx(std::string_view bytes, TableVisitor& visitor, TableLimits const& limits) {
  return read_parts(ZipParts::of_bytes(bytes, limits), visitor, limits);
}

Result<void> read_xlsx_file(std::filesystem::path const& file, TableVisitor& visitor,
                            TableLimits const& limits) {
  return read_parts(ZipParts::of_file(file, limits), visitor, limits);
}

}  // namespace fenghuo::messaging
