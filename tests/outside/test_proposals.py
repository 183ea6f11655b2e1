"""Recommendations that somebody acted on: recorded with every team, shown with what was chosen, asked again."""
import json
import unittest

import centre


def setUpModule():
    global here, d
    here = centre.shared()
    d = here.dispatcher


class Proposals(unittest.TestCase):
    def setUp(self):
        self.pump = f"pump-{d.sequence()}"
        needs = [{"capability": self.pump, "quantity": 1}]
        self.teams = [here.team(capabilities=needs, home=here.point(n)) for n in (1, 9)]
        self.other = here.team(capabilities=[{"capability": "boat", "quantity": 1}])
        self.incident = here.incident(needs=needs)
        self.addCleanup(here.finish, self.incident)

    def recommended(self):
        answer = d.get(f"/api/v1/incidents/{self.incident}/recommendation")
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def send(self, team, **more):
        return d.post(f"/api/v1/incidents/{self.incident}/orders", {"items": [{"team": team}], **more})

    def check(self):
        done = here.server.journal("check-proposals", "--json")
        return done.returncode, json.loads(done.stdout)

    def test_what_was_followed_is_recorded_with_its_rows(self):
        asked = self.recommended()
        first = asked["teams"][0]["team"]
        d.post(f"/api/v1/incidents/{self.incident}/notes", {"text": "期间有人记事"})
        made = self.send(first, proposal=asked["proposal"])
        self.assertEqual(made.status, 201, made)
        self.assertEqual([e["type"] for e in made["events"]][:2], ["proposal_recorded", "order_issued"])
        self.assertEqual(made["orders"][0]["proposal"], made["proposal"])
        self.assertNotIn("proposal_note", made.json)
        shown = d.get(f"/api/v1/proposals/{made['proposal']}")
        self.assertEqual((shown["incident"], shown["made_for"]), (self.incident, self.incident))
        self.assertEqual((shown["chosen"], shown["deviates"], shown["because"]), ([first], False, ""))
        self.assertEqual(shown["made_from"], asked["state_as_of"])
        self.assertLess(shown["made_from"], shown["revision"] - 1)
        for kind in ("teams", "alternatives"):
            self.assertEqual([(r["team"], r["rank"], r["eta_s"], r["covers"], r["quantity"]) for r in shown[kind]],
                             [(r["team"], r["reasons"]["rank"], r["eta_s"], r["covers"], r["quantity"]) for r in asked[kind]])
            for stored, told in zip(shown[kind], asked[kind]):
                reasons = told["reasons"]
                self.assertEqual((stored["turnout_s"], stored["travel_s"], stored["basis"], stored["position"],
                                  stored["position_age_s"], stored["speed_assumed_permille"]),
                                 (reasons["turnout_s"], reasons["travel_s"], told["basis"], reasons["position"],
                                  reasons["position_age_s"], reasons["speed_assumed_permille"]))
                self.assertEqual(stored["distance_m"] or 0, told["distance_m"])
        self.assertEqual([(r["team"], r["why_not"], r["detail"]) for r in shown["looked_at"]],
                         [(r["team"], r["why_not"], r["detail"]) for r in asked["looked_at"]])
        everybody = {t["id"] for t in d.all("/api/v1/teams")}
        rows = [r["team"] for kind in ("teams", "alternatives", "looked_at") for r in shown[kind]]
        self.assertEqual((len(rows), set(rows)), (len(everybody), everybody))
        self.assertEqual({r["team"] for r in shown["teams"] if r["chosen"]}, {first})
        listed = d.get(f"/api/v1/incidents/{self.incident}/proposals")["items"]
        self.assertEqual([i["id"] for i in listed], [made["proposal"]])
        self.assertEqual(d.get(f"/api/v1/incidents/{self.incident}")["proposals"], [made["proposal"]])
        code, told = self.check()
        self.assertEqual((code, told["ok"], told["differing"]), (0, True, []))
        self.assertGreaterEqual(told["proposals"], 1)

    def test_who_was_sent_instead_is_seen(self):
        asked = self.recommended()
        made = self.send(self.other, proposal=asked["proposal"], deviates_because="近处道路塌方")
        shown = d.get(f"/api/v1/proposals/{made['proposal']}")
        self.assertEqual((shown["deviates"], shown["because"], shown["chosen"]), (True, "近处道路塌方", [self.other]))
        self.assertEqual([r["why_not"] for r in shown["looked_at"] if r["chosen"]], ["lacks_capability"])
        self.assertEqual([r["team"] for r in shown["teams"] if r["chosen"]], [])
        # The feed and the timeline tell of it in short: not every team to every reader.
        items = d.get(f"/api/v1/incidents/{self.incident}/timeline")["items"]
        told = [i["data"] for i in items if i["type"] == "proposal_recorded"]
        self.assertEqual((len(told), told[0]["approaches"], told[0]["deviates"]), (1, [], True))
        self.assertTrue(told[0]["teams"])
        self.assertEqual(self.check()[0], 0)

    def test_a_token_that_nobody_knows_never_stops_an_order(self):
        elsewhere = here.incident()
        foreign = d.get(f"/api/v1/incidents/{elsewhere}/recommendation")["proposal"]
        for team, token in zip((*self.teams, self.other), ("1-1", foreign, "")):
            with self.subTest(token=token):
                key = f"{self.incident}-{team}"
                made = d.post(f"/api/v1/incidents/{self.incident}/orders", {"items": [{"team": team}], "proposal": token},
                              key=key)
                self.assertEqual((made.status, made["proposal"]), (201, None), made)
                self.assertTrue(made["proposal_note"])
                again = d.post(f"/api/v1/incidents/{self.incident}/orders",
                               {"items": [{"team": team}], "proposal": token}, key=key)
                self.assertEqual((again.status, again.raw), (201, made.raw))
        self.assertEqual(d.get(f"/api/v1/incidents/{self.incident}/proposals")["items"], [])
        here.finish(elsewhere)

    def test_rows_cannot_be_brought_along(self):
        team = self.teams[0]
        before = d.sequence()
        for value in ({"made_from": 1, "teams": []}, 7, [], True):
            with self.subTest(value=value):
                self.assertEqual(self.send(team, proposal=value).status, 400)
        self.assertEqual(d.sequence(), before)
        made = self.send(team, proposal=None)
        self.assertEqual((made.status, made["proposal"]), (201, None))
        self.assertNotIn("proposal_note", made.json)

    def test_it_is_seen_by_those_who_see_its_incident(self):
        asked = self.recommended()
        made = self.send(self.teams[0], proposal=asked["proposal"])
        path = f"/api/v1/proposals/{made['proposal']}"
        self.assertEqual(here.clients["observer"].get(path).status, 200)
        for client in (here.clients["team"], here.server.account("far.away", "dispatcher", area="nowhere")):
            self.assertEqual(client.get(path).problem, "outside_area")
            self.assertEqual(client.get(f"/api/v1/incidents/{self.incident}/proposals").problem, "outside_area")


if __name__ == "__main__":
    unittest.main()
