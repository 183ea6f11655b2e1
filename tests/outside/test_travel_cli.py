"""Routes and matrices on the command line, against the API on the same region."""
import csv
import io
import json
import random
import time
import unittest

import centre
from fenghuo_client import SHARED, demo_region, fresh_folder, run


def setUpModule():
    global here, d
    here = centre.shared()
    d = here.dispatcher
    here.open_all_roads()


def text(point):
    return f"{point[0]},{point[1]}"


class Travel(unittest.TestCase):
    def points(self, count, seed):
        chosen = random.Random(seed).sample(here.facilities, count)
        return [f["location"]["coordinates"] for f in chosen]

    def test_a_route_is_the_same_on_the_command_line_and_over_http(self):
        points = self.points(12, 1)
        for profile in ("light", "heavy", "offroad", "foot"):
            for a, b in zip(points[::2], points[1::2]):
                with self.subTest(profile=profile, a=a, b=b):
                    done = run("route", "--region", demo_region(), "--from", text(a), "--to", text(b), "--profile",
                               profile, "--json")
                    over_http = d.get(f"/api/v1/route?from={text(a)}&to={text(b)}&profile={profile}&steps=true").json
                    over_http.pop("as_of")
                    self.assertEqual(json.loads(done.stdout), over_http)
                    self.assertEqual(done.returncode, 0 if over_http["reachable"] else 3)

    def test_a_route_adds_up(self):
        a, b = self.points(2, 2)
        way = d.get(f"/api/v1/route?from={text(a)}&to={text(b)}").json
        self.assertAlmostEqual(sum(leg["distance_m"] for leg in way["legs"]), way["distance_m"], delta=1)
        # What is left of the time is the way on foot between the places and the road, at 5 km/h beyond 30 m.
        walked = way["duration_s"] - sum(leg["duration_s"] for leg in way["legs"])
        away = sum(max(0, way[end] - 30) for end in ("access_from_m", "access_to_m"))
        self.assertAlmostEqual(walked, away * 3.6 / 5, delta=0.1)
        same = d.get(f"/api/v1/route?from={text(a)}&to={text(a)}").json
        self.assertEqual((same["reachable"], same["distance_m"]), (True, 0))
        shown = run("route", "--region", demo_region(), "--from", text(a), "--to", text(b)).stdout
        self.assertIn(f"{way['distance_m'] / 1000:.1f} km", shown)

    def test_steps_are_said_only_where_they_are_asked_for_and_add_up(self):
        a, b = self.points(2, 9)
        plain = d.get(f"/api/v1/route?from={text(a)}&to={text(b)}").json
        self.assertNotIn("steps", plain)
        self.assertEqual(d.get(f"/api/v1/route?from={text(a)}&to={text(b)}&steps=false").json, plain)
        way = d.get(f"/api/v1/route?from={text(a)}&to={text(b)}&steps=true").json
        steps = way.pop("steps")
        self.assertEqual(way, plain)
        self.assertEqual([steps[0]["manoeuvre"], steps[-1]["manoeuvre"]], ["depart", "arrive"])
        self.assertAlmostEqual(sum(s["distance_m"] for s in steps), way["distance_m"], delta=.01)
        self.assertAlmostEqual(sum(s["duration_s"] for s in steps), way["duration_s"], delta=.001)
        self.assertTrue(steps[0]["text"]["zh"].startswith("从"))
        self.assertTrue(steps[0]["text"]["en"].startswith("Set off on "))
        self.assertTrue(steps[-1]["text"]["zh"].startswith("到达目的地"))
        line = [tuple(p) for p in way["geometry"]["coordinates"]]
        places = [line.index(tuple(s["place"]["coordinates"])) for s in steps]
        self.assertEqual(places, sorted(places))

    def test_the_command_line_speaks_the_language_asked_for(self):
        a, b = self.points(2, 10)
        route = ("route", "--region", demo_region(), "--from", text(a), "--to", text(b))
        steps = json.loads(run(*route, "--json").stdout)["steps"]

        def said(*more, **env):
            lines = run(*route, *more, environment={"LC_ALL": "", "LC_MESSAGES": "", **env}).stdout.splitlines()
            return [line.split("  ", 2)[-1].split("  ")[-1] for line in lines[1:]]
        zh, en = [s["text"]["zh"] for s in steps], [s["text"]["en"] for s in steps]
        self.assertEqual(said("--lang", "zh", LANG="en_GB.UTF-8"), zh)
        self.assertEqual(said("--lang", "en", LANG="zh_CN.UTF-8"), en)
        self.assertEqual(said(LANG="en_US.UTF-8"), en)
        self.assertEqual(said(LANG="zh_CN.UTF-8"), zh)
        self.assertEqual(said(LANG="C.UTF-8"), zh)

    def test_places_on_the_way_are_passed_in_their_order(self):
        a, b, c, e = self.points(4, 11)
        parts = [d.get(f"/api/v1/route?from={text(x)}&to={text(y)}").json for x, y in ((a, b), (b, c), (c, e))]
        self.assertTrue(all(p["reachable"] for p in parts))
        way = d.get(f"/api/v1/route?from={text(a)}&via={text(b)}&via={text(c)}&to={text(e)}&steps=true").json
        for member in ("duration_s", "distance_m"):
            self.assertAlmostEqual(way[member], sum(p[member] for p in parts), delta=.001)
            for got, alone in zip(way["parts"], parts):
                self.assertEqual(got[member], alone[member])
        self.assertEqual(way["access_from_m"], parts[0]["access_from_m"])
        self.assertEqual(way["access_to_m"], parts[-1]["access_to_m"])
        self.assertAlmostEqual(sum(s["duration_s"] for s in way["steps"]), way["duration_s"], delta=.001)
        reached = [(s["via"], s["text"]["zh"]) for s in way["steps"] if s["manoeuvre"] == "via"]
        self.assertEqual([number for number, _ in reached], [1, 2])
        for number, words in reached:
            self.assertTrue(words.startswith(f"到达途经点{number}"), words)
        same = json.loads(run("route", "--region", demo_region(), "--from", text(a), "--via", text(b), "--via", text(c),
                              "--to", text(e), "--json").stdout)
        way.pop("as_of")
        self.assertEqual(same, way)

    def test_a_part_that_no_road_connects_is_named(self):
        a, b = self.points(2, 12)
        far = next(f["location"]["coordinates"] for f in here.facilities if abs(f["location"]["coordinates"][0] - a[0]) > .1)

        def square(r):
            return [[a[0] - r, a[1] - r], [a[0] + r, a[1] - r], [a[0] + r, a[1] + r], [a[0] - r, a[1] + r],
                    [a[0] - r, a[1] - r]]
        wall = fresh_folder("w") / "wall.geojson"
        wall.write_text(json.dumps({"type": "Polygon", "coordinates": [square(.06) + square(.05)[::-1] + [square(.06)[0]]]}))
        cut = run("route", "--region", demo_region(), "--from", text(a), "--via", text(a), "--to", text(far), "--avoid", wall,
                  "--json")
        self.assertEqual(cut.returncode, 3, cut)
        self.assertEqual(json.loads(cut.stdout)["cut"], {"part": 2, "text": {
            "zh": "从途经点1到目的地无路可通", "en": "no road leads from stop 1 to the destination"}})
        self.assertIn("from stop 1 to the destination", cut.stderr)

    def matrix(self, origins, destinations, *more, header=False):
        folder = fresh_folder("m")
        for name, points in (("o.csv", origins), ("d.csv", destinations)):
            lines = (["lon,lat,name"] if header else []) + [text(p) + (",甲" if header else "") for p in points]
            (folder / name).write_text("\r\n".join(lines) + "\r\n")
        done = run("matrix", "--region", demo_region(), "--origins", folder / "o.csv", "--destinations", folder / "d.csv",
                   *more)
        return done, [row for row in csv.reader(io.StringIO(done.stdout))]

    def test_a_matrix_has_a_row_an_origin_and_the_times_of_the_api(self):
        origins, destinations = self.points(7, 3), self.points(11, 4)
        for profile in ("light", "foot"):
            done, rows = self.matrix(origins, destinations, "--profile", profile, header=profile == "foot")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual([len(row) for row in rows], [11] * 7)
            table = d.post("/api/v1/matrix", {"origins": origins, "destinations": destinations, "profile": profile})
            for row, times in zip(rows, table["durations_s"]):
                for cell, seconds in zip(row, times):
                    self.assertEqual(cell == "", seconds is None)
                    if seconds is not None:
                        self.assertAlmostEqual(float(cell), seconds, delta=0.001)
        out = fresh_folder("m") / "out.csv"
        done, _ = self.matrix(origins, destinations, "--out", out)
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertEqual(len(out.read_text().splitlines()), 7)
        done, _ = self.matrix(origins, destinations, "--out", "/nowhere/out.csv")
        self.assertEqual(done.returncode, 1)

    def test_each_cell_is_the_route_between_its_two_points(self):
        origins, destinations = self.points(4, 5), self.points(4, 6)
        _, rows = self.matrix(origins, destinations)
        for a, row in zip(origins, rows):
            for b, cell in zip(destinations, row):
                way = d.get(f"/api/v1/route?from={text(a)}&to={text(b)}").json
                self.assertAlmostEqual(float(cell), way["duration_s"], delta=0.01)

    def test_what_is_avoided_is_not_driven_and_what_is_cut_off_is_an_empty_cell(self):
        a, b = self.points(2, 7)
        before = json.loads(run("route", "--region", demo_region(), "--from", text(a), "--to", text(b), "--json").stdout)
        line = before["geometry"]["coordinates"]
        middle = line[len(line) // 2]
        folder = fresh_folder("a")
        point = folder / "point.geojson"
        point.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": middle}}))
        around = run("route", "--region", demo_region(), "--from", text(a), "--to", text(b), "--json", "--avoid", point)
        around = json.loads(around.stdout)
        if around["reachable"]:
            self.assertGreaterEqual(around["duration_s"], before["duration_s"])
            self.assertNotIn(middle, around["geometry"]["coordinates"])
        r, s = .06, .05  # a wall around a: the outer ring, a seam, the inner ring, the seam again

        def square(r):
            return [[a[0] - r, a[1] - r], [a[0] + r, a[1] - r], [a[0] + r, a[1] + r], [a[0] - r, a[1] + r],
                    [a[0] - r, a[1] - r]]
        ring = square(r) + square(s)[::-1] + [square(r)[0]]
        far = next(f["location"]["coordinates"] for f in here.facilities if abs(f["location"]["coordinates"][0] - a[0]) > .1)
        wall = folder / "wall.geojson"
        wall.write_text(json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}]}))
        done, rows = self.matrix([a, far], [a, far], "--avoid", wall)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([[cell == "" for cell in row] for row in rows], [[False, True], [True, False]])
        cut = run("route", "--region", demo_region(), "--from", text(a), "--to", text(far), "--avoid", wall)
        self.assertEqual((cut.returncode, cut.stdout), (3, ""))

    def test_rubbish(self):
        folder = fresh_folder("x")
        (folder / "bad.csv").write_text("lon,lat\n108.2,30.3\nhere,there\n")
        (folder / "none.csv").write_text("lon,lat\n")
        (folder / "good.csv").write_text(text(here.point(0)["coordinates"]) + "\n")
        (folder / "bad.geojson").write_text('{"type":"Feature","geometry":{"type":"Circle","coordinates":[1,2]}}')
        region = ("--region", demo_region())
        for arguments, code in (
                (("route", *region, "--from", "30.3,108.2", "--to", "108.2,30.3"), 2),
                (("route", *region, "--from", "x", "--to", "108.2,30.3"), 2),
                (("route", *region, "--from", "108.2,30.3", "--to", "108.2,30.3", "--profile", "boat"), 2),
                (("route", "--from", "108.2,30.3", "--to", "108.2,30.3"), 2),
                (("route", *region, "--from", "108.2,30.3", "--via", "x", "--to", "108.2,30.3"), 2),
                (("route", *region, "--from", "108.2,30.3", *("--via", "108.2,30.3") * 11, "--to", "108.2,30.3"), 2),
                (("route", *region, "--from", "108.2,30.3", "--to", "108.2,30.3", "--lang", "fr"), 2),
                (("route", *region, "--from", "0,0", "--to", "1,1"), 3),
                (("route", *region, "--from", "108.2,30.3", "--to", "108.2,30.3", "--avoid", folder / "no.geojson"), 3),
                (("route", *region, "--from", "108.2,30.3", "--to", "108.2,30.3", "--avoid", folder / "bad.geojson"), 2),
                (("matrix", *region, "--origins", folder / "bad.csv", "--destinations", folder / "good.csv"), 2),
                (("matrix", *region, "--origins", folder / "none.csv", "--destinations", folder / "good.csv"), 2),
                (("matrix", *region, "--origins", folder / "no.csv", "--destinations", folder / "good.csv"), 3)):
            with self.subTest(arguments=[str(a) for a in arguments]):
                done = run(*arguments)
                self.assertEqual(done.returncode, code, done)
                self.assertEqual(done.stdout, "")
                self.assertIn("fenghuo: ", done.stderr)

    def test_how_long_a_route_takes_from_the_start_of_the_program(self):
        extract = SHARED / "osm" / "cn-nanjing.osm.pbf"
        if not extract.exists():
            self.skipTest("the shared extracts are not there")
        region = fresh_folder("g") / "nanjing"
        made = run("region", "build", extract, "--out", region, timeout=300)
        self.assertEqual(made.returncode, 0, made.stderr)
        info = json.loads(run("region", "info", region, "--json").stdout)
        (west, south), (east, north) = info["south_west"]["coordinates"], info["north_east"]["coordinates"]
        chosen = random.Random(8)
        times, found = [], 0
        for _ in range(10):
            a, b = ((round(chosen.uniform(west, east), 6), round(chosen.uniform(south, north), 6)) for _ in range(2))
            begin = time.monotonic()
            done = run("route", "--region", region, "--from", text(a), "--to", text(b), "--json")
            times.append(time.monotonic() - begin)
            self.assertIn(done.returncode, (0, 3), done.stderr)
            found += done.returncode == 0
        times.sort()
        print(f"    cn-nanjing ({info['nodes']} nodes): route from a cold program: median {times[5] * 1000:.0f} ms, "
              f"longest {times[-1] * 1000:.0f} ms, {found} of 10 reachable")


if __name__ == "__main__":
    unittest.main()
