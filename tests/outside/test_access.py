"""Logging in and out, sessions, cookies, and those who try passwords."""
import http.client
import json
import sqlite3
import threading
import unittest

from fenghuo_client import Client, Server


def login(server, account, password, source="127.0.0.1", headers=None):
    """Status, cookie and body of a login from an address of our own choice."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60, source_address=(source, 0))
    line.request("POST", "/api/v1/session", json.dumps({"account": account, "password": password}),
                 {"Content-Type": "application/json", **(headers or {})})
    answer = line.getresponse()
    body = answer.read()
    cookie = answer.headers.get("Set-Cookie", "")
    line.close()
    return answer.status, cookie, json.loads(body)


class Access(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.admin = cls.server.client()
        for account in ("duty", "victim", "flood"):
            cls.server.open_account(account, "duty_officer", password="correct horse " + account)

    def session(self, account="duty", source="127.0.0.9"):
        status, cookie, _ = login(self.server, account, "correct horse " + account, source)
        self.assertEqual(status, 201)
        return cookie.split(";")[0].split("=", 1)[1]

    def test_the_first_login_is_shown_once_and_works(self):
        status, _, body = login(self.server, "admin", self.server.password, "127.0.0.8")
        self.assertEqual((status, body["account"]), (201, "admin"))
        self.assertEqual(self.server.log().count(self.server.password), 1)

    def test_the_cookie_is_kept_from_scripts_and_other_sites(self):
        _, cookie, body = login(self.server, "duty", "correct horse duty", "127.0.0.9")
        for word in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"):
            self.assertIn(word, cookie)
        self.assertEqual(body["roles"], ["duty_officer"])
        self.assertNotIn("correct horse", json.dumps(body))

    def test_log_out_ends_the_session_at_the_server(self):
        client = Client(self.server, cookie=self.session())
        self.assertEqual(client.get("/api/v1/session").status, 200)
        self.assertEqual(client.delete("/api/v1/session").status, 200)
        self.assertEqual(client.get("/api/v1/session").status, 401)

    def test_a_cookie_does_not_work_for_a_page_of_another_origin(self):
        client = Client(self.server, cookie=self.session())
        body = {"channel": "web", "text": "来自别处的页面"}
        before = self.admin.sequence()
        for origin in ("http://evil.example", "null", f"http://127.0.0.1:{self.server.port + 1}",
                       f"http://127.0.0.1:{self.server.port}.evil.example"):
            with self.subTest(origin=origin):
                answer = client.post("/api/v1/reports", body, headers={"Origin": origin})
                self.assertEqual((answer.status, answer.problem), (403, "not_allowed"), answer)
                gone = client.delete("/api/v1/session", headers={"Origin": origin})
                self.assertEqual(gone.status, 403)
        self.assertEqual(self.admin.sequence(), before)
        ours = client.post("/api/v1/reports", body, headers={"Origin": f"http://127.0.0.1:{self.server.port}"})
        self.assertEqual(ours.status, 201, ours)
        self.assertEqual(client.get("/api/v1/session", headers={"Origin": "http://evil.example"}).status, 200)
        # A token is not sent by browsers on their own: any origin may use it.
        token = self.admin.post("/api/v1/reports", body, headers={"Origin": "http://evil.example"})
        self.assertEqual(token.status, 201)

    def test_of_two_cookies_of_one_name_none_is_mixed_up(self):
        good = self.session()
        client = Client(self.server)
        for header, status in ((f"a=b; fenghuo_session={good}; c=d", 200), (f"xfenghuo_session={good}", 401),
                               (f"a=fenghuo_session={good}", 401), ("fenghuo_session=", 401), (";;;", 401),
                               ("fenghuo_session=" + "A" * 5000, 401)):
            with self.subTest(header=header[:40]):
                self.assertEqual(client.get("/api/v1/session", headers={"Cookie": header}).status, status)

    def test_a_session_ends_an_hour_after_its_last_call_and_twelve_after_login(self):
        for column, microseconds in (("used_at", 3_601_000_000), ("created_at", 43_201_000_000)):
            with self.subTest(column=column):
                client = Client(self.server, cookie=self.session())
                self.assertEqual(client.get("/api/v1/session").status, 200)
                with sqlite3.connect(self.server.data / "secrets.sqlite") as store:
                    store.execute(f"UPDATE session SET {column} = {column} - ?", (microseconds,))
                store.close()
                self.assertEqual(client.get("/api/v1/session").status, 401)

    def test_nothing_secret_lies_in_the_files_as_it_is(self):
        cookie = self.session()
        token = self.server.token("duty")
        for file in self.server.data.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                for secret in (cookie, token, "correct horse duty", self.server.password):
                    self.assertNotIn(secret.encode(), content, file.name)
        self.assertEqual((self.server.data / "secrets.sqlite").stat().st_mode & 0o77, 0)
        self.assertEqual((self.server.data / "admin.sock").stat().st_mode & 0o77, 0)

    def test_a_new_password_ends_all_sessions(self):
        self.server.open_account("changer", "observer", password="correct horse changer")
        client = Client(self.server, cookie=self.session("changer"))
        self.assertEqual(client.put("/api/v1/users/changer/password", {"password": "another one now"}).status, 200)
        self.assertEqual(client.get("/api/v1/session").status, 401)
        self.assertEqual(login(self.server, "changer", "correct horse changer", "127.0.0.7")[0], 401)
        self.assertEqual(login(self.server, "changer", "another one now", "127.0.0.7")[0], 201)

    def test_an_account_that_is_closed_gets_nowhere(self):
        self.server.open_account("leaver", "observer", password="correct horse leaver")
        session = Client(self.server, cookie=self.session("leaver"))
        token = self.server.client("leaver")
        path = "/api/v1/users/leaver"
        self.assertEqual(self.admin.change("POST", path + "/disable", {"reason": "离职"}).status, 200)
        for client in (session, token):
            self.assertEqual(client.get("/api/v1/session").status, 401)
        self.assertEqual(login(self.server, "leaver", "correct horse leaver", "127.0.0.6")[0], 401)
        self.assertEqual(self.admin.change("POST", path + "/enable", {"reason": "返岗"}).status, 200)
        self.assertEqual(token.get("/api/v1/session").status, 200)

    def test_roles_that_are_taken_away_are_gone_at_once(self):
        client = self.server.account("demoted", "dispatcher")
        self.assertEqual(client.post("/api/v1/incidents", {"kind": "fire"}).status, 201)
        done = self.admin.change("PUT", "/api/v1/users/demoted", {"roles": ["observer"], "display_name": "x"})
        self.assertEqual(done.status, 200, done)
        self.assertEqual(client.post("/api/v1/incidents", {"kind": "fire"}).status, 403)

    def test_after_five_wrong_passwords_the_account_waits(self):
        for _ in range(5):
            self.assertEqual(login(self.server, "victim", "a wrong password", "127.0.1.1")[0], 401)
        status, _, body = login(self.server, "victim", "correct horse victim", "127.0.1.2")
        self.assertEqual((status, body["type"]), (429, "/problems/too_many_logins"))
        other = login(self.server, "duty", "correct horse duty", "127.0.1.1")  # the address waits too
        self.assertEqual(other[0], 429)
        self.assertEqual(login(self.server, "duty", "correct horse duty", "127.0.1.3")[0], 201)

    def test_many_wrong_passwords_at_once_are_no_way_around_it(self):
        answers = []

        def attempt(number):
            answers.append(login(self.server, "flood", f"guess number {number}", f"127.0.2.{number + 1}")[0])
        threads = [threading.Thread(target=attempt, args=(i,)) for i in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(set(answers), {401, 429})
        self.assertLessEqual(answers.count(401), 6, answers)

    def test_an_unknown_account_is_told_the_same(self):
        known = login(self.server, "duty", "a wrong password", "127.0.3.1")
        unknown = login(self.server, "nobody.at.all", "a wrong password", "127.0.3.2")
        self.assertEqual(known[0], unknown[0])
        self.assertEqual({k: v for k, v in known[2].items() if k != "request_id"},
                         {k: v for k, v in unknown[2].items() if k != "request_id"})

    def test_accounts_that_cannot_be(self):
        before = self.admin.sequence()
        for body in ({"account": "UPPER", "roles": ["observer"]}, {"account": "a", "roles": ["observer"]},
                     {"account": "x y", "roles": ["observer"]}, {"account": "no.roles", "roles": []},
                     {"account": "teamless", "roles": ["team"]}, {"account": "unteam", "roles": ["observer"], "team": "T-2026-000001"},
                     {"account": "short.password", "roles": ["observer"], "password": "short"},
                     {"account": "tick", "roles": ["observer"]}, {"account": "local", "roles": ["observer"]},
                     {"account": "king", "roles": ["king"]}, {"account": "../admin", "roles": ["observer"]}):
            with self.subTest(body=body):
                answer = self.admin.post("/api/v1/users", body)
                self.assertEqual((answer.status, answer.problem), (400, "malformed"), answer)
        taken = self.admin.post("/api/v1/users", {"account": "duty", "roles": ["commander"]})
        self.assertEqual((taken.status, taken.problem), (409, "name_taken"), taken)
        unknown = self.admin.post("/api/v1/users", {"account": "of.team", "roles": ["team"], "team": "T-2099-000001"})
        self.assertEqual((unknown.status, unknown.problem), (404, "unknown_team"), unknown)
        self.assertEqual(self.admin.sequence(), before)

    def test_a_token_that_has_expired(self):
        made = self.admin.post("/api/v1/tokens", {"label": "kurz", "expires_at": "2020-01-01T00:00:00Z"})
        self.assertEqual(made.status, 201)
        self.assertEqual(Client(self.server, token=made["token"]).get("/api/v1/session").status, 401)


if __name__ == "__main__":
    unittest.main()
