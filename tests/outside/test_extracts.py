"""Real extracts of OpenStreetMap: build a region, serve it, and carry a burst of reports through to the last closed
incident, with the process killed in the middle of it. Two small extracts by default, all with --full or FENGHUO_FULL=1."""
import json
import os
import random
import threading
import time
import unittest

from fenghuo_client import SHARED, Server, Unreachable, fresh_folder, run

SMALL = ["cn-puyang-qingzu", "liechtenstein-2024"]
ALL = SMALL + ["andorra-2025", "cn-guixi", "cn-nanjing", "milan"]
TEAMS, REPORTS, DESKS = 50, 200, 4
KINDS = {"fire": "着火了", "traffic": "车撞了", "flood": "水进屋了", "collapse": "房子塌了"}


class Burst:
    """The reports of one bad night, by a seed; every call has a key, so that it can be repeated after a crash."""

    def __init__(self, name, region):
        self.name = name
        self.random = random.Random(name)
        self.server = Server(region=region)
        self.client = self.server.account("desk", "dispatcher")
        self.server.token("desk")
        self.acknowledged = {}  # key -> (path, body, if_match, bytes of the first answer)
        self.lock = threading.Lock()
        self.retried = 0
        self.no_team = 0

    def post(self, path, body, key, if_match=None, method="POST"):
        """Repeats the call until somebody answers, as a client of a centre does whose server may restart."""
        deadline = time.monotonic() + 120
        while True:
            try:
                answer = self.client.call(method, path, body, key=key, if_match=if_match)
                if answer.status != 503:
                    break
            except Unreachable:
                pass
            with self.lock:
                self.retried += 1
            if time.monotonic() > deadline:
                raise AssertionError(f"nobody answers {path}")
            time.sleep(0.05)
        if answer.status in (200, 201):
            with self.lock:
                self.acknowledged[key] = (method, path, body, if_match, answer.raw)
        return answer

    def get(self, path):
        deadline = time.monotonic() + 120
        while True:
            try:
                answer = self.client.get(path)
                assert answer.status == 200, answer
                return answer
            except Unreachable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def homes(self):
        """Where teams stand: facilities of the map; where it has too few, places on roads."""
        found = [f["location"] for f in self.client.all("/api/v1/map-facilities")]
        self.random.shuffle(found)
        places = [p["location"] for p in self.client.all("/api/v1/places")]
        center = self.client.get("/api/v1/center")["region"]
        while len(found) < TEAMS:
            found.append(self.on_a_road(center, places))
        return found[:TEAMS]

    def somewhere(self, center):
        (west, south), (east, north) = center["south_west"]["coordinates"], center["north_east"]["coordinates"]
        return [round(self.random.uniform(west, east), 6), round(self.random.uniform(south, north), 6)]

    def on_a_road(self, center, places):
        for _ in range(500):
            a, b = self.somewhere(center), self.somewhere(center)
            answer = self.client.get(f"/api/v1/route?from={a[0]},{a[1]}&to={b[0]},{b[1]}")
            if answer.status == 200 and answer["reachable"]:
                return {"type": "Point", "coordinates": answer["geometry"]["coordinates"][0]}
        return self.random.choice(places)

    def prepare(self):
        for number, home in enumerate(self.homes()):
            made = self.post("/api/v1/teams", {
                "name": f"{number} 号队", "home": home, "turnout_s": 60 + number,
                "capabilities": [{"capability": "rescue", "quantity": 1 + number % 2}],
                "vehicles": [{"name": "车", "profile": ("light", "heavy", "offroad")[number % 3]}]}, f"team/{number}")
            assert made.status == 201, made
        center = self.client.get("/api/v1/center")["region"]
        self.reports = []
        for number in range(REPORTS):
            kind = self.random.choice(list(KINDS))
            body = {"channel": self.random.choice(["110", "119", "120", "12345"]), "kind": kind,
                    "text": f"{KINDS[kind]}，{self.random.choice('东西南北')}边第 {number} 户"}
            if number % 5 == 4:  # somebody else calls about the one before
                before = self.reports[number - 1]
                body = {**before, "channel": "12345", "text": before["text"] + "，快来人"}
            elif number % 7 != 3:
                body["location"] = {"type": "Point", "coordinates": self.somewhere(center)}
            self.reports.append(body)
        self.center = center

    def handle(self, number):
        """One report, from taking it in to the closed incident."""
        made = self.post("/api/v1/reports", self.reports[number], f"report/{number}")
        assert made.status == 201, made
        report = made["report"]["id"]
        for suggestion in made["report"]["suggestions"]:
            if suggestion["incident"] and suggestion["score_permille"] >= 800:
                # If-Match: the report as it was born. An incident that closed meanwhile leads to one of its own.
                joined = self.post(f"/api/v1/reports/{report}/attach", {"incident": suggestion["incident"]},
                                   f"attach/{number}", if_match=f'"{made["report"]["revision"]}"')
                if joined.status == 200:
                    return "attached"
                assert joined.problem == "incident_closed", joined
        opened = self.post("/api/v1/incidents", {"report": report, "needs": [{"capability": "rescue", "quantity": 1}]},
                           f"open/{number}")
        assert opened.status == 201, opened
        incident = opened["incident"]["id"]
        if opened["incident"]["location"] is None:
            with self.lock:
                place = {"type": "Point", "coordinates": self.somewhere(self.center)}
            self.change("PATCH", f"/api/v1/incidents/{incident}", {"location": place, "means": "phone"}, f"place/{number}")
        order = self.send(incident, number)
        for status in ("acknowledged", "en_route", "on_scene", "released", "returned"):
            self.change("POST", f"/api/v1/orders/{order}/status", {"status": status, "means": "radio"},
                        f"{status}/{number}", of=f"/api/v1/orders/{order}")
        self.change("POST", f"/api/v1/incidents/{incident}/close", {"outcome": "处置完毕"}, f"close/{number}",
                    of=f"/api/v1/incidents/{incident}")
        return "closed"

    def change(self, method, path, body, key, of=None):
        for attempt in range(50):
            answer = self.post(path, body, f"{key}/{attempt}", self.get(of or path).etag, method)
            if answer.status == 200:
                return answer
            assert answer.status == 412, answer  # another desk was quicker; look again
        raise AssertionError(f"{path} never came through")

    def send(self, incident, number):
        """The recommended team; the next one where another desk was quicker; any free one where no way leads there."""
        deadline = time.monotonic() + 120
        attempt = 0
        while time.monotonic() < deadline:
            advice = self.get(f"/api/v1/incidents/{incident}/recommendation").json
            teams = [t["team"] for t in advice["teams"] + advice["alternatives"]]
            if not teams:
                with self.lock:
                    self.no_team += 1
                teams = [t["id"] for t in self.get("/api/v1/teams?state=available&limit=500")["items"]]
            for team in teams[:5]:
                attempt += 1
                made = self.post(f"/api/v1/incidents/{incident}/orders", {"items": [{"team": team}]},
                                 f"order/{number}/{attempt}")
                if made.status == 201:
                    return made["orders"][0]["order"]
                assert made.problem in ("team_on_order",), made
            time.sleep(0.02)
        raise AssertionError("no team was ever free")

    def run(self):
        todo = list(range(REPORTS))[::-1]
        self.outcomes, errors = [], []
        third = threading.Event()

        def desk():
            try:
                while True:
                    with self.lock:
                        if not todo or errors:
                            return
                        number = todo.pop()
                    outcome = self.handle(number)
                    with self.lock:
                        self.outcomes.append(outcome)
                        if len(self.outcomes) >= REPORTS // 3:
                            third.set()
            except BaseException as error:
                errors.append(error)
                third.set()
        desks = [threading.Thread(target=desk) for _ in range(DESKS)]
        begin = time.monotonic()
        for thread in desks:
            thread.start()
        third.wait(300)
        self.server.kill()
        before = time.monotonic()
        self.server.restart()
        self.away = time.monotonic() - before
        for thread in desks:
            thread.join(300)
        self.took = time.monotonic() - begin
        if errors:
            raise errors[0]


