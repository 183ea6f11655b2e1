"""The table of who sees what, cell by cell: for each account and each object the feed tells of it exactly where a GET
shows it, and a text about a person stands there as it stands here."""
import time
import unittest

from county_people import COUNTY, county, put
from fenghuo_client import Server
from fenghuo_feed import Feed

# The event that brings an object into being: where it is read, and which member names it.
BORN = {"person_recorded": ("persons", "id"), "organization_recorded": ("organizations", "id"), "area_recorded": ("areas", "id"),
        "facility_recorded": ("facilities", "id"), "enterprise_recorded": ("enterprises", "id"),
        "plan_contact_recorded": ("plan-contacts", "id"), "duty_post_recorded": ("duty-posts", "id"),
        "duty_shift_recorded": ("duty-shifts", "id"), "incident_opened": ("incidents", "incident"),
        "report_received": ("reports", "report"), "order_issued": ("orders", "order"), "team_registered": ("teams", "team"),
        "call_down_opened": ("call-downs", "call_down"), "contact_entered": ("deliveries", "delivery"),
        "road_closed": ("closures", "closure")}


class WhatEachSees(unittest.TestCase):
    def test_the_feed_tells_what_a_read_shows_and_nothing_else(self):
        server = Server()
        try:
            self.compare(server)
        finally:
            server.stop()

    def compare(self, server):
        duty = server.account("duty", "duty_officer")
        villages = county(duty, villages=4, per_township=2)
        one, two = f"{COUNTY}.{COUNTY}001", f"{COUNTY}.{COUNTY}002"
        boss = server.account("boss", "dispatcher", "commander")
        admin = server.client()
        put(duty, "/api/v1/organizations/FIRE", {"name": "消防大队", "kind": "force"})
        put(duty, "/api/v1/persons/F1", {"name": "消防联络员", "mobile": "13600000001", "organization": "FIRE"})
        for area, code in ((one, "1"), (two, "2")):
            put(duty, f"/api/v1/facilities/S{code}", {"name": "安置点" + code, "kind": "shelter", "area": area})
            put(duty, f"/api/v1/enterprises/E{code}", {"name": "化工厂" + code, "area": area})
            put(duty, f"/api/v1/plan-contacts/C{code}", {"plan": "防汛预案" + code, "function": "总指挥", "person": "P000"})
            put(duty, f"/api/v1/duty-posts/W{code}", {"name": "值班室" + code, "area": area, "keeper": "P000"})
            put(duty, f"/api/v1/duty-shifts/H{code}", {"post": "W" + code, "person": "P001", "from": "2026-01-01T08:00:00+08:00",
                                                       "to": "2026-01-02T08:00:00+08:00"})
            team = admin.post("/api/v1/teams", {"name": "队" + code, "area": area, "contacts": ["P000"],
                                                "organization": "FIRE" if code == "2" else ""})
            self.assertEqual(team.status, 201, team)
            self.assertEqual(boss.post("/api/v1/closures", {"name": "路" + code, "reason": "塌方", "geometry": {
                "type": "Point", "coordinates": [120.1, 30.1]}}).status, 201)
            report = duty.post("/api/v1/reports", {"channel": "phone", "text": "起火", "caller": "路人", "area": area})
            incident = boss.post("/api/v1/incidents", {"report": report["report"]["id"], "kind": "fire", "area": area})
            self.assertEqual(incident.status, 201, incident)
            ordered = boss.post(f"/api/v1/incidents/{incident['incident']['id']}/orders", {"items": [{"team": team["team"]["id"]}]})
            self.assertEqual(ordered.status, 201, ordered)
            delivery = boss.get(f"/api/v1/orders/{ordered['orders'][0]['order']}")["delivery"]
            self.assertEqual(duty.post(f"/api/v1/deliveries/{delivery}/contacts", {"step": "called", "means": "phone"}).status, 200)
        for areas in ([one], [two], [COUNTY]):
            self.assertEqual(duty.post("/api/v1/call-downs", {"title": "x", "text": "y", "areas": areas}).status, 201)
        self.assertEqual(len(villages), 4)
        accounts = {"observer": server.account("observer", "observer"), "commander": boss, "duty": duty,
                    "town": server.account("town", "duty_officer", area=one),
                    "town_observer": server.account("town2", "observer", area=two),
                    "village": server.account("village", "observer", area=villages[0]),
                    "team": server.account("crew", "team", team="T-2026-000001"),
                    "gateway": server.account("gate", "gateway"), "auditor": server.account("audit", "auditor"),
                    "security": server.account("sec", "security_admin"), "system": server.account("sys", "system_admin")}
        end = duty.sequence()
        whole = self.born(duty, end)
        kinds = {kind for kind, _ in whole}
        self.assertEqual(kinds, {kind for kind, _ in BORN.values()}, "an object of each kind")
        cells = 0
        for name, client in accounts.items():
            told = self.born(client, end)
            for (kind, code), data in whole.items():
                with self.subTest(account=name, kind=kind, object=code):
                    read = client.get(f"/api/v1/{kind}/{code}")
                    self.assertIn(read.status, (200, 403), read)
                    self.assertEqual((kind, code) in told, read.status == 200)
                    if kind == "persons" and read.status == 200:
                        for member in ("name", "mobile"):
                            self.assertEqual(told[kind, code][member], read[member])
                    cells += 1
        self.assertGreater(cells, 300)

    def born(self, client, end):
        """(kind, id) -> what the feed says of it, up to this sequence."""
        feed = Feed(client, after=0)
        feed.wait(lambda f: (feed.sequences() or [0])[-1] >= end, timeout=3)
        time.sleep(0.3)
        out = {}
        for number, event, data in feed.frames:
            if number is not None and event in BORN:
                kind, member = BORN[event]
                out.setdefault((kind, data["data"][member]), data["data"])
        feed.close()
        return out


if __name__ == "__main__":
    unittest.main()
