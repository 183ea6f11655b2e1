"""Closures as the desk says them: by name, slow or shut, with whom they cut off and whose way they block; and what a
map that was drawn anew makes of them."""
import json
import time
import unittest

import centre
from fenghuo_client import Server, demo_region, run, work_folder


def setUpModule():
    global here, d
    here = centre.shared()
    d = here.dispatcher


def close(client=None, **facts):
    made = (client or d).post("/api/v1/closures", {"reason": "测试", **facts})
    assert made.status == 201, made
    return made


def lift(made):
    done = d.change("POST", f"/api/v1/closures/{made['closure']['id']}/lift", {"reason": "结束"})
    assert done.status == 200, done


def settlements(kind):
    return [place for place in here.places if place["kind"] == kind]


class Slow(unittest.TestCase):
    def duration(self, a, b):
        return d.get(f"/api/v1/route?from={a[0]},{a[1]}&to={b[0]},{b[1]}")["duration_s"]

    def test_slow_roads_take_longer_and_each_is_undone_by_itself(self):
        a, b = here.point(2)["coordinates"], here.point(150)["coordinates"]
        usual = self.duration(a, b)
        ring = {"type": "Polygon", "coordinates": [[[105, 25], [112, 25], [112, 34], [105, 34]]]}  # not closed
        half = close(geometry=ring, speed_permille=500)
        self.assertEqual(half["closure"]["speed_permille"], 500)
        self.assertEqual(half["closure"]["geometry"]["coordinates"][0][0], [105, 25])
        self.assertEqual(len(half["closure"]["geometry"]["coordinates"][0]), 5)
        self.assertIsNone(half["cut_off"])
        twice = self.duration(a, b)
        self.assertAlmostEqual(twice, 2 * usual, delta=usual * .1)
        tenth = close(geometry=ring, speed_permille=100)
        self.assertGreater(self.duration(a, b), 4 * twice)
        lift(half)
        self.assertGreater(self.duration(a, b), 4 * twice)
        lift(tenth)
        self.assertEqual(self.duration(a, b), usual)
        for wrong in (1000, -1, 0.5):
            refused = d.post("/api/v1/closures", {"geometry": here.point(0), "speed_permille": wrong})
            self.assertEqual((refused.status, refused["errors"][0]["pointer"]), (400, "/speed_permille"), refused)