class Extracts(unittest.TestCase):
    def check(self, name):
        extract = SHARED / "osm" / f"{name}.osm.pbf"
        if not extract.exists():
            self.skipTest(f"there is no {extract.name} in the shared data: set FENGHUO_SHARED_DATA")
        region = fresh_folder("x") / "region"
        begin = time.monotonic()
        made = run("region", "build", extract, "--out", region, timeout=600)
        built = time.monotonic() - begin
        self.assertEqual(made.returncode, 0, made.stderr)
        info = json.loads(run("region", "info", region, "--json").stdout)
        self.assertGreater(info["nodes"], 100)
        self.assertGreaterEqual(info["arcs"], info["edges"])
        print(f"    {name}: built in {built:.1f} s, {info['peak_memory_kib'] / 1024:.0f} MiB at most, {info['nodes']} nodes, "
              f"{info['arcs']} arcs, {info['facilities']} facilities, {info['areas']} areas")
        burst = Burst(name, region)
        burst.prepare()
        burst.run()
        self.assertGreater(burst.retried, 0, "the process was not killed in the middle")
        self.verify(burst)
        self.assertEqual(burst.server.stop(), 0)

    def verify(self, burst):
        client = burst.client
        reports = client.all("/api/v1/reports")
        incidents = client.all("/api/v1/incidents")
        orders = client.all("/api/v1/orders")
        self.assertEqual(len(reports), REPORTS)
        self.assertEqual({r["status"] for r in reports}, {"attached"})
        self.assertEqual({i["status"] for i in incidents}, {"closed"})
        self.assertEqual(sum(len(i["reports"]) for i in incidents), REPORTS)
        self.assertEqual({o["status"] for o in orders}, {"returned"})
        self.assertTrue(all(t["state"] == "available" for t in client.all("/api/v1/teams")))
        self.assertEqual(len(incidents), burst.outcomes.count("closed"))
        self.assertGreater(burst.outcomes.count("attached"), 0)
        # Nothing that was acknowledged is missing: every event of every answer stands in the log as it was told.
        dump = burst.server.journal("dump", timeout=300)
        rows = {row["sequence"]: row for row in map(json.loads, dump.stdout.splitlines())}
        for key, (_, _, _, _, raw) in burst.acknowledged.items():
            for event in json.loads(raw)["events"]:
                row = rows[event["sequence"]]
                self.assertEqual((row["type"], row["command_id"]), (event["type"], f"desk/{key}"))
        before = client.sequence()
        sample = burst.random.sample(sorted(burst.acknowledged), 150)
        for key in sample:
            method, path, body, if_match, raw = burst.acknowledged[key]
            again = client.call(method, path, body, key=key, if_match=if_match)
            self.assertEqual(again.headers["Idempotency-Replayed"], "true", key)
            self.assertEqual(again.raw, raw, key)
        self.assertEqual(client.sequence(), before)
        checked = burst.server.journal("verify", "--json", timeout=300)
        self.assertEqual(json.loads(checked.stdout)["rows"], before, checked.stderr)
        one, two = (burst.server.journal("replay", timeout=300).stdout for _ in range(2))
        self.assertTrue(one)
        self.assertEqual(one, two)
        bases = {}
        for order in orders:
            bases[order["estimate"]["basis"]] = bases.get(order["estimate"]["basis"], 0) + 1
        print(f"    {burst.name}: {REPORTS} reports, {len(incidents)} incidents, {before} events in {burst.took:.1f} s with "
              f"{DESKS} desks; killed and back after {burst.away:.1f} s, {burst.retried} calls repeated meanwhile; "
              f"{len(burst.acknowledged)} answers compared, {len(sample)} repeated; travel times {bases}; {burst.no_team} times no way led to the place")


def _add(name):
    def test(self):
        self.check(name)
    test.__name__ = "test_" + name.replace("-", "_")
    setattr(Extracts, test.__name__, test)


for _name in ALL if os.environ.get("FENGHUO_FULL") else SMALL:
    _add(_name)


if __name__ == "__main__":
    unittest.main()
