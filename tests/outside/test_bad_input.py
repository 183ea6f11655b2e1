"""Rubbish from outside: every piece of it gets a clear answer, nothing of it is stored, nothing falls over."""
import os
import shutil
import socket
import sqlite3
import struct
import subprocess
import time
import unittest
import zlib

from fenghuo_client import Client, Server, Unreachable, demo_region, free_port, fresh_folder, raw_exchange, run, work_folder

PLACE = {"type": "Point", "coordinates": [108.2, 30.3]}


class Http(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.client = cls.server.account("desk", "dispatcher")
        cls.team = cls.client.post("/api/v1/teams", {"name": "一队", "home": PLACE})["team"]["id"]
        cls.incident = cls.client.post("/api/v1/incidents", {"kind": "fire", "location": PLACE})["incident"]["id"]

    def setUp(self):
        self.before = self.client.sequence()

    def tearDown(self):
        self.assertIsNone(self.server.process.poll(), self.server.log())
        self.assertEqual(self.client.sequence(), self.before, "something was stored")

    def refused(self, answer, status=400, problem="malformed"):
        self.assertEqual((answer.status, answer.problem), (status, problem), answer)
        self.assertTrue(answer["detail"] or status == 415, answer)

    def test_what_is_no_json(self):
        deep = b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
        for raw in (b"{", b"[]", b"null", b"1", b'"text"', b"{'channel':'119'}", b'{"channel":"119",}', b'{"channel"',
                    b"{}{}", b'{"channel":"119","text":NaN}', b'{"channel":"119","text":Infinity}', b"\x00", b"\xff\xfe{}",
                    b'{"channel":"119","text":"\xff\xfe"}', b'{"channel":"119","text":"\xed\xa0\x80"}',
                    b'{"channel":"119","text":"\xc0\x80"}', b'{"channel":"119","text":"\\ud800"}',
                    b'{"channel":"119","text":"a","text":"b"}', b'{"channel":"119","text":"a\\u0000b"}',
                    b'{"channel":"119","text":"a\nb"}', b"\xef\xbb\xbf[]", deep,
                    b'{"channel":"119","text":"x","location":' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}"):
            with self.subTest(raw=raw[:40]):
                self.refused(self.client.post("/api/v1/reports", raw=raw))

    def test_wrong_members_of_a_report(self):
        good = {"channel": "119", "text": "x"}
        for change, pointer in (
                ({"channel": None}, "/channel"), ({"channel": "911"}, "/channel"), ({"channel": 119}, "/channel"),
                ({"text": 5}, "/text"), ({"text": ["x"]}, "/text"), ({"text": "x" * 4001}, "/text"),
                ({"kind": "k" * 201}, "/kind"), ({"colour": "red"}, "/colour"), ({"a/b~c": 1}, "/a~1b~0c"),
                ({"received_at": "2026-07-01 02:07"}, "/received_at"), ({"received_at": "2026-02-30T00:00:00Z"}, "/received_at"),
                ({"received_at": 0}, "/received_at"), ({"outside_region": "no"}, "/outside_region"),
                ({"location": [108, 30]}, "/location"), ({"location": {}}, "/location"),
                ({"location": {"type": "Point"}}, "/location"),
                ({"location": {"type": "Point", "coordinates": [30.3, 108.2]}}, "/location/coordinates"),
                ({"location": {"type": "Point", "coordinates": [108.2]}}, "/location/coordinates"),
                ({"location": {"type": "Point", "coordinates": [1, 2, 3, 4]}}, "/location/coordinates"),
                ({"location": {"type": "Point", "coordinates": ["108", "30"]}}, "/location/coordinates"),
                ({"location": {"type": "Point", "coordinates": [181, 30]}}, "/location/coordinates"),
                ({"location": {"type": "Point", "coordinates": [1e308, 30]}}, "/location/coordinates"),
                ({"location": {**PLACE, "crs": "xian80"}}, "/location/crs"),
                ({"location": {**PLACE, "crs": "mars"}}, "/location/crs"),
                ({"location": {**PLACE, "height": 3}}, "/location/height"),
                ({"location": {**PLACE, "accuracy_m": 1.5}}, "/location/accuracy_m"),
                ({"text": "", "kind": "fire"}, "/text")):
            with self.subTest(change=str(change)[:80]):
                answer = self.client.post("/api/v1/reports", {**good, **change})
                self.refused(answer)
                self.assertIn(pointer, [e["pointer"] for e in answer["errors"]], answer)
        swapped = self.client.post("/api/v1/reports", {**good, "location": {"type": "Point", "coordinates": [30.3, 108.2]}})
        self.assertIn("swapped", swapped["detail"])

    def test_wrong_members_elsewhere(self):
        incident = f"/api/v1/incidents/{self.incident}"
        for method, path, body in (
                ("POST", "/api/v1/incidents", {}), ("POST", "/api/v1/incidents", {"kind": "fire", "severity": "V"}),
                ("POST", "/api/v1/incidents", {"kind": "fire", "severity": 1}),
                ("POST", "/api/v1/incidents", {"kind": "fire", "needs": [{"capability": "pump", "quantity": -1}]}),
                ("POST", "/api/v1/incidents", {"kind": "fire", "needs": [{"capability": "", "quantity": 1}]}),
                ("POST", "/api/v1/incidents", {"kind": "fire", "needs": [{"capability": "pump", "quantity": 1.5}]}),
                ("POST", "/api/v1/incidents", {"kind": "fire", "needs": [{"capability": "pump", "quantity": 10 ** 30}]}),
                ("POST", "/api/v1/incidents", {"kind": "fire", "needs": [{"capability": "p"}] * 201}),
                ("POST", "/api/v1/incidents", {"kind": "fire", "casualties": {"dead": -1}}),
                ("POST", "/api/v1/incidents", {"kind": "fire", "report": "I-2026-000001"}),
                ("PATCH", incident, {"casualties": {"dead": -3}}), ("PATCH", incident, {"incident": self.incident}),
                ("PATCH", incident, {"needs": [{"capability": "x", "quantity": 0}]}),
                ("POST", incident + "/status", {}), ("POST", incident + "/status", {"status": "on_fire"}),
                ("POST", incident + "/close", {}), ("POST", incident + "/merge", {"into": "nowhere"}),
                ("POST", incident + "/notes", {}), ("POST", incident + "/notes", {"text": "x" * 4001}),
                ("POST", incident + "/orders", {}), ("POST", incident + "/orders", {"items": []}),
                ("POST", incident + "/orders", {"items": [{}]}), ("POST", incident + "/orders", {"items": {"team": self.team}}),
                ("POST", incident + "/orders", {"items": [{"team": self.team}], "acknowledge_within_s": -1}),
                ("POST", incident + "/orders", {"items": [{"team": self.team}], "acknowledge_within_s": 1e300}),
                ("POST", "/api/v1/teams", {}), ("POST", "/api/v1/teams", {"name": ""}),
                ("POST", "/api/v1/teams", {"name": "队", "turnout_s": 86401}),
                ("POST", "/api/v1/teams", {"name": "队", "turnout_s": -1}),
                ("POST", "/api/v1/teams", {"name": "队", "members": -1}),
                ("POST", "/api/v1/teams", {"name": "队", "capabilities": [{"capability": "x", "quantity": 0}]}),
                ("POST", "/api/v1/teams", {"name": "队", "vehicles": [{"profile": "tank"}]}),
                ("POST", "/api/v1/teams", {"name": "队", "home": {"type": "Polygon", "coordinates": []}}),
                ("PUT", f"/api/v1/teams/{self.team}/availability", {"availability": "committed"}),
                ("POST", "/api/v1/closures", {}), ("POST", "/api/v1/closures", {"geometry": {"type": "LineString", "coordinates": [[1, 2]]}}),
                ("POST", "/api/v1/closures", {"geometry": {"type": "Polygon", "coordinates": [[[1, 2], [2, 2], [2, 3], [1, 3]]]}}),
                ("POST", "/api/v1/closures", {"geometry": {"type": "Polygon", "coordinates": [[[1, 2]] * 4] * 2}}),
                ("POST", "/api/v1/closures", {"geometry": {"type": "LineString", "coordinates": [[1, 2]] * 2001}}),
                ("POST", "/api/v1/closures", {"geometry": {"type": "MultiPoint", "coordinates": [[1, 2]]}}),
                ("POST", "/api/v1/positions", {}), ("POST", "/api/v1/positions", {"positions": {}}),
                ("POST", "/api/v1/positions", {"positions": [{}]}), ("POST", "/api/v1/positions", {"positions": [1, None, "x"]}),
                ("POST", "/api/v1/matrix", {}), ("POST", "/api/v1/matrix", {"origins": [], "destinations": [[1, 2]]}),
                ("POST", "/api/v1/matrix", {"origins": [[108, 30]] * 600, "destinations": [[108, 30]] * 600}),
                ("POST", "/api/v1/matrix", {"origins": [[30, 108]], "destinations": [[108, 30]]}),
                ("POST", "/api/v1/matrix", {"origins": [[108, 30]], "destinations": [[108, 30]], "profile": "boat"})):
            with self.subTest(method=method, path=path, body=str(body)[:80]):
                self.refused(self.client.call(method, path, body, if_match="*"))

    def test_rubbish_in_addresses(self):
        for query in ("from=108.2,30.3", "from=30.3,108.2&to=108.2,30.3", "from=nan,nan&to=1,1", "from=inf,0&to=1,1",
                      "from=1&to=2", "from=1,2,3&to=1,2", "from=a,b&to=c,d", "from=108.2,30.3&to=108.2,30.3&profile=boat",
                      "from=%00,%00&to=1,1", "from=&to="):
            with self.subTest(query=query):
                self.refused(self.client.get("/api/v1/route?" + query))
        for path in ("/api/v1/teams/%s/track?from=yesterday" % self.team, "/api/v1/reports?bbox=a", "/api/v1/reports?limit=1;2"):
            with self.subTest(path=path):
                self.refused(self.client.get(path))

    def test_a_body_over_the_limit(self):
        limit = 1 << 20
        big = b'{"channel":"119","text":"' + b"x" * limit + b'"}'
        self.refused(self.client.post("/api/v1/reports", raw=big), 413, "too_large")
        self.refused(self.client.post("/api/v1/session", raw=b'{"account":"' + b"x" * 20_000 + b'"}'), 413, "too_large")
        self.refused(self.client.post("/api/v1/positions", raw=b"[" + b" " * (4 << 20) + b"]"), 413, "too_large")
        fits = self.client.post("/api/v1/reports", raw=b'{"channel":"119",' + b" " * (limit - 100) + b'"text":7}')
        self.refused(fits)  # as large as may be, and read

    def chunked(self, pieces, path="/api/v1/reports"):
        head = (f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.client.token}\r\n"
                "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n").encode()
        body = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
        return raw_exchange(self.server.port, head + body)

    def test_a_chunked_body_over_the_limit(self):
        answer = self.chunked([b'{"channel":"119","text":"'] + [b"x" * 65_536] * 17 + [b'"}'])
        self.assertTrue(answer.startswith(b"HTTP/1.1 413"), answer[:200])
        fine = self.chunked([b'{"channel":', b'"911"}'])
        self.assertTrue(fine.startswith(b"HTTP/1.1 400"), fine[:200])
        self.assertIn(b"/channel", fine)

    def test_another_content_type(self):
        body = b'{"channel":"119","text":"x"}'
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
                     "application/xml", "text/plain; charset=json"):
            with self.subTest(kind=kind):
                answer = self.client.post("/api/v1/reports", raw=body, headers={"Content-Type": kind})
                self.refused(answer, 415, "unsupported_media_type")

    def test_headers_that_are_rubbish(self):
        token = self.client.token
        head = f"GET /api/v1/session HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        for lines in ("X: " + "y" * 200_000, "\r\n".join(f"H{i}: 1" for i in range(2_000)), "no colon here", ": no name",
                      "Content-Length: -5", "Content-Length: ten", "Content-Length: 99999999999999999999999",
                      "Transfer-Encoding: rubbish", "\x01\x02: \x03", "Last-Event-ID: " + "9" * 400):
            with self.subTest(lines=lines[:40]):
                answer = raw_exchange(self.server.port, (head + lines + "\r\n\r\n").encode("latin-1"), timeout=15)
                self.assertTrue(answer == b"" or answer.startswith(b"HTTP/1.1 "), answer[:200])
                self.assertFalse(answer.startswith(b"HTTP/1.1 5"), answer[:200])
        for raw in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"A" * 200, b"\r\n\r\n", b"GET\r\n\r\n", b"G" * 100_000,
                    b"GET / HTTP/9.9\r\n\r\n", b"get /healthz http/1.1\r\nhost: x\r\n\r\n", b"\x00" * 1000,
                    b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /a b c HTTP/1.1\r\nHost: x\r\n\r\n",
                    b"GET http://other/healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n"):
            with self.subTest(raw=raw[:30]):
                answer = raw_exchange(self.server.port, raw, timeout=12, half_close=True)
                self.assertFalse(answer.startswith(b"HTTP/1.1 5") and b" 501" not in answer[:13], answer[:200])
        self.assertEqual(self.client.get("/healthz").status, 200)

    def test_a_body_that_nobody_reads_is_not_taken_for_the_next_call(self):
        inner = b"GET /api/v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
        for line in (b"POST /api/v1/incidents HTTP/1.1", b"POST /nothing HTTP/1.1", b"PUT /api/v1/incidents HTTP/1.1",
                     b"GET /healthz HTTP/1.1", b"POST /api/v1/session HTTP/1.1"):
            with self.subTest(line=line):
                raw = line + b"\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(inner) + inner
                raw += b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                with socket.create_connection(("127.0.0.1", self.server.port), timeout=15) as connection:
                    connection.sendall(raw)
                    got = b""
                    try:
                        while piece := connection.recv(65536):
                            got += piece
                    except OSError:
                        pass
                self.assertNotIn(b"smuggled", got)
                self.assertGreaterEqual(got.count(b"HTTP/1.1 "), 1, got)

    def test_a_body_that_ends_too_early(self):
        head = (f"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.client.token}\r\n"
                "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n").encode()
        answer = raw_exchange(self.server.port, head + b'{"channel":"119","text":"halb"}', half_close=True)
        self.assertTrue(answer == b"" or answer.startswith(b"HTTP/1.1 400"), answer[:200])

    def test_many_connections_that_say_nothing_keep_nobody_out(self):
        silent = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(100)]
        try:
            for line in silent[:50]:
                line.sendall(b"POST /api/v1/reports HTTP/1.1\r\nHost:")
            newcomer = Client(self.server, token=self.client.token)
            self.assertEqual(newcomer.get("/api/v1/session", timeout=30).status, 200)
        finally:
            for line in silent:
                line.close()

    def test_more_silent_connections_than_threads_end_by_themselves(self):
        silent = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(400)]
        try:
            for line in silent:
                line.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
            # Health has a port and threads of its own: whoever watches over the process is not misled.
            self.assertIn(b" 200 ", raw_exchange(self.server.health_port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")[:15])
            begin = time.monotonic()
            while True:
                try:
                    newcomer = Client(self.server, token=self.client.token)  # not a connection that lives already
                    self.assertEqual(newcomer.get("/api/v1/session", timeout=60).status, 200)
                    break
                except Unreachable:
                    self.assertLess(time.monotonic() - begin, 120, "it never came back")
            print(f"    400 silent connections kept others out for {time.monotonic() - begin:.1f} s")
        finally:
            for line in silent:
                line.close()

    def test_random_bytes_for_every_operation(self):
        import random
        random.seed(20260701)
        for method, path, operation in self.server.description.operations:
            if "requestBody" not in operation or operation["operationId"] == "logIn":
                continue
            target = path.replace("{id}", self.incident if "/incidents/" in path else self.team).replace("{account}", "desk")
            for length in (1, 40, 3_000):
                raw = bytes(random.randrange(256) for _ in range(length))
                answer = self.server.client().call(method, target, raw=b"{" + raw, if_match="*")
                self.assertIn(answer.status, (400, 404), answer)


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
                               ("# x\nhttp_threads: many\n", ("http_threads", "many", ":2")),
                               ("http_threads: 2\n", ("http_threads",)), ("- a\n- b\n", ("expected lines",)),
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
        wrong = run("config", "show", environment={"FENGHUO_HTTP_THREADS": "0"})
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("FENGHUO_HTTP_THREADS", wrong.stderr)
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
        import signal
        server = Server()
        server.process.send_signal(signal.SIGINT)
        self.assertEqual(server.process.wait(timeout=30), 0)
        self.assertEqual(run("journal", "verify", "--data", server.data).returncode, 0)

    def test_the_disk_is_full(self):
        """A small file system for the data: commands fail with 503 or the process ends with 70; what was answered stays."""
        folder = fresh_folder("m")
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)], capture_output=True)
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
            except Exception:  # the process ended: its exit code says why
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
