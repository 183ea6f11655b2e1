"""Logging in and out, sessions, cookies, and those who try passwords."""
import http.client
import json
import sqlite3
import threading
import unittest

from fenghuo_client import Client, Server, run
from fenghuo_feed import Feed

PASSWORD = "Correct horse 7 battery"


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
            cls.server.open_account(account, "duty_officer", password=PASSWORD)

    def session(self, account="duty", source="127.0.0.9"):
        status, cookie, _ = login(self.server, account, PASSWORD, source)
        self.assertEqual(status, 201)
        return cookie.split(";")[0].split("=", 1)[1]

    def test_the_first_login_is_shown_once_and_works(self):
        status, _, body = login(self.server, "admin", self.server.password, "127.0.0.8")
        self.assertEqual((status, body["account"]), (201, "admin"))
        self.assertEqual(self.server.log().count(self.server.password), 1)

    def test_the_cookie_is_kept_from_scripts_and_other_sites(self):
        _, cookie, body = login(self.server, "duty", PASSWORD, "127.0.0.9")
        for word in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"):
            self.assertIn(word, cookie)
        self.assertEqual(body["roles"], ["duty_officer"])
        self.assertNotIn("Correct horse", json.dumps(body))

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

    def test_a_session_ends_when_it_was_not_used_or_is_old(self):
        # Beside the injected clock of tests/server/secrets_test.cc: a file that says so, after a restart.
        server = Server()
        server.open_account("clerk", "observer", password=PASSWORD)
        for column, microseconds in (("used_at", 1_801_000_000), ("created_at", 43_201_000_000)):
            with self.subTest(column=column):
                cookie = login(server, "clerk", PASSWORD)[1].split(";")[0].split("=", 1)[1]
                self.assertEqual(Client(server, cookie=cookie).get("/api/v1/session").status, 200)
                server.stop()
                with sqlite3.connect(server.data / "secrets.sqlite") as store:
                    store.execute(f"UPDATE session SET {column} = {column} - ?", (microseconds,))
                store.close()
                server.restart()
                self.assertEqual(Client(server, cookie=cookie).get("/api/v1/session").status, 401)

    def test_nothing_secret_lies_in_the_files_as_it_is(self):
        cookie = self.session()
        token = self.server.token("duty")
        for file in self.server.data.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                for secret in (cookie, token, PASSWORD, self.server.password):
                    self.assertNotIn(secret.encode(), content, file.name)
        self.assertEqual((self.server.data / "secrets.sqlite").stat().st_mode & 0o77, 0)
        self.assertEqual((self.server.data / "admin.sock").stat().st_mode & 0o77, 0)

    def test_a_new_password_ends_all_sessions(self):
        self.server.open_account("changer", "observer", password=PASSWORD)
        client = Client(self.server, cookie=self.session("changer"))
        self.assertEqual(client.put("/api/v1/users/changer/password",
                                    {"password": "Another 1 now", "current": PASSWORD}).status, 200)
        self.assertEqual(client.get("/api/v1/session").status, 401)
        self.assertEqual(login(self.server, "changer", PASSWORD, "127.0.0.7")[0], 401)
        self.assertEqual(login(self.server, "changer", "Another 1 now", "127.0.0.7")[0], 201)

    def test_an_account_that_is_closed_gets_nowhere(self):
        self.server.open_account("leaver", "observer", password=PASSWORD)
        session = Client(self.server, cookie=self.session("leaver"))
        token = self.server.client("leaver")
        path = "/api/v1/users/leaver"
        self.assertEqual(self.admin.change("POST", path + "/disable", {"reason": "离职"}).status, 200)
        for client in (session, token):
            self.assertEqual(client.get("/api/v1/session").status, 401)
        self.assertEqual(login(self.server, "leaver", PASSWORD, "127.0.0.6")[0], 401)
        self.assertEqual(self.admin.change("POST", path + "/enable", {"reason": "返岗"}).status, 200)
        self.assertEqual(token.get("/api/v1/session").status, 200)

    def test_roles_that_are_taken_away_are_gone_at_once(self):
        client = self.server.account("demoted", "dispatcher")
        self.assertEqual(client.post("/api/v1/incidents", {"kind": "fire"}).status, 201)
        done = self.admin.change("PUT", "/api/v1/users/demoted", {"roles": ["observer"], "display_name": "x"})
        self.assertEqual(done.status, 200, done)
        self.assertEqual(client.post("/api/v1/incidents", {"kind": "fire"}).status, 403)

    def test_the_sixth_try_is_refused_with_the_right_password_too(self):
        for _ in range(5):
            self.assertEqual(login(self.server, "victim", "a wrong password", "127.0.1.1")[0], 401)
        status, _, body = login(self.server, "victim", PASSWORD, "127.0.1.1")
        self.assertEqual((status, body["type"]), (429, "/problems/too_many_logins"))
        # Neither a colleague behind the same address nor the owner at another one is shut out.
        self.assertEqual(login(self.server, "duty", PASSWORD, "127.0.1.1")[0], 201)
        self.assertEqual(login(self.server, "victim", PASSWORD, "127.0.1.2")[0], 201)
        # Whoever owns the machine lifts it.
        self.assertEqual(self.server.cli("user", "passwd", "victim").returncode, 0)
        self.assertEqual(login(self.server, "victim", "a wrong password", "127.0.1.1")[0], 401)

    def attempts(self, account, sources):
        answers = []

        def attempt(number, source):
            answers.append(login(self.server, account, f"guess number {number}", source)[0])
        threads = [threading.Thread(target=attempt, args=pair) for pair in enumerate(sources)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLessEqual(set(answers), {401, 429})
        return answers.count(401)

    def test_many_wrong_passwords_at_once_are_no_way_around_it(self):
        self.assertEqual(self.attempts("flood", ["127.0.2.1"] * 16), 5)
        self.server.open_account("flood2", "observer", password=PASSWORD)
        self.assertEqual(self.attempts("flood2", [f"127.0.2.{i + 10}" for i in range(28)]), 20)
        self.assertEqual(login(self.server, "flood2", PASSWORD, "127.0.2.99")[0], 429)

    def test_ones_own_password_asks_for_the_present_one(self):
        self.server.open_account("mover", "observer", password=PASSWORD)
        client = Client(self.server, cookie=self.session("mover"))
        path = "/api/v1/users/mover/password"
        for body in ({"password": "Another 1 now"}, {"password": "Another 1 now", "current": "guessed"}):
            refused = client.put(path, body)
            self.assertEqual((refused.status, refused.problem), (403, "wrong_password"), refused)
        for password in (PASSWORD, "Mover 1 now", "weak", "Admin@123"):
            refused = client.put(path, {"password": password, "current": PASSWORD})
            self.assertEqual((refused.status, refused.problem), (400, "malformed"), refused)
        for _ in range(3):
            client.put(path, {"password": "Another 1 now", "current": "guessed"})
        locked = client.put(path, {"password": "Another 1 now", "current": PASSWORD})
        self.assertEqual((locked.status, locked.problem), (429, "too_many_logins"), locked)

    def test_a_password_of_ninety_days_is_good_for_a_new_one_only(self):
        server = Server()
        server.open_account("clerk", "dispatcher", password=PASSWORD)
        server.stop()
        with sqlite3.connect(server.data / "secrets.sqlite") as store:
            store.execute("UPDATE password SET changed_at = changed_at - ?", (91 * 86_400_000_000,))
        store.close()
        server.restart()
        status, cookie, body = login(server, "clerk", PASSWORD)
        self.assertEqual((status, body["must"]), (201, "change_password"))
        client = Client(server, cookie=cookie.split(";")[0].split("=", 1)[1])
        self.assertEqual(client.get("/api/v1/session")["must"], "change_password")
        for refused in (client.get("/api/v1/incidents"), client.post("/api/v1/incidents", {"kind": "fire"}),
                        client.post("/api/v1/tokens", {"label": "x"}), client.get("/api/v1/events"),
                        client.get("/api/v1/sessions")):
            self.assertEqual((refused.status, refused.problem), (403, "password_too_old"), refused)
        done = client.put("/api/v1/users/clerk/password", {"password": "Another 1 now", "current": PASSWORD})
        self.assertEqual(done.status, 200, done)
        status, cookie, body = login(server, "clerk", "Another 1 now")
        self.assertEqual((status, body["must"]), (201, None))

    def test_the_other_profile_asks_for_length(self):
        server = Server(environment={"FENGHUO_SECURITY_PROFILE": "asvs"})
        self.assertGreaterEqual(len(server.password), 15)
        admin = server.client()
        for password, status in (("Xk7-bqvt", 400), ("passwordpassword", 400), ("vrtqzkpwmxbnhgf", 201)):
            made = admin.post("/api/v1/users", {"account": "n" + str(len(password)), "roles": ["observer"], "password": password})
            self.assertEqual(made.status, status, made)
        self.assertEqual(login(server, "n15", "vrtqzkpwmxbnhgf")[2]["must"], None)
        wrong = run("config", "show", environment={"FENGHUO_SECURITY_PROFILE": "lax"})
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("mlps3 or asvs", wrong.stderr)

    def test_sessions_are_listed_and_ended(self):
        for account in ("lister", "keeper", "other"):
            self.server.open_account(account, "security_admin" if account == "keeper" else "observer", password=PASSWORD)
        sessions = [Client(self.server, cookie=self.session("lister")) for _ in range(6)]
        self.assertEqual(sessions[0].get("/api/v1/session").status, 401, "at most five, the oldest ended")
        mine = sessions[5].get("/api/v1/sessions")["items"]
        self.assertEqual([s["account"] for s in mine], ["lister"] * 5)
        self.assertEqual([s["current"] for s in mine], [False] * 4 + [True])
        self.assertEqual(mine[0]["peer"], "127.0.0.9")
        other = Client(self.server, cookie=self.session("other"))
        self.assertEqual(other.delete(f"/api/v1/sessions/{mine[1]['id']}").status, 404)
        self.assertEqual(sessions[5].delete(f"/api/v1/sessions/{mine[0]['id']}").status, 200)
        self.assertEqual(sessions[1].get("/api/v1/session").status, 401)
        keeper = Client(self.server, cookie=self.session("keeper"))
        self.assertIn("lister", {s["account"] for s in keeper.get("/api/v1/sessions")["items"]})
        self.assertEqual(keeper.delete(f"/api/v1/sessions/{mine[1]['id']}").status, 200)
        self.assertEqual(sessions[2].get("/api/v1/session").status, 401)
        self.assertEqual(sessions[3].get("/api/v1/session").status, 200)
        self.assertEqual(keeper.delete("/api/v1/sessions/nothing").status, 404)

    def test_a_feed_ends_with_what_opened_it(self):
        for how in ("log_out", "end", "password", "disable", "revoke"):
            with self.subTest(how=how):
                account = "reader." + how
                self.server.open_account(account, "observer", password=PASSWORD)
                client = Client(self.server, cookie=self.session(account))
                if how == "revoke":
                    made = client.post("/api/v1/tokens", {"label": "feed"})
                    feed = Feed(Client(self.server, token=made["token"]))
                else:
                    feed = Feed(client)
                other = Feed(self.admin)
                self.assertTrue(feed.wait_open(20))
                self.assertTrue(other.wait_open(20))
                if how == "log_out":
                    client.delete("/api/v1/session")
                elif how == "end":
                    client.delete("/api/v1/sessions/" + client.get("/api/v1/sessions")["items"][0]["id"])
                elif how == "password":
                    self.server.cli("user", "passwd", account)
                elif how == "disable":
                    self.admin.change("POST", f"/api/v1/users/{account}/disable", {"reason": "离职"})
                    self.admin.change("POST", f"/api/v1/users/{account}/enable", {"reason": "返岗"})
                    self.assertEqual(client.get("/api/v1/session").status, 401, "let in again, it logs in anew")
                else:
                    client.delete("/api/v1/tokens/" + made["id"])
                self.assertTrue(feed.wait_closed(30))
                self.assertFalse(other.closed)
                other.close()

    def test_an_unknown_account_is_told_the_same(self):
        known = login(self.server, "duty", "a wrong password", "127.0.3.1")
        unknown = login(self.server, "nobody.at.all", "a wrong password", "127.0.3.2")
        self.assertEqual(known[0], unknown[0])
        self.assertEqual({k: v for k, v in known[2].items() if k != "request_id"},
                         {k: v for k, v in unknown[2].items() if k != "request_id"})

    def test_accounts_that_cannot_be(self):
        before = self.admin.sequence()
        for body in ({"account": "UPPER", "roles": ["observer"]}, {"account": "a", "roles": ["observer"]},
                     {"account": "x y", "roles": ["observer"]}, {"roles": ["observer"]},
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
