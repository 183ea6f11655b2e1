"""Backups and restores as they are drilled, who may touch the journal's files, and the proof in the background."""
import hashlib
import http.client
import json
import re
import shutil
import threading
import time
import unittest

from fenghuo_client import Server, fresh_folder, run

PLACE = {"type": "Point", "coordinates": [108.2, 30.3]}


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "none"


def health(server, path):
    line = http.client.HTTPConnection("127.0.0.1", server.health_port, timeout=10)
    line.request("GET", path)
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    return answer.status, text


def metric(server, name):
    return float(re.search(rf"^fenghuo_{name} (\S+)$", health(server, "/metrics")[1], re.M).group(1))


class Drill(unittest.TestCase):
    def ok(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def write_until(self, stop, client, number, errors):
        incident = client.post("/api/v1/incidents", {"kind": "fire", "title": f"第 {number} 处", "location": PLACE})
        incident = incident["incident"]["id"]
        count = 0
        while not stop.is_set():
            answer = client.post(f"/api/v1/incidents/{incident}/notes", {"text": f"{number}/{count}"})
            if answer.status != 200:
                errors.append(answer)
                return
            count += 1

    def test_a_backup_taken_while_four_write_serves_in_a_new_place(self):
        server = Server()
        clients = [server.account(f"desk.{number}", "dispatcher") for number in range(4)]
        stop, errors = threading.Event(), []
        writers = [threading.Thread(target=self.write_until, args=(stop, client, number, errors))
                   for number, client in enumerate(clients)]
        for writer in writers:
            writer.start()
        folder = fresh_folder("drill")
        try:
            copies = []
            for number in range(3):
                time.sleep(0.3)
                copies.append(folder / f"copy-{number}.sqlite")
                self.ok(server.journal("backup", copies[-1]))
        finally:
            stop.set()
            for writer in writers:
                writer.join()
        self.assertEqual(errors, [])
        # Where it is put, the files of another centre lie about: older, and of about the same length.
        other = Server()
        desk = other.account("desk", "dispatcher")
        foreign = desk.post("/api/v1/incidents", {"kind": "flood", "title": "别处", "location": PLACE})["incident"]["id"]
        rows = [json.loads(self.ok(run("journal", "verify", "--journal", f"sqlite:{copy}", "--json")))["rows"]
                for copy in copies]
        self.assertEqual(rows, sorted(rows))
        self.assertLess(rows[0], rows[2])
        while desk.sequence() < rows[2] + 5:
            self.assertEqual(desk.post(f"/api/v1/incidents/{foreign}/notes", {"text": "别处"}).status, 200)
        self.assertEqual(other.stop(), 0)
        for copy, known in zip(copies, rows):
            with self.subTest(copy=copy.name):
                target = folder / copy.stem
                shutil.copytree(other.data, target, ignore=shutil.ignore_patterns("*.sock", "journal.sqlite*", "secrets*"))
                self.assertTrue((target / "subjects.sqlite").exists() and any((target / "snapshots").iterdir()))
                self.ok(run("journal", "restore", copy, "--data", target))
                prefix = self.ok(server.journal("replay", "--at", known))
                self.assertEqual(self.ok(run("journal", "replay", "--data", target)), prefix)
                restored = Server(data=target)
                client = restored.client("desk.0")
                self.assertEqual(client.sequence(), known)
                self.assertEqual(self.ok(restored.journal("replay")), prefix)
                notes = {}
                for line in self.ok(restored.journal("dump")).splitlines():
                    event = json.loads(line)
                    if event["type"] == "note_added":
                        notes[event["data"]["incident"]] = notes.get(event["data"]["incident"], 0) + 1
                self.assertTrue(notes)
                for incident, count in notes.items():
                    self.wait_for_timeline(client, incident, count)
                # And work goes on there.
                self.assertEqual(client.post("/api/v1/incidents", {"kind": "fire", "location": PLACE}).status, 201)
                # The other centre's anchors lie beside it: they say so until somebody answers for the restore.
                doubted = restored.journal("verify")
                self.assertEqual(doubted.returncode, 1)
                self.assertIn("anchor", doubted.stderr)
                self.ok(restored.journal("accept-history", "--because", "演练：恢复备份"))
                self.ok(restored.journal("verify"))
                self.assertEqual(restored.stop(), 0)
        server.stop()

    def wait_for_timeline(self, client, incident, count):
        """The timeline is made again beside the service: as many notes as the journal says, and none of elsewhere."""
        notes = []
        for _ in range(200):
            notes, after = [], 0
            while after is not None:
                answer = client.get(f"/api/v1/incidents/{incident}/timeline?after={after}")
                self.assertEqual(answer.status, 200)
                notes += [item for item in answer["items"] if item["type"] == "note_added"]
                after = answer["next_after"]
            if len(notes) >= count:
                break
            time.sleep(0.1)
        self.assertEqual(len(notes), count)
        self.assertNotIn("别处", json.dumps(notes, ensure_ascii=False))

    def test_nothing_but_the_centre_writes_or_checkpoints_the_journal(self):
        server = Server()
        client = server.account("desk", "dispatcher")
        for number in range(30):
            self.assertEqual(client.post("/api/v1/reports", {"channel": "web", "text": f"{number}"}).status, 201)
        files = [server.data / name for name in ("journal.sqlite", "journal.sqlite-wal")]

        def everything():
            folder = fresh_folder("n")
            self.ok(server.journal("verify"))
            self.ok(server.journal("dump"))
            self.ok(server.journal("replay"))
            self.ok(server.journal("backup", folder / "copy.sqlite"))
            server.cli("doctor")
        before = [digest(file) for file in files]
        self.assertNotIn("none", before)
        everything()
        self.assertEqual([digest(file) for file in files], before)
        # Nor when they are the last to close it.
        server.kill()
        everything()
        self.assertEqual([digest(file) for file in files], before)
        server.restart()
        self.ok(server.journal("verify"))
        self.assertEqual(server.stop(), 0)

    def test_a_byte_that_changes_beneath_the_centre_is_found(self):
        server = Server()
        client = server.account("desk", "dispatcher")
        for number in range(20):
            self.assertEqual(client.post("/api/v1/reports", {"channel": "web", "text": f"第{number}号"}).status, 201)
        self.assertEqual(server.stop(), 0)
        server.restart()
        self.wait_for(lambda: metric(server, "journal_scrub_passes_total") >= 1, "a whole pass")
        self.assertEqual(metric(server, "journal_scrub_damaged_total"), 0)
        self.assertLess(abs(metric(server, "journal_scrub_last_pass_seconds") - time.time()), 300)
        file = server.data / "journal.sqlite"
        at = file.read_bytes().index("第7号".encode())
        with open(file, "r+b") as changed:
            changed.seek(at)
            changed.write("第8号".encode())
        self.wait_for(lambda: metric(server, "journal_scrub_damaged_total") >= 1, "the damage found")
        self.assertIn("the journal is damaged: row", server.log())
        status, told = health(server, "/readyz")
        self.assertEqual(status, 503)
        self.assertIn("does not verify", told)
        self.assertEqual(client.post("/api/v1/reports", {"channel": "web", "text": "后来"}).status, 201)
        server.kill()

    def wait_for(self, holds, what):
        for _ in range(600):
            if holds():
                return
            time.sleep(0.1)
        self.fail("never came: " + what)


if __name__ == "__main__":
    unittest.main()
