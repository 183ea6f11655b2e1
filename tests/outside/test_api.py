"""Every operation of the served description: who may, what is unknown, what an answer looks like."""
import http.client
import re
import unittest
from urllib.parse import quote

import centre
from fenghuo_client import Client

# Written by hand from the access rules: what each role may. The three administrators are apart from each other.
MAY = {
    "duty_officer": {"read", "intake", "order_status", "positions", "call_back", "edit_map", "upload", "edit_master", "import_master",
                     "edit_roster", "call_down", "enter_contact"},
    "dispatcher": {"read", "intake", "dispatch", "order_status", "positions", "call_back", "edit_map", "edit_teams",
                   "upload", "edit_master", "import_master", "edit_roster", "call_down", "enter_contact"},
    "commander": {"read", "intake", "dispatch", "order_status", "positions", "call_back", "edit_map", "edit_teams",
                  "edit_rules", "upload", "edit_master", "import_master", "edit_roster", "call_down", "enter_contact"},
    "team": {"read", "order_status", "positions", "upload", "enter_contact"},
    "liaison": {"read", "order_status", "enter_contact"},
    "observer": {"read"},
    "gateway": {"intake", "positions", "upload", "enter_contact"},
    "system_admin": {"operate", "open_accounts", "see_accounts", "import_master"},
    "security_admin": {"accounts", "see_accounts", "erase_personal"},
    "auditor": {"audit"},
}
PERMISSIONS = {"none", "signed_in", "read", "intake", "dispatch", "order_status", "positions", "call_back", "edit_map",
               "edit_teams", "edit_rules", "upload", "edit_master", "edit_roster", "call_down", "enter_contact",
               "erase_personal", "import_master", "open_accounts", "see_accounts", "accounts", "operate",
               "audit"}
UNKNOWN = {"reports": "R-2099-000001", "incidents": "I-2099-000001", "orders": "O-2099-000001",
           "teams": "T-2099-000001", "closures": "C-2099-000001", "users": "nobody.known", "tokens": "nothing",
           "call-backs": "99999999", "proposals": "P-2099-000001", "rule-sets": "weather",
           "attachments": "sha256:" + "0" * 64, "sessions": "nothing", "deliveries": "D-2099-000001", "call-downs": "N-2099-000001",
           **{kind: "NONE" for kind in ("organizations", "persons", "areas", "facilities", "enterprises", "plan-contacts",
                                        "duty-posts", "duty-shifts")}}


def setUpModule():
    global here
    here = centre.shared()


class Objects:
    """One object of each kind for a walk, that nobody else needs."""

    def __init__(self):
        d = here.dispatcher
        self.report = d.post("/api/v1/reports", {"channel": "119", "text": "走查用的接报"})["report"]["id"]
        self.incident = here.incident()
        self.team = here.team()
        token = d.get(f"/api/v1/incidents/{self.incident}/recommendation")["proposal"]
        made = d.post(f"/api/v1/incidents/{self.incident}/orders", {"items": [{"team": self.team}], "proposal": token})
        self.order, self.proposal = made["orders"][0]["order"], made["proposal"]
        self.digest = d.upload(b"walked through", "text/plain")["digest"]
        d.post(f"/api/v1/incidents/{self.incident}/attachments",
               {"digest": self.digest, "name": "走查.txt", "media_type": "text/plain"})
        made = d.post("/api/v1/closures", {"name": "走查", "geometry": here.point(11)})
        self.closure = made["closure"]["id"]
        for kind, body in (("persons/W1", {"name": "走查"}), ("persons/P002", {"name": "走查二"}),
                           ("areas/990121.990121001.990121001201", {"name": "走查村", "responsible": [
                               {"function": "村支书", "person": "W1"}]}), ("duty-posts/W", {"name": "走查岗", "people": 0}),
                           ("duty-shifts/W", {"post": "W", "person": "W1", "from": "2026-01-01T08:00:00+08:00",
                                              "to": "2026-01-02T08:00:00+08:00"})):
            made = d.put(f"/api/v1/{kind}", body)
            assert made.status == 201, made
        made = d.post("/api/v1/call-downs", {"title": "走查", "text": "走查", "areas": ["990121"]})
        self.call_down = made["call_down"]["id"]
        self.delivery = made["call_down"]["rows"][0]

    def path(self, template):
        kind = template.split("/")[3] if template.startswith("/api/v1/") else ""
        known = {"reports": self.report, "incidents": self.incident, "orders": self.order, "teams": self.team,
                 "closures": self.closure, "users": "observer", "tokens": "nothing", "proposals": self.proposal,
                 "rule-sets": "clocks", "attachments": self.digest, "deliveries": self.delivery,
                 "call-downs": self.call_down, "persons": "W1", "duty-posts": "W", "duty-shifts": "W",
                 "areas": "990121.990121001.990121001201"}
        return re.sub(r"\{[a-z]+\}", known.get(kind, "nothing"), template)


