"""Rubbish from outside: every piece of it gets a clear answer, nothing of it is stored, nothing falls over."""
import socket
import time
import unittest

from fenghuo_client import Client, Server, Unreachable, raw_exchange

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
                ("POST", "/api/v1/closures", {"geometry": {"type": "Polygon", "coordinates": [[[1, 2], [2, 3], [2, 2], [1, 3]]]}}),
                ("POST", "/api/v1/closures", {"geometry": {"type": "MultiLineString", "coordinates": [[[1, 2], [2, 3]], [[1, 2]]]}}),
                ("POST", "/api/v1/closures", {"geometry": {"type": "Polygon", "coordinates": [[[1, 2]] * 4] * 2}}),
                ("POST", "/api/v1/closures", {"geometry": {"type": "LineString", "coordinates": [[1, 2]] * 10001}}),
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
                      "from=%00,%00&to=1,1", "from=&to=",
                      "from=108.2,30.3&to=108.2,30.3&steps=yes", "from=108.2,30.3&to=108.2,30.3&via=30.3,108.2",
                      "from=108.2,30.3&to=108.2,30.3&via=108.2,30.3&via=x", "from=108.2,30.3&to=108.2,30.3&via=",
                      "from=108.2,30.3&to=108.2,30.3" + "&via=108.2,30.3" * 11):
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
                takes_json = "application/json" in operation["requestBody"]["content"]
                refused = (400, 404) if takes_json else (415,)
                self.assertIn(answer.status, refused, answer)


if __name__ == "__main__":
    unittest.main()
