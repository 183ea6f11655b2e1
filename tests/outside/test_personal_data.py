"""What is said of persons: sealed at rest, masked for those who need not know it, logged when read, and erased for
good."""
import pathlib
import shutil
import sqlite3
import time
import unittest

from fenghuo_client import Server, fresh_folder, run
from fenghuo_feed import Feed

NUMBER, NAME, CALLER = "13912345678", "欧阳秋水", "13787654321"


def files_with(folder, text):
    wanted = text.encode()
    return [str(path) for path in pathlib.Path(folder).rglob("*") if path.is_file() and wanted in path.read_bytes()]


def first_told(test, client, after):
    """The first record of a person that the feed tells."""
    feed = Feed(client, after=after)
    try:
        test.assertTrue(feed.wait(lambda frames: any(kind == "person_recorded" for _, kind, _ in frames)))
        return next(data for _, kind, data in feed.frames if kind == "person_recorded")["data"]
    finally:
        feed.close()


class Personal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.duty = cls.server.account("duty", "duty_officer")
        cls.observer = cls.server.account("observer", "observer")
        cls.security = cls.server.account("security", "security_admin")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def person(self, code):
        made = self.duty.put(f"/api/v1/persons/{code}", {"name": NAME, "mobile": NUMBER, "title": "镇长"})
        self.assertEqual(made.status, 201, made)
        return made["person"]

    def test_masked_for_those_who_need_not_know(self):
        self.person("M1")
        report = self.duty.post("/api/v1/reports", {"channel": "phone", "text": "起火", "caller": CALLER})
        self.assertEqual(report["report"]["caller"], CALLER)
        self.assertEqual(self.duty.get("/api/v1/persons/M1")["mobile"], NUMBER)
        seen = self.observer.get("/api/v1/persons/M1")
        self.assertEqual((seen["name"], seen["mobile"], seen["title"]), ("欧***", "139****5678", "镇长"))
        self.assertEqual(self.observer.get(f"/api/v1/reports/{report['report']['id']}")["caller"], "137****4321")
        for path in ("/api/v1/persons", "/api/v1/reports"):
            self.assertNotIn(NUMBER, self.observer.get(path).raw.decode())
            self.assertNotIn(CALLER, self.observer.get(path).raw.decode())
        self.assertEqual(self.observer.get("/api/v1/persons?q=" + NUMBER)["items"], [])
        self.assertIn("M1", [p["id"] for p in self.duty.get("/api/v1/persons?q=" + NUMBER)["items"]])

    def test_the_feed_masks_what_a_read_masks(self):
        before = self.duty.sequence()
        self.person("F1")
        for client, number in ((self.duty, NUMBER), (self.observer, "139****5678")):
            self.assertEqual(first_told(self, client, before)["mobile"], number)

    def test_reading_is_noted(self):
        self.person("N1")
        auditor = self.server.account("auditor", "auditor")
        self.duty.get("/api/v1/persons/N1")
        deadline = time.monotonic() + 90
        while True:
            rows = auditor.all("/api/v1/security-log?kind=personal_data_read")
            if any(row["account"] == "duty" and "N1" in row["detail"] + row["subject"] for row in rows):
                break
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.5)
        self.assertFalse([row for row in rows if row["account"] == "observer"])

    def test_the_same_again_changes_nothing(self):
        self.person("S1")
        again = self.duty.change("PUT", "/api/v1/persons/S1", {"name": NAME, "mobile": NUMBER, "title": "镇长"})
        self.assertEqual(again.problem, "already_in_that_state")


