"""Messages that leave the house: gateways that fail, are late, say everything twice and lead elsewhere; receipts; and a
centre that dies in between. The gateway is a server of this test's own and checks signatures with its own code."""
import base64
import collections
import datetime
import hashlib
import hmac
import http.client
import http.server
import json
import threading
import time
import unittest

from county_people import COUNTY, county, put
from fenghuo_client import Server, fresh_folder, free_port, run

KEY = "a key that only gateway and centre share"


def signed(key, message_id, timestamp, body):
    mac = hmac.new(key.encode(), f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(mac.digest()).decode()


class Gateway(http.server.ThreadingHTTPServer):
    """Takes each message once by its id, however often it comes."""
    daemon_threads = True

    def __init__(self, behave):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behave = behave        # (id, number of this try) -> status; may sleep; None: drop the connection
        self.lock = threading.Lock()
        self.tries = collections.Counter()
        self.bodies = collections.defaultdict(set)
        self.taken = {}             # id -> data of the message
        self.unsigned = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"

    def close(self):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message_id, timestamp = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        expected = signed(KEY, message_id, timestamp, body)
        gateway = self.server
        with gateway.lock:
            if expected not in self.headers["webhook-signature"].split():
                gateway.unsigned += 1
            gateway.tries[message_id] += 1
            gateway.bodies[message_id].add(body)
            number = gateway.tries[message_id]
        status = gateway.behave(message_id, number)
        data = json.loads(body)["data"]
        if status in (200, 202):
            with gateway.lock:
                gateway.taken.setdefault(message_id, data)
        answer = json.dumps({"id": "g-" + message_id}).encode()
        try:
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"http://{gateway.elsewhere}/steal")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        except OSError:
            pass  # the centre did not wait so long

    def do_GET(self):
        self.do_POST()

    def log_message(self, *_):
        pass


