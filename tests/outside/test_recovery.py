"""Starting, stopping and what lies beside the journal: snapshots and projections may be lost, the log may not."""
import shutil
import socket
import subprocess
import threading
import time
import unittest

from fenghuo_client import PROGRAM, Server, clean_environment, free_port, fresh_folder, run, work_folder
from fenghuo_feed import Feed

PLACE = {"type": "Point", "coordinates": [108.2, 30.3]}


class BesideTheJournal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = Server()
        client = server.account("desk", "dispatcher")
        cls.team = client.post("/api/v1/teams", {"name": "一队", "home": PLACE})["team"]["id"]
        cls.incident = client.post("/api/v1/incidents", {"kind": "fire", "location": PLACE})["incident"]["id"]
        for number in range(20):
            assert client.post(f"/api/v1/incidents/{cls.incident}/notes", {"text": f"第 {number} 条"}).status == 200
        assert client.post(f"/api/v1/incidents/{cls.incident}/orders", {"items": [{"team": cls.team}]}).status == 201
        assert client.post("/api/v1/positions", {"positions": [{"team": cls.team, "location": PLACE}]}).status == 200
        cls.token = client.token
        cls.shown = cls.look(client)
        assert server.stop() == 0
        cls.data = server.data

    @classmethod
    def look(cls, client):
        """What people see: without ages and as_of, which move on by themselves."""
        team = client.get(f"/api/v1/teams/{cls.team}").json
        team["position"].pop("age_s")
        incident = client.get(f"/api/v1/incidents/{cls.incident}").json
        line = client.get(f"/api/v1/incidents/{cls.incident}/timeline").json
        for part in (team, incident, line):
            part.pop("as_of")
        return team, incident, line

    def started_with(self, change):
        data = fresh_folder("s") / "d"
        shutil.copytree(self.data, data, ignore=shutil.ignore_patterns("*.sock"))
        change(data)
        server = Server(data=data)
        client = server.client("desk")
        client.token = self.token
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:  # a projection that was lost is built again beside the service
            if len(client.get(f"/api/v1/incidents/{self.incident}/timeline")["items"]) == len(self.shown[2]["items"]):
                break
            time.sleep(0.1)
        return server, client

    def test_a_plain_restart_shows_the_same(self):
        server, client = self.started_with(lambda data: None)
        self.assertEqual(self.look(client), self.shown)
        server.kill()

    def test_snapshots_that_are_lost_damaged_or_of_another_journal(self):
        def lose(data):
            shutil.rmtree(data / "snapshots")

        def damage(data):
            files = [f for f in (data / "snapshots").iterdir() if f.is_file()]
            self.assertTrue(files, "the centre left no snapshot")
            for file in files:
                content = bytearray(file.read_bytes())
                at = content.find("第一".encode()) if "第一".encode() in content else len(content) // 2
                content[at] ^= 1
                file.write_bytes(bytes(content))

        def cut(data):
            for file in (data / "snapshots").iterdir():
                file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

        def foreign(data):
            other = Server()
            other.account("x.y", "observer")
            self.assertEqual(other.stop(), 0)
            shutil.rmtree(data / "snapshots")
            shutil.copytree(other.data / "snapshots", data / "snapshots")
        for change in (lose, damage, cut, foreign):
            with self.subTest(change=change.__name__):
                server, client = self.started_with(change)
                self.assertEqual(self.look(client), self.shown)
                server.kill()

    def test_the_index_of_the_timeline_is_built_again(self):
        def lose(data):
            for file in data.glob("subjects.sqlite*"):
                file.unlink()
        def damage(data):
            lose(data)
            (data / "subjects.sqlite").write_bytes(b"rubbish, and no database at all. " * 200)
        for change in (lose, damage):
            with self.subTest(change=change.__name__):
                server, client = self.started_with(change)
                self.assertEqual(self.look(client), self.shown)
                server.kill()

    def test_damaged_tracks_are_put_aside(self):
        rubbish = b"rubbish, and no database at all. " * 200

        def damage(data):
            for file in data.glob("tracks.sqlite*"):
                file.unlink()
            (data / "tracks.sqlite").write_bytes(rubbish)
        server, client = self.started_with(damage)
        self.assertEqual(client.get(f"/api/v1/incidents/{self.incident}").status, 200)
        self.assertEqual((server.data / "tracks.sqlite.damaged").read_bytes(), rubbish)
        self.assertIn("tracks.sqlite.damaged", server.log())
        self.assertEqual(client.post("/api/v1/positions", {"positions": [{"team": self.team, "location": PLACE}]}).status, 200)
        server.kill()

    def test_a_store_that_is_damaged_is_told_with_its_name(self):
        for name in ("secrets.sqlite",):
            with self.subTest(name=name):
                data = fresh_folder("s") / "d"
                shutil.copytree(self.data, data, ignore=shutil.ignore_patterns("*.sock"))
                for file in data.glob(name + "*"):
                    file.unlink()
                (data / name).write_bytes(b"rubbish, and no database at all. " * 200)
                done = subprocess.run([PROGRAM, "serve", "--data", str(data), "--listen", f"127.0.0.1:{free_port()}",
                                       "--health-listen", ""], capture_output=True, text=True, timeout=30,
                                      env=clean_environment(), cwd=work_folder())
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(name, done.stderr)