class InWords(unittest.TestCase):
    def ask(self, where, **more):
        return d.post("/api/v1/closures", {"reason": "测试", "where": where, **more})

    def test_a_bridge_by_name(self):
        unknown = self.ask({"bridge": "桥"})
        self.assertEqual((unknown.status, unknown.problem), (400, "road_unknown"), unknown)
        names = unknown["close_names"]
        self.assertGreater(len(names), 2)
        one = names[0]
        made = self.ask({"bridge": one})
        if made.status == 409:
            self.assertEqual(made.problem, "road_ambiguous")
            made = self.ask({"bridge": one, "near": made["candidates"][0]["location"]["coordinates"]})
        self.assertEqual(made.status, 201, made)
        self.assertEqual(made["closure"]["name"], one)
        self.assertEqual(made["closure"]["where"]["bridge"], one)
        self.assertGreater(made["arcs_closed"], 0)
        self.assertEqual(made["closure"]["arcs_closed"], made["arcs_closed"])
        self.assertTrue(made["closure"]["ways"])
        self.assertTrue(made["in_force"])
        shown = next(c for c in d.all("/api/v1/closures?status=active") if c["id"] == made["closure"]["id"])
        self.assertEqual(shown["arcs_closed"], made["arcs_closed"])
        lift(made)
        wrong = self.ask({"bridge": one[:-1] + "乔"})
        self.assertEqual(wrong.status, 400)
        self.assertIn(one, wrong["close_names"])
        self.assertIn(one, wrong["detail"])

    def test_a_village_to_a_village(self):
        villages = settlements("village")
        names = [v["name"] for v in villages]
        a, b = [v for v in villages if names.count(v["name"]) == 1][:2]
        made = self.ask({"from": a["name"], "to": b["id"]})
        self.assertEqual(made.status, 201, made)
        self.assertGreater(made["arcs_closed"], 0)
        self.assertGreater(made["found"]["length_m"], 100)
        self.assertEqual(made["closure"]["name"], a["name"] + "—" + b["name"])
        (x, y), (u, v) = a["location"]["coordinates"], b["location"]["coordinates"]
        around = d.get(f"/api/v1/route?from={x},{y}&to={u},{v}")
        lift(made)
        before = d.get(f"/api/v1/route?from={x},{y}&to={u},{v}")
        self.assertTrue(before["reachable"])
        self.assertTrue(around.status == 404 or not around["reachable"] or around["duration_s"] > before["duration_s"])
        same = next((n for n in names if names.count(n) > 1), None)
        if same:
            ambiguous = self.ask({"from": same, "to": b["id"]})
            self.assertEqual((ambiguous.status, ambiguous.problem), (409, "road_ambiguous"))
            self.assertTrue(all(c["id"] for c in ambiguous["candidates"]))
        nobody = self.ask({"from": "天涯海角村", "to": a["id"]})
        self.assertEqual((nobody.status, nobody.problem), (400, "road_unknown"))

    def test_a_road_by_its_number_and_kilometre(self):
        unknown = self.ask({"road": "G999999"})
        self.assertEqual(unknown.status, 400)
        roads = [leg["road"] for leg in self.route(2, 150)["legs"] if leg["road"]]
        made = self.ask({"road": roads[0]})
        if made.status == 409:
            made = self.ask({"road": roads[0], "near": made["candidates"][0]["location"]})
        self.assertEqual(made.status, 201, made)
        self.assertIn(roads[0], made["found"]["roads"])
        lift(made)
        posts = self.ask({"road": roads[0], "km": 3.5})
        self.assertEqual((posts.status, posts.problem), (400, "road_not_there"))
        self.assertIn("kilometre posts", posts["detail"])

    def test_a_motorway_by_its_kilometre(self):
        unknown = self.ask({"road": "高速"})
        self.assertEqual(unknown.problem, "road_unknown")
        motorway = next(name for name in unknown["close_names"] if name.endswith("高速") or "高速" in name)
        made = self.ask({"road": motorway, "km": 3.5})
        if made.status == 409:
            made = self.ask({"road": motorway, "km": 3.5, "near": made["candidates"][0]["location"]})
        self.assertEqual(made.status, 201, made)
        self.assertEqual(made["closure"]["where"]["km"], "3.5")
        self.assertEqual(made["closure"]["name"], motorway + " 3.5")
        self.assertGreaterEqual(made["arcs_closed"], 4)  # both carriageways
        lift(made)
        far = self.ask({"road": motorway, "km": "K999+000"})
        self.assertEqual((far.status, far.problem), (400, "road_not_there"))
        self.assertIn("K1+000", far["detail"])

    def route(self, a, b):
        (x, y), (u, v) = here.point(a)["coordinates"], here.point(b)["coordinates"]
        return d.get(f"/api/v1/route?from={x},{y}&to={u},{v}").json

    def test_words_that_make_no_sense_are_told_so(self):
        point = here.point(0)
        for where, pointer in (({}, "/where"), ({"bridge": "a", "tunnel": "b"}, "/where"), ({"bridge": ""}, "/where/bridge"),
                               ({"from": "a"}, "/where/to"), ({"road": "a", "to": "b"}, "/where/from"),
                               ({"km": 3}, "/where"), ({"bridge": "a", "km": 3}, "/where/km"),
                               ({"road": "a", "km": -3}, "/where/km"), ({"road": "a", "km": True}, "/where/km"),
                               ({"road": 7}, "/where/road"), ({"river": "a"}, "/where/river"),
                               ({"bridge": "a", "near": [1]}, "/where/near/coordinates"),
                               ({"bridge": "a", "from": "b", "to": "c"}, "/where/from"), ("翠河大桥", "/where")):
            refused = self.ask(where)
            self.assertEqual((refused.status, refused["errors"][0]["pointer"]), (400, pointer), (where, refused))
        both = self.ask({"bridge": "a"}, geometry=point)
        self.assertEqual((both.status, both["errors"][0]["pointer"]), (400, "/geometry"))
        ways = d.post("/api/v1/closures", {"geometry": point, "ways": [1]})
        self.assertEqual((ways.status, ways["errors"][0]["pointer"]), (400, "/ways"))