class Gateways(unittest.TestCase):
    def serve(self, sms, voice=None, callback=True):
        self.folder = fresh_folder("gateways")
        secret = self.folder / "gateway.key"
        secret.write_text(KEY + "\n")
        secret.chmod(0o600)
        port = free_port()
        lines = [f"callback: http://127.0.0.1:{port}"] if callback else []
        lines.append("gateways:")
        for name, gateway, means in (("city-sms", sms, "sms"), ("city-voice", voice, "phone")):
            if gateway:
                lines += [f"  - name: {name}", f"    url: http://{gateway.address}/send", "    secret_file: gateway.key",
                          f"    means: [{means}]", f"    allowed_hosts: [\"{gateway.address}\"]"]
        (self.folder / "gateways.yaml").write_text("\n".join(lines) + "\n")
        self.server = Server(flags=(), environment={"FENGHUO_GATEWAYS": str(self.folder / "gateways.yaml")})
        self.addCleanup(self.server.stop)
        self.duty = self.server.account("duty", "duty_officer")

    def gateway(self, behave):
        gateway = Gateway(behave)
        self.addCleanup(gateway.close)
        return gateway

    def until(self, condition, what, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.1)

    def receipt(self, gateway, status, message, *, webhook_id=None, key=KEY, at=None, raw=None, timestamp=None, **more):
        data = {"id": message, "status": status, **more}
        if at is not None:
            data["at"] = at.isoformat()
        body = raw if raw is not None else json.dumps({"type": "delivery.receipt", "data": data}).encode()
        webhook_id = webhook_id or f"r-{status}-{message}"
        timestamp = timestamp or str(int(time.time()))
        return self.duty.call("POST", f"/api/v1/gateways/{gateway}/receipts", raw=body, headers={
            "Authorization": "", "webhook-id": webhook_id, "webhook-timestamp": timestamp,
            "webhook-signature": signed(key, webhook_id, timestamp, body)})

    def delivery(self, delivery):
        return self.duty.get(f"/api/v1/deliveries/{delivery}").json

    def test_every_message_is_answered_or_escalated_and_none_takes_effect_twice(self):
        elsewhere = self.gateway(lambda *_: 200)

        def sms(message_id, number):
            delivery = int(message_id.split(":")[1].rsplit("-", 1)[1])
            if delivery % 5 == 3 and number == 1:
                time.sleep(6)  # taken, but the answer comes too late
                return 200
            return 503 if delivery % 2 and number == 1 else 202

        def voice(*_):
            return 302
        sms, voice = self.gateway(sms), self.gateway(voice)
        voice.elsewhere = elsewhere.address
        self.serve(sms, voice)
        county(self.duty, villages=12)
        made = self.duty.post("/api/v1/call-downs", {"title": "山洪红色预警", "text": "立即转移到村小学", "areas": [COUNTY],
                                                     "answer_within_s": 25, "silent_after_s": 120})
        self.assertEqual(made.status, 201, made)
        n = made["call_down"]["id"]
        rows = self.duty.all(f"/api/v1/call-downs/{n}/rows")
        named = [row["id"] for row in rows[:-1]]  # nobody is named for the last
        first = lambda: {m for m in sms.taken if m.split(":")[3] == "0"}
        self.until(lambda: len(first()) == len(named), "each first message is taken", 40)
        self.assertEqual(sms.unsigned, 0)
        self.assertTrue(any(count > 1 for count in sms.tries.values()))
        for message, bodies in sms.bodies.items():
            self.assertEqual(len(bodies), 1, f"{message} is the same at every try")
        sample = sms.taken[min(first())]
        self.assertEqual(sample["to"], "13800000000")
        self.assertIn("立即转移到村小学", sample["text"])
        self.assertIn("第0村", sample["text"])
        self.assertIn("前回复", sample["text"])
        self.assertEqual(sample["callback"][-len("/api/v1/gateways/city-sms/receipts"):], "/api/v1/gateways/city-sms/receipts")
        # The centre dies, and knows afterwards what was taken.
        self.until(lambda: all(any(h["outcome"] == "handed_over" for h in self.delivery(d)["handovers"]) for d in named),
                   "the journal knows")
        before = dict(sms.tries)
        self.server.kill()
        self.server.restart()
        # Receipts: each twice under one id; the text of an answer is kept.
        by_delivery = {m.split(":")[1]: m for m in first()}
        for d in named[:8]:
            for number in range(2):
                done = self.receipt("city-sms", "answered", by_delivery[d], text="收到")
                self.assertEqual((done.status, done["first"]), (200, number == 0), done)
        for d in named[:8]:
            kept = self.delivery(d)
            self.assertEqual(kept["status"], "answered")
            self.assertEqual([(c["step"], c["means"], c["note"], c["said_by"]) for c in kept["contacts"]],
                             [("answered", "sms", "收到", "city-sms")])
        # Whoever does not answer sends it on to the deputy, who gets a message of his own.
        told = lambda d: len(self.delivery(d)["recipients"])
        self.until(lambda: all(told(d) == 2 for d in named[8:]), "escalated", 60)
        self.until(lambda: len({m for m in sms.taken if m.split(":")[3] == "1"}) == len(named) - 8, "deputies are told", 40)
        for d in named[:8]:
            self.assertEqual(told(d), 1)
        self.assertEqual({data["to"] for m, data in sms.taken.items() if m.split(":")[3] == "1"},
                         {f"1390000{number:04}" for number in range(8, 11)})
        failed = self.receipt("city-sms", "failed", next(m for m in sms.taken if m.split(":")[1] == named[9] and m.split(":")[3] == "1"))
        self.assertEqual(failed.status, 200, failed)
        # What was taken before the crash was not sent again.
        self.assertEqual({m: c for m, c in sms.tries.items() if m in before}, before)
        # The voice gateway leads elsewhere: nobody follows, and it stands where people look.
        self.assertEqual(elsewhere.tries, {})
        for d in named[:8]:
            dead = [h for h in self.delivery(d)["handovers"] if h["bearer"] == "city-voice"]
            self.assertEqual([(h["outcome"], h["means"]) for h in dead], [("dead", "phone")] * len(dead))
        self.assertTrue(any(h["outcome"] == "dead" for d in named for h in self.delivery(d)["handovers"]))
        state = {g["name"]: g for g in self.duty.get("/api/v1/gateways")["items"]}
        self.assertEqual(set(state), {"city-sms", "city-voice"})
        self.assertEqual(self.server.journal("verify").returncode, 0)

    def test_an_order_without_a_receipt_moves_no_second_team(self):
        sms = self.gateway(lambda *_: 200)
        self.serve(sms)
        boss = self.server.account("boss", "commander", "dispatcher")
        master = self.duty
        put(master, "/api/v1/persons/L1", {"name": "赵队长", "mobile": "13700000001", "deputies": ["L2"]})
        put(master, "/api/v1/persons/L2", {"name": "钱副队长", "mobile": "13700000002"})
        admin = self.server.client()
        team = admin.post("/api/v1/teams", {"name": "县抢险一队", "contacts": ["L1"], "home": {"type": "Point", "coordinates": [120.1, 30.1]},
                                            "capabilities": [{"capability": "boat", "quantity": 1}]})
        self.assertEqual(team.status, 201, team)
        other = admin.post("/api/v1/teams", {"name": "县抢险二队", "home": {"type": "Point", "coordinates": [120.2, 30.1]}})
        self.assertEqual(other.status, 201, other)
        incident = boss.post("/api/v1/incidents", {"kind": "flood", "title": "河水漫堤", "address": "下渡口",
                                                   "location": {"type": "Point", "coordinates": [120.11, 30.12]}})
        i = incident["incident"]["id"]
        ordered = boss.post(f"/api/v1/incidents/{i}/orders", {"items": [{"team": team["team"]["id"], "instruction": "带冲锋舟"}]})
        self.assertEqual(ordered.status, 201, ordered)
        order = {"id": ordered["orders"][0]["order"]}
        self.until(lambda: sms.taken, "the leader's telephone")
        message, data = next(iter(sms.taken.items()))
        self.assertEqual(data["to"], "13700000001")
        for part in ("出动命令", order["id"], "河水漫堤", "下渡口", "带冲锋舟", "120.11000"):
            self.assertIn(part, data["text"])
        # Delivered is not acknowledged; answered is.
        self.assertEqual(self.receipt("city-sms", "delivered", message).status, 200)
        self.assertEqual(boss.get(f"/api/v1/orders/{order['id']}")["status"], "delivered")
        early = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        self.assertEqual(self.receipt("city-sms", "answered", message, at=early).status, 200)
        self.assertEqual(boss.get(f"/api/v1/orders/{order['id']}")["status"], "acknowledged")
        self.assertEqual(len(boss.all("/api/v1/orders")), 1)
        # Asked for again by a person it goes out once more, under another id.
        delivery = message.split(":")[1]
        again = self.duty.post(f"/api/v1/deliveries/{delivery}/resend", {"reason": "号码已改"})
        self.assertEqual(again.status, 200, again)
        self.until(lambda: len(sms.taken) == 2, "sent anew")
        self.assertEqual(sorted(m.split(":")[2] for m in sms.taken), ["0", "1"])
        self.assertEqual(len(boss.all("/api/v1/orders")), 1)

    def test_receipts_that_are_none(self):
        sms = self.gateway(lambda *_: 200)
        self.serve(sms)
        county(self.duty, villages=2)
        self.duty.post("/api/v1/call-downs", {"title": "x", "text": "y", "areas": [COUNTY]})
        self.until(lambda: sms.taken, "one message")
        message = next(iter(sms.taken))
        delivery = message.split(":")[1]
        refused = {
            "another key": (self.receipt("city-sms", "answered", message, key="a key that nobody here knows about"), 401),
            "an old one": (self.receipt("city-sms", "answered", message, timestamp=str(int(time.time()) - 400)), 401),
            "no gateway": (self.receipt("nobody", "answered", message), 404),
            "another centre": (self.receipt("city-sms", "answered", "00000000" + message[8:]), 404),
            "no recipient": (self.receipt("city-sms", "answered", message.replace(":0:0:", ":0:7:")), 404),
            "a later round": (self.receipt("city-sms", "answered", message.replace(":0:0:", ":1:0:")), 404),
            "no id": (self.receipt("city-sms", "answered", "x" * 190), 404),
            "no status": (self.receipt("city-sms", "eaten", message), 400),
            "no JSON": (self.receipt("city-sms", "answered", message, raw=b"\xff{"), 400),
            "no object": (self.receipt("city-sms", "answered", message, raw=b"[]"), 400),
            "data is text": (self.receipt("city-sms", "answered", message, raw=b'{"type":"delivery.receipt","data":"x"}'), 400),
            "another type": (self.receipt("city-sms", "answered", message, raw=b'{"type":"x","data":{}}'), 400),
            "too long": (self.receipt("city-sms", "answered", message, raw=b'"' + b"x" * 20_000 + b'"'), 413),
        }
        for what, (answer, status) in refused.items():
            with self.subTest(what=what):
                self.assertEqual(answer.status, status, answer)
        self.assertEqual(self.delivery(delivery)["contacts"], [])
        plain = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        plain.request("POST", "/api/v1/gateways/city-sms/receipts", body=b"{}", headers={"Content-Type": "application/json"})
        self.assertEqual(plain.getresponse().status, 401)

    def test_settings_that_are_wrong_are_told_by_line(self):
        folder = fresh_folder("wrong")
        secret = folder / "k"
        secret.write_text(KEY)
        secret.chmod(0o600)
        good = "gateways:\n  - name: a\n    url: https://sms.example/x\n    secret_file: k\n    means: [sms]\n" \
               "    allowed_hosts: [sms.example:443]\n"
        for text, said in ((good.replace("means: [sms]", "means: [pigeon]"), "gateways.yaml:2: gateway a: its means are one or both of sms and phone"),
                           (good.replace("url:", "uri:"), "gateways.yaml:3: \"uri\" is not known here"),
                           (good.replace("name: a", "name: A b"), "name: 1 to 32"),
                           (good.replace("[sms.example:443]", "[other.example:443]"), "gateways.yaml:2"),
                           (good.replace("secret_file: k", "secret_file: none"), "none"),
                           (good + good.split("\n", 1)[1], "two gateways are called a"),
                           ("gateways: 7\n", "gateways.yaml:1"), ("gateways: [\n", "gateways.yaml"),
                           ("callback: ftp://x\ngateways: []\n", "callback")):
            with self.subTest(text=text):
                (folder / "gateways.yaml").write_text(text)
                done = run("serve", "--data", folder / "data", "--listen", "127.0.0.1:0", timeout=30,
                           environment={"FENGHUO_GATEWAYS": str(folder / "gateways.yaml")})
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest.main()
