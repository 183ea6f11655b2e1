"""The door under attack: whoever says nothing, says it drop by drop, does not read or asks too much keeps nobody out."""
import itertools
import json
import threading
import time
import unittest

from fenghuo_client import Client, Server, raw_exchange
from fenghuo_lines import Lines, figures

PLACE = {"type": "Point", "coordinates": [108.2, 30.3]}
_numbers = itertools.count(1)


def get(path, token, *more):
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", *more]).encode() + b"\r\n\r\n"


class Desks:
    """Clients that take reports in and send teams until they are stopped; every answer is looked at."""

    def __init__(self, server, client, count):
        self.server, self.client = server, client
        self.wrong = []
        self.reports = self.orders = 0
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run, args=(i,), daemon=True) for i in range(count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _run(self, number):
        try:
            desk = Client(self.server, token=self.client.token)
            while not self._stop.is_set():
                self._one_report(desk)
                if number % 2:
                    self._one_order(desk)
        except Exception as error:  # whatever it was, the test has to hear of it
            self.wrong.append(repr(error))

    def _expect(self, answer, status):
        if answer.status != status:
            self.wrong.append(repr(answer))
            self._stop.set()
        return answer

    def _one_report(self, desk):
        made = self._expect(desk.post("/api/v1/reports", {"channel": "119", "text": f"起火 {next(_numbers)}"}), 201)
        if made.status == 201:
            with self._lock:
                self.reports += 1

    def _one_order(self, desk):
        team = self._expect(desk.post("/api/v1/teams", {"name": f"队 {next(_numbers)}", "home": PLACE}), 201)["team"]["id"]
        incident = self._expect(desk.post("/api/v1/incidents", {"kind": "fire", "location": PLACE}), 201)["incident"]["id"]
        made = self._expect(desk.post(f"/api/v1/incidents/{incident}/orders", {"items": [{"team": team}]}), 201)
        order = made["orders"][0]["order"]
        self._expect(desk.change("POST", f"/api/v1/orders/{order}/acknowledge", {}), 200)
        with self._lock:
            self.orders += 1


class Crowd:
    """Connections that stay until the end of the test."""

    def __init__(self):
        self.lines = []
        self._stop = threading.Event()
        self._threads = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(30)
        for line in self.lines:
            line.close()

    def add(self, line, first=b""):
        line.say(first)
        self.lines.append(line)
        return line

    def drip(self, lines, text):
        def run():
            for byte in itertools.cycle([bytes([b]) for b in text]):
                if self._stop.wait(0.02):
                    return
                for line in lines:
                    line.say(byte)
        self.all_the_time(run)

    def all_the_time(self, work):
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self._threads.append(thread)

    @property
    def over(self):
        return self._stop.is_set()


def crowd_of_all_kinds(crowd, server, token):
    for _ in range(200):
        crowd.add(Lines(server.port), b"POST /api/v1/reports HTTP/1.1\r\nHost:")
    for _ in range(200):
        crowd.add(Lines(server.port))
    headers = [crowd.add(Lines(server.port), b"GET /api/v1/incidents HTTP/1.1\r\nHost: x\r\n") for _ in range(25)]
    bodies = [crowd.add(Lines(server.port), b"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n")
              for _ in range(25)]
    crowd.drip(headers, b"X-Slow: drop\r\n")
    crowd.drip(bodies, b" ")
    crowd.add(Lines(server.port, buffer=4096), get("/api/v1/events?after=0", token))


class Attack(unittest.TestCase):
    def works(self, desks, at_least=20):
        """Waits until every kind of work has gone through so often."""
        deadline = time.monotonic() + 120
        while min(desks.reports, desks.orders) < at_least and not desks.wrong and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(desks.wrong, [])
        self.assertGreaterEqual(min(desks.reports, desks.orders), at_least)

    def nothing_vital_was_shed(self, server):
        told = figures(server)
        for work in ("vital", "sign_in"):
            self.assertEqual(told["fenghuo_http_shed_total", work], 0)
        return told

    def test_half_open_idle_dripping_and_deaf_connections(self):
        server = Server()
        client = server.account("desk", "dispatcher")
        with Crowd() as crowd:
            crowd_of_all_kinds(crowd, server, client.token)
            while sum(figures(server)["fenghuo_http_connections", s] for s in ("idle", "header", "body")) < 440:
                time.sleep(0.05)  # the figures are those of the last look around
            with Desks(server, client, 16) as desks:
                self.works(desks, 250)
                self.assertIn(b" 200 ", raw_exchange(server.health_port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")[:15])
                newcomer = Client(server, token=client.token)
                self.assertEqual(newcomer.get("/api/v1/session").status, 200)
            self.assertEqual(desks.wrong, [])
        self.nothing_vital_was_shed(server)
        self.assertEqual(server.stop(), 0)

    def test_a_flood_of_matrices_and_lists(self):
        server = Server(environment={"FENGHUO_QUERY_QUEUE": "4", "FENGHUO_BULK_QUEUE": "2"})
        client = server.account("desk", "dispatcher")
        for i in range(200):
            self.assertEqual(client.post("/api/v1/reports", {"channel": "web", "text": f"{i} " + "长" * 1000}).status, 201)
        matrix = json.dumps({"origins": [[108.2, 30.3]] * 200, "destinations": [[108.3, 30.4]] * 200}).encode()
        asked = {"query": get("/api/v1/reports?limit=500", client.token),
                 "bulk": get("/api/v1/matrix", client.token, "Content-Type: application/json",
                             f"Content-Length: {len(matrix)}").replace(b"GET", b"POST") + matrix}
        seen = {"query": {}, "bulk": {}}
        odd = []

        def flood(kind):
            line = Lines(server.port, timeout=60)
            while not crowd.over:
                line.say(asked[kind])
                status, headers, body = line.answer()
                seen[kind][status] = seen[kind].get(status, 0) + 1
                if status == 503 and (headers.get("retry-after") != "1" or json.loads(body)["type"] != "/problems/overloaded"):
                    odd.append((headers, body))
                if status == 0:
                    odd.append((headers, body))
                    return
            line.close()

        with Crowd() as crowd:
            for kind in ("query", "bulk"):
                for _ in range(16):
                    crowd.all_the_time(lambda kind=kind: flood(kind))
            with Desks(server, client, 8) as desks:
                self.works(desks)
            self.assertEqual(desks.wrong, [])
        self.assertEqual(odd, [])
        for kind in ("query", "bulk"):
            self.assertEqual(set(seen[kind]), {200, 503}, seen)
        told = self.nothing_vital_was_shed(server)
        self.assertEqual(told["fenghuo_http_shed_total", "status"], 0)
        for kind in ("query", "bulk"):
            self.assertEqual(told["fenghuo_http_shed_total", kind], seen[kind][503])
        self.assertEqual(server.stop(), 0)

    def test_large_answers_that_nobody_reads(self):
        server = Server()
        client = server.account("desk", "dispatcher")
        for i in range(300):
            self.assertEqual(client.post("/api/v1/reports", {"channel": "web", "text": f"{i} " + "长" * 1300}).status, 201)
        with Crowd() as crowd:
            for _ in range(60):
                crowd.add(Lines(server.port, buffer=4096), get("/api/v1/reports?limit=500", client.token))
            with Desks(server, client, 8) as desks:
                self.works(desks)
                self.assertEqual(client.get("/api/v1/reports?limit=5").status, 200)  # nor do they hold the queries up
            for _ in range(300):  # a busy machine makes the last answers later
                told = self.nothing_vital_was_shed(server)
                if told["fenghuo_http_connections", "answering"] > 50:
                    break
                time.sleep(0.1)
            self.assertGreater(told["fenghuo_http_connections", "answering"], 50)
            self.assertGreater(told["fenghuo_http_answer_bytes"], 10 << 20)
        self.assertEqual(server.stop(), 0)

    def test_more_connections_than_there_may_be(self):
        server = Server(environment={"FENGHUO_HTTP_CONNECTIONS": "100"})
        client = server.account("desk", "dispatcher")
        with Crowd() as crowd:
            for i in range(400):
                crowd.add(Lines(server.port), b"GET / HTTP/1.1\r\nHost:" if i % 2 else b"")
            with Desks(server, client, 8) as desks:
                self.works(desks)
            told = self.nothing_vital_was_shed(server)
            self.assertGreaterEqual(told["fenghuo_http_turned_away_total", "connections"], 300)
            self.assertLessEqual(sum(told["fenghuo_http_connections", s]
                                     for s in ("idle", "header", "body", "waiting", "answering", "closing")), 100)

    def test_bodies_that_are_never_finished(self):
        server = Server(environment={"FENGHUO_HTTP_BUFFER_MB": "16"})
        client = server.account("desk", "dispatcher")
        head = b"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
        with Crowd() as crowd:
            for _ in range(50):
                crowd.add(Lines(server.port), head + b" " * 999_000)
            with Desks(server, client, 8) as desks:
                self.works(desks)
            told = self.nothing_vital_was_shed(server)
            self.assertGreaterEqual(told["fenghuo_http_turned_away_total", "memory"], 30)
            self.assertLessEqual(told["fenghuo_http_request_bytes"], 16 << 20)


class OneAddress(unittest.TestCase):
    def setUp(self):
        self.server = Server(environment={"FENGHUO_TRUSTED_GATEWAYS": "127.0.0.1", "FENGHUO_HTTP_PER_ADDRESS": "8",
                                          "FENGHUO_FEED_READERS": "4"})
        self.client = self.server.account("desk", "dispatcher")

    def tearDown(self):
        self.server.stop()

    def answered(self, line):
        line.say(get("/api/v1/session", self.client.token))
        return line.answer()[0]

    def test_takes_its_share_and_no_more(self):
        with Crowd() as crowd:
            mine = [crowd.add(Lines(self.server.port, source="127.0.0.2")) for _ in range(8)]
            self.assertEqual([self.answered(line) for line in mine], [200] * 8)
            for _ in range(20):
                self.assertEqual(self.answered(crowd.add(Lines(self.server.port, source="127.0.0.2"))), 0)
            self.assertEqual(self.answered(crowd.add(Lines(self.server.port, source="127.0.0.3"))), 200)
            for _ in range(20):  # a gateway stands for many
                self.assertEqual(self.answered(crowd.add(Lines(self.server.port))), 200)
            self.assertEqual(figures(self.server)["fenghuo_http_turned_away_total", "address"], 20)

    def test_its_readers_of_the_feed_count(self):
        with Crowd() as crowd:
            feeds = [crowd.add(Lines(self.server.port, source="127.0.0.4"), get("/api/v1/events", self.client.token))
                     for _ in range(4)]
            for line in feeds:
                self.assertIn(b"text/event-stream", line.until(b"\r\n\r\n"))
                line.until(b"\n\n")
            with Lines(self.server.port, source="127.0.0.5") as line:  # and there are no more places
                line.say(get("/api/v1/events", self.client.token))
                status, headers, body = line.answer()
                self.assertEqual((status, headers["retry-after"], json.loads(body)["type"]), (503, "1", "/problems/overloaded"))
            others = [crowd.add(Lines(self.server.port, source="127.0.0.4")) for _ in range(5)]
            self.assertEqual([self.answered(line) for line in others], [200] * 4 + [0])
            feeds[0].close()
            deadline = time.monotonic() + 20
            while self.answered(crowd.add(Lines(self.server.port, source="127.0.0.4"))) != 200:
                self.assertLess(time.monotonic(), deadline, "its place was not given back")


if __name__ == "__main__":
    unittest.main()