class EveryOperation(unittest.TestCase):
    def setUp(self):
        self.description = here.server.description
        self.open = centre.anonymous(here.server, language="en")

    def test_the_description_names_a_permission_and_both_languages(self):
        self.assertEqual(self.description.document["openapi"], "3.1.0")
        seen = set()
        for method, path, operation in self.description.operations:
            with self.subTest(method=method, path=path):
                self.assertIn(operation["x-permission"], PERMISSIONS)
                self.assertTrue(operation["summary"] and operation["x-summary-zh"])
                self.assertNotIn(operation["operationId"], seen)
                seen.add(operation["operationId"])
                self.assertEqual(operation.get("security") == [], operation["x-permission"] == "none")
        self.assertGreater(len(seen), 60)

    def test_examples_of_bodies_fit_their_schemas(self):
        for method, path, operation in self.description.operations:
            if "requestBody" not in operation:
                continue
            content = operation["requestBody"]["content"].get("application/json")
            if content is None:
                continue  # a file
            self.assertIn("example", content, path)
            self.assertEqual(self.description.errors(content["example"], content["schema"]), [], f"{method} {path}")

    def test_examples_of_answers_fit_their_schemas(self):
        seen = 0
        for method, path, operation in self.description.operations:
            for status, response in operation["responses"].items():
                for content in self.description.resolve(response).get("content", {}).values():
                    if "example" in content:
                        seen += 1
                        self.assertEqual(self.description.errors(content["example"], content["schema"]), [],
                                         f"{method} {path} {status}")
        self.assertGreater(seen, 1)

    def test_nothing_is_open_without_credentials_but_what_says_so(self):
        for method, path, operation in self.description.operations:
            with self.subTest(method=method, path=path):
                answer = self.open.call(method, re.sub(r"\{[a-z]+\}", "X", path))
                if operation["operationId"] == "receiveReceipt":
                    self.assertEqual(answer.status, 404)  # of a gateway that is set up: 401, see test_gateways.py
                elif operation["x-permission"] == "none":
                    self.assertIn(answer.status, (200, 400))
                else:
                    self.assertEqual((answer.status, answer.problem), (401, "not_signed_in"))
                    self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")

    def test_a_wrong_token_and_a_wrong_cookie_open_nothing(self):
        for client in (Client(here.server, token="fht_" + "A" * 43), Client(here.server, token=""),
                       Client(here.server, cookie="B" * 43), Client(here.server, token="x" * 4000)):
            self.assertEqual(client.get("/api/v1/incidents").status, 401)

    def test_each_role_gets_what_its_permissions_give_and_no_more(self):
        mine = {"whoAmI", "logOut", "createToken", "listTokens", "revokeToken", "setPassword", "listSessions", "endSession", "beginSecondFactor", "confirmSecondFactor",
                "getCenter",
                "followEvents"}
        for method, path, operation in self.description.operations:
            permission = operation["x-permission"]
            if permission == "none" or operation["operationId"] in mine:
                continue
            for role, permissions in MAY.items():
                with self.subTest(method=method, path=path, role=role):
                    # A body that is no object: whoever may is told that it is malformed, nothing happens.
                    raw = None if method == "GET" else b"[]"
                    target = re.sub(r"\{[a-z]+\}", "X-1", path)
                    answer = here.clients[role].call(method, target, raw=raw)
                    if permission in permissions:
                        self.assertNotIn(answer.status, (401, 403), answer)
                    else:
                        self.assertEqual((answer.status, answer.problem), (403, "not_allowed"), answer)

    def test_everybody_with_an_account_has_the_signed_in_operations(self):
        for role in MAY:
            with self.subTest(role=role):
                client = here.clients[role]
                self.assertEqual(client.get("/api/v1/session")["roles"], [role])
                self.assertEqual(client.get("/api/v1/center").status, 200)
                made = client.post("/api/v1/tokens", {"label": "mine"})
                self.assertEqual(made.status, 201)
                listed = client.get("/api/v1/tokens")["items"]
                if role != "security_admin":
                    self.assertEqual({t["account"] for t in listed}, {role})
                self.assertEqual(Client(here.server, token=made["token"]).get("/api/v1/session")["account"], role)
                self.assertEqual(client.delete(f"/api/v1/tokens/{made['id']}").status, 200)
                self.assertEqual(Client(here.server, token=made["token"]).get("/api/v1/session").status, 401)

    def test_nobody_revokes_the_token_of_another_or_sets_his_password(self):
        made = here.clients["observer"].post("/api/v1/tokens", {"label": "observer's"})
        self.assertEqual(here.clients["commander"].delete(f"/api/v1/tokens/{made['id']}").status, 404)
        self.assertEqual(Client(here.server, token=made["token"]).get("/api/v1/session").status, 200)
        refused = here.clients["commander"].put("/api/v1/users/observer/password", {"password": "Taken over 1 now"})
        self.assertEqual((refused.status, refused.problem), (403, "not_allowed"))
        self.assertEqual(here.clients["security_admin"].delete(f"/api/v1/tokens/{made['id']}").status, 200)

    def test_unknown_ids_are_not_found(self):
        bodies = {"attachReport": {"incident": "I-2099-000001"}, "dismissReport": {"reason": "x"},
                  "setIncidentStatus": {"status": "confirmed"}, "closeIncident": {"outcome": "x"},
                  "mergeIncident": {"into": "I-2099-000002"}, "addNote": {"text": "x"},
                  "issueOrders": {"items": [{"team": here.crew}]}, "declineOrder": {"reason": "x"},
                  "setOrderStatus": {"status": "on_scene"}, "cancelOrder": {"reason": "x"},
                  "divertOrder": {"to": "I-2099-000001", "reason": "x"}, "updateTeam": {"name": "没有的队伍"},
                  "setTeamAvailability": {"availability": "off_duty"}, "liftClosure": {"reason": "x"},
                  "changeAccount": {"roles": ["observer"]}, "swapDuty": {"person": "W1", "because": "x"},
                  "cancelDuty": {"because": "x"}, "enterContact": {"step": "called"}, "resendDelivery": {"reason": "x"},
                  "erasePerson": {"reason": "x"}, "eraseCaller": {"reason": "x"}, "eraseAssisted": {"reason": "x"},
                  "setPassword": {"password": "Long enough 1 here"}}
        file = {"digest": here.dispatcher.upload(b"names nobody", "text/plain")["digest"], "name": "x.txt",
                "media_type": "text/plain"}
        bodies |= {"attachToIncident": file, "attachToReport": file}
        before = here.dispatcher.sequence()
        for method, path, operation in self.description.operations:
            if "{" not in path or path.startswith("/api/v1/gateways/") or (method == "PUT" and UNKNOWN[path.split("/")[3]] == "NONE"):
                continue  # a code that nobody has used is made by writing to it
            client = here.admin
            for identifier in (UNKNOWN[path.split("/")[3]], "rubbish", "%00", "..", "I-2026-999999999999999999999"):
                with self.subTest(method=method, path=path, id=identifier):
                    asked = re.sub(r"\{[a-z]+\}", identifier, path)
                    body = bodies.get(operation["operationId"], {}) if method != "GET" else None
                    answer = client.call(method, asked, body, if_match="*")
                    if "/users/" in path and answer.status == 400:
                        continue  # such a name can be nobody's
                    self.assertEqual(answer.status, 404, answer)
                    self.assertTrue(answer.problem == "not_found" or answer.problem.startswith("unknown_"), answer)
        self.assertEqual(here.dispatcher.sequence(), before)

    def test_another_method_is_refused_with_those_that_are_there(self):
        methods = {}
        for method, path, _ in self.description.operations:
            methods.setdefault(path, set()).add(method)
        for path, known in methods.items():
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - known:
                with self.subTest(method=method, path=path):
                    answer = here.admin.call(method, re.sub(r"\{[a-z]+\}", "X", path))
                    self.assertEqual((answer.status, answer.problem), (405, "method_not_allowed"), answer)
                    self.assertEqual(set(answer.headers["Allow"].split(", ")), known)

    def test_unknown_paths(self):
        for path in ("/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/incidents", "/api/v1/incidents/", "//",
                     "/api/v1/incidents/I-2026-000001/nothing", "/healthz/x", "/..%2f..%2fetc/passwd"):
            with self.subTest(path=path):
                answer = here.admin.get(path)
                self.assertEqual((answer.status, answer.problem), (404, "not_found"))

    def test_head_is_get_without_a_body(self):
        for method, path, operation in self.description.operations:
            if method != "GET":
                continue
            with self.subTest(path=path):
                asked = objects().path(path)
                asked += {"/route": "?from=108.2,30.3&to=108.2,30.3", "/isochrone": "?at=108.2,30.3&minutes=5",
                          "/nearest": "?to=108.2,30.3&kind=hospital"}.get(path.removeprefix("/api/v1"), "")
                head = here.admin.call("HEAD", asked, timeout=10)
                self.assertEqual(head.raw, b"")
                if operation["operationId"] == "followEvents":
                    self.assertEqual(head.status, 200)
                    continue
                get = here.admin.get(asked)
                self.assertEqual(head.status, get.status)
                self.assertEqual(head.headers["Content-Type"], get.headers["Content-Type"])
                self.assertEqual(head.etag, get.etag)


