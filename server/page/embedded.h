#pragma once

#include <string_view>

/// Files that are built into the program, so that it runs from one file: the sources are docs/openapi.yaml
/// and server/page/.
namespace fenghuo::server {

std::string_view embedded_openapi();
std::string_view embedded_page();
std::string_view embedded_script();
std::string_view embedded_style();

}  // namespace fenghuo::server