class Form(unittest.TestCase):
    def test_a_ring_that_crosses_itself_is_refused_with_the_place(self):
        bow = [[108.2, 30.2], [108.3, 30.3], [108.2, 30.3], [108.3, 30.2], [108.2, 30.2]]
        refused = d.post("/api/v1/closures", {"geometry": {"type": "Polygon", "coordinates": [bow]}})
        self.assertEqual((refused.status, refused["errors"][0]["pointer"]), (400, "/geometry/coordinates/0"))
        self.assertIn("[108.25", refused["detail"])
        self.assertIn("side 1", refused["detail"])

    def test_a_line_without_end_is_refused(self):
        zigzag = [[108 + .6 * (i % 2), 30 + i / 5000] for i in range(100)]
        refused = d.post("/api/v1/closures", {"geometry": {"type": "LineString", "coordinates": zigzag}})
        self.assertEqual((refused.status, refused["errors"][0]["pointer"]), (400, "/geometry/coordinates"))
        self.assertIn("at most 2000 km", refused["detail"])

    def test_what_lies_outside_the_region_is_kept_and_said_to_match_nothing(self):
        made = close(name="邻县桥", geometry={"type": "LineString", "coordinates": [[90.1, 40.1], [90.2, 40.1]]})
        self.assertEqual((made["arcs_closed"], made["closure"]["ways"]), (0, []))
        ready = here.server.client().get("/readyz")
        self.assertIn(made["closure"]["id"] + " 邻县桥", ready["closures_unmatched"])
        lift(made)
        self.assertNotIn(made["closure"]["id"] + " 邻县桥", here.server.client().get("/readyz")["closures_unmatched"])

    def test_several_lines_are_one_closure(self):
        line = d.get("/api/v1/route?from={0[0]},{0[1]}&to={1[0]},{1[1]}".format(
            here.point(2)["coordinates"], here.point(150)["coordinates"]))["geometry"]["coordinates"]
        lines = {"type": "MultiLineString", "coordinates": [line[1:4], line[-4:-1]]}
        made = close(geometry=lines)
        self.assertEqual(made["closure"]["geometry"], lines)
        self.assertGreater(made["arcs_closed"], 2)
        lift(made)


class CutOff(unittest.TestCase):
    def reached(self, main, places):
        table = d.post("/api/v1/matrix", {"origins": [main["location"]["coordinates"]],
                                          "destinations": [p["location"]["coordinates"] for p in places]})
        return {p["id"] for p, seconds in zip(places, table["durations_s"][0]) if seconds is not None}

    def test_whoever_cannot_be_reached_any_more_is_named(self):
        kinds = {"city": 3, "town": 2}
        main = max(here.places, key=lambda p: (kinds.get(p["kind"], 1), p["population"]))
        lost = set()
        for village in settlements("village")[:20]:
            lon, lat = village["location"]["coordinates"]
            around = [p for p in here.places if max(abs(p["location"]["coordinates"][0] - lon),
                                                    abs(p["location"]["coordinates"][1] - lat)) < .05 and p != main]
            before = self.reached(main, around)
            ring = [[lon - .02, lat - .02], [lon + .02, lat - .02], [lon + .02, lat + .02], [lon - .02, lat + .02]]
            flood = {"type": "Polygon", "coordinates": [ring]}
            made = close(geometry=flood)
            lost = before - self.reached(main, around)
            named = {place["id"] for place in made["cut_off"]["places"]}
            self.assertEqual(made["cut_off"]["from"], main["name"])
            if made["cut_off"]["count"] <= 50:
                self.assertEqual(len(named), made["cut_off"]["count"])
                self.assertLessEqual(lost, named)
            again = close(geometry=flood)
            self.assertEqual(again["cut_off"]["count"], 0)  # they were before
            lift(made)
            lift(again)
            if lost and made["cut_off"]["count"] <= 50:
                return
        self.fail("no village was cut off")


