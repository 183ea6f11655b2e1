"""The log and the machine's own administration, through the command line, beside a running centre and at rest."""
import json
import sqlite3
import time
import unittest

from fenghuo_client import Client, Server, demo_region, free_port, fresh_folder, run


def some_work(server):
    """A little of everything into a journal; the client that did it."""
    client = server.account("worker", "dispatcher")
    place = {"type": "Point", "coordinates": [108.2, 30.3]}
    for number in range(6):
        report = client.post("/api/v1/reports", {"channel": "119", "text": f"第 {number} 起", "location": place})
        incident = client.post("/api/v1/incidents", {"report": report["report"]["id"], "kind": "fire"})["incident"]["id"]
        team = client.post("/api/v1/teams", {"name": f"{number} 队", "home": place})["team"]["id"]
        order = client.post(f"/api/v1/incidents/{incident}/orders", {"items": [{"team": team}]})["orders"][0]["order"]
        path = f"/api/v1/orders/{order}"
        assert client.change("POST", path + "/acknowledge").status == 200
        if number % 2:
            assert client.change("POST", path + "/status", {"status": "released"}).status == 200
            assert client.change("POST", f"/api/v1/incidents/{incident}/close", {"outcome": "完"}).status == 200
    assert client.post("/api/v1/closures", {"name": "桥", "geometry": place}).status == 201
    return client


