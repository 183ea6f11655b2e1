// What of a call's path the security log may hold. What becomes of each answer: tests/outside/test_security_log.py.
#include "server/http/security_notes.h"

#include <gtest/gtest.h>

namespace fenghuo::server {
namespace {

TEST(SecurityNotes, APathIsKeptButForWhatMayBeASecretInIt) {
  EXPECT_EQ(path_without_secrets("/api/v1/incidents/I-2026-000001/close"),
            "/api/v1/incidents/I-2026-000001/close");
  EXPECT_EQ(path_without_secrets("/api/v1/tokens/fht_abcdef"), "/api/v1/tokens/…");
  EXPECT_EQ(path_without_secrets("/api/v1/users/fht_x/password"), "/api/v1/users/…/password");
  EXPECT_EQ(path_without_secrets("/" + std::string(64, 'a')), "/" + std::string(64, 'a'));
  EXPECT_EQ(path_without_secrets("/" + std::string(65, 'a') + "/b"), "/…/b");
  EXPECT_EQ(path_without_secrets(""), "");
  EXPECT_EQ(path_without_secrets("/"), "/");
}

}  // namespace
}  // namespace fenghuo::server