class Erased(unittest.TestCase):
    def test_after_erasure_no_copy_is_left(self):
        server = Server()
        duty = server.account("duty", "duty_officer")
        security = server.account("security", "security_admin")
        made = duty.put("/api/v1/persons/E1", {"name": NAME, "mobile": NUMBER})
        self.assertEqual(made.status, 201, made)
        report = duty.post("/api/v1/reports", {"channel": "phone", "text": "溺水", "caller": CALLER})["report"]["id"]
        kept = duty.put("/api/v1/persons/E2", {"name": "留下的人", "mobile": "13600001111"})
        self.assertEqual(kept.status, 201, kept)
        keys = {row[0] for row in sqlite3.connect(server.data / "personal.sqlite").execute(
            "SELECT hex(secret) FROM personal_key WHERE subject = 'person:E1' OR subject LIKE 'report:%'")}
        self.assertEqual(len(keys), 2)
        self.assertEqual(duty.post("/api/v1/persons/E1/erase", {"reason": "本人申请"}).status, 403)
        for path in ("/api/v1/persons/E1/erase", f"/api/v1/reports/{report}/erase-caller"):
            done = security.post(path, {"reason": "本人申请"})
            self.assertEqual(done.status, 200, done)
            self.assertIs(done["keys_destroyed"], True)
        self.assertIsNone(duty.get("/api/v1/persons/E1")["mobile"])
        self.assertIsNotNone(duty.get("/api/v1/persons/E1")["erased_at"])
        self.assertIsNone(duty.get(f"/api/v1/reports/{report}")["caller"])
        self.assertEqual(duty.get("/api/v1/persons/E2")["mobile"], "13600001111")
        self.assertEqual(security.post("/api/v1/persons/E1/erase", {"reason": "再次"}).problem, "personal_data_erased")
        again = duty.change("PUT", "/api/v1/persons/E1", {"name": NAME, "mobile": NUMBER})
        self.assertEqual(again.problem, "personal_data_erased")
        self.assertIsNone(first_told(self, duty, 0)["mobile"])
        copy = fresh_folder("copy") / "all"
        self.assertEqual(run("journal", "backup", "--data", server.data, "--all", copy).returncode, 0)
        for text in (NAME, NUMBER, CALLER):
            self.assertEqual(files_with(server.data, text), [])
            self.assertEqual(files_with(copy, text), [])
        for folder in (server.data, copy):
            for path in pathlib.Path(folder).rglob("*"):
                content = path.read_bytes() if path.is_file() else b""
                for key in keys:
                    self.assertNotIn(bytes.fromhex(key), content, f"a destroyed key is still in {path}")
        # The copy is a whole centre: who is left is read there, who was erased is not. One that was copied before an
        # erasure knows of it as soon as it stands beside a journal that does.
        target = fresh_folder("restored") / "d"
        self.assertEqual(run("journal", "restore", "--data", target, copy).returncode, 0)
        self.assertEqual((target / "personal.sqlite").stat().st_mode & 0o777, 0o600)
        restored = Server(data=target)
        there = restored.account("duty3", "duty_officer")
        self.assertEqual(there.get("/api/v1/persons/E2")["mobile"], "13600001111")
        self.assertIsNone(there.get("/api/v1/persons/E1")["mobile"])
        self.assertEqual(there.get("/api/v1/persons/E1").status, 200)
        self.assertEqual(restored.stop(), 0)
        server.kill()
        server.restart()
        duty = server.account("duty2", "duty_officer")
        self.assertIsNone(duty.get("/api/v1/persons/E1")["mobile"])
        self.assertEqual(duty.get("/api/v1/persons/E2")["mobile"], "13600001111")
        self.assertEqual(server.stop(), 0)
        verified = server.journal("verify")
        self.assertEqual(verified.returncode, 0, verified.stderr)
        self.assertNotIn(NUMBER, run("journal", "dump", "--data", server.data).stdout)

    def test_a_centre_that_stopped_before_the_keys_were_destroyed_does_it_at_its_start(self):
        server = Server()
        duty = server.account("duty", "duty_officer")
        security = server.account("security", "security_admin")
        duty.put("/api/v1/persons/E1", {"name": NAME, "mobile": NUMBER})
        server.stop()
        saved = fresh_folder("keys") / "personal.sqlite"
        shutil.copy(server.data / "personal.sqlite", saved)
        server.restart()
        self.assertEqual(security.post("/api/v1/persons/E1/erase", {"reason": "本人申请"}).status, 200)
        server.stop()
        for path in server.data.glob("personal.sqlite*"):
            path.unlink()
        shutil.copy(saved, server.data / "personal.sqlite")  # as it was before the event
        server.restart()
        deadline = time.monotonic() + 30
        while duty.get("/api/v1/persons/E1")["mobile"] is not None:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)


if __name__ == "__main__":
    unittest.main()
