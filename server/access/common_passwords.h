#pragma once

#include <string_view>

namespace fenghuo::server {

/// Whether a password is among the first that somebody tries.
///
/// Not a list of passwords but of the words they are made of (common_passwords.txt, some 540), and of the ways
/// in which people make them "strong": letters replaced by signs, capitals, digits and signs around, words twice, runs
/// of the keyboard or the alphabet. At most two known words, whatever digits and signs stand between and around
/// them, are a common password; so is one that is a short piece repeated, and one without four different characters.
///
/// Cost:    some microseconds; a search that is bounded by the password's length.
/// Source:  own list; the ways are those of OWASP ASVS 5.0, V6.2.4 and of GB/T 22239-2019's weak passwords (弱口令).
/// Checked: tests/server/security_profile_test.cc.
bool is_common_password(std::string_view password);

}  // namespace fenghuo::server
