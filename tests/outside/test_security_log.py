"""The security log from outside: a row for every refusal, sign-in and read of personal data, no secret in it; and the
anchors, which find what no hash chain can."""
import http.client
import json
import re
import shutil
import sqlite3
import subprocess
import time
import unittest

from fenghuo_client import Client, Server, fresh_folder, run
from test_access import login

CALLER = "13900001234"
MUTATING = ("POST", "PUT", "PATCH", "DELETE")


def cut(file, table, keep):
    """Takes the rows after `keep` out and makes the head fit, as somebody who knows the format would."""
    with sqlite3.connect(file) as store:
        triggers = store.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger' ORDER BY rowid").fetchall()
        for name, _ in triggers:
            store.execute(f"DROP TRIGGER {name}")
        store.execute(f"DELETE FROM {table} WHERE sequence > ?", (keep,))
        store.execute(f"UPDATE head SET sequence = ?, hash = (SELECT hash FROM {table} WHERE sequence = ?)", (keep, keep))
        for _, sql in triggers:
            store.execute(sql)
    store.close()


class Rows(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.admin = cls.server.client()
        cls.dispatcher = cls.server.account("dispatcher", "dispatcher")
        cls.auditor = cls.server.account("auditor", "auditor")
        cls.observer = cls.server.account("observer", "observer")
        cls.gateway = cls.server.account("gateway", "gateway")
        cls.server.open_account("duty", "duty_officer", password="correct horse duty")
        cls.server.open_account("victim", "duty_officer", password="correct horse victim")

    def rows(self, client=None, **query):
        items, cursor = [], None
        while True:
            words = {**query, "limit": 500, **({"cursor": cursor} if cursor else {})}
            answer = (client or self.auditor).get("/api/v1/security-log?" + "&".join(f"{k}={v}" for k, v in words.items()))
            self.assertEqual(answer.status, 200, answer)
            items += answer["items"]
            cursor = answer["next_cursor"]
            if cursor is None:
                return items

    def one_row(self, answer, kind="refused"):
        """The one row of a call."""
        found = [r for r in self.rows() if r["request_id"] == answer.headers["X-Request-Id"]]
        self.assertEqual([r["kind"] for r in found], [kind], answer)
        return found[0]

    def test_every_mutating_operation_that_is_refused_gives_exactly_one_row(self):
        strangers = Client(self.server, token="fht_" + "A" * 43)
        answers = []
        for method, path, operation in self.server.description.operations:
            if method not in MUTATING or operation["x-permission"] == "none":
                continue
            target = re.sub(r"\{[a-z]+\}", "X-1", path)
            answers.append((strangers.call(method, target, raw=b"{}"), 401, "", target))
            if operation["x-permission"] not in ("signed_in", "read"):
                # An auditor may nothing that changes anything.
                answers.append((self.auditor.call(method, target, raw=b"{}"), 403, "auditor", target))
        self.assertGreater(len(answers), 50)
        rows = {}
        for row in self.rows():
            rows.setdefault(row["request_id"], []).append(row)
        for answer, status, account, target in answers:
            self.assertEqual(answer.status, status, answer)
            mine = rows.get(answer.headers["X-Request-Id"], [])
            self.assertEqual(len(mine), 1, (answer, mine))
            self.assertEqual((mine[0]["kind"], mine[0]["account"], mine[0]["subject"], mine[0]["outcome"],
                              mine[0]["peer"]), ("refused", account, target, answer.problem, "127.0.0.1"))

    def test_refusals_by_the_rules(self):
        made = self.dispatcher.post("/api/v1/incidents", {"kind": "fire", "title": "一"}, key="first")
        path = f"/api/v1/incidents/{made['incident']['id']}"
        other = self.dispatcher.post("/api/v1/incidents", {"kind": "fire", "title": "二"}, key="first")
        self.assertEqual((other.status, self.one_row(other)["outcome"]), (422, "id_reused"))
        without = self.dispatcher.patch(path, {"title": "三"})
        self.assertEqual((without.status, self.one_row(without)["outcome"]), (428, "if_match_required"))
        stale = self.dispatcher.patch(path, {"title": "三"}, if_match='"1"')
        self.assertEqual((stale.status, self.one_row(stale)["outcome"]), (412, "stale_revision"))
        done = self.dispatcher.change("POST", path + "/close", {"outcome": "结束"})
        self.assertEqual(done.status, 200, done)
        closed = self.dispatcher.change("POST", path + "/close", {"outcome": "结束"})
        self.assertEqual((closed.status, self.one_row(closed)["outcome"]), (409, closed.problem))
        unknown = self.dispatcher.call("POST", "/api/v1/incidents/I-2099-000001/close", {"outcome": "x"}, if_match="*")
        row = self.one_row(unknown)
        self.assertEqual((row["outcome"], row["account"], row["role"]), ("unknown_incident", "dispatcher", "dispatcher"))
        self.assertIn("404", row["detail"])

    def test_what_is_no_refusal_of_a_person_leaves_no_row(self):
        calls = [Client(self.server).get("/api/v1/incidents"),  # no credentials
                 self.dispatcher.get("/api/v1/nothing"), self.dispatcher.post("/api/v1/reports", {"channel": "x"}),
                 self.dispatcher.get("/api/v1/incidents"), self.dispatcher.get("/healthz")]
        ids = {c.headers["X-Request-Id"] for c in calls}
        self.assertEqual([r for r in self.rows() if r["request_id"] in ids], [])

    def test_sign_ins_failures_locks_and_the_end(self):
        self.assertEqual(login(self.server, "duty", "correct horse duty", "127.0.0.9")[0], 201)
        row = self.rows(kind="signed_in", account="duty")[0]
        self.assertEqual((row["peer"], row["outcome"]), ("127.0.0.9", "done"))
        for _ in range(5):
            login(self.server, "victim", "a wrong password", "127.0.1.1")
        self.assertEqual(len(self.rows(kind="sign_in_failed", account="victim")), 5)
        self.assertEqual(login(self.server, "victim", "correct horse victim", "127.0.1.2")[0], 429)
        locked = self.rows(kind="locked", account="victim")
        self.assertEqual([(r["peer"], r["outcome"]) for r in locked], [("127.0.1.2", "too_many_logins")])
        _, cookie, _ = login(self.server, "duty", "correct horse duty", "127.0.0.9")
        client = Client(self.server, cookie=cookie.split(";")[0].split("=", 1)[1])
        gone = client.delete("/api/v1/session")
        self.assertEqual(self.one_row(gone, "signed_out")["account"], "duty")

    def test_accounts_tokens_and_passwords_by_api_and_on_the_machine(self):
        before = self.rows()[0]["sequence"]
        opened = self.admin.post("/api/v1/users", {"account": "by.api", "roles": ["observer"], "password": "a long password"})
        self.assertEqual(self.one_row(opened, "account_opened")["subject"], "by.api")
        for kind, method, path, body in (("account_changed", "PUT", "", {"roles": ["auditor"]}),
                                         ("account_disabled", "POST", "/disable", {"reason": "x"}),
                                         ("account_enabled", "POST", "/enable", {"reason": "x"})):
            done = self.admin.change(method, "/api/v1/users/by.api" + path, body)
            self.assertEqual((done.status, self.one_row(done, kind)["subject"]), (200, "by.api"))
        done = self.admin.put("/api/v1/users/by.api/password", {"password": "another long password"})
        self.assertEqual(self.one_row(done, "password_set")["subject"], "by.api")
        token = self.admin.post("/api/v1/tokens", {"label": "x"})
        self.assertEqual(self.one_row(token, "token_created")["subject"], token["id"])
        done = self.admin.delete(f"/api/v1/tokens/{token['id']}")
        self.assertEqual(self.one_row(done, "token_revoked")["subject"], token["id"])
        self.server.open_account("by.hand", "observer", password="correct horse by hand")
        for arguments in (("user", "disable", "by.hand"), ("user", "enable", "by.hand"), ("token", "create", "by.hand"),
                          ("user", "passwd", "by.hand"), ("user", "disable", "nobody.known")):
            self.server.cli(*arguments)
        local = [(r["kind"], r["subject"]) for r in reversed(self.rows(account="local")) if r["sequence"] > before]
        self.assertEqual(local, [("account_opened", "by.hand"), ("account_disabled", "by.hand"),
                                 ("account_enabled", "by.hand"), ("token_created", "by.hand"),
                                 ("password_set", "by.hand"), ("refused", "nobody.known")])

    def test_reads_of_reports_with_a_caller_are_told_once(self):
        first = self.dispatcher.post("/api/v1/reports", {"channel": "119", "text": "烟", "caller": CALLER})["report"]["id"]
        second = self.dispatcher.post("/api/v1/reports", {"channel": "119", "text": "火", "caller": CALLER})["report"]["id"]
        none = self.dispatcher.post("/api/v1/reports", {"channel": "119", "text": "无"})["report"]["id"]
        reader = self.server.account("reader", "duty_officer")

        def told():
            return [r["detail"] for r in reversed(self.rows(kind="personal_data_read", account="reader"))]
        for report in (none, first, first):
            self.assertEqual(reader.get(f"/api/v1/reports/{report}").status, 200)
        self.assertEqual(told(), [first])
        for _ in range(2):
            reader.get("/api/v1/reports?limit=500")
        self.assertEqual(told()[0], first)
        rest = " ".join(told()[1:]).split()
        self.assertIn(second, rest)
        self.assertNotIn(first, rest)
        self.assertNotIn(none, rest)
        self.assertEqual(len(rest), len(set(rest)))

    def test_who_may_read_and_that_it_is_told(self):
        for path in ("/api/v1/security-log", "/api/v1/security-log/anchors"):
            for client in (self.dispatcher, self.observer, self.gateway):
                refused = client.get(path)
                self.assertEqual((refused.status, self.one_row(refused)["subject"]), (403, path))
            read = self.auditor.get(path + "?limit=1")
            row = self.one_row(read, "log_read")
            self.assertEqual((row["account"], row["subject"], row["detail"]), ("auditor", path, "limit=1"))

    def test_filters_and_pages(self):
        self.dispatcher.patch("/api/v1/incidents/I-2099-000001", {}, if_match="*")
        everything = self.rows()
        self.assertEqual([r["sequence"] for r in everything], sorted((r["sequence"] for r in everything), reverse=True))
        page = self.auditor.get("/api/v1/security-log?limit=3")
        following = self.auditor.get(f"/api/v1/security-log?limit=3&cursor={page['next_cursor']}")
        self.assertEqual(following["items"][0]["sequence"], page["items"][-1]["sequence"] - 1)
        middle = everything[len(everything) // 2]
        until = self.rows(until=middle["time"].replace("+", "%2B"))
        since = self.rows(**{"from": middle["time"].replace("+", "%2B")})
        self.assertTrue(all(r["sequence"] < middle["sequence"] for r in until))
        self.assertIn(middle["sequence"], [r["sequence"] for r in since])
        for wrong in ("kind=nothing", "from=yesterday", "limit=0", "limit=501", "cursor=x", "sort=up"):
            with self.subTest(wrong=wrong):
                self.assertEqual(self.auditor.get("/api/v1/security-log?" + wrong).status, 400)

    def test_no_secret_is_in_it(self):
        token = self.server.token("observer")
        _, cookie, _ = login(self.server, "duty", "correct horse duty", "127.0.0.5")
        session = cookie.split(";")[0].split("=", 1)[1]
        login(self.server, "my secret password", "whatever it is", "127.0.0.4")  # typed into the wrong field
        self.observer.delete("/api/v1/tokens/" + token)
        self.observer.post("/api/v1/users/" + token + "/disable", {"reason": "x"})
        Client(self.server, token="fht_wrong" + "B" * 30).get("/api/v1/tokens?token=" + token)
        self.dispatcher.post("/api/v1/reports", {"channel": "119", "text": "烟", "caller": CALLER})
        self.observer.get("/api/v1/reports")
        self.admin.put("/api/v1/users/observer/password", {"password": "quite another password"})
        self.rows()  # what waits is written
        dump = self.server.cli("security-log", "dump", "--json")
        self.assertEqual(dump.returncode, 0, dump.stderr)
        self.assertGreater(len(dump.stdout.splitlines()), 20)
        files = "".join(f.read_bytes().decode(errors="replace") for f in self.server.data.glob("security.sqlite*"))
        for secret in (token, session, "correct horse", "my secret password", "quite another", "fht_wrong", CALLER,
                       self.server.password):
            self.assertNotIn(secret, dump.stdout)
            self.assertNotIn(secret, files)
        self.assertIn("exported", self.server.cli("security-log", "dump").stdout)

    def test_exports_are_told(self):
        for arguments, subject in ((("journal", "dump"), "journal"),
                                   (("journal", "backup", fresh_folder("b") / "j"), "journal"),
                                   (("security-log", "backup", fresh_folder("b") / "s"), "security log")):
            before = len(self.rows(kind="exported"))
            self.assertEqual(self.server.cli(*arguments).returncode, 0)
            rows = self.rows(kind="exported")
            self.assertEqual((len(rows), rows[0]["subject"]), (before + 1, subject))
            self.assertRegex(rows[0]["detail"], r"user id \d+")


class Anchors(unittest.TestCase):
    def centre(self, **more):
        """A centre that has worked, with a mirror; stopped."""
        mirror = fresh_folder("m") / "anchors"
        server = Server(flags=["--anchor-mirror", str(mirror)], **more)
        self.work(server, 5)
        for _ in range(600):  # the first anchor comes with the first turn of the timer after the founding
            if mirror.exists() and mirror.read_text().endswith("\n"):
                return server, mirror
            time.sleep(0.05)
        raise AssertionError("no anchor came")

    def work(self, server, count):
        client = server.client()
        for i in range(count):
            self.assertEqual(client.post("/api/v1/reports", {"channel": "119", "text": f"第{i}条"}).status, 201)

    def verify(self, server, *more):
        return server.journal("verify", *more)

    def test_anchors_fit_while_it_is_served_and_after(self):
        server, mirror = self.centre()
        for _ in range(2):
            done = self.verify(server, "--anchors", mirror)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stdout, r"\n[1-9]\d* anchors fit\n")
            log = server.cli("security-log", "verify", "--anchors", mirror, "--json")
            self.assertEqual(log.returncode, 0, log.stderr)
            self.assertGreaterEqual(json.loads(log.stdout)["mirrored"], 1)
            server.stop()
        kinds = [json.loads(line)["kind"] for line in server.cli("security-log", "dump", "--json").stdout.splitlines()]
        self.assertEqual(kinds[-2:], ["anchor", "stopped"])
        self.assertEqual(len(mirror.read_text().splitlines()), kinds.count("anchor"))
        self.assertEqual((server.data / "anchor.key").stat().st_mode & 0o777, 0o600)

    def test_any_tool_that_knows_ed25519_can_check_a_line(self):
        server, mirror = self.centre()
        shown = server.client().get("/api/v1/security-log/anchors").json
        server.stop()
        folder = fresh_folder("k")
        (folder / "key").write_text(shown["public_key"])
        line = mirror.read_text().splitlines()[-1]
        text, signature = line.rsplit(" ", 1)
        (folder / "signature").write_bytes(bytes.fromhex(signature))
        self.assertEqual(shown["public_key"], (server.data / "anchor.pub").read_text())
        self.assertIn(shown["items"][-1]["line"], mirror.read_text().splitlines())
        if shutil.which("openssl") is None:
            self.skipTest("no openssl command")
        for words, code in ((text, 0), (text.replace("center", "centre"), 1)):
            (folder / "text").write_text(words)
            done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", folder / "key", "-rawin", "-in",
                                   folder / "text", "-sigfile", folder / "signature"], capture_output=True, check=False)
            self.assertEqual(done.returncode, code, done)

    def test_a_journal_whose_tail_was_cut(self):
        server, mirror = self.centre()
        server.stop()
        cut(server.data / "journal.sqlite", "event", 3)
        done = self.verify(server)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr, r"the anchor of \d{4}-\d\d-\d\dT\S+Z says it had \d+ rows")
        # Somebody who also took the security log away is found by what was kept elsewhere.
        shutil.copy(server.data / "anchor.pub", mirror.parent / "key")
        for file in ("security.sqlite", "anchor.pub", "anchor.key"):
            (server.data / file).unlink()
        self.assertEqual(self.verify(server).returncode, 0)
        done = self.verify(server, "--anchors", mirror, "--anchor-key", mirror.parent / "key")
        self.assertEqual(done.returncode, 1, done.stdout)
        without = self.verify(server, "--anchors", mirror)
        self.assertEqual(without.returncode, 3)
        self.assertIn("--anchor-key", without.stderr)

    def test_a_security_log_whose_tail_was_cut_is_found_by_the_mirror(self):
        server, mirror = self.centre()
        server.stop()
        cut(server.data / "security.sqlite", "entry", 2)
        self.assertEqual(server.cli("security-log", "verify").returncode, 0)  # the chain alone cannot know
        done = server.cli("security-log", "verify", "--anchors", mirror)
        self.assertEqual(done.returncode, 1)
        self.assertIn("its tail was cut", done.stderr)
        self.assertEqual(self.verify(server, "--anchors", mirror).returncode, 1)

    def test_a_forged_anchor(self):
        server, mirror = self.centre()
        server.stop()
        lines = mirror.read_text().splitlines()
        words = lines[-1].split(" ")
        words[5] = str(int(words[5]) - 1)
        mirror.write_text("\n".join(lines[:-1] + [" ".join(words)]) + "\n")
        done = self.verify(server, "--anchors", mirror)
        self.assertEqual(done.returncode, 1)
        self.assertIn("signature", done.stderr)

    def test_an_older_backup_put_in_place_is_announced_and_answered_for(self):
        server, mirror = self.centre()
        backup = fresh_folder("b") / "journal"
        self.assertEqual(server.journal("backup", backup).returncode, 0)
        self.work(server, 4)
        server.stop()
        for file in server.data.glob("journal.sqlite*"):
            file.unlink()
        self.assertEqual(server.journal("restore", backup).returncode, 0)
        server.restart()
        self.assertIn("journal accept-history", server.log())
        self.work(server, 6)  # service goes on, and the new rows are longer than the old ones

        def ready():
            line = http.client.HTTPConnection("127.0.0.1", server.health_port, timeout=30)
            line.request("GET", "/readyz")
            answer = line.getresponse()
            body = json.loads(answer.read())
            line.close()
            return answer.status, [r["part"] for r in body["reasons"]]
        self.assertEqual(ready(), (503, ["security log"]))
        self.assertEqual(len(server.client().get("/api/v1/security-log?kind=history_changed")["items"]), 1)
        server.stop()
        server.restart()
        self.assertEqual(ready(), (503, ["security log"]))  # nobody has answered yet
        self.assertEqual(self.verify(server).returncode, 1)
        self.assertEqual(server.journal("accept-history", "--because", "").returncode, 2)
        done = server.journal("accept-history", "--because", "周一的备份，按主任指示")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(ready(), (200, []))
        checked = self.verify(server, "--anchors", mirror)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn("周一的备份", checked.stdout)
        self.assertGreater(json.loads(self.verify(server, "--json").stdout)["anchors_accepted"], 0)
        again = server.journal("accept-history", "--because", "x")
        self.assertEqual(again.returncode, 4, again.stdout)
        self.assertEqual(server.stop(), 0)
        # What was not answered for is still found.
        cut(server.data / "journal.sqlite", "event", 9)
        self.assertEqual(self.verify(server).returncode, 1)

    def test_a_backup_in_a_fresh_folder_is_quiet(self):
        server, _ = self.centre()
        backup = fresh_folder("b") / "journal"
        self.assertEqual(server.journal("backup", backup).returncode, 0)
        self.work(server, 2)
        # A backup is verified by itself, not against the centre that went on.
        self.assertEqual(run("journal", "verify", "--data", server.data, "--journal", f"sqlite:{backup}").returncode, 0)
        server.stop()
        fresh = fresh_folder("r")
        self.assertEqual(run("journal", "restore", backup, "--data", fresh).returncode, 0)
        self.assertEqual(run("journal", "verify", "--data", fresh).stdout.count("anchors"), 0)
        restored = Server(data=fresh)
        self.assertNotIn("WARNING", restored.log())
        self.assertEqual(self.verify(restored).returncode, 0)

    def test_a_journal_elsewhere_has_its_anchors_in_the_data_folder(self):
        elsewhere = fresh_folder("j") / "j.sqlite"
        server = Server(flags=["--journal", f"sqlite:{elsewhere}"])
        self.work(server, 3)
        server.stop()
        cut(elsewhere, "event", 2)
        done = self.verify(server, "--journal", f"sqlite:{elsewhere}")
        self.assertEqual(done.returncode, 1, done.stdout)

    def test_a_mirror_that_is_not_there_is_trouble_and_no_more(self):
        mirror = fresh_folder("m") / "not mounted" / "anchors"
        server = Server(flags=["--anchor-mirror", str(mirror)])
        self.work(server, 2)
        client = server.client()
        for _ in range(600):
            reasons = client.get("/readyz").json["reasons"]
            if reasons:
                break
            time.sleep(0.05)
        self.assertEqual([r["part"] for r in reasons], ["security log"])
        self.assertIn("anchor_mirror", reasons[0]["detail"])
        self.work(server, 1)
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
