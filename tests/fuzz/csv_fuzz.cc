// A CSV file as an office's computer may have saved it.
#include "messaging/tables/csv_reader.h"
#include "messaging/tables/table_writer.h"
#include "tests/fuzz/table_rules.h"
#include "tests/fuzz/target.h"

namespace fenghuo::fuzz {

namespace {

std::vector<std::string> seeds() {
  return {
      "姓名,电话,备注\r\n张三,+8613800138000,\"两\r\n行\"\r\n李四,0086,\"a \"\"q\"\"\"\r\n",
      "\xEF\xBB\xBF"
      "a;b\n'=1+1;'@x\n\n;;\n",
      "a\tb\r1\t2\r",
      "\xD0\xD5\xC3\xFB,\xB5\xE7\xBB\xB0\n\xD5\xC5\x95\x33\xA7\x37,119\n",
      std::string{"\xFF\xFE"
                  "a\0,\0b\0\n\0\x3C\xD8\x00\xDC",
                  14},
      std::string{"\xFE\xFF\0a\0,\0b\0\n", 10},
      "\"",
      "'''=\n'\n",
  };
}

std::vector<std::string> words() {
  return {"\"",
          "\"\"",
          ",",
          ";",
          "\t",
          "\r\n",
          "\r",
          "'=",
          "＝",
          "\xEF\xBB\xBF",
          "\xFF\xFE",
          "\xFE\xFF",
          "\x95\x33\xA7\x37",
          "\x81\x30\x81\x30",
          "\xF0\xA0\xAE\xB7",
          std::string(1, '\0')};
}

Verdict judge(std::string_view bytes) {
  messaging::TableLimits limits;
  limits.rows = 1'000;
  limits.columns = 50;
  limits.cell_characters = 100;
  RuledRows first{limits};
  auto const read = messaging::read_csv(bytes, "S", first, limits);
  if (!first.problem.empty()) {
    return {true, first.problem};
  }
  if (!read) {
    bool const told = read.error().code == ErrorCode::InvalidArgument &&
                      read.error().message.starts_with("line ");
    return {false, told ? "" : "refused without a place: " + read.error().message};
  }
  messaging::TableSheet sheet{"S", {}, {}};  // an empty row of titles comes first
  for (auto const& [number, texts] : first.rows) {
    while (sheet.rows.size() + 1 < number) {
      sheet.rows.emplace_back();
    }
    sheet.rows.push_back(texts);
  }
  auto const written = messaging::write_csv(sheet);
  if (!written) {
    return {true, "what was read cannot be written: " + written.error().message};
  }
  limits.rows += 1;
  RuledRows second{limits};
  auto const again = messaging::read_csv(*written, "S", second, limits);
  for (auto& [number, texts] : second.rows) {
    --number;
  }
  bool const same = again && second.rows == first.rows;
  return {true, same ? "" : "what was written reads otherwise: " + *written};
}

}  // namespace

Target const kCsv{"csv", seeds, judge, words};

}  // namespace fenghuo::fuzz

FENGHUO_FUZZ_ENTRY(fenghuo::fuzz::kCsv)
