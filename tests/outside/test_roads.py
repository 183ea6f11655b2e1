"""Closures turn routes and recommendations; positions of teams count in them."""
import time
import unittest

import centre


def setUpModule():
    global here, d
    here = centre.shared()
    d = here.dispatcher


class Roads(unittest.TestCase):
    def route(self, a, b, profile="light"):
        answer = d.get(f"/api/v1/route?from={a[0]},{a[1]}&to={b[0]},{b[1]}&profile={profile}")
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def test_a_closure_turns_the_route_and_lifting_turns_it_back(self):
        a, b = here.point(2)["coordinates"], here.point(150)["coordinates"]
        before = self.route(a, b)
        self.assertTrue(before["reachable"])
        line = before["geometry"]["coordinates"]
        middle = line[len(line) // 2]
        closed = d.post("/api/v1/closures", {"name": "中段塌方", "reason": "塌方",
                                             "geometry": {"type": "Point", "coordinates": middle}})
        self.assertEqual(closed.status, 201, closed)
        self.assertGreater(closed["arcs_closed"], 0)
        self.assertTrue(closed["in_force"])
        around = self.route(a, b)
        self.assertNotEqual(around.get("geometry"), before["geometry"])
        if around["reachable"]:
            self.assertGreaterEqual(around["duration_s"], before["duration_s"])
            self.assertNotIn(middle, around["geometry"]["coordinates"])
        self.assertGreaterEqual(around["as_of"], closed["sequence"])
        table = d.post("/api/v1/matrix", {"origins": [a], "destinations": [b]})["durations_s"]
        expected = around["duration_s"] if around["reachable"] else None
        if expected is None:
            self.assertIsNone(table[0][0])
        else:
            self.assertAlmostEqual(table[0][0], expected, delta=0.01)
        closure = closed["closure"]["id"]
        self.assertEqual(d.change("POST", f"/api/v1/closures/{closure}/lift", {"reason": "抢通"}).status, 200)
        self.assertEqual(self.route(a, b)["duration_s"], before["duration_s"])
        again = d.change("POST", f"/api/v1/closures/{closure}/lift", {"reason": "x"})
        self.assertEqual((again.status, again.problem), (409, "closure_ended"))

    def test_other_conditions_are_slower_and_know_the_same_closures(self):
        a, b = here.point(2)["coordinates"], here.point(150)["coordinates"]
        question = f"/api/v1/route?from={a[0]},{a[1]}&to={b[0]},{b[1]}"
        took = {c: d.get(f"{question}&condition={c}") for c in ("day", "night", "rain", "snow")}
        self.assertEqual([took[c]["condition"] for c in took], list(took))
        self.assertNotIn("condition", d.get(question).json)
        self.assertEqual(took["day"]["duration_s"], d.get(question)["duration_s"])
        self.assertLess(took["day"]["duration_s"], took["night"]["duration_s"])
        self.assertLess(took["night"]["duration_s"], took["snow"]["duration_s"])
        self.assertLess(took["rain"]["duration_s"], took["snow"]["duration_s"])
        line = took["snow"]["geometry"]["coordinates"]
        piece = line[len(line) // 2:len(line) // 2 + 2]
        closed = d.post("/api/v1/closures", {"reason": "积雪", "geometry": {"type": "LineString", "coordinates": piece}})
        self.assertEqual(closed.status, 201, closed)
        around = d.get(question + "&condition=snow")
        self.assertNotEqual(around.json.get("geometry"), took["snow"]["geometry"])
        self.assertGreaterEqual(around["as_of"], closed["sequence"])
        table = d.post("/api/v1/matrix", {"origins": [a], "destinations": [b], "condition": "snow"})
        self.assertEqual(table["condition"], "snow")
        self.assertEqual(table["durations_s"][0][0], around["duration_s"] if around["reachable"] else None)
        self.assertEqual(d.change("POST", f"/api/v1/closures/{closed['closure']['id']}/lift", {"reason": "铲雪"}).status, 200)
        self.assertEqual(d.get(question + "&condition=snow")["duration_s"], took["snow"]["duration_s"])
        for path in (question + "&condition=fog", f"/api/v1/isochrone?at={a[0]},{a[1]}&minutes=10&condition=fog"):
            refused = d.get(path)
            self.assertEqual((refused.status, refused["errors"][0]["pointer"]), (400, "condition"), refused)
        refused = d.post("/api/v1/matrix", {"origins": [a], "destinations": [b], "condition": 3})
        self.assertEqual((refused.status, refused["errors"][0]["pointer"]), (400, "/condition"), refused)

    def test_a_closure_of_one_profile_and_one_with_an_end(self):
        a, b = here.point(4)["coordinates"], here.point(90)["coordinates"]
        light, heavy = self.route(a, b), self.route(a, b, "heavy")
        line = heavy["geometry"]["coordinates"]
        made = d.post("/api/v1/closures", {"name": "限重桥", "profiles": ["heavy"], "until": centre.now(2),
                                           "geometry": {"type": "Point", "coordinates": line[len(line) // 2]}})
        self.assertEqual(made.status, 201, made)
        self.assertEqual(self.route(a, b)["duration_s"], light["duration_s"])
        self.assertNotEqual(self.route(a, b, "heavy").get("geometry"), heavy["geometry"])
        path = "/api/v1/closures/" + made["closure"]["id"]
        deadline = time.monotonic() + 20
        while d.get(path)["status"] != "expired":
            self.assertLess(time.monotonic(), deadline, "never expired")
            time.sleep(0.1)
        while self.route(a, b, "heavy").get("duration_s") != heavy["duration_s"]:
            self.assertLess(time.monotonic(), deadline, "the road stayed closed")
            time.sleep(0.1)
        past = d.post("/api/v1/closures", {"geometry": here.point(0), "until": centre.now(-60)})
        self.assertEqual((past.status, past.problem), (409, "ends_before_it_begins"))

    def test_a_place_closed_all_around_is_cut_off_and_the_recommendation_says_so(self):
        lon, lat = here.point(60)["coordinates"]
        ring = [[lon - .06, lat - .06], [lon + .06, lat - .06], [lon + .06, lat + .06], [lon - .06, lat + .06],
                [lon - .06, lat - .06]]
        far = next(p["location"]["coordinates"] for p in here.facilities
                   if abs(p["location"]["coordinates"][0] - lon) > .1)
        made = d.post("/api/v1/closures", {"name": "四面塌方", "geometry": {"type": "LineString", "coordinates": ring}})
        self.assertEqual(made.status, 201, made)
        self.assertFalse(self.route(far, [lon, lat])["reachable"])
        team = here.team(home={"type": "Point", "coordinates": far},
                         capabilities=[{"capability": "cut_off_test", "quantity": 1}])
        incident = here.incident(location={"type": "Point", "coordinates": [lon, lat]},
                                 needs=[{"capability": "cut_off_test", "quantity": 1}])
        advice = d.get(f"/api/v1/incidents/{incident}/recommendation").json
        self.assertEqual(advice["unmet"], [{"capability": "cut_off_test", "quantity": 1}])
        self.assertIn({"team": team, "why_not": "unreachable"},
                      [{k: v for k, v in look.items() if k != "detail"} for look in advice["looked_at"]])
        lifted = d.change("POST", f"/api/v1/closures/{made['closure']['id']}/lift", {"reason": "退水"})
        self.assertEqual(lifted.status, 200)
        self.assertEqual(d.get(f"/api/v1/incidents/{incident}/recommendation")["unmet"], [])
        here.finish(incident)


class Positions(unittest.TestCase):
    def test_the_latest_position_by_device_time_and_the_track(self):
        team = here.team()
        a, b, c = (here.point(i) for i in (30, 31, 32))

        def report(point, seconds):
            return d.post("/api/v1/positions", {"positions": [{
                "team": team, "location": point, "device_time": centre.now(seconds), "accuracy_m": 5, "means": "app"}]})
        self.assertEqual(report(a, -60)["taken"], 1)
        self.assertEqual(report(b, -10)["taken"], 1)
        self.assertEqual(report(c, -40)["taken"], 1)  # late, for the track only
        shown = d.get(f"/api/v1/teams/{team}")["position"]
        self.assertEqual(shown["coordinates"], b["coordinates"])
        self.assertTrue(5 <= shown["age_s"] <= 120, shown)
        future = report(a, 3600)
        self.assertEqual((future.status, future["taken"]), (400, 0))
        listed = [p for p in d.get("/api/v1/positions")["items"] if p["team"] == team]
        self.assertEqual(listed[0]["position"]["coordinates"], b["coordinates"])
        deadline = time.monotonic() + 20
        while len(d.get(f"/api/v1/teams/{team}/track")["items"]) < 3:
            self.assertLess(time.monotonic(), deadline, "the track was not stored")
            time.sleep(0.1)
        track = d.get(f"/api/v1/teams/{team}/track")["items"]
        self.assertEqual([p["coordinates"] for p in track], [p["coordinates"] for p in (a, c, b)])

    def test_a_reported_position_counts_in_the_recommendation(self):
        team = here.team(capabilities=[{"capability": "position_test", "quantity": 1}], home=here.point(100))
        incident = here.incident(location=here.point(33), needs=[{"capability": "position_test", "quantity": 1}])
        path = f"/api/v1/incidents/{incident}/recommendation"
        at_home = d.get(path)["teams"][0]
        self.assertEqual(at_home["reasons"]["position"], "home")
        taken = d.post("/api/v1/positions", {"positions": [{"team": team, "location": here.point(33)}]})
        self.assertEqual(taken["taken"], 1)
        there = d.get(path)["teams"][0]
        self.assertEqual(there["reasons"]["position"], "reported")
        self.assertLess(there["eta_s"], at_home["eta_s"])
        here.finish(incident)

    def test_ten_thousand_at_once_and_what_is_wrong_among_them(self):
        team = here.team()
        place = here.point(8)
        many = [{"team": team, "location": place, "device_time": centre.now(-i / 100)} for i in range(9_997)]
        bad = [{"team": "T-2099-000001", "location": place}, {"team": team},
               {"team": team, "location": {"type": "Point", "coordinates": [30.1, 108.2]}}]
        answer = d.post("/api/v1/positions", {"positions": many + bad})
        self.assertEqual((answer.status, answer["taken"]), (200, 9_997), answer)
        self.assertEqual([r["index"] for r in answer["refused"]], [9_997, 9_998, 9_999])
        self.assertIn("swapped", answer["refused"][2]["detail"])
        self.assertEqual(d.post("/api/v1/positions", {"positions": many + bad + bad}).status, 400)


if __name__ == "__main__":
    unittest.main()
