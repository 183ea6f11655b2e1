#pragma once

#include <string_view>

/// Files that are built into the program, so that it runs from one file: the sources are docs/openapi.yaml
/// server/page/ and server/access/common_passwords.txt.
namespace fenghuo::server {

std::string_view embedded_openapi();
std::string_view embedded_page();
std::string_view embedded_script();
std::string_view embedded_style();
std::string_view embedded_common_passwords();

}  // namespace fenghuo::server