class Starting(unittest.TestCase):
    def test_of_many_that_start_at_once_on_a_new_folder_one_serves(self):
        data = fresh_folder("s") / "new"
        started = [subprocess.Popen([PROGRAM, "serve", "--data", str(data), "--listen", f"127.0.0.1:{free_port()}",
                                     "--health-listen", ""], stderr=subprocess.PIPE, text=True, env=clean_environment(),
                                    cwd=work_folder()) for _ in range(6)]
        try:
            deadline = time.monotonic() + 30
            while sum(p.poll() is None for p in started) > 1 and time.monotonic() < deadline:
                time.sleep(0.05)
            self.assertEqual(sum(p.poll() is None for p in started), 1)
            self.assertEqual([p.returncode for p in started if p.poll() is not None], [4] * 5)
            deadline = time.monotonic() + 30
            while not run("user", "list", "--data", data).stdout.startswith("admin "):
                self.assertLess(time.monotonic(), deadline)
            self.assertEqual(run("journal", "verify", "--data", data).returncode, 0)
        finally:
            for process in started:
                process.kill()
                process.wait()
                process.stderr.close()

    def test_killed_at_any_moment_of_its_first_seconds_it_starts_again(self):
        data = fresh_folder("s") / "d"
        for number in range(12):
            process = subprocess.Popen([PROGRAM, "serve", "--data", str(data), "--listen", f"127.0.0.1:{free_port()}",
                                        "--health-listen", ""], stderr=subprocess.DEVNULL, env=clean_environment(),
                                       cwd=work_folder())
            time.sleep(number * 0.02)
            process.kill()
            process.wait()
        server = Server(data=data)
        self.assertEqual(server.client().get("/api/v1/session").status, 200)
        # Whoever the first password was shown to before the kill may have lost it: there is a way in on the machine.
        self.assertEqual(server.cli("user", "passwd", "admin").returncode, 0)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(run("journal", "verify", "--data", data).returncode, 0)


class Stopping(unittest.TestCase):
    def test_it_ends_in_order_with_readers_and_silent_connections(self):
        server = Server()
        client = server.account("desk", "dispatcher")
        feeds = [Feed(client, after=0) for _ in range(10)]
        silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
        done, stop = [], threading.Event()

        def write():
            while not stop.is_set():
                try:
                    answer = client.post("/api/v1/reports", {"channel": "web", "text": "收尾"})
                except Exception:  # the server is gone: what matters is what it acknowledged before
                    return
                if answer.status == 201:
                    done.append(answer["report"]["id"])
        writers = [threading.Thread(target=write) for _ in range(4)]
        for writer in writers:
            writer.start()
        time.sleep(0.5)
        self.assertEqual(server.stop(), 0)
        stop.set()
        for writer in writers:
            writer.join()
        for line in silent:
            line.close()
        for feed in feeds:
            self.assertTrue(feed.wait_closed(20))
        server.start()
        there = {r["id"] for r in server.client("desk").all("/api/v1/reports")}
        self.assertGreater(len(done), 0)
        self.assertEqual(set(done) - there, set())
        self.assertFalse((server.data / "journal.sqlite-wal").stat().st_size > 64 << 20)
        self.assertEqual(server.stop(), 0)
        self.assertFalse((server.data / "admin.sock").exists())


if __name__ == "__main__":
    unittest.main()
