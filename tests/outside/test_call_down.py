"""A call-down worked by hand: ninety villages, twelve that nobody hears, deputies, and the machine going down in the
middle."""
import datetime
import time
import unittest

from county_people import COUNTY, county
from fenghuo_client import Server


def now(minus=0):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=minus)).isoformat()


class CallDown(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.duty = cls.server.account("duty", "duty_officer")
        cls.villages = county(cls.duty)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def open(self, **more):
        made = self.duty.post("/api/v1/call-downs", {"title": "暴雨红色预警叫应", "text": "立即转移", "areas": [COUNTY],
                                                     "warning": "县气象台暴雨红色预警", **more})
        self.assertEqual(made.status, 201, made)
        return made["call_down"]

    def rows(self, call_down, more=""):
        return self.duty.all(f"/api/v1/call-downs/{call_down}/rows" + more)

    def enter(self, row, step, client=None, **more):
        return (client or self.duty).post(f"/api/v1/deliveries/{row}/contacts", {"step": step, **more})

    def until(self, condition, what, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.1)

    def test_ninety_villages_twelve_silent_and_a_restart_in_the_middle(self):
        made = self.open(answer_within_s=10, silent_after_s=25)
        n = made["id"]
        self.assertEqual(made["count"], {"rows": 90, "heard": 0, "read_back": 0, "waiting": 90, "silent": 0,
                                         "unnamed": 1})
        rows = self.rows(n)
        self.assertEqual([row["area"] for row in rows], sorted(self.villages))
        silent = {row["id"] for row in rows[-12:]}  # the last one has nobody named
        for number, row in enumerate(rows[:-12]):
            person = row["recipients"][0]["person"]
            if number % 3 == 2:
                # Does not answer: the deputy is told at once, and answers.
                done = self.enter(row["id"], "no_answer", means="phone", person=person)
                self.assertEqual(done.status, 200, done)
                self.assertEqual([e["type"] for e in done["events"]], ["contact_entered", "delivery_escalated"])
                self.assertEqual(done["events"][1]["data"]["person"], person + "B")
                person += "B"
            if number == 40:
                self.server.kill()
                self.server.restart()
            done = self.enter(row["id"], "answered" if number % 2 else "read_back", means="phone", person=person)
            self.assertEqual(done.status, 200, done)
        # The clock sends those who did not answer on to their deputies, and at last calls them silent.
        self.until(lambda: self.duty.get(f"/api/v1/call-downs/{n}")["count"]["silent"] == 12, "twelve are silent")
        self.assertEqual({row["id"] for row in self.rows(n, "?silent=true")}, silent)
        for row in self.rows(n, "?silent=true"):
            told = [recipient["person"] for recipient in row["recipients"]]
            if row["id"] != rows[-1]["id"]:
                self.assertEqual(told, [told[0], told[0] + "B"])
            self.assertIsNone(row["heard_at"])
        count = self.duty.get(f"/api/v1/call-downs/{n}")["count"]
        self.assertEqual((count["rows"], count["heard"], count["waiting"], count["unnamed"]), (90, 78, 0, 1))
        # A runner comes back: heard, later than all clocks, and with the time he gives.
        late = min(silent)
        heard = now(minus=5)
        done = self.enter(late, "answered", means="runner", occurred_at=heard, said_by="摩托车通信员")
        self.assertEqual(done.status, 200, done)
        row = self.duty.get(f"/api/v1/deliveries/{late}").json
        self.assertFalse(row["silent"])
        self.assertEqual(datetime.datetime.fromisoformat(row["heard_at"]), datetime.datetime.fromisoformat(heard))
        # Closing it with eleven silent villages asks for a word about them.
        refused = self.duty.change("POST", f"/api/v1/call-downs/{n}/close", {})
        self.assertEqual(refused.problem, "reason_required")
        closed = self.duty.change("POST", f"/api/v1/call-downs/{n}/close", {"outcome": "十一个村派人前往"})
        self.assertEqual(closed.status, 200, closed)
        self.assertEqual(self.server.journal("verify").returncode, 0)

    def test_two_hundred_paper_records_keep_their_true_times(self):
        made = self.open()
        rows = self.rows(made["id"])
        begin = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=5)
        wanted = {}
        for number in range(200):
            row = rows[number % len(rows)]["id"]
            at = begin + datetime.timedelta(seconds=61 * number)
            done = self.enter(row, "called" if number < 90 else "answered", means="radio", said_by=f"值守员{number % 7}",
                              occurred_at=at.isoformat(), note=f"纸质记录第{number}行")
            self.assertEqual(done.status, 200, done)
            wanted.setdefault(row, []).append((at, f"纸质记录第{number}行"))
        for row, entries in wanted.items():
            kept = self.duty.get(f"/api/v1/deliveries/{row}").json
            self.assertEqual([(datetime.datetime.fromisoformat(c["occurred_at"]), c["note"]) for c in kept["contacts"]],
                             entries)
            for contact in kept["contacts"]:
                self.assertLess(contact["occurred_at"], contact["recorded_at"])
        feed = self.duty.get(f"/api/v1/call-downs/{made['id']}")
        self.assertEqual(feed["count"]["heard"], 90)

    def test_a_township_works_its_own_rows_and_sees_no_others(self):
        made = self.open()
        township = f"{COUNTY}.{COUNTY}002"
        local = self.server.account("township2", "duty_officer", area=township)
        mine = local.all(f"/api/v1/call-downs/{made['id']}/rows")
        self.assertEqual(len(mine), 15)
        self.assertTrue(all(row["area"].startswith(township + ".") for row in mine))
        self.assertEqual(self.enter(mine[0]["id"], "read_back", local, means="phone").status, 200)
        other = next(row for row in self.rows(made["id"]) if row["area"].startswith(f"{COUNTY}.{COUNTY}003"))
        self.assertEqual(self.enter(other["id"], "answered", local).problem, "outside_area")
        self.assertEqual(local.post("/api/v1/call-downs", {"title": "a", "text": "b", "areas": [COUNTY]}).problem,
                         "outside_area")

    def test_a_receipt_that_comes_twice_is_one(self):
        row = self.rows(self.open()["id"])[0]["id"]
        first = self.enter(row, "delivered", means="sms", reference="gw-1")
        self.assertEqual(first.status, 200, first)
        self.assertEqual(self.enter(row, "delivered", means="sms", reference="gw-1").problem, "already_in_that_state")
        self.assertEqual(len(self.duty.get(f"/api/v1/deliveries/{row}")["contacts"]), 1)

    def test_what_makes_no_call_down(self):
        for body, member in (({"title": "a", "text": "b"}, "/areas"),
                             ({"title": "a", "areas": [COUNTY]}, "/text"),
                             ({"title": "a", "text": "b", "areas": [COUNTY], "answer_within_s": 1}, "/answer_within_s")):
            refused = self.duty.post("/api/v1/call-downs", body)
            self.assertEqual(refused.status, 400, refused)
            self.assertEqual(refused["errors"][0]["pointer"], member)
        self.assertEqual(self.duty.post("/api/v1/call-downs", {"title": "a", "text": "b", "areas": ["000000"]}).problem,
                         "unknown_area")