class Blocked(unittest.TestCase):
    def test_a_team_on_its_way_is_named_on_the_incident(self):
        team = here.team(home=here.point(2))
        incident = here.incident(location=here.point(150))
        order = here.order(incident, team)[0]
        here.move(order, "en_route")
        a, b = here.point(2)["coordinates"], here.point(150)["coordinates"]
        line = d.get(f"/api/v1/route?from={a[0]},{a[1]}&to={b[0]},{b[1]}")["geometry"]["coordinates"]
        made = close(name="中段塌方", geometry={"type": "Point", "coordinates": line[len(line) // 2]})
        deadline = time.monotonic() + 30
        blocked = []
        while not blocked:
            self.assertLess(time.monotonic(), deadline, "nothing was said")
            time.sleep(0.1)
            timeline = d.get(f"/api/v1/incidents/{incident}/timeline")["items"]
            blocked = [entry for entry in timeline if entry["type"] == "route_blocked"]
        self.assertEqual(len(blocked), 1)
        data = blocked[0]["data"]
        self.assertEqual((data["order"], data["team"], data["closure"]), (order, team, made["closure"]["id"]))
        self.assertEqual(data["closure_name"], "中段塌方")
        if data.get("eta_after_s") is not None:
            self.assertGreater(data["eta_after_s"], data["eta_before_s"])
        self.assertEqual(d.get(f"/api/v1/orders/{order}")["blocked_by"], [made["closure"]["id"]])
        lift(made)
        here.finish(incident)


class NewMap(unittest.TestCase):
    def test_a_map_without_the_road_is_said_at_the_start_in_health_and_by_doctor(self):
        other = work_folder() / "other_demo"
        if not (other / "region.json").exists():
            made = run("region", "demo", "--seed", "7", "--out", other)
            self.assertEqual(made.returncode, 0, made.stderr)
        server = Server(region=demo_region())
        client = server.account("dispatcher", "dispatcher")
        facility = next(client.all("/api/v1/map-facilities").__iter__())["location"]
        first = close(client, name="老路", geometry=facility)
        far = close(client, name="外地路", geometry={"type": "Point", "coordinates": [90.1, 40.1]})
        self.assertGreater(first["arcs_closed"], 0)
        server.stop()
        doctor = run("doctor", "--data", server.data, "--region", demo_region(), "--json")
        finding = next(f for f in json.loads(doctor.stdout)["findings"] if f["part"] == "closures")
        self.assertEqual(finding["health"], "warning")
        self.assertIn(far["closure"]["id"] + " 外地路", finding["says"])
        self.assertNotIn("老路", finding["says"])
        server.region = None
        server.start()
        shown = client.get(f"/api/v1/closures/{far['closure']['id']}")
        self.assertIsNone(shown["arcs_closed"])
        refused = client.post("/api/v1/closures", {"where": {"bridge": "翠河大桥"}})
        self.assertEqual(refused.status, 503, refused)
        server.stop()
        server.region = other
        server.start()
        self.assertIn(f"closure {far['closure']['id']} 外地路 matches no road", server.log())
        self.assertEqual(client.get(f"/api/v1/closures/{far['closure']['id']}")["arcs_closed"], 0)
        self.assertIn(far["closure"]["id"] + " 外地路", server.client().get("/readyz")["closures_unmatched"])
        server.stop()


if __name__ == "__main__":
    unittest.main()
