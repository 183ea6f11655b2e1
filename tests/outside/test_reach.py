"""How far one comes, other ways to go, and the nearest facilities: the API and the command line on one region."""
import json
import random
import unittest

import centre
from fenghuo_client import Server, demo_region, fresh_folder, run


def setUpModule():
    global here, d
    here = centre.shared()
    d = here.dispatcher
    here.open_all_roads()


def text(point):
    return f"{point[0]},{point[1]}"


def turns_left(ring):
    """Twice the area: above 0 where the ring runs counter-clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:]))


def inside(point, polygons):
    x, y = point
    odd = False
    for rings in polygons:
        for ring in rings:
            for (ax, ay), (bx, by) in zip(ring, ring[1:]):
                if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                    odd = not odd
    return odd


def on_border(point, polygons):
    x, y = point
    return any(abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) < 1e-13 and min(ax, bx) - 1e-9 <= x <= max(ax, bx) + 1e-9 and
               min(ay, by) - 1e-9 <= y <= max(ay, by) + 1e-9
               for rings in polygons for ring in rings for (ax, ay), (bx, by) in zip(ring, ring[1:]))


def points(count, seed):
    return [f["location"]["coordinates"] for f in random.Random(seed).sample(here.facilities, count)]


def wall_around(point, file):
    def square(r):
        return [[point[0] + x * r, point[1] + y * r] for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
    file.write_text(json.dumps({"type": "Polygon", "coordinates": [square(.06) + square(.05)[::-1] + [square(.06)[0]]]}))
    return file


class Isochrones(unittest.TestCase):
    def ask(self, at, minutes="10,20,30", more=""):
        answer = d.get(f"/api/v1/isochrone?at={text(at)}&minutes={minutes}{more}")
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def test_areas_are_geojson_and_the_longer_time_holds_the_shorter(self):
        for at in points(4, 1):
            features = self.ask(at)["features"]
            self.assertEqual([f["properties"]["minutes"] for f in features], [10, 20, 30])
            for feature, wider in zip(features, features[1:] + features[-1:]):
                self.assertEqual(feature["properties"]["basis"], "road_network")
                polygons = feature["geometry"]["coordinates"]
                self.assertTrue(polygons)
                for rings in polygons:
                    for i, ring in enumerate(rings):
                        self.assertEqual(ring[0], ring[-1])
                        self.assertEqual(turns_left(ring) > 0, i == 0, "right-hand rule")
                        if wider is not feature:
                            larger = wider["geometry"]["coordinates"]
                            self.assertTrue(inside(ring[0], larger) or on_border(ring[0], larger))
            self.assertEqual([f["properties"]["minutes"] for f in self.ask(at, "30,10,20")["features"]], [10, 20, 30])

    def test_settlements_in_reach_have_the_time_of_their_route(self):
        at = points(1, 2)[0]
        for way in ("leaving", "arriving"):
            feature, = self.ask(at, "25", f"&way={way}&profile=heavy")["features"]
            said = feature["properties"]
            listed = {p["id"]: p for p in said["places"]}
            self.assertEqual([p["population"] for p in said["places"]],
                             sorted((p["population"] for p in said["places"]), reverse=True))
            self.assertGreater(len(listed), 0)
            reached = 0
            for place in here.places:
                ends = (at, place["location"]["coordinates"])
                a, b = ends if way == "leaving" else ends[::-1]
                # Those that cannot be near are not asked for.
                if abs(ends[1][0] - at[0]) + abs(ends[1][1] - at[1]) > .6:
                    self.assertNotIn(place["id"], listed)
                    continue
                answer = d.get(f"/api/v1/route?from={text(a)}&to={text(b)}&profile=heavy")
                in_time = answer.status == 200 and answer["reachable"] and answer["duration_s"] <= 25 * 60
                reached += in_time
                if place["id"] in listed:
                    shown = listed[place["id"]]
                    self.assertTrue(in_time)
                    self.assertEqual(shown["duration_s"], answer["duration_s"])
                    self.assertEqual(shown["minutes"], -(-answer["duration_s"] // 60))
            self.assertEqual(said["places_reached"], reached)

    def test_the_command_line_answers_the_same(self):
        at = points(1, 3)[0]
        for profile, way in (("light", "leaving"), ("foot", "arriving")):
            over_http = self.ask(at, "5,15", f"&profile={profile}&way={way}")
            for feature in over_http["features"]:
                feature["properties"].pop("as_of")
            command = ("isochrone", "--region", demo_region(), "--at", text(at), "--minutes", "5,15", "--profile", profile,
                       "--way", way)
            self.assertEqual(json.loads(run(*command, "--json").stdout), over_http)
            file = fresh_folder("i") / "reach.geojson"
            done = run(*command, "--out", file)
            self.assertEqual((done.returncode, done.stdout), (0, ""))
            self.assertEqual(json.loads(file.read_text()), over_http)
            shown = run(*command).stdout
            self.assertIn(f"15 min  {over_http['features'][1]['properties']['places_reached']} settlements", shown)

    def test_nobody_comes_through_a_wall(self):
        at = points(1, 4)[0]
        wall = wall_around(at, fresh_folder("w") / "wall.geojson")
        command = ("isochrone", "--region", demo_region(), "--at", text(at), "--minutes", "120", "--json")
        free, walled = (json.loads(run(*command, *more).stdout)["features"][0] for more in ((), ("--avoid", wall)))
        self.assertLess(walled["properties"]["places_reached"], free["properties"]["places_reached"])
        for rings in walled["geometry"]["coordinates"]:
            for x, y in rings[0]:
                self.assertLess(max(abs(x - at[0]), abs(y - at[1])), .063)

    def test_a_closure_in_force_counts_and_as_of_says_so(self):
        at = here.point(60)["coordinates"]
        before = self.ask(at, "60")["features"][0]
        ring = [[at[0] + x * .04, at[1] + y * .04] for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
        made = d.post("/api/v1/closures", {"name": "环线阻断", "geometry": {"type": "LineString", "coordinates": ring}})
        self.assertEqual(made.status, 201, made)
        after = self.ask(at, "60")["features"][0]
        self.assertGreaterEqual(after["properties"]["as_of"], made["sequence"])
        self.assertLess(after["properties"]["places_reached"], before["properties"]["places_reached"])
        d.change("POST", f"/api/v1/closures/{made['closure']['id']}/lift", {"reason": "抢通"})
        self.assertEqual(self.ask(at, "60")["features"][0]["geometry"], before["geometry"])

    def test_what_is_wrong_is_said(self):
        at = text(here.point(3)["coordinates"])
        for query in ("", "minutes=10", f"at={at}", "at=30.3,108.2&minutes=10", f"at={at}&minutes=", f"at={at}&minutes=0",
                      f"at={at}&minutes=241", f"at={at}&minutes=1,2,3,4,5", f"at={at}&minutes=10,10", f"at={at}&minutes=10,",
                      f"at={at}&minutes=1.5", f"at={at}&minutes=10&profile=boat", f"at={at}&minutes=10&way=back",
                      f"at={at}&minutes=10&limit=3"):
            with self.subTest(query=query):
                answer = d.get("/api/v1/isochrone?" + query)
                self.assertEqual((answer.status, answer.problem), (400, "malformed"), answer)
                self.assertTrue(answer["errors"])
        outside = d.get("/api/v1/isochrone?at=100.5,20.5&minutes=10")
        self.assertEqual((outside.status, outside.problem), (404, "not_found"))
        self.assertRegex(outside["detail"], r"lies [0-9.]+ km outside the region .* [0-9.]+ km")
        for more in (("--minutes", "x"), ("--minutes", "10", "--way", "x"), ("--minutes", "10", "--profile", "x")):
            done = run("isochrone", "--region", demo_region(), "--at", at, *more)
            self.assertEqual(done.returncode, 2, done)
            self.assertIn("--", done.stderr)
        self.assertEqual(run("isochrone", "--region", demo_region(), "--at", "100.5,20.5", "--minutes", "9").returncode, 3)

    def test_without_a_map_it_is_a_circle_and_says_so(self):
        server = Server()
        try:
            client = server.account("desk", "dispatcher")
            features = client.get("/api/v1/isochrone?at=108.2,30.3&minutes=14,28").json["features"]
            for feature, radius_m in zip(features, (6666, 13332)):  # 40 km/h over 1.4 times the distance
                self.assertEqual(feature["properties"]["basis"], "straight_line")
                self.assertEqual(feature["properties"]["places"], [])
                ring = feature["geometry"]["coordinates"][0][0]
                self.assertGreater(turns_left(ring), 0)
                self.assertAlmostEqual((max(y for _, y in ring) - 30.3) * 111195, radius_m, delta=10)
            route = client.get("/api/v1/route?from=108.2,30.3&to=108.3,30.3&alternatives=2").json
            self.assertEqual((route["basis"], route["alternatives"]), ("straight_line", []))
            near = client.get("/api/v1/nearest?to=108.2,30.3&kind=hospital").json
            self.assertEqual((near["candidates"], near["items"]), (0, []))
        finally:
            server.stop()


class Alternatives(unittest.TestCase):
    def test_other_ways_keep_the_rules_and_are_the_same_on_the_command_line(self):
        others = 0
        for a, b in zip(points(12, 5), points(12, 6)):
            plain = d.get(f"/api/v1/route?from={text(a)}&to={text(b)}&steps=true").json
            answer = d.get(f"/api/v1/route?from={text(a)}&to={text(b)}&steps=true&alternatives=3").json
            answer.pop("as_of")
            same = json.loads(run("route", "--region", demo_region(), "--from", text(a), "--to", text(b), "--alternatives", "3",
                                  "--json").stdout)
            self.assertEqual(same, answer)
            for member in ("duration_s", "distance_m", "geometry", "legs", "steps"):
                self.assertEqual(answer[member], plain[member])
            lines = [json.dumps(answer["geometry"])]
            roads = [{leg["road"] for leg in answer["legs"]}]
            for other in answer["alternatives"]:
                others += 1
                self.assertLessEqual(other["duration_s"], answer["duration_s"] * 1.25 + .001)
                self.assertGreaterEqual(other["duration_s"], answer["duration_s"])
                self.assertLessEqual(other["shared_permille"], 800)
                self.assertAlmostEqual(sum(s["duration_s"] for s in other["steps"]), other["duration_s"], delta=.001)
                self.assertAlmostEqual(sum(leg["distance_m"] for leg in other["legs"]), other["distance_m"], delta=1)
                self.assertNotIn(json.dumps(other["geometry"]), lines)
                lines.append(json.dumps(other["geometry"]))
                roads.append({leg["road"] for leg in other["legs"]})
            for i, way in enumerate([answer] + answer["alternatives"]):
                if "via" in way:
                    self.assertTrue(way["via"]["text"]["zh"].startswith("经"))
                    self.assertTrue(way["via"]["text"]["en"].startswith("via "))
                    named = way["via"]["name"] or way["via"]["ref"]
                    self.assertFalse(any(named in used for k, used in enumerate(roads) if k != i))
        self.assertGreater(others, 4)

    def test_they_are_shown_only_where_they_are_asked_for(self):
        a, b = points(2, 7)
        plain = d.get(f"/api/v1/route?from={text(a)}&to={text(b)}").json
        self.assertNotIn("alternatives", plain)
        self.assertEqual(d.get(f"/api/v1/route?from={text(a)}&to={text(b)}&alternatives=0").json, plain)
        one = d.get(f"/api/v1/route?from={text(a)}&to={text(b)}&alternatives=1").json
        self.assertLessEqual(len(one["alternatives"]), 1)
        shown = run("route", "--region", demo_region(), "--from", text(a), "--to", text(b), "--alternatives", "2",
                    "--lang", "zh").stdout
        self.assertTrue(shown.startswith("1"))

    def test_what_is_wrong_is_said(self):
        a, b, c = map(text, points(3, 8))
        for query in (f"from={a}&to={b}&alternatives=4", f"from={a}&to={b}&alternatives=-1",
                      f"from={a}&to={b}&alternatives=x", f"from={a}&to={b}&alternatives=",
                      f"from={a}&via={c}&to={b}&alternatives=2"):
            with self.subTest(query=query):
                answer = d.get("/api/v1/route?" + query)
                self.assertEqual((answer.status, answer.problem), (400, "malformed"), answer)
                self.assertIn("alternatives", [e["pointer"] for e in answer["errors"]])
        done = run("route", "--region", demo_region(), "--from", a, "--via", c, "--to", b, "--alternatives", "2")
        self.assertEqual(done.returncode, 2, done)
        self.assertIn("--via", done.stderr)
        far = d.get(f"/api/v1/route?from={a}&to=100.5,20.5&alternatives=1")
        self.assertEqual(far.status, 404)
        self.assertIn("km outside the region", far["detail"])


class Nearest(unittest.TestCase):
    def test_they_are_those_with_the_least_times(self):
        point = points(1, 9)[0]
        for kind, way, profile in (("hospital", "to", "light"), ("fire_station", "from", "heavy"), ("school", "from", "foot")):
            of_kind = [f for f in here.facilities if f["kind"] == kind]
            at = [f["location"]["coordinates"] for f in of_kind]
            ends = {"origins": at, "destinations": [point]} if way == "from" else {"origins": [point], "destinations": at}
            table = d.post("/api/v1/matrix", {**ends, "profile": profile})["durations_s"]
            times = [row[0] for row in table] if way == "from" else table[0]
            answer = d.get(f"/api/v1/nearest?to={text(point)}&kind={kind}&way={way}&profile={profile}&k=4").json
            expected = sorted((t, i) for i, t in enumerate(times) if t is not None)[:4]
            self.assertEqual([(n["duration_s"], n["place"]["id"]) for n in answer["items"]],
                             [(t, of_kind[i]["id"]) for t, i in expected])
            self.assertEqual(answer["candidates"], len(of_kind))
            self.assertEqual(answer["unreachable"], times.count(None))
            for item in answer["items"]:
                a, b = (item["place"]["location"]["coordinates"], point)[::1 if way == "from" else -1]
                route = d.get(f"/api/v1/route?from={text(a)}&to={text(b)}&profile={profile}").json
                self.assertEqual(item["distance_m"], route["distance_m"])
            answer.pop("as_of")
            command = ("nearest", "--region", demo_region(), "--to", text(point), "--kind", kind, "--way", way, "--profile",
                       profile, "-k", "4")
            self.assertEqual(json.loads(run(*command, "--json").stdout), answer)
            self.assertEqual(len(run(*command).stdout.splitlines()), len(answer["items"]))

    def test_those_behind_a_wall_are_left_out_and_counted(self):
        point = points(1, 10)[0]
        wall = wall_around(point, fresh_folder("w") / "wall.geojson")
        command = ("nearest", "--region", demo_region(), "--to", text(point), "--kind", "hospital", "-k", "50", "--json")
        free, walled = (json.loads(run(*command, *more).stdout) for more in ((), ("--avoid", wall)))
        self.assertGreater(walled["unreachable"], free["unreachable"])
        self.assertEqual(len(walled["items"]), min(50, walled["candidates"] - walled["unreachable"]))

    def test_what_is_wrong_is_said(self):
        at = text(here.point(3)["coordinates"])
        for query in ("", f"to={at}", "kind=hospital", f"to={at}&kind=hospital&k=0", f"to={at}&kind=hospital&k=51",
                      f"to={at}&kind=hospital&k=x", f"to={at}&kind=hospital&way=leaving", f"to={at}&kind=village",
                      f"to={at}&kind=hospital&profile=boat", f"to={at}&kind=hospital&area=1"):
            with self.subTest(query=query):
                answer = d.get("/api/v1/nearest?" + query)
                self.assertEqual((answer.status, answer.problem), (400, "malformed"), answer)
        unknown = d.get(f"/api/v1/nearest?to={at}&kind=pub")
        self.assertIn("hospital, clinic, fire_station", json.dumps(unknown["errors"]))
        self.assertIn("fire_station", run("nearest", "--region", demo_region(), "--to", at, "--kind", "pub").stderr)
        far = d.get("/api/v1/nearest?to=100.5,20.5&kind=hospital")
        self.assertEqual(far.status, 404)
        self.assertIn("km", far["detail"])


if __name__ == "__main__":
    unittest.main()