class Orders(unittest.TestCase):
    """An order that must reach its team."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.d = cls.server.account("desk", "dispatcher")
        for person in ("L1", "L2"):
            made = cls.d.put(f"/api/v1/persons/{person}", {"name": "队长" + person, "mobile": "13800001111"})
            assert made.status == 201, made

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def order(self, number, **more):
        team = self.d.post("/api/v1/teams", {"name": f"队{number}", "contacts": ["L1", "L2"],
                                             "capabilities": [{"capability": "pump", "quantity": 1}]})
        self.assertEqual(team.status, 201, team)
        incident = self.d.post("/api/v1/incidents", {"kind": "fire", "title": f"事件{number}"})
        made = self.d.post(f"/api/v1/incidents/{incident['incident']['id']}/orders",
                           {"items": [{"team": team["team"]["id"]}], **more})
        self.assertEqual(made.status, 201, made)
        order = made["orders"][0]
        return order["order"], order["delivery"], team["team"]["id"], incident["incident"]["id"]

    def test_told_by_telephone_it_is_acknowledged(self):
        order, delivery, _, _ = self.order(1)
        done = self.d.post(f"/api/v1/deliveries/{delivery}/contacts",
                           {"step": "read_back", "means": "phone", "said_by": "队长", "person": "L1"})
        self.assertEqual(done.status, 200, done)
        self.assertEqual(self.d.get(f"/api/v1/orders/{order}")["status"], "acknowledged")
        self.assertEqual(self.d.get(f"/api/v1/deliveries/{delivery}")["status"], "read_back")

    def test_it_is_in_the_inbox_of_the_team_until_it_ends(self):
        order, delivery, team, _ = self.order(2)
        crew = self.server.account("crew2", "team", team=team)
        self.assertEqual([item["id"] for item in crew.get("/api/v1/inbox")["items"]], [delivery])
        self.assertEqual(crew.change("POST", f"/api/v1/orders/{order}/acknowledge", {}).status, 200)
        self.assertEqual(crew.get("/api/v1/inbox")["items"][0]["status"], "answered")
        self.assertEqual(self.d.change("POST", f"/api/v1/orders/{order}/cancel", {"reason": "已处置"}).status, 200)
        self.assertEqual(crew.get("/api/v1/inbox")["items"], [])

    def test_no_receipt_tells_the_leader_and_his_deputy_and_sends_nobody_else(self):
        order, delivery, team, incident = self.order(3, acknowledge_within_s=10)
        deadline = time.monotonic() + 60
        while not self.d.get(f"/api/v1/deliveries/{delivery}")["silent"]:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.2)
        kept = self.d.get(f"/api/v1/deliveries/{delivery}")
        self.assertEqual([r["team"] or r["person"] for r in kept["recipients"]], [team, "L1", "L2"])
        self.assertEqual([o["id"] for o in self.d.all(f"/api/v1/orders?incident={incident}")], [order])
        self.assertTrue(self.d.get(f"/api/v1/orders/{order}")["acknowledgement_overdue"])


if __name__ == "__main__":
    unittest.main()
