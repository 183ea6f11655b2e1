"""Looking back: every object and board as it was shown at a moment is shown again by ?at=, also after a restart."""
import datetime
import itertools
import time
import unittest
import urllib.parse

from fenghuo_client import Server, demo_region

BOARDS = ["reports", "incidents", "orders", "teams", "closures"]


def without_ages(value):
    """Ages count from the moment of the question; everything else must be the same."""
    if isinstance(value, dict):
        return {k: without_ages(v) for k, v in value.items() if k != "age_s"}
    if isinstance(value, list):
        return [without_ages(v) for v in value]
    return value


class Past(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(region=demo_region())
        cls.d = cls.server.account("dispatcher", "dispatcher")
        cls.shown = {}  # sequence -> board -> items
        cls.objects = {}  # (path, sequence) -> object
        cls.times = {}  # sequence -> a time at which it was the newest
        cls.play()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    @classmethod
    def look(cls):
        sequence = cls.d.sequence()
        cls.shown[sequence] = {board: cls.d.all(f"/api/v1/{board}") for board in BOARDS}
        for board, items in cls.shown[sequence].items():
            for item in items:
                cls.objects[f"/api/v1/{board}/{item['id']}", sequence] = item
        time.sleep(0.01)
        cls.times[sequence] = datetime.datetime.now(datetime.timezone.utc).isoformat()
        time.sleep(0.01)

    @classmethod
    def must(cls, answer):
        assert answer.status in (200, 201), answer
        cls.look()
        return answer

    @classmethod
    def play(cls):
        d = cls.d
        places = d.all("/api/v1/map-facilities")
        home, scene = places[3]["location"], places[40]["location"]
        cls.look()
        team = cls.must(d.post("/api/v1/teams", {"name": "城区消防站", "home": home, "turnout_s": 60,
                                                 "capabilities": [{"capability": "pump", "quantity": 1}],
                                                 "vehicles": [{"name": "水罐车", "profile": "light"}]}))["team"]["id"]
        report = cls.must(d.post("/api/v1/reports", {"channel": "119", "text": "起火", "location": scene}))["report"]["id"]
        incident = cls.must(d.post("/api/v1/incidents", {"report": report, "kind": "fire"}))["incident"]["id"]
        for number in range(3):
            point = {"team": team, "location": places[3 + number]["location"]}
            assert d.post("/api/v1/positions", {"positions": [point]}).status == 200
            time.sleep(1.6)  # positions are stored once a second
            cls.look()
            cls.must(d.post(f"/api/v1/incidents/{incident}/notes", {"text": f"记 {number}"}))
        order = cls.must(d.post(f"/api/v1/incidents/{incident}/orders", {"items": [{"team": team}]}))
        order = order["orders"][0]["order"]
        closure = cls.must(d.post("/api/v1/closures", {"name": "翠河桥", "geometry": scene}))["closure"]["id"]
        for status in ("acknowledged", "on_scene", "released"):
            cls.must(d.change("POST", f"/api/v1/orders/{order}/status", {"status": status}))
        cls.must(d.change("POST", f"/api/v1/closures/{closure}/lift", {"reason": "抢通"}))
        cls.must(d.change("POST", f"/api/v1/incidents/{incident}/close", {"outcome": "扑灭"}))
        cls.incident = incident
        cls.team = team

    def check_everything(self):
        for sequence, boards in self.shown.items():
            for board, items in boards.items():
                for at in (str(sequence), urllib.parse.quote(self.times[sequence])):
                    page = self.d.get(f"/api/v1/{board}?limit=500&at={at}")
                    self.assertEqual(page.status, 200, page)
                    self.assertEqual(page["as_of"], sequence)
                    if board == "teams" and at == str(sequence):
                        # Positions are between the events: by the number of an event they are those of its time.
                        continue
                    self.assertEqual(without_ages(page["items"]), without_ages(items), (board, at))
        for (path, sequence), item in itertools.islice(self.objects.items(), 0, None, 3):
            shown = self.d.get(f"{path}?at={urllib.parse.quote(self.times[sequence])}")
            self.assertEqual(shown.status, 200, shown)
            self.assertEqual(without_ages({**item, "as_of": sequence}), without_ages(shown.json))
            self.assertIsNone(shown.headers.get("etag"), "nobody's change can be guarded by the past")

    def test_1_everything_is_shown_as_it_was(self):
        self.check_everything()

    def test_2_a_timeline_ends_at_its_moment(self):
        path = f"/api/v1/incidents/{self.incident}/timeline"
        whole = self.d.get(path)["items"]
        for sequence in self.shown:
            shown = self.d.get(f"{path}?at={sequence}")
            born = whole[0]["sequence"]
            # the report came before the incident it was opened from
            if sequence < next(e["sequence"] for e in whole if e["type"] == "incident_opened"):
                self.assertEqual(shown.status, 404)
                continue
            self.assertEqual(shown.status, 200, shown)
            self.assertEqual([e["sequence"] for e in shown["items"]],
                             [e["sequence"] for e in whole if born <= e["sequence"] <= sequence])

    def test_3_what_is_no_moment_is_refused(self):
        newest = self.d.sequence()
        for at in (newest + 1, -1, "yesterday", "2026-13-01T00:00:00Z", "2199-01-01T00:00:00Z", "", "1e3"):
            for path in ("/api/v1/incidents", f"/api/v1/incidents/{self.incident}",
                         f"/api/v1/incidents/{self.incident}/timeline"):
                answer = self.d.get(f"{path}?at={at}")
                self.assertEqual((answer.status, answer.problem), (400, "malformed"), (path, at))
                self.assertEqual(answer["errors"][0]["pointer"], "at")
        self.assertEqual(self.d.get(f"/api/v1/incidents/{self.incident}?at=1").status, 404)
        self.assertEqual(self.d.get("/api/v1/incidents?at=0").json["items"], [])
        self.assertEqual(self.d.get("/api/v1/incidents?at=2000-01-01T00:00:00Z").json["as_of"], 0)

    def test_4_nothing_is_in_the_archive_yet(self):
        for board in ("reports", "incidents", "orders", "closures"):
            self.assertEqual(self.d.get(f"/api/v1/{board}?archived=true").json["items"], [])
        answer = self.d.get("/api/v1/teams?archived=true")
        self.assertEqual((answer.status, answer.problem), (400, "malformed"))
        self.assertEqual(self.d.get("/api/v1/incidents?archived=perhaps").status, 400)

    def test_5_the_same_after_a_restart_and_after_a_kill(self):
        self.server.stop()
        self.server.start()
        self.check_everything()
        self.server.kill()
        self.server.start()
        self.check_everything()


if __name__ == "__main__":
    unittest.main()