_objects = None


def objects():
    global _objects
    if _objects is None:
        _objects = Objects()
    return _objects


class Problems(unittest.TestCase):
    def test_titles_follow_the_language(self):
        for language, title in (("en", "Not found"), ("en-GB,en;q=0.9", "Not found"), ("zh-CN", "没有找到"),
                                ("", "没有找到"), ("fr", "没有找到")):
            with self.subTest(language=language):
                client = Client(here.server, token=here.dispatcher.token, language=language)
                answer = client.get("/api/v1/incidents/rubbish")
                self.assertEqual(answer["title"], title)
                self.assertEqual(answer.headers["Content-Language"], "en" if title.isascii() else "zh-CN")

    def test_every_answer_has_a_request_id_of_its_own(self):
        ids = {here.dispatcher.get(p).headers["X-Request-Id"] for p in ("/api/v1/session", "/healthz", "/nothing", "/")}
        self.assertEqual(len(ids), 4)

    def test_a_problem_says_what_and_where(self):
        answer = here.dispatcher.post("/api/v1/reports", {"channel": "120", "txt": "x", "received_at": "yesterday"})
        self.assertEqual(answer.status, 400)
        self.assertEqual({e["pointer"] for e in answer["errors"]}, {"/txt", "/received_at"})
        self.assertEqual(answer["instance"], "/api/v1/reports")

    def test_security_headers(self):
        page = here.dispatcher.get("/")
        self.assertIn("default-src 'self'", page.headers["Content-Security-Policy"])
        self.assertEqual(page.headers["X-Content-Type-Options"], "nosniff")


