#pragma once

#include <span>
#include <string>
#include <string_view>

/// Which files are taken in, and what they may be called.
namespace fenghuo::server {

/// Media types that may be attached: pictures, PDF and OFD, sound, film, text, office documents. Nothing that a
/// browser would run.
std::span<std::string_view const> attachable_types();

/// "image/jpeg" of a Content-Type with or without parameters, in lower case.
std::string media_type_of(std::string_view content_type);

/// Whether the first bytes of a file can be those of the media type; types without a sign of their own always
/// can. `kFirstBytes` are enough. Checked: tests/server/file_rules_test.cc.
inline constexpr std::size_t kFirstBytes = 512;
bool begins_like(std::string_view media_type, std::string_view first_bytes);

/// What is wrong with a name, in words, or "": names are shown, and stored by people under their own systems.
/// Out: no path, no control or direction character, nothing a file system forbids; 1 to 200 bytes of UTF-8.
std::string wrong_with_name(std::string_view name);

/// The Content-Disposition that makes a browser keep a file under this name instead of showing it (RFC 6266).
std::string disposition(std::string_view name);

}  // namespace fenghuo::server
