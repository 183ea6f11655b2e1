#include "server/http/file_rules.h"

#include <gtest/gtest.h>

#include <set>

namespace fenghuo::server {
namespace {

TEST(FileRules, TheTypesAreThoseThatABrowserDoesNotRun) {
  std::set<std::string_view> const types{attachable_types().begin(), attachable_types().end()};
  EXPECT_EQ(types.size(), attachable_types().size());
  for (auto const type : {"image/jpeg", "image/png", "application/pdf", "audio/mpeg", "video/mp4",
                          "text/plain", "application/msword"}) {
    EXPECT_TRUE(types.contains(type)) << type;
  }
  for (auto const type : {"text/html", "image/svg+xml", "application/javascript", "text/xml",
                          "application/json", "application/octet-stream", ""}) {
    EXPECT_FALSE(types.contains(type)) << type;
  }
}

TEST(FileRules, AContentTypeIsReadWithoutItsParameters) {
  EXPECT_EQ(media_type_of("IMAGE/Jpeg; q=1"), "image/jpeg");
  EXPECT_EQ(media_type_of(" text/plain ;charset=gbk"), "text/plain");
  EXPECT_EQ(media_type_of(""), "");
}

TEST(FileRules, TheFirstBytesFitTheType) {
  using namespace std::string_literals;
  struct Row {
    std::string type, begins;
  };
  std::vector<Row> const rows{{"image/jpeg", "\xFF\xD8\xFF\xE1"s},
                              {"image/png", "\x89PNG\r\n\x1A\n...."s},
                              {"image/gif", "GIF89a.."s},
                              {"image/webp", "RIFF\x10\0\0\0WEBPVP8 "s},
                              {"image/tiff", "II*\0...."s},
                              {"image/heic",
                               "\0\0\0\x18"
                               "ftypheic"s},
                              {"application/pdf", "%PDF-1.4"s},
                              {"application/ofd", "PK\x03\x04...."s},
                              {"audio/amr", "#!AMR\n"s},
                              {"audio/wav", "RIFF\x10\0\0\0WAVEfmt "s},
                              {"video/mp4",
                               "\0\0\0\x20"
                               "ftypisom"s},
                              {"video/webm", "\x1A\x45\xDF\xA3.."s},
                              {"application/msword", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"s}};
  for (auto const& row : rows) {
    EXPECT_TRUE(begins_like(row.type, row.begins)) << row.type;
    EXPECT_FALSE(begins_like(row.type, "MZ\x90 this is a program")) << row.type;
    EXPECT_FALSE(begins_like(row.type, "")) << row.type;
    EXPECT_FALSE(begins_like(row.type, row.begins.substr(0, 2))) << row.type;
    for (auto const& other : rows) {
      bool const kin =
          other.begins == row.begins || (other.begins.find("ftyp") != std::string::npos &&
                                         row.begins.find("ftyp") != std::string::npos);
      EXPECT_EQ(begins_like(row.type, other.begins), kin) << row.type << " as " << other.type;
    }
  }
  EXPECT_TRUE(begins_like("text/plain", "anything"));
  EXPECT_FALSE(begins_like("text/html", "<html>"));
}

TEST(FileRules, NamesThatHarmAreNamedSo) {
  using namespace std::string_literals;
  for (std::string const& good : {"a"s, "现场照片（东侧）2026-03-01.jpg"s, "a b;c=d'.png"s,
                                  std::string(200, 'x'), "🚒"s, "%2e%2e"s}) {
    EXPECT_EQ(wrong_with_name(good), "") << good;
  }
  for (std::string const& bad : {""s,
                                 "."s,
                                 ".."s,
                                 "a/b"s,
                                 "a\\b"s,
                                 "a:b"s,
                                 "a*b"s,
                                 "a?b"s,
                                 "a|b"s,
                                 "a<b"s,
                                 "a>b"s,
                                 "a\"b"s,
                                 "a\nb"s,
                                 "a\rb"s,
                                 "a\0b"s,
                                 "\x7F"s,
                                 ".hidden"s,
                                 " a"s,
                                 "a "s,
                                 "a."s,
                                 "a\u202Eb"s,
                                 "a\u200Bb"s,
                                 "a\u2028b"s,
                                 "a\uFEFF"s,
                                 "a\u0085"s,
                                 "\xFF\xFE"s,
                                 "\xE7\x8E"s,
                                 "\xC0\xAF"s,
                                 std::string(201, 'x')}) {
    EXPECT_NE(wrong_with_name(bad), "") << bad;
  }
}

TEST(FileRules, TheDispositionIsOneSafeLine) {
  EXPECT_EQ(disposition("a-b_1.jpg"),
            "attachment; filename=\"a-b_1.jpg\"; filename*=UTF-8''a-b_1.jpg");
  EXPECT_EQ(disposition("东 1.jpg"),
            "attachment; filename=\"__1.jpg\"; filename*=UTF-8''%E4%B8%9C%201.jpg");
  std::string const line = disposition("a\"; x=\r\n");
  EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos);
  EXPECT_EQ(line.find("x="), std::string::npos);
}

}  // namespace
}  // namespace fenghuo::server
