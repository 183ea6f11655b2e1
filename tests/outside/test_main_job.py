"""The main job: from a report to the closed incident, with teams that are sent, requested, diverted and lost."""
import datetime
import threading
import time
import unittest

import centre


def setUpModule():
    global here, d
    here = centre.shared()
    d = here.dispatcher


def age_of(text):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.datetime.fromisoformat(text)).total_seconds()


class FromReportToClose(unittest.TestCase):
    def test_the_whole_way(self):
        place = here.point(20)
        teams = [here.team(home=here.point(21 + i), capabilities=[{"capability": "whole_way_pump", "quantity": 1}],
                           vehicles=[{"name": "水罐车", "profile": "heavy"}]) for i in range(3)]
        report = d.post("/api/v1/reports", {
            "channel": "119", "kind": "fire", "text": "粮站旁边民房着火", "caller": "13812345678", "location": place})
        self.assertEqual(report.status, 201, report)
        self.assertEqual(report.headers["Location"], "/api/v1/reports/" + report["report"]["id"])
        opened = d.post("/api/v1/incidents", {"report": report["report"]["id"], "severity": "IV",
                                              "needs": [{"capability": "whole_way_pump", "quantity": 2}]})
        self.assertEqual(opened.status, 201, opened)
        incident = opened["incident"]["id"]
        path = f"/api/v1/incidents/{incident}"
        # What the caller left out came from the report.
        shown = d.get(path).json
        self.assertEqual((shown["kind"], shown["title"]), ("fire", "粮站旁边民房着火"))
        self.assertEqual(shown["location"]["coordinates"], place["coordinates"])
        self.assertEqual(shown["reports"], [report["report"]["id"]])
        self.assertEqual(d.get("/api/v1/reports/" + report["report"]["id"])["status"], "attached")

        advice = d.get(path + "/recommendation").json
        self.assertEqual(len(advice["teams"]), 2, advice)
        self.assertEqual(advice["unmet"], [])
        times = [t["eta_s"] for t in advice["teams"]]
        self.assertEqual(times, sorted(times))
        rest = [t["eta_s"] for t in advice["alternatives"] if t["covers"] == "whole_way_pump"]
        self.assertTrue(all(r >= times[-1] for r in rest), advice)
        self.check_times(advice, place, teams)

        sent = [t["team"] for t in advice["teams"]]
        issued = d.post(path + "/orders", {"items": [{"team": t, "instruction": "扑救民房火灾"} for t in sent]})
        self.assertEqual(issued.status, 201, issued)
        orders = [o["order"] for o in issued["orders"]]
        self.assertEqual([o["estimate"]["basis"] for o in issued["orders"]], ["road_network"] * 2)
        self.assertEqual(d.get(path)["status"], "responding")
        for team in sent:
            self.assertEqual(d.get("/api/v1/teams/" + team)["state"], "committed")
        early = d.change("POST", path + "/close", {"outcome": "太早"})
        self.assertEqual((early.status, early.problem), (409, "incident_has_active_orders"))

        self.run_orders(orders)
        for team in sent:
            self.assertEqual(d.get("/api/v1/teams/" + team)["state"], "available")
        closed = d.change("POST", path + "/close", {"outcome": "火已扑灭"})
        self.assertEqual(closed.status, 200, closed)
        shown = d.get(path).json
        self.assertEqual((shown["status"], shown["outcome"]), ("closed", "火已扑灭"))
        self.check_timeline(path, report, orders)
        late = d.change("POST", path + "/notes", {"text": "归档"})
        self.assertEqual(late.status, 200)
        self.assertEqual(d.change("PATCH", path, {"title": "改"}).problem, "incident_closed")

    def check_times(self, advice, place, teams):
        """An estimate is the turnout and the way that the map gives on its own."""
        for team in advice["teams"]:
            self.assertIn(team["team"], teams)
            home = d.get("/api/v1/teams/" + team["team"])["home"]["coordinates"]
            way = d.get(f"/api/v1/route?from={home[0]},{home[1]}&to={place['coordinates'][0]},{place['coordinates'][1]}"
                        "&profile=heavy").json
            self.assertAlmostEqual(team["reasons"]["travel_s"], way["duration_s"], delta=0.01)
            self.assertAlmostEqual(team["eta_s"], 60 + way["duration_s"], delta=0.01)
            self.assertAlmostEqual(team["distance_m"], way["distance_m"], delta=0.01)

    def run_orders(self, orders):
        for order in orders:
            path = f"/api/v1/orders/{order}"
            done = d.change("POST", path + "/acknowledge", {"means": "radio", "said_by": "王队长"})
            self.assertEqual(done.status, 200, done)
            again = d.change("POST", path + "/acknowledge", {})
            self.assertEqual((again.status, again.problem), (409, "already_in_that_state"))
            earlier = centre.now(-300)
            here.move(order, "en_route", means="radio", said_by="王队长", occurred_at=earlier)
            back = d.change("POST", path + "/status", {"status": "acknowledged"})
            self.assertEqual((back.status, back.problem), (409, "reason_required"))
            here.move(order, "on_scene", means="phone", said_by="王队长")
            here.move(order, "en_route", reason="走错了门", means="phone")
            here.move(order, "on_scene")
            future = d.change("POST", path + "/status", {"status": "working", "occurred_at": centre.now(600)})
            self.assertEqual((future.status, future.problem), (409, "occurred_in_future"))
            self.assertEqual(d.change("POST", path + "/status", {"status": "to_destination"}).problem, "not_transport")
            here.move(order, "released")
            here.move(order, "returned")
            ended = d.change("POST", path + "/status", {"status": "working", "reason": "x"})
            self.assertEqual((ended.status, ended.problem), (409, "order_ended"))
            course = d.get(path)["course"]
            self.assertEqual([s["status"] for s in course], ["issued", "acknowledged", "en_route", "on_scene", "en_route",
                                                             "on_scene", "released", "returned"])
            self.assertEqual((course[2]["means"], course[2]["said_by"]), ("radio", "王队长"))
            said = datetime.datetime.fromisoformat(course[2]["occurred_at"])
            self.assertEqual(said, datetime.datetime.fromisoformat(earlier))
            self.assertGreater(datetime.datetime.fromisoformat(course[2]["recorded_at"]), said)

    def check_timeline(self, path, report, orders):
        line = d.get(path + "/timeline").json
        types = [i["type"] for i in line["items"]]
        numbers = [i["sequence"] for i in line["items"]]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual(types[:3], ["report_received", "incident_opened", "report_attached"])
        self.assertEqual(types[-1], "incident_closed")
        self.assertEqual(types.count("order_issued"), len(orders))
        self.assertEqual(types.count("order_status_set"), 7 * len(orders))
        self.assertEqual({i["actor"] for i in line["items"]}, {"dispatcher"})
        half = numbers[len(numbers) // 2]
        rest = d.get(f"{path}/timeline?after={half}")["items"]
        self.assertEqual([i["sequence"] for i in rest], [n for n in numbers if n > half])

    def test_duplicates_are_suggested_attached_and_detached(self):
        place = {"type": "Point", "coordinates": [here.point(40)["coordinates"][0], here.point(40)["coordinates"][1]]}
        first = d.post("/api/v1/reports", {"channel": "110", "kind": "traffic", "location": place,
                                           "text": "大货车侧翻堵在隧道口"})
        opened = d.post("/api/v1/incidents", {"report": first["report"]["id"]})
        incident = opened["incident"]["id"]
        second = d.post("/api/v1/reports", {"channel": "122", "kind": "traffic", "location": place,
                                            "text": "隧道口有大货车侧翻"})
        best = second["report"]["suggestions"][0]
        self.assertEqual(best["incident"], incident)
        self.assertGreater(best["score_permille"], 700)
        self.assertEqual(best["away_m"], 0)
        path = "/api/v1/reports/" + second["report"]["id"]
        self.assertEqual(d.change("POST", path + "/attach", {"incident": incident}).status, 200)
        self.assertEqual(len(d.get("/api/v1/incidents/" + incident)["reports"]), 2)
        twice = d.change("POST", path + "/attach", {"incident": incident})
        self.assertEqual((twice.status, twice.problem), (409, "report_not_open"))
        self.assertEqual(d.change("POST", path + "/detach", {"reason": "不是同一起"}).status, 200)
        self.assertEqual(d.change("POST", path + "/detach").problem, "report_not_attached")
        self.assertEqual(d.change("POST", path + "/dismiss", {"reason": ""}).problem, "reason_required")
        self.assertEqual(d.change("POST", path + "/dismiss", {"reason": "误报"}).status, 200)
        types = [i["type"] for i in d.get(f"/api/v1/incidents/{incident}/timeline")["items"]]
        self.assertIn("report_detached", types)
        here.finish(incident)

    def test_a_report_without_a_place_is_taken_and_placed_later(self):
        report = d.post("/api/v1/reports", {"channel": "12345", "text": "听到爆炸声"})
        self.assertEqual(report.status, 201)
        self.assertIsNone(report["report"]["location"])
        incident = d.post("/api/v1/incidents", {"report": report["report"]["id"], "kind": "explosion"})["incident"]["id"]
        path = f"/api/v1/incidents/{incident}"
        none = d.get(path + "/recommendation")
        self.assertEqual((none.status, none.problem), (409, "conflict"))
        gcj = {"type": "Point", "coordinates": here.point(5)["coordinates"], "crs": "gcj02"}
        done = d.change("PATCH", path, {"location": gcj, "means": "phone", "said_by": "村支书"})
        self.assertEqual(done.status, 200, done)
        shown = d.get(path)["location"]
        self.assertEqual(shown["given"], gcj["coordinates"])
        # The datum of Chinese maps is a few hundred metres off, never nothing and never kilometres.
        moved = max(abs(a - b) for a, b in zip(shown["coordinates"], shown["given"]))
        self.assertTrue(0.0005 < moved < 0.01, shown)
        self.assertEqual(d.get(path + "/recommendation").status, 200)
        outside = d.post("/api/v1/reports", {"channel": "110", "text": "外地",
                                             "location": {"type": "Point", "coordinates": [116.4, 39.9]}})
        self.assertEqual((outside.status, outside["report"]["outside_region"]), (201, True))
        here.finish(incident)

    def test_merge_takes_reports_and_orders_along(self):
        one, two = here.incident(), here.incident()
        team = here.team()
        order = here.order(one, team)[0]
        done = d.change("POST", f"/api/v1/incidents/{one}/merge", {"into": two, "reason": "同一起"})
        self.assertEqual(done.status, 200, done)
        gone = d.get(f"/api/v1/incidents/{one}").json
        self.assertEqual((gone["status"], gone["merged_into"], gone["orders"]), ("closed", two, []))
        self.assertEqual(d.get(f"/api/v1/orders/{order}")["incident"], two)
        self.assertEqual(d.get(f"/api/v1/incidents/{two}")["status"], "responding")
        self.assertEqual(d.change("POST", f"/api/v1/incidents/{two}/merge", {"into": two}).problem, "same_incident")
        here.finish(two)


class Orders(unittest.TestCase):
    def test_two_desks_send_the_same_team_and_one_wins(self):
        for _ in range(8):
            team = here.team()
            incidents = [here.incident(), here.incident()]
            desks = [d, here.clients["commander"]]
            answers = [None, None]
            gate = threading.Barrier(2)

            def send(i, gate=gate, answers=answers, incidents=incidents, team=team):
                gate.wait()
                answers[i] = desks[i].post(f"/api/v1/incidents/{incidents[i]}/orders", {"items": [{"team": team}]})
            threads = [threading.Thread(target=send, args=(i,)) for i in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(sorted(a.status for a in answers), [201, 409], answers)
            winner = 0 if answers[0].status == 201 else 1
            lost = answers[1 - winner]
            self.assertEqual((lost.problem, lost["rejection"]), ("team_on_order", "team_on_order"))
            self.assertEqual(lost["facts"]["incident"], incidents[winner])
            self.assertEqual(lost["facts"]["order"], answers[winner]["orders"][0]["order"])
            self.assertEqual(d.get(f"/api/v1/incidents/{incidents[1 - winner]}")["orders"], [])
            for incident in incidents:
                here.finish(incident)

    def test_many_desks_change_one_incident_and_no_change_is_lost(self):
        incident = here.incident()
        path = f"/api/v1/incidents/{incident}"
        told = []

        def desk(number):
            for step in range(5):
                while True:
                    shown = d.get(path)
                    trapped = shown["casualties"]["trapped"]
                    answer = d.patch(path, {"casualties": {"trapped": trapped + 1}}, if_match=shown.etag)
                    if answer.status == 200:
                        break
                    told.append(answer.problem)
        threads = [threading.Thread(target=desk, args=(i,)) for i in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(d.get(path)["casualties"]["trapped"], 30)
        self.assertEqual(set(told) - {"stale_revision"}, set())
        here.finish(incident)

    def test_all_of_an_order_or_none(self):
        incident, other = here.incident(), here.incident()
        free, busy, off = here.team(), here.team(), here.team()
        here.order(other, busy)
        self.assertEqual(d.change("PUT", f"/api/v1/teams/{off}/availability",
                                  {"availability": "off_duty", "reason": "轮休"}).status, 200)
        before = d.sequence()
        for teams, problem in (([free, busy], "team_on_order"), ([free, off], "team_not_available"),
                               ([free, free], "team_twice_in_order"), ([free, "T-2099-000001"], "unknown_team")):
            answer = d.post(f"/api/v1/incidents/{incident}/orders", {"items": [{"team": t} for t in teams]})
            self.assertEqual(answer.problem, problem, answer)
            self.assertEqual(d.get(f"/api/v1/teams/{free}")["state"], "available")
        self.assertEqual(d.sequence(), before)
        for incident in (incident, other):
            here.finish(incident)

    def test_a_request_to_a_force_of_others(self):
        incident = here.incident()
        brigade = here.team(force="external", organization="市消防救援支队")
        order = here.order(incident, brigade)[0]
        path = f"/api/v1/orders/{order}"
        shown = d.get(path).json
        self.assertEqual(shown["kind"], "request")
        wait = datetime.datetime.fromisoformat(shown["acknowledge_by"]) - datetime.datetime.fromisoformat(shown["issued_at"])
        self.assertEqual(wait.total_seconds(), d.get("/api/v1/center")["acknowledge_request_within_s"])
        arrival = centre.now(1800)
        done = d.change("POST", path + "/acknowledge", {"means": "phone", "said_by": "支队指挥中心",
                                                        "stated_arrival": arrival})
        self.assertEqual(done.status, 200, done)
        shown = d.get(path).json
        self.assertEqual(datetime.datetime.fromisoformat(shown["stated_arrival"]), datetime.datetime.fromisoformat(arrival))
        self.assertNotEqual(shown["estimate"]["basis"], "unknown")
        here.finish(incident)

    def test_an_order_that_nobody_acknowledges_is_flagged_by_time_alone(self):
        incident = here.incident()
        silent, prompt = here.team(), here.team()
        orders = here.order(incident, silent, prompt, acknowledge_within_s=1.0)
        self.assertEqual(d.change("POST", f"/api/v1/orders/{orders[1]}/acknowledge").status, 200)
        deadline = time.monotonic() + 20
        while not d.get(f"/api/v1/orders/{orders[0]}")["acknowledgement_overdue"]:
            self.assertLess(time.monotonic(), deadline, "never flagged")
            time.sleep(0.1)
        flagged = d.get(f"/api/v1/orders/{orders[0]}").json
        self.assertEqual(flagged["status"], "issued")  # flagged, not sent again and not ended
        self.assertFalse(d.get(f"/api/v1/orders/{orders[1]}")["acknowledgement_overdue"])
        line = d.get(f"/api/v1/incidents/{incident}/timeline")["items"]
        overdue = [i for i in line if i["type"] == "acknowledgement_overdue"]
        self.assertEqual([i["data"]["order"] for i in overdue], [orders[0]])
        self.assertEqual(overdue[0]["actor"], "timer")
        here.finish(incident)

    def test_decline_cancel_and_divert(self):
        one, two = here.incident(), here.incident()
        team = here.team()
        order = here.order(one, team)[0]
        done = d.change("POST", f"/api/v1/orders/{order}/decline", {"reason": "车辆故障", "means": "phone"})
        self.assertEqual(done.status, 200, done)
        self.assertEqual(d.get(f"/api/v1/teams/{team}")["state"], "available")
        order = here.order(one, team)[0]
        here.move(order, "acknowledged")
        late = d.change("POST", f"/api/v1/orders/{order}/decline", {"reason": "x"})
        self.assertEqual((late.status, late.problem), (409, "already_acknowledged"))
        moved = d.change("POST", f"/api/v1/orders/{order}/divert", {"to": two, "reason": "那边更急"})
        self.assertEqual(moved.status, 200, moved)
        self.assertEqual(d.get(f"/api/v1/orders/{order}")["diverted_to"], two)
        held = d.get(f"/api/v1/teams/{team}")["order"]
        self.assertEqual(d.get(f"/api/v1/orders/{held}")["incident"], two)
        self.assertEqual(d.change("POST", f"/api/v1/orders/{held}/cancel", {"reason": ""}).problem, "reason_required")
        self.assertEqual(d.change("POST", f"/api/v1/orders/{held}/cancel", {"reason": "够了"}).status, 200)
        for incident in (one, two):
            here.finish(incident)

    def test_a_transport_goes_on_to_its_destination(self):
        incident = here.incident()
        team = here.team()
        made = d.post(f"/api/v1/incidents/{incident}/orders",
                      {"items": [{"team": team, "destination": "县人民医院", "instruction": "转运伤员"}]})
        order = made["orders"][0]["order"]
        for status in ("on_scene", "to_destination", "at_destination", "released", "returned"):
            here.move(order, status)
        here.finish(incident)


if __name__ == "__main__":
    unittest.main()
