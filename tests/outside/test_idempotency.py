"""Repeats of a call: the first answer again, also after a crash, and never another's."""
import threading
import unittest

from fenghuo_client import Client, Server


class Idempotency(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.client = cls.server.account("dispatcher", "dispatcher")
        cls.other = cls.server.account("another", "dispatcher")

    def repeat(self, method, path, body, **more):
        first = self.client.call(method, path, body, **more)
        self.assertIn(first.status, (200, 201), first)
        self.assertNotIn("Idempotency-Replayed", first.headers)
        before = self.client.sequence()
        again = self.client.call(method, path, body, **more)
        self.assertEqual((again.status, again.raw), (first.status, first.raw))
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        self.assertEqual(self.client.sequence(), before)
        return first

    def test_a_repeat_gets_the_first_answer_also_after_a_crash(self):
        report = {"channel": "110", "text": "有人落水", "location": {"type": "Point", "coordinates": [108.2, 30.3]}}
        firsts = [("POST", "/api/v1/reports", report, "一-key/1", None)]
        first = self.repeat("POST", "/api/v1/reports", report, key="一-key/1".encode().decode("latin-1"))
        firsts[0] = (*firsts[0], first)
        opened = self.repeat("POST", "/api/v1/incidents", {"report": first["report"]["id"], "kind": "water"}, key="k2")
        incident = opened["incident"]["id"]
        team = self.repeat("POST", "/api/v1/teams", {"name": "一队", "home": report["location"]}, key="k3")["team"]["id"]
        orders = self.repeat("POST", f"/api/v1/incidents/{incident}/orders", {"items": [{"team": team}]}, key="k4")
        order = orders["orders"][0]["order"]
        etag = self.client.etag(f"/api/v1/orders/{order}")
        self.repeat("POST", f"/api/v1/orders/{order}/acknowledge", {"means": "radio"}, key="k5", if_match=etag)
        moved = self.client.change("POST", f"/api/v1/orders/{order}/status", {"status": "on_scene"}, key="k6")
        self.assertEqual(moved.status, 200)
        closure = {"geometry": {"type": "Point", "coordinates": [108.2, 30.3]}}
        closed = self.repeat("POST", "/api/v1/closures", closure, key="k7")
        # The state has moved on, then the process dies: the answers are still those of the first time.
        self.server.kill()
        self.server.restart()
        for path, body, key, answer in (
                ("/api/v1/reports", report, "一-key/1".encode().decode("latin-1"), first),
                ("/api/v1/incidents", {"report": first["report"]["id"], "kind": "water"}, "k2", opened),
                (f"/api/v1/incidents/{incident}/orders", {"items": [{"team": team}]}, "k4", orders),
                ("/api/v1/closures", closure, "k7", closed)):
            with self.subTest(path=path):
                again = self.client.post(path, body, key=key)
                self.assertEqual((again.status, again.raw), (answer.status, answer.raw))
                self.assertEqual(again.headers["Idempotency-Replayed"], "true")

    def test_another_request_under_the_same_key(self):
        first = self.client.post("/api/v1/reports", {"channel": "web", "text": "甲"}, key="same")
        self.assertEqual(first.status, 201)
        before = self.client.sequence()
        for path, body in (("/api/v1/reports", {"channel": "web", "text": "乙"}),
                           ("/api/v1/incidents", {"kind": "fire"})):
            answer = self.client.post(path, body, key="same")
            self.assertEqual((answer.status, answer.problem), (422, "id_reused"), answer)
        self.assertEqual(self.client.sequence(), before)

    def test_keys_of_two_accounts_do_not_meet(self):
        mine = self.client.post("/api/v1/reports", {"channel": "web", "text": "我的", "caller": "13900000001"}, key="k")
        theirs = self.other.post("/api/v1/reports", {"channel": "web", "text": "他的"}, key="k")
        self.assertEqual((mine.status, theirs.status), (201, 201))
        self.assertNotEqual(mine["report"]["id"], theirs["report"]["id"])
        self.assertNotIn(b"13900000001", theirs.raw)
        # An account cannot reach another's keys by writing its name into the key.
        sly = self.other.post("/api/v1/reports", {"channel": "web", "text": "我的", "caller": "13900000001"},
                              key="../dispatcher/k")
        self.assertNotIn("Idempotency-Replayed", sly.headers)

    def test_a_refused_call_may_be_tried_again_with_its_key(self):
        incident = self.client.post("/api/v1/incidents", {"kind": "flood"})["incident"]["id"]
        asked = {"items": [{"team": "T-2099-000001"}]}
        self.assertEqual(self.client.post(f"/api/v1/incidents/{incident}/orders", asked, key="r").status, 404)
        self.assertEqual(self.client.post(f"/api/v1/incidents/{incident}/orders", asked, key="r").status, 404)
        good = {"reason": "x", "status": "confirmed"}
        stale = self.client.post(f"/api/v1/incidents/{incident}/status", good, key="s", if_match='"1"')
        self.assertEqual(stale.status, 412)
        done = self.client.change("POST", f"/api/v1/incidents/{incident}/status", good, key="s")
        self.assertEqual(done.status, 200, done)

    def test_a_repeat_while_the_first_is_on_its_way_is_carried_out_once(self):
        answers = []

        def call():
            answers.append(self.client.post("/api/v1/reports", {"channel": "app", "text": "同时"}, key="race"))
        threads = [threading.Thread(target=call) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({a.status for a in answers}, {201})
        self.assertEqual(len({a.raw for a in answers}), 1)
        self.assertEqual(sum(1 for a in answers if "Idempotency-Replayed" not in a.headers), 1)

    def test_a_key_that_is_too_long(self):
        answer = self.client.post("/api/v1/reports", {"channel": "app", "text": "x"}, key="k" * 201)
        self.assertEqual(answer.status, 400)
        self.assertEqual(answer["errors"][0]["pointer"], "Idempotency-Key")

    def test_a_repeated_opening_of_an_account_does_not_set_the_password_back(self):
        admin = self.server.client()
        body = {"account": "repeat.me", "roles": ["observer"], "password": "The 1st pass phrase"}
        self.assertEqual(admin.post("/api/v1/users", body, key="acc").status, 201)
        self.assertEqual(admin.put("/api/v1/users/repeat.me/password", {"password": "The 2nd pass phrase"}).status, 200)
        again = admin.post("/api/v1/users", body, key="acc")
        self.assertEqual((again.status, again.headers["Idempotency-Replayed"]), (201, "true"))
        client = Client(self.server)
        old = client.post("/api/v1/session", {"account": "repeat.me", "password": "The 1st pass phrase"})
        new = client.post("/api/v1/session", {"account": "repeat.me", "password": "The 2nd pass phrase"})
        self.assertEqual((old.status, new.status), (401, 201))


if __name__ == "__main__":
    unittest.main()