class Journal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.client = some_work(cls.server)

    def ok(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_verify_while_it_is_served(self):
        told = json.loads(self.ok(self.server.journal("verify", "--json")))
        self.assertEqual((told["ok"], told["broken"], told["algorithm"]), (True, "", "sha256"))
        self.assertEqual(told["rows"], self.client.sequence())
        self.assertRegex(self.ok(self.server.journal("verify")), r"^\d+ rows, chain whole \(sha256\), head [0-9a-f]{64}\n\d+ anchors fit\n$")

    def test_dump_is_what_the_feed_and_the_audit_say(self):
        lines = [json.loads(line) for line in self.ok(self.server.journal("dump")).splitlines()]
        self.assertEqual([line["sequence"] for line in lines], list(range(1, len(lines) + 1)))
        self.assertEqual((lines[0]["type"], lines[0]["role"]), ("center_founded", "system_admin"))
        auditor = self.server.account("auditor.dump", "auditor")
        audit = auditor.get("/api/v1/audit?limit=500")["items"]
        self.assertEqual([(a["sequence"], a["type"], a["hash"], a["actor"]) for a in audit[: len(lines)]],
                         [(e["sequence"], e["type"], e["hash"], e["actor"]) for e in lines])
        part = self.ok(self.server.journal("dump", "--after", 5)).splitlines()
        self.assertEqual(json.loads(part[0])["sequence"], 6)
        for line in lines:
            for secret in ("password", "fht_"):
                self.assertNotIn(secret, json.dumps(line))

    def test_replay_twice_is_equal_and_says_what_the_api_says(self):
        one = self.ok(self.server.journal("replay"))
        two = self.ok(self.server.journal("replay"))
        self.assertEqual(one, two)
        for incident in self.client.all("/api/v1/incidents"):
            self.assertIn(incident["id"], one)

    def test_replay_at_a_sequence_and_at_a_time(self):
        lines = [json.loads(line) for line in self.ok(self.server.journal("dump")).splitlines()]
        opened = [line for line in lines if line["type"] == "incident_opened"]
        third = opened[2]
        before = self.ok(self.server.journal("replay", "--at", third["sequence"] - 1))
        after = self.ok(self.server.journal("replay", "--at", third["sequence"]))
        self.assertNotIn(third["data"]["incident"], before)
        self.assertIn(third["data"]["incident"], after)
        at_time = self.ok(self.server.journal("replay", "--at", third["recorded_at"]))
        last = max(line["sequence"] for line in lines if line["recorded_at"] <= third["recorded_at"])
        self.assertEqual(at_time, self.ok(self.server.journal("replay", "--at", last)))
        self.assertEqual(self.ok(self.server.journal("replay", "--at", 10 ** 9)), self.ok(self.server.journal("replay")))
        nonsense = self.server.journal("replay", "--at", "yesterday")
        self.assertEqual((nonsense.returncode, nonsense.stdout), (2, ""))

    def test_backup_while_it_is_served_and_restore(self):
        import threading
        stop = threading.Event()

        def write():
            while not stop.is_set():
                self.client.post("/api/v1/reports", {"channel": "web", "text": "备份期间"})
        writer = threading.Thread(target=write)
        writer.start()
        folder = fresh_folder("b")
        try:
            time.sleep(0.2)
            self.ok(self.server.journal("backup", folder / "copy.sqlite"))
        finally:
            stop.set()
            writer.join()
        again = self.server.journal("backup", folder / "copy.sqlite")
        self.assertEqual(again.returncode, 4, again.stderr)
        target = folder / "restored"
        self.ok(run("journal", "restore", folder / "copy.sqlite", "--data", target))
        told = json.loads(self.ok(run("journal", "verify", "--data", target, "--json")))
        lines = self.ok(self.server.journal("dump")).splitlines()
        self.assertEqual(json.loads(lines[told["rows"] - 1])["hash"], told["head"])
        self.assertEqual(self.ok(run("journal", "replay", "--data", target)),
                         self.ok(self.server.journal("replay", "--at", told["rows"])))
        twice = run("journal", "restore", folder / "copy.sqlite", "--data", target)
        self.assertEqual(twice.returncode, 4, twice.stderr)
        # A centre starts on it and knows everything but the passwords, which are no part of the journal.
        restored = Server(data=target)
        client = restored.client("worker")
        self.assertEqual(client.sequence() >= told["rows"], True)
        self.assertEqual(len(client.all("/api/v1/incidents")), 6)
        self.assertEqual(restored.stop(), 0)

    def test_what_is_not_there(self):
        nowhere = fresh_folder("n") / "none"
        for command in ("verify", "dump", "replay"):
            done = run("journal", command, "--data", nowhere)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertEqual(done.stdout, "")
        self.assertFalse(nowhere.exists())
        done = run("journal", "restore", nowhere / "copy", "--data", nowhere)
        self.assertEqual(done.returncode, 3, done.stderr)


class Tampering(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = Server()
        some_work(server)
        server.stop()
        cls.data = server.data

    def broken_copy(self, *statements, change=None):
        target = fresh_folder("t")
        with sqlite3.connect(self.data / "journal.sqlite") as source, sqlite3.connect(target / "journal.sqlite") as copy:
            source.backup(copy)
            if statements:
                triggers = copy.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
                for name, _ in triggers:
                    copy.execute(f"DROP TRIGGER {name}")
                for statement in statements:
                    copy.execute(statement)
                for _, sql in triggers:
                    copy.execute(sql)
            copy.commit()
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copy.close()
        source.close()
        if change:
            file = target / "journal.sqlite"
            file.write_bytes(change(file.read_bytes()))
        return target

    def test_an_untouched_copy_verifies(self):
        self.assertEqual(run("journal", "verify", "--data", self.broken_copy()).returncode, 0)

    def test_one_byte_in_a_stored_payload(self):
        word = "第 3 起".encode()

        def change(content):
            at = content.index(word)
            return content[:at + 4] + b"5" + content[at + 5:]
        target = self.broken_copy(change=change)
        done = run("journal", "verify", "--data", target)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        self.assertIn("does not verify", done.stderr)
        self.assertRegex(done.stderr, r"\b\d+\b")
        told = json.loads(run("journal", "verify", "--data", target, "--json").stdout)
        self.assertEqual(told["ok"], False)
        doctor = run("doctor", "--data", target, "--json")
        self.assertEqual(doctor.returncode, 1, doctor.stdout)

    def test_every_kind_of_change_is_found(self):
        for statement in ("UPDATE event SET actor = 'somebody' WHERE sequence = 9",
                          "UPDATE event SET role = 'commander' WHERE sequence = 9",
                          "UPDATE event SET recorded_at = recorded_at + 1 WHERE sequence = 9",
                          "UPDATE event SET occurred_at = occurred_at - 1 WHERE sequence = 9",
                          "UPDATE event SET command_id = 'x' WHERE sequence = 9",
                          "UPDATE event SET request_hash = zeroblob(32) WHERE sequence = 9",
                          "UPDATE event SET type = 'note_added' WHERE sequence = 9",
                          "UPDATE event SET epoch = epoch + 1 WHERE sequence = 9",
                          "DELETE FROM event WHERE sequence = 9",
                          "DELETE FROM event WHERE sequence = (SELECT max(sequence) FROM event)",
                          "UPDATE event SET hash = zeroblob(32) WHERE sequence = 9",
                          "UPDATE event SET hash = zeroblob(3) WHERE sequence = 9",
                          "UPDATE head SET hash = zeroblob(32)", "UPDATE identity SET algorithm = 'sm3'",
                          "CREATE TABLE extra(x)"):
            with self.subTest(statement=statement):
                done = run("journal", "verify", "--data", self.broken_copy(statement))
                self.assertEqual(done.returncode, 1, done)
                self.assertTrue(done.stderr)

    def test_a_trigger_that_is_gone_is_found(self):
        target = self.broken_copy()
        with sqlite3.connect(target / "journal.sqlite") as store:
            store.execute("DROP TRIGGER event_is_never_deleted")
        store.close()
        self.assertEqual(run("journal", "verify", "--data", target).returncode, 1)

    def test_a_broken_backup_is_not_restored(self):
        target = self.broken_copy("UPDATE event SET actor = 'somebody' WHERE sequence = 9")
        empty = fresh_folder("n")
        done = run("journal", "restore", target / "journal.sqlite", "--data", empty)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertFalse((empty / "journal.sqlite").exists())

    def test_a_broken_journal_is_not_served(self):
        for statement in ("DELETE FROM event WHERE sequence = 9", "UPDATE event SET payload = '{}' WHERE sequence = 9",
                          "UPDATE event SET payload = 'rubbish' WHERE sequence = 9"):
            with self.subTest(statement=statement):
                done = run("serve", "--data", self.broken_copy(statement), "--listen", f"127.0.0.1:{free_port()}",
                           "--health-listen", "", timeout=30)
                self.assertNotEqual(done.returncode, 0)
                self.assertRegex(done.stderr, r"\b(9|10)\b")


class Sm3(unittest.TestCase):
    def test_a_chain_in_the_national_hash(self):
        server = Server(flags=["--hash", "sm3"])
        some_work(server)
        self.assertEqual(json.loads(server.journal("verify", "--json").stdout)["algorithm"], "sm3")
        server.kill()
        again = Server(data=server.data)  # the journal keeps its own algorithm, whatever the setting says
        again.client("worker").post("/api/v1/reports", {"channel": "web", "text": "x"})
        told = json.loads(again.journal("verify", "--json").stdout)
        self.assertEqual((told["ok"], told["algorithm"]), (True, "sm3"))
        self.assertEqual(again.stop(), 0)


class Administration(unittest.TestCase):
    """The same commands with the centre running (through its socket) and at rest."""

    def test_running(self):
        server = Server()
        self.walk(server, server)
        self.assertEqual(server.stop(), 0)

    def test_at_rest(self):
        server = Server()
        server.stop()
        self.walk(server, None)
        server.start()
        client = server.client("clerk.one")
        self.assertEqual(client.get("/api/v1/session")["roles"], ["observer", "auditor"])
        self.assertEqual(server.stop(), 0)

    def walk(self, folder, running):
        def cli(*arguments):
            return folder.cli(*arguments)
        made = cli("user", "add", "clerk.one", "--role", "observer", "--role", "auditor", "--name", "文员", "--json")
        self.assertEqual(made.returncode, 0, made.stderr)
        password = json.loads(made.stdout)["password"]
        self.assertGreaterEqual(len(password), 12)
        if running:
            login = Client(running).post("/api/v1/session", {"account": "clerk.one", "password": password})
            self.assertEqual(login.status, 201)
        for arguments, code in ((("user", "add", "clerk.one", "--role", "observer"), 4),
                                (("user", "add", "Bad Name", "--role", "observer"), 2),
                                (("user", "add", "clerk.two", "--role", "king"), 2),
                                (("user", "add", "clerk.two", "--role", "team", "--team", "T-2099-000001"), 3),
                                (("user", "passwd", "nobody.here"), 3), (("user", "disable", "nobody.here"), 3),
                                (("token", "create", "nobody.here"), 3), (("token", "revoke", "nothing"), 3)):
            done = cli(*arguments)
            self.assertEqual(done.returncode, code, f"{arguments}: {done.stderr}")
            self.assertEqual(done.stdout, "")
        short = fresh_folder("p") / "short"
        short.write_text("short\n")
        done = cli("user", "add", "clerk.three", "--role", "observer", "--password-file", short)
        self.assertEqual(done.returncode, 2, done.stderr)
        listed = json.loads(cli("user", "list", "--json").stdout)["items"]
        self.assertEqual([a["id"] for a in listed], ["admin", "clerk.one"])  # nothing stayed of what failed
        self.assertIn("文员", cli("user", "list").stdout)
        token = json.loads(cli("token", "create", "clerk.one", "--label", "脚本", "--json").stdout)
        if running:
            self.assertEqual(Client(running, token=token["token"]).get("/api/v1/session").status, 200)
        self.assertEqual(cli("token", "revoke", token["id"]).returncode, 0)
        self.assertEqual(cli("token", "revoke", token["id"]).returncode, 3)
        if running:
            self.assertEqual(Client(running, token=token["token"]).get("/api/v1/session").status, 401)
        self.assertEqual(cli("user", "disable", "clerk.one", "--reason", "离职").returncode, 0)
        self.assertEqual(cli("user", "disable", "clerk.one").returncode, 4)
        self.assertIn("(disabled)", cli("user", "list").stdout)
        self.assertEqual(cli("user", "enable", "clerk.one").returncode, 0)
        fresh = cli("user", "passwd", "clerk.one", "--json")
        self.assertEqual(fresh.returncode, 0)
        self.assertNotEqual(json.loads(fresh.stdout)["password"], password)

    def test_a_password_from_a_file(self):
        server = Server()
        server.open_account("from.file", "observer", password="A phrase 1 of my own")
        login = Client(server).post("/api/v1/session", {"account": "from.file", "password": "A phrase 1 of my own"})
        self.assertEqual(login.status, 201)
        missing = server.cli("user", "add", "x.y", "--role", "observer", "--password-file", "/nowhere/at/all")
        self.assertEqual(missing.returncode, 3, missing.stderr)
        self.assertEqual(server.stop(), 0)


class Settings(unittest.TestCase):
    def test_where_each_setting_comes_from(self):
        folder = fresh_folder("c")
        (folder / "fenghuo.yaml").write_text("# 县指挥中心\njurisdiction: 翠河县\nvital_workers: 16\nlisten: 127.0.0.1:9001\n")
        done = run("config", "show", "--json", cwd=folder,
                   environment={"FENGHUO_VITAL_WORKERS": "32", "FENGHUO_DATA": "/srv/fenghuo"})
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual(told["jurisdiction"], {"value": "翠河县", "origin": "file fenghuo.yaml:2"})
        self.assertEqual(told["vital_workers"], {"value": "32", "origin": "environment FENGHUO_VITAL_WORKERS"})
        self.assertEqual(told["data"]["origin"], "environment FENGHUO_DATA")
        self.assertEqual(told["zone_minutes"], {"value": "480", "origin": "default"})
        shown = run("config", "show", "--origin", cwd=folder)
        self.assertRegex(shown.stdout, r"listen +127.0.0.1:9001 +file fenghuo.yaml:4")
        plain = run("config", "show", cwd=folder)
        self.assertIn("jurisdiction: 翠河县\n", plain.stdout)

    def test_doctor(self):
        server = Server(region=demo_region())
        client = server.client()
        self.assertEqual(client.get("/readyz").status, 200)
        done = run("doctor", "--data", server.data, "--region", demo_region(), "--json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        told = json.loads(done.stdout)
        parts = {f["part"]: f for f in told["findings"]}
        self.assertEqual(set(parts), {"data", "disk", "journal", "offices", "region", "closures", "clock", "tls", "gateways",
                                      "port", "fonts"})
        self.assertEqual(parts["journal"]["health"], "ok")
        self.assertIn("arcs", parts["region"]["says"])
        server.stop()
        empty = run("doctor", "--data", fresh_folder("x") / "none")
        self.assertEqual(empty.returncode, 0, empty.stdout)
        broken = run("doctor", "--data", fresh_folder("x"), "--region", fresh_folder("x"))
        self.assertEqual(broken.returncode, 1, broken.stdout)


if __name__ == "__main__":
    unittest.main()