class Revisions(unittest.TestCase):
    def test_every_change_of_an_object_asks_for_its_revision(self):
        mine = objects()
        asked = 0
        for method, path, operation in here.server.description.operations:
            takes = any(p.get("$ref", "").endswith("/IfMatch") for p in operation.get("parameters", []))
            if not takes:
                continue
            asked += 1
            with self.subTest(method=method, path=path):
                example = dict(operation["requestBody"]["content"]["application/json"]["example"])
                for name, value in (("incident", mine.incident), ("into", mine.incident), ("to", mine.incident)):
                    if name in example:
                        example[name] = value
                before = here.dispatcher.sequence()
                without = here.admin.call(method, mine.path(path), example)
                self.assertEqual((without.status, without.problem), (428, "if_match_required"), without)
                for stale in ('"1"', 'W/"1"'):
                    answer = here.admin.call(method, mine.path(path), example, if_match=stale)
                    self.assertEqual((answer.status, answer.problem), (412, "stale_revision"), answer)
                    self.assertEqual(answer["current"]["revision"], int(answer.etag.strip('"')))
                rubbish = here.admin.call(method, mine.path(path), example, if_match='"one"')
                self.assertEqual(rubbish.status, 400)
                self.assertEqual(here.dispatcher.sequence(), before)
        self.assertGreaterEqual(asked, 18)

    def test_an_answer_carries_the_etag_for_the_next_change(self):
        incident = here.incident()
        first = here.dispatcher.change("PATCH", f"/api/v1/incidents/{incident}", {"title": "一"})
        self.assertEqual(first.etag, f'"{first["revision"]}"')
        second = here.dispatcher.patch(f"/api/v1/incidents/{incident}", {"title": "二"}, if_match=first.etag)
        self.assertEqual(second.status, 200, second)
        shown = here.dispatcher.get(f"/api/v1/incidents/{incident}")
        self.assertEqual((shown.etag, shown["title"]), (second.etag, "二"))
        self.assertEqual(second["sequence"], second["events"][-1]["sequence"])
        self.assertGreaterEqual(shown["as_of"], second["sequence"])
        here.finish(incident)


