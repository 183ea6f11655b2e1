"""What the program is given on the command line and in files: broken extracts, regions, journals, settings, folders."""
import os
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import time
import unittest
import zlib

from fenghuo_client import Server, Unreachable, demo_region, free_port, fresh_folder, run, work_folder


class Regions(unittest.TestCase):
    def region_copy(self):
        folder = fresh_folder("r")
        for file in demo_region().iterdir():
            shutil.copy(file, folder)
        return folder

    def refused(self, done, code, *words):
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word, done.stderr)

    def test_extracts_that_are_none(self):
        folder = fresh_folder("e")
        good = (demo_region() / "demo.osm.pbf").read_bytes()
        files = {"half.osm.pbf": good[: len(good) // 2], "cut.osm.pbf": good[:-3], "empty.osm.pbf": b"",
                 "text.osm.pbf": "这不是地图\n".encode() * 50, "zeros.osm.pbf": b"\x00" * 5000,
                 "huge.osm.pbf": struct.pack(">I", 0x7FFFFFFF) + good[4:]}
        flipped = bytearray(good)
        for at in range(1000, len(flipped), 5000):
            flipped[at] ^= 0xFF
        files["flipped.osm.pbf"] = bytes(flipped)
        for name, content in files.items():
            with self.subTest(name=name):
                (folder / name).write_bytes(content)
                done = run("region", "build", folder / name, "--out", folder / "out")
                self.refused(done, 2 if done.returncode == 2 else 1, "fenghuo: ", name)
                self.assertFalse((folder / "out" / "region.json").exists())
        missing = run("region", "build", folder / "missing.osm.pbf", "--out", folder / "out")
        self.refused(missing, 3, "missing.osm.pbf")

    def test_an_extract_without_roads(self):
        folder = fresh_folder("e")
        (folder / "bare.osm.pbf").write_bytes(bare_extract())
        done = run("region", "build", folder / "bare.osm.pbf", "--out", folder / "out")
        self.assertIn(done.returncode, (1, 2, 3), done.stdout + done.stderr)
        self.assertIn("road", done.stderr)

    def test_a_region_of_another_version_or_a_broken_one_is_refused_with_the_mend(self):
        good = (demo_region() / "region.fhr").read_bytes()
        for name, content in (("version", good[:8] + struct.pack("<I", 999) + good[12:]), ("truncated", good[:-100]),
                              ("header only", good[:40]), ("empty", b""), ("magic", b"NOREGION" + good[8:]),
                              ("byte", good[:5000] + bytes([good[5000] ^ 1]) + good[5001:])):
            with self.subTest(name=name):
                folder = self.region_copy()
                (folder / "region.fhr").write_bytes(content)
                for command in (("region", "info", folder),
                                ("route", "--region", folder, "--from", "108.2,30.3", "--to", "108.3,30.3")):
                    done = run(*command)
                    self.assertIn(done.returncode, (1, 2), done)
                    self.assertIn("fenghuo region build", done.stderr)
                serve = run("serve", "--data", fresh_folder("d"), "--listen", f"127.0.0.1:{free_port()}",
                            "--health-listen", "", "--region", folder, timeout=30)
                self.assertEqual(serve.returncode, 2, serve.stderr)
                self.assertIn("fenghuo region build", serve.stderr)
        gone = run("region", "info", work_folder() / "nowhere")
        self.assertEqual(gone.returncode, 3, gone.stderr)


def bare_extract():
    """A .osm.pbf with one node and no way, written byte by byte after the format's own description."""
    def varint(number):
        out = b""
        while number > 0x7F:
            out += bytes([number & 0x7F | 0x80])
            number >>= 7
        return out + bytes([number])

    def field(number, content):
        return varint(number << 3 | 2) + varint(len(content)) + content

    def number(tag, value):
        return varint(tag << 3) + varint(value)

    def block(kind, content):
        packed = zlib.compress(content)
        blob = number(2, len(content)) + field(3, packed)
        header = field(1, kind) + number(3, len(blob))
        return struct.pack(">I", len(header)) + header + blob
    header = field(4, b"OsmSchema-V0.6") + field(16, b"test")
    node = number(1, 2) + number(8, 606_000_000) + number(9, 2_164_000_000)  # zig-zag: id 1, 30.3 N, 108.2 E
    data = field(1, field(1, b"")) + field(2, field(1, node))
    return block(b"OSMHeader", header) + block(b"OSMData", data)


class Program(unittest.TestCase):
    def serve(self, *arguments, environment=None, timeout=30):
        return run("serve", "--health-listen", "", *arguments, environment=environment, timeout=timeout)

    def small_journal(self):
        server = Server()
        server.client().get("/api/v1/session")
        self.assertEqual(server.stop(), 0)
        return server.data

    def test_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            done = self.serve("--data", fresh_folder("d"), "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("choose another port", done.stderr)

    def test_two_servers_on_one_journal(self):
        first = Server()
        second = self.serve("--data", first.data, "--listen", f"127.0.0.1:{free_port()}")
        self.assertEqual(second.returncode, 4, second.stderr)
        self.assertIn(str(first.process.pid), second.stderr)
        self.assertEqual(first.client().get("/api/v1/session").status, 200)  # the first one goes on
        self.assertEqual(first.cli("user", "list").returncode, 0)  # and its socket is still its own
        first.kill()
        third = Server(data=first.data)  # a lock that a dead process held is no lock
        self.assertEqual(third.stop(), 0)

    def test_a_journal_of_a_newer_version(self):
        data = self.small_journal()
        with sqlite3.connect(data / "journal.sqlite") as store:
            store.execute("PRAGMA user_version = 99")
        store.close()
        for done in (self.serve("--data", data, "--listen", f"127.0.0.1:{free_port()}"), run("journal", "verify", "--data", data),
                     run("journal", "dump", "--data", data)):
            self.assertEqual(done.returncode, 2, done)
            self.assertIn("newer", done.stderr)

    def test_a_journal_that_is_none(self):
        for content in (b"not a database at all" * 100, b""):
            data = fresh_folder("d")
            (data / "journal.sqlite").write_bytes(content)
            done = self.serve("--data", data, "--listen", f"127.0.0.1:{free_port()}")
            self.assertNotEqual(done.returncode, 0, done.stderr)
            self.assertIn("journal.sqlite", done.stderr)
        foreign = fresh_folder("d")
        with sqlite3.connect(foreign / "journal.sqlite") as store:
            store.execute("CREATE TABLE mine(x)")
        store.close()
        done = self.serve("--data", foreign, "--listen", f"127.0.0.1:{free_port()}")
        self.assertEqual(done.returncode, 2, done.stderr)

    def test_a_data_folder_that_cannot_be_written(self):
        places = ["/proc/fenghuo", "/sys/fenghuo"]
        if os.geteuid() != 0:
            folder = fresh_folder("d")
            folder.chmod(0o500)
            places.append(str(folder))
        for place in places:
            with self.subTest(place=place):
                done = self.serve("--data", place, "--listen", f"127.0.0.1:{free_port()}")
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(place, done.stderr)

    def test_settings(self):
        folder = fresh_folder("c")
        file = folder / "fenghuo.yaml"
        for content, words in (("lisen: 127.0.0.1:1\n", ('unknown setting "lisen"', 'did you mean "listen"', ":1")),
                               ("# x\nvital_workers: many\n", ("vital_workers", "many", ":2")),
                               ("vital_workers: 0\n", ("vital_workers",)), ("- a\n- b\n", ("expected lines",)),
                               ("listen: [1, 2]\n", ("expected",)), ("a: b: c\n", ("fenghuo.yaml",)),
                               ("journal: postgresql://x\n", ("sqlite:PATH",))):
            with self.subTest(content=content):
                file.write_text(content)
                done = run("config", "show", cwd=folder)
                self.assertEqual(done.returncode, 2, done)
                for word in words:
                    self.assertIn(word, done.stderr)
        file.unlink()
        self.assertEqual(run("--config", folder / "none.yaml", "config", "show").returncode, 2)
        wrong = run("config", "show", environment={"FENGHUO_VITAL_WORKERS": "0"})
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("FENGHUO_VITAL_WORKERS", wrong.stderr)
        for listen in ("8080", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:x"):
            done = self.serve("--data", fresh_folder("d"), "--listen", listen)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("HOST:PORT", done.stderr)
        md5 = self.serve("--data", fresh_folder("d"), "--hash", "md5", "--listen", f"127.0.0.1:{free_port()}")
        self.assertEqual(md5.returncode, 2, md5.stderr)

    def test_usage(self):
        for arguments in ((), ("srve",), ("serve", "--lisen", "x"), ("region",), ("region", "build"), ("journal",),
                          ("journal", "verfy"), ("route",), ("user", "add", "x"), ("user",), ("token", "create"),
                          ("config",), ("region", "demo", "--out", "/x", "--seed", "minus")):
            with self.subTest(arguments=arguments):
                done = run(*arguments)
                self.assertEqual(done.returncode, 2, done)
                self.assertEqual(done.stdout, "")
                self.assertTrue(done.stderr)
        for arguments in (("--help",), ("serve", "--help"), ("--version",)):
            done = run(*arguments)
            self.assertEqual(done.returncode, 0)
            self.assertTrue(done.stdout)

    def test_ctrl_c_ends_it_in_order(self):
        server = Server()
        server.process.send_signal(signal.SIGINT)
        self.assertEqual(server.process.wait(timeout=30), 0)
        self.assertEqual(run("journal", "verify", "--data", server.data).returncode, 0)

    def test_the_disk_is_full(self):
        """A small file system for the data: commands fail with 503 or the process ends with 70; what was answered stays."""
        folder = fresh_folder("m")
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("a small file system cannot be mounted here")
        try:
            server = Server(data=folder / "d")
            client = server.account("desk", "dispatcher")
            server.description = None
            done, status = [], 201
            deadline = time.monotonic() + 60
            try:
                while status == 201 and time.monotonic() < deadline:
                    answer = client.post("/api/v1/reports", {"channel": "web", "text": "满" * 1300}, key=f"k{len(done)}")
                    status = answer.status
                    if status == 201:
                        done.append(answer["report"]["id"])
            except Unreachable:  # the process ended: its exit code says why
                status = None
            if status is None or server.process.poll() is not None:
                self.assertEqual(server.process.wait(timeout=10), 70, server.log())
            else:
                self.assertEqual(status, 503)
                server.kill()
            self.assertGreater(len(done), 10)
            subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)
            again = Server(data=folder / "d")
            there = {r["id"] for r in again.client("desk").all("/api/v1/reports")}
            self.assertEqual(set(done) - there, set())
            self.assertEqual(again.stop(), 0)
            self.assertEqual(run("journal", "verify", "--data", folder / "d").returncode, 0)
        finally:
            subprocess.run(["umount", "-l", str(folder)])


if __name__ == "__main__":
    unittest.main()
