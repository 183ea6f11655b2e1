"""No refused report is silent: each stands in the list of those who have to be rung back; a burst is marked, not refused."""
import json
import unittest

from fenghuo_client import Client, Server, raw_exchange
from fenghuo_lines import Lines


def setUpModule():
    global server, desk, gateway
    server = Server()
    desk = server.account("desk", "dispatcher")
    gateway = server.account("gateway", "gateway")


def entries(after=0, **query):
    more = "".join(f"&{name}={value}" for name, value in query.items())
    answer = desk.get(f"/api/v1/call-backs?after={after}&limit=500{more}")
    assert answer.status == 200, answer
    return answer["items"]


def newest():
    return max([e["id"] for e in entries()], default=0)


def head(length, kind="application/json", token=None):
    return (f"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token or gateway.token}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {length}\r\n").encode()


class Refused(unittest.TestCase):
    def test_refused_and_listed_are_the_same(self):
        before = newest()
        expected = []
        for body, kind, status, caller, text in (
                (b'{"channel":"911","caller":"13900000001","text":"\xe8\xb5\xb7\xe7\x81\xab"}', "application/json", 400, "13900000001", "起火"),
                (b'{"channel":"119","text":"half', "application/json", 400, "", '{"channel":"119","text":"half'),
                (b"\xff\xfe\x00", "application/json", 400, "", "\ufffd\ufffd "),
                ("着火了，快来".encode(), "text/plain", 415, "", "着火了，快来"),
                (json.dumps({"channel": "119", "caller": "139", "text": "字" * 1400}).encode(), "application/json", 400, "139", "字" * 500)):
            answer = gateway.post("/api/v1/reports", raw=body, headers={"Content-Type": kind})
            self.assertEqual(answer.status, status, answer)
            expected.append((answer["call_back"], status, caller, text, answer["detail"]))
        good = gateway.post("/api/v1/reports", {"channel": "119", "text": "收到"})
        self.assertEqual(good.status, 201, good)
        listed = entries(after=before)
        self.assertEqual([(e["id"], e["status"], e["caller"], e["text"], e["reason"]) for e in listed], expected)
        self.assertEqual({(e["account"], e["peer"], e["done_at"]) for e in listed}, {("gateway", "127.0.0.1", None)})

    def test_those_that_never_came_to_a_handler(self):
        before = newest()
        begin = b'{"channel":"119","caller":"13800000000","text":"'
        huge = raw_exchange(server.port, head(2 << 20) + b"\r\n" + begin + b"x" * (2 << 20))
        self.assertIn(b" 413 ", huge[:15])
        early = raw_exchange(server.port, head(500) + b"\r\n" + begin + "半句".encode(), half_close=True)
        self.assertIn(b" 400 ", early[:15])
        twice = raw_exchange(server.port, head(5) + b"Content-Length: 6\r\n\r\n" + begin)
        self.assertIn(b" 400 ", twice[:15])
        listed = entries(after=before)
        self.assertEqual([e["status"] for e in listed], [413, 400, 400])
        for entry in listed:
            self.assertTrue(entry["text"].startswith('{"channel":"119","caller":"13800000000"'), entry)
        self.assertIn("半句", listed[1]["text"])

    def test_one_whose_report_does_not_come_in_time(self):
        slow = Server(environment={"FENGHUO_REQUEST_DEADLINE_MS": "500"})
        sender = slow.account("sender", "duty_officer")
        with Lines(slow.port) as line:
            line.say(head(500, token=sender.token) + b'\r\n{"channel":"119","text":"')
            status, _, body = line.answer()
        self.assertEqual((status, json.loads(body)["type"]), (408, "/problems/too_slow"))
        listed = sender.get("/api/v1/call-backs")["items"]
        self.assertEqual([(e["id"], e["status"]) for e in listed], [(json.loads(body)["call_back"], 408)])
        slow.stop()

    def test_strangers_do_not_fill_the_list(self):
        before = newest()
        for client in (Client(server), Client(server, token="fht_" + "A" * 43), server.account("watcher", "observer")):
            self.assertIn(client.post("/api/v1/reports", raw=b"{").status, (401, 403))
        stranger = raw_exchange(server.port, head(2 << 20, token="nobody") + b"\r\n" + b"x" * 1000)
        self.assertIn(b" 401 ", stranger[:15])
        self.assertEqual(newest(), before)

    def test_ticking_off(self):
        refused = gateway.post("/api/v1/reports", {"channel": "911"})
        entry = f"/api/v1/call-backs/{refused['call_back']}"
        self.assertIn(refused["call_back"], [e["id"] for e in entries(done="false")])
        self.assertEqual(gateway.post(entry + "/done").status, 403)
        done = desk.post(entry + "/done")
        self.assertEqual((done.status, done["done_by"]), (200, "desk"))
        again = server.account("second", "duty_officer").post(entry + "/done")
        self.assertEqual((again.status, again.json), (200, done.json))
        self.assertNotIn(refused["call_back"], [e["id"] for e in entries(done="false")])
        self.assertIn(refused["call_back"], [e["id"] for e in entries(done="true")])
        self.assertEqual(gateway.get("/api/v1/call-backs").status, 403)
        for query in ("after=x", "after=-1", "limit=0", "limit=501", "done=yes", "x=1"):
            self.assertEqual(desk.get("/api/v1/call-backs?" + query).status, 400, query)

    def test_the_list_outlives_the_server(self):
        refused = gateway.post("/api/v1/reports", {"channel": "911", "text": "断电之前"})
        server.kill()
        server.restart()
        self.assertIn((refused["call_back"], "断电之前"), [(e["id"], e["text"]) for e in entries()])


class Burst(unittest.TestCase):
    def test_more_than_people_send_are_stored_and_marked(self):
        far = Server(environment={"FENGHUO_TRUSTED_GATEWAYS": "127.0.0.2", "FENGHUO_INTAKE_PER_MINUTE": "5"})
        sender = far.account("sender", "dispatcher")
        marks = []
        for i in range(12):
            made = sender.post("/api/v1/reports", {"channel": "phone", "text": f"来电 {i}"})
            self.assertEqual(made.status, 201, made)
            marks.append(made["report"]["burst"])
        self.assertEqual(marks[:5], [None] * 5)
        self.assertGreaterEqual(marks[5:].count(True), 6)  # one may have trickled in
        grouped = sender.all("/api/v1/reports?burst=true")
        self.assertEqual(len(grouped), marks.count(True))
        listed = Client(far, token=sender.token, source=("127.0.0.2", 0))
        self.assertEqual({listed.post("/api/v1/reports", {"channel": "phone", "text": "网关"})["report"]["burst"]
                          for _ in range(12)}, {None})
        told = sender.post("/api/v1/reports", {"channel": "phone", "text": "x", "burst": True})
        self.assertEqual((told.status, told["errors"][0]["pointer"]), (400, "/burst"))
        far.stop()


if __name__ == "__main__":
    unittest.main()