class Lists(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mark = "分页测试专用"
        cls.ids = []
        for i in range(23):
            made = here.dispatcher.post("/api/v1/reports", {
                "channel": "119" if i % 3 else "122", "text": f"{cls.mark} {i}", "kind": "fire" if i % 2 else "traffic",
                "location": here.point(i)})
            cls.ids.append(made["report"]["id"])

    def pages(self, path, limit):
        out, cursor, count = [], None, 0
        while True:
            answer = here.dispatcher.get(f"{path}&limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
            self.assertEqual(answer.status, 200, answer)
            self.assertLessEqual(len(answer["items"]), limit)
            out += [item["id"] for item in answer["items"]]
            count += 1
            cursor = answer["next_cursor"]
            if cursor is None:
                return out, count

    def test_pages_give_each_object_once_and_in_order(self):
        path = "/api/v1/reports?q=" + quote(self.mark)
        for limit, count in ((1, 23), (5, 5), (23, 1), (500, 1)):
            ids, pages = self.pages(path, limit)
            self.assertEqual((ids, pages), (self.ids, count))
        ids, _ = self.pages(path + "&order=desc", 4)
        self.assertEqual(ids, self.ids[::-1])

    def test_a_page_is_not_disturbed_by_what_comes_in_meanwhile(self):
        path = "/api/v1/reports?q=" + quote(self.mark)
        first = here.dispatcher.get(path + "&limit=10")
        here.dispatcher.post("/api/v1/reports", {"channel": "web", "text": "别的"})
        second = here.dispatcher.get(path + f"&limit=500&cursor={first['next_cursor']}")
        self.assertEqual([i["id"] for i in first["items"] + second["items"]], self.ids)
        self.assertGreater(second["as_of"], first["as_of"])

    def test_filters(self):
        path = "/api/v1/reports?q=" + quote(self.mark)
        ids, _ = self.pages(path + "&kind=fire&channel=122", 500)
        self.assertEqual(ids, [r for i, r in enumerate(self.ids) if i % 2 and i % 3 == 0])
        self.assertEqual(self.pages(path + "&status=dismissed", 500)[0], [])
        self.assertEqual(self.pages(path + "&incident=", 500)[0], self.ids)

    def test_bbox_against_the_coordinates_themselves(self):
        path = "/api/v1/reports?q=" + quote(self.mark)
        where = {r["id"]: r["location"]["coordinates"] for r in here.dispatcher.all(path)}
        west = sorted(c[0] for c in where.values())[5]
        south = sorted(c[1] for c in where.values())[4]
        ids, _ = self.pages(path + f"&bbox={west},{south},180,90", 500)
        self.assertEqual(set(ids), {i for i, c in where.items() if c[0] >= west and c[1] >= south})
        self.assertTrue(0 < len(ids) < 23)

    def test_rubbish_in_a_query(self):
        for query in ("limit=0", "limit=501", "limit=-1", "limit=ten", "limit=", "limit=1e2", "cursor=R-2099-000001",
                      "cursor=%00", "order=up", "bbox=1,2,3", "bbox=3,0,1,2", "bbox=nan,0,1,1", "bbox=0,0,inf,1",
                      "colour=red", "at=x", "bbox=108,30,109,31,32"):
            with self.subTest(query=query):
                answer = here.dispatcher.get("/api/v1/reports?" + query)
                self.assertEqual((answer.status, answer.problem), (400, "malformed"), answer)
                self.assertTrue(answer["errors"])

    def test_an_argument_that_is_not_known_is_not_passed_over(self):
        incident = objects().incident
        for path in (f"incidents/{incident}?at=x", f"incidents/{incident}/recommendation?what_if=x",
                     f"incidents/{incident}/timeline?at=x", f"teams/{here.crew}?at=2026-07-01",
                     f"teams/{here.crew}/track?since=1", "route?from=108,30&to=108,30&avoid=x", "events?since=1"):
            with self.subTest(path=path):
                answer = here.dispatcher.get("/api/v1/" + path)
                self.assertEqual((answer.status, answer.problem), (400, "malformed"), answer)

    def test_places_and_facilities(self):
        self.assertGreater(len(here.facilities), 100)
        kinds = {f["kind"] for f in here.facilities}
        self.assertIn("hospital", kinds)
        listed = here.dispatcher.all("/api/v1/map-facilities?kind=hospital")
        self.assertEqual([f["id"] for f in listed], [f["id"] for f in here.facilities if f["kind"] == "hospital"])
        named = here.places[0]["name"]
        found = here.dispatcher.all("/api/v1/places?q=" + quote(named))
        self.assertIn(here.places[0]["id"], [p["id"] for p in found])


class System(unittest.TestCase):
    def test_health_on_both_ports(self):
        for port in (here.server.port, here.server.health_port):
            for path in ("/healthz", "/readyz", "/metrics"):
                line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                known = path == "/metrics" and port == here.server.port
                line.request("GET", path, headers={"Authorization": "Bearer " + here.admin.token} if known else {})
                answer = line.getresponse()
                self.assertEqual(answer.status, 200)
                text = answer.read().decode()
                if path == "/metrics":
                    self.assertIn("fenghuo_events_total ", text)
                line.close()
        line = http.client.HTTPConnection("127.0.0.1", here.server.health_port, timeout=10)
        line.request("GET", "/api/v1/incidents", headers={"Authorization": "Bearer " + here.admin.token})
        self.assertEqual(line.getresponse().status, 404)
        line.close()

    def test_center_tells_its_region(self):
        center = here.dispatcher.get("/api/v1/center").json
        self.assertGreater(center["region"]["nodes"], 1000)
        self.assertEqual(center["basis"], "road_network")

    def test_audit_names_who_did_what(self):
        made = here.dispatcher.post("/api/v1/reports", {"channel": "web", "text": "谁做的"}, key="audit-key")
        rows = here.clients["auditor"].get(f"/api/v1/audit?after={made['sequence'] - 1}&limit=1")["items"]
        self.assertEqual((rows[0]["actor"], rows[0]["role"], rows[0]["type"]), ("dispatcher", "dispatcher", "report_received"))
        self.assertEqual(rows[0]["command_id"], "dispatcher/audit-key")
        everything, after = 0, 0
        while after is not None:
            page = here.clients["auditor"].get(f"/api/v1/audit?after={after}&limit=500")
            everything += len(page["items"])
            after = page["next_after"]
        self.assertGreaterEqual(everything, made["sequence"])
        for query in ("after=-1", "limit=0", "limit=501", "after=x"):
            self.assertEqual(here.clients["auditor"].get("/api/v1/audit?" + query).status, 400, query)


if __name__ == "__main__":
    unittest.main()
