"""Who sees and moves what: a team account its own, an account of an area that area and what lies below."""
import unittest

import centre


def setUpModule():
    global here, d
    here = centre.shared()
    d = here.dispatcher


class Scopes(unittest.TestCase):
    def test_a_team_account_sees_and_moves_its_own_alone(self):
        crew = here.clients["team"]
        mine, others = here.incident(), here.incident()
        order = here.order(mine, here.crew)[0]
        foreign_team = here.team()
        foreign = here.order(others, foreign_team)[0]
        self.assertEqual([i["id"] for i in crew.all("/api/v1/incidents?status=responding")], [mine])
        self.assertEqual([t["id"] for t in crew.all("/api/v1/teams")], [here.crew])
        self.assertTrue(all(o["team"] == here.crew for o in crew.all("/api/v1/orders")))
        for path in (f"/api/v1/incidents/{others}", f"/api/v1/orders/{foreign}", f"/api/v1/teams/{foreign_team}",
                     f"/api/v1/incidents/{others}/timeline", f"/api/v1/incidents/{others}/recommendation",
                     f"/api/v1/teams/{foreign_team}/track"):
            with self.subTest(path=path):
                answer = crew.get(path)
                self.assertEqual((answer.status, answer.problem), (403, "outside_area"), answer)
        before = d.sequence()
        for path, body in ((f"/api/v1/orders/{foreign}/acknowledge", {}),
                           (f"/api/v1/orders/{foreign}/status", {"status": "on_scene"}),
                           (f"/api/v1/orders/{foreign}/decline", {"reason": "x"}),
                           (f"/api/v1/incidents/{others}/notes", {"text": "x"})):
            with self.subTest(path=path):
                answer = crew.post(path, body, if_match="*")
                self.assertEqual((answer.status, answer.problem), (403, "outside_area"), answer)
        put = crew.put(f"/api/v1/teams/{foreign_team}/availability", {"availability": "off_duty"}, if_match="*")
        self.assertEqual(put.status, 403)
        self.assertEqual(d.sequence(), before)
        pos = crew.post("/api/v1/positions", {"positions": [
            {"team": foreign_team, "location": here.point(0)}, {"team": here.crew, "location": here.point(1)}]})
        self.assertEqual((pos["taken"], pos["refused"][0]["index"]), (1, 0))
        self.assertTrue(all(p["team"] == here.crew for p in crew.get("/api/v1/positions")["items"]))
        done = crew.change("POST", f"/api/v1/orders/{order}/acknowledge")
        self.assertEqual(done.status, 200, done)
        here.move(order, "on_scene", client=crew)
        self.assertEqual(crew.post(f"/api/v1/incidents/{mine}/notes", {"text": "到场"}).status, 200)
        cancel = crew.post(f"/api/v1/orders/{order}/cancel", {"reason": "x"}, if_match="*")
        self.assertEqual(cancel.status, 403)
        for incident in (mine, others):
            here.finish(incident)

    def areas(self):
        """Two areas of the map, neither below the other, with a place on the road in each."""
        found = {}
        for place in here.facilities:
            found.setdefault(place["area"], place["location"])
        names = sorted(n for n in found if n)
        for a in names:
            for b in names:
                if a != b and not b.startswith(a + ".") and not a.startswith(b + "."):
                    return (a, found[a]), (b, found[b])
        raise AssertionError(f"the demo county has no two areas: {names}")

    def test_an_area_account_stays_in_its_area(self):
        (ours, our_place), (theirs, their_place) = self.areas()
        local = here.server.account("local.desk", "dispatcher", area=ours)
        mine = local.post("/api/v1/incidents", {"kind": "flood", "location": our_place})
        self.assertEqual((mine.status, mine["incident"]["area"]), (201, ours), mine)
        own = mine["incident"]["id"]
        foreign = here.incident(location=their_place)
        foreign_report = d.post("/api/v1/reports", {"channel": "110", "text": "邻县", "location": their_place})["report"]["id"]
        foreign_team = here.team(home=their_place)
        foreign_order = here.order(foreign, foreign_team)[0]
        for kind, ids in (("incidents", foreign), ("reports", foreign_report), ("teams", foreign_team),
                          ("orders", foreign_order)):
            with self.subTest(kind=kind):
                self.assertEqual(local.get(f"/api/v1/{kind}/{ids}").problem, "outside_area")
                self.assertNotIn(ids, [i["id"] for i in local.all(f"/api/v1/{kind}")])
        before = d.sequence()
        calls = [
            ("POST", "/api/v1/incidents", {"kind": "flood", "location": their_place}),
            ("POST", "/api/v1/incidents", {"kind": "flood", "area": theirs}),
            ("POST", "/api/v1/incidents", {"report": foreign_report, "kind": "flood"}),
            ("POST", "/api/v1/incidents", {"kind": "flood", "location": our_place, "parent": foreign}),
            ("PATCH", f"/api/v1/incidents/{foreign}", {"title": "改"}),
            ("PATCH", f"/api/v1/incidents/{own}", {"area": theirs}),
            ("PATCH", f"/api/v1/incidents/{own}", {"parent": foreign}),
            ("POST", f"/api/v1/incidents/{own}/merge", {"into": foreign}),
            ("POST", f"/api/v1/incidents/{foreign}/close", {"outcome": "x"}),
            ("POST", f"/api/v1/incidents/{own}/orders", {"items": [{"team": foreign_team}]}),
            ("POST", f"/api/v1/reports/{foreign_report}/dismiss", {"reason": "x"}),
            ("POST", f"/api/v1/orders/{foreign_order}/cancel", {"reason": "x"}),
            ("POST", "/api/v1/teams", {"name": "越界队", "home": their_place}),
            ("POST", "/api/v1/teams", {"name": "越界队", "area": theirs}),
            ("POST", "/api/v1/closures", {"geometry": their_place}),
            ("GET", f"/api/v1/teams/{foreign_team}/track", None),
        ]
        for method, path, body in calls:
            with self.subTest(method=method, path=path, body=body):
                answer = local.call(method, path, body, if_match="*")
                self.assertEqual((answer.status, answer.problem), (403, "outside_area"), answer)
        self.assertEqual(d.sequence(), before)
        team = local.post("/api/v1/teams", {"name": "本地队", "home": our_place})
        self.assertEqual((team.status, team["team"]["area"]), (201, ours))
        away = local.put(f"/api/v1/teams/{team['team']['id']}", {"name": "本地队", "area": theirs}, if_match="*")
        self.assertEqual((away.status, away.problem), (403, "outside_area"))
        order = local.post(f"/api/v1/incidents/{own}/orders", {"items": [{"team": team["team"]["id"]}]})
        self.assertEqual(order.status, 201, order)
        divert = local.post(f"/api/v1/orders/{order['orders'][0]['order']}/divert", {"to": foreign, "reason": "x"},
                            if_match="*")
        self.assertEqual((divert.status, divert.problem), (403, "outside_area"), divert)
        # What nobody can place stays in sight of whoever took it in.
        nowhere = local.post("/api/v1/reports", {"channel": "phone", "text": "说不清在哪里"})
        self.assertEqual(nowhere["report"]["area"], ours)
        self.assertEqual(local.get("/api/v1/reports/" + nowhere["report"]["id"]).status, 200)
        self.assertTrue(all(f["area"] == ours or f["area"].startswith(ours + ".")
                            for f in local.all("/api/v1/map-facilities")))
        for incident in (own, foreign):
            here.finish(incident)


if __name__ == "__main__":
    unittest.main()
