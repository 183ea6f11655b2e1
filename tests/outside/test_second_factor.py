"""The second factor: who is asked for it, how it is enrolled, used, lost and reset."""
import base64
import hashlib
import hmac
import http.client
import json
import struct
import time
import unittest
from urllib.parse import parse_qs, urlparse

from fenghuo_client import Client, Server

PASSWORD = "Correct horse 7 battery"
ELSEWHERE = {"X-Forwarded-For": "10.1.2.3"}  # a proxy on this machine: the caller sits somewhere else


def code_of(secret, away=0):
    """Our own reckoning, so that one who reads only the RFC gets in."""
    step = struct.pack(">Q", int(time.time()) // 30 + away)
    mac = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), step, hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1_000_000:06d}"


class SecondFactor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.admin = cls.server.client()

    def login(self, account, password=PASSWORD, headers=None, **more):
        """Status, client of the session, body."""
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        line.request("POST", "/api/v1/session", json.dumps({"account": account, "password": password, **more}),
                     {"Content-Type": "application/json", "Accept-Language": "en", **(headers or {})})
        answer = line.getresponse()
        body = json.loads(answer.read())
        cookie = answer.headers.get("Set-Cookie", "=").split(";")[0].split("=", 1)[1]
        line.close()
        return answer.status, Client(self.server, cookie=cookie), body

    def account(self, name, role="commander"):
        self.server.open_account(name, role, password=PASSWORD)
        return name

    def enrolled(self, name, role="commander"):
        """An account with a second factor: secret and recovery codes."""
        self.account(name, role)
        _, client, _ = self.login(name)
        secret = client.post("/api/v1/session/second-factor")["secret"]
        done = client.post("/api/v1/session/second-factor/confirm", {"code": code_of(secret, -1)})
        self.assertEqual(done.status, 201, done)
        return secret, done["recovery_codes"]

    def rows(self, kind):
        time.sleep(1.5)  # the log is written once a second
        return self.admin.get(f"/api/v1/security-log?kind={kind}")["items"]

    def test_the_newcomer_of_a_fresh_centre_comes_in_and_the_log_says_how(self):
        status, client, body = self.login("admin", self.server.password)
        self.assertEqual((status, body["must"], body["second_factor"]), (201, None, False))
        self.assertEqual(client.get("/api/v1/incidents").status, 200)
        self.assertTrue(any("WARNING: without a second factor" in r["detail"] for r in self.rows("signed_in")))

    def test_from_elsewhere_an_administrator_may_only_enrol_first(self):
        name = self.account("com.mander")
        status, client, body = self.login(name, headers=ELSEWHERE)
        self.assertEqual((status, body["must"]), (201, "enrol_second_factor"))
        for refused in (client.get("/api/v1/incidents"), client.post("/api/v1/incidents", {"kind": "fire"}),
                        client.post("/api/v1/tokens", {"label": "x"}),
                        client.put(f"/api/v1/users/{name}/password", {"password": "Another 1 now", "current": PASSWORD})):
            self.assertEqual((refused.status, refused.problem), (403, "second_factor_missing"), refused)
        begun = client.post("/api/v1/session/second-factor")
        self.assertEqual(begun.status, 201, begun)
        self.assertEqual(parse_qs(urlparse(begun["uri"]).query)["secret"], [begun["secret"]])
        wrong = client.post("/api/v1/session/second-factor/confirm", {"code": "000000"})
        self.assertEqual((wrong.status, wrong.problem), (403, "wrong_code"), wrong)
        done = client.post("/api/v1/session/second-factor/confirm", {"code": code_of(begun["secret"])})
        self.assertEqual((done.status, len(done["recovery_codes"])), (201, 10), done)
        self.assertEqual(client.get("/api/v1/incidents").status, 200)
        shown = client.get("/api/v1/session")
        self.assertEqual((shown["must"], shown["second_factor"], shown["recovery_codes_left"]), (None, True, 10))
        again = client.post("/api/v1/session/second-factor")
        self.assertEqual((again.status, again.problem), (409, "conflict"))

    def test_others_are_not_asked_for_it_but_may_have_one(self):
        self.account("duty.one", "duty_officer")
        self.assertEqual(self.login("duty.one", headers=ELSEWHERE)[2]["must"], None)
        self.enrolled("duty.two", "duty_officer")
        self.assertEqual(self.login("duty.two")[0], 401)

    def test_the_code_is_asked_for_from_everywhere_and_taken_once(self):
        secret, recovery = self.enrolled("carrier")
        for headers in ({}, ELSEWHERE):
            status, _, body = self.login("carrier", headers=headers)
            self.assertEqual((status, body["type"]), (401, "/problems/second_factor_needed"))
        status, _, body = self.login("carrier", code="000000")
        self.assertEqual((status, body["type"]), (401, "/problems/wrong_code"))
        code = code_of(secret, 1)
        self.assertEqual(self.login("carrier", code=code)[0], 201)
        self.assertEqual(self.login("carrier", code=code)[0], 401)
        self.assertEqual(self.login("carrier", "a wrong password", code=recovery[0])[0], 401)
        self.assertEqual(self.login("carrier", code=recovery[0])[0], 201, "a wrong password takes no code")
        self.assertEqual(self.login("carrier", code=recovery[0])[0], 401)
        self.assertEqual(self.login("carrier", code=recovery[1].lower().replace("-", ""))[2]["recovery_codes_left"], 8)
        self.assertEqual([r["account"] for r in self.rows("recovery_code_used")], ["carrier"] * 2)
        self.assertTrue(any(r["detail"] == "with a second factor" for r in self.rows("signed_in")))

    def test_wrong_codes_lock_as_wrong_passwords_do(self):
        secret, _ = self.enrolled("guessed")
        for _ in range(5):
            self.assertEqual(self.login("guessed", code="000000")[0], 401)
        self.assertEqual(self.login("guessed", code=code_of(secret, 1))[0], 429)

    def test_who_has_lost_it_is_helped_by_a_security_administrator_or_on_the_machine(self):
        self.enrolled("loser")
        keeper = self.server.account("keeper", "security_admin")
        refused = self.server.account("nosy", "commander").delete("/api/v1/users/loser/second-factor")
        self.assertEqual((refused.status, refused.problem), (403, "not_allowed"))
        self.assertEqual(keeper.delete("/api/v1/users/loser/second-factor").status, 200)
        self.assertEqual(keeper.delete("/api/v1/users/loser/second-factor").status, 404)
        self.assertEqual(self.login("loser")[0], 201)
        self.enrolled("loser.two")
        self.assertEqual(self.server.cli("user", "second-factor", "reset", "loser.two").returncode, 0)
        self.assertEqual(self.server.cli("user", "second-factor", "reset", "loser.two").returncode, 3)
        self.assertEqual(self.server.cli("user", "second-factor", "reset", "nobody.known").returncode, 3)
        self.assertEqual(self.login("loser.two")[0], 201)
        self.assertEqual({(r["account"], r["subject"]) for r in self.rows("second_factor_reset")},
                         {("keeper", "loser"), ("local", "loser.two")})

    def test_a_token_enrols_nothing(self):
        client = self.server.account("program", "commander")
        self.assertEqual(client.post("/api/v1/session/second-factor").status, 403)
        self.assertEqual(client.post("/api/v1/session/second-factor/confirm", {"code": "123456"}).status, 403)

    def test_every_step_is_in_the_log_and_no_secret(self):
        secret, recovery = self.enrolled("logged")
        self.login("logged", code=code_of(secret, 1))
        self.assertIn("logged", {r["account"] for r in self.rows("second_factor_begun")})
        self.assertIn("logged", {r["account"] for r in self.rows("second_factor_enrolled")})
        said = self.server.cli("security-log", "dump", "--json").stdout + self.server.log()
        for hidden in (secret, recovery[0], code_of(secret, 1) + '"', PASSWORD):
            self.assertNotIn(hidden, said)
        for file in self.server.data.rglob("*"):
            if file.is_file():
                self.assertNotIn(secret.encode(), file.read_bytes(), file.name)
        self.assertEqual((self.server.data / "second-factor.key").stat().st_mode & 0o777, 0o600)

    def test_the_setting(self):
        for value, role, must in (("off", "commander", None), ("all", "observer", "enrol_second_factor"),
                                  ("administrators", "auditor", "enrol_second_factor")):
            with self.subTest(value=value):
                self.server, kept = Server(environment={"FENGHUO_SECOND_FACTOR": value}), self.server
                self.account("some.one", role)
                self.assertEqual(self.login("some.one", headers=ELSEWHERE)[2]["must"], must)
                self.server = kept


if __name__ == "__main__":
    unittest.main()
