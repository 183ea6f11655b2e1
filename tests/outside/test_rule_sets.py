"""Rules that decisions follow: adopted whole, numbered, by commanders; what runs keeps its deadline."""
import datetime
import unittest

from fenghuo_client import Server

CLOCKS = {"acknowledge_order_within_s": 180, "acknowledge_request_within_s": 900, "answer_call_within_s": 300,
          "silent_after_s": 900, "answer_alarm_within_s": 1800, "archive_after_s": 604800}
PATH = "/api/v1/rule-sets/clocks"


def moment(text):
    return datetime.datetime.fromisoformat(text)


class RuleSets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.commander = cls.server.account("commander", "commander")
        cls.dispatcher = cls.server.account("dispatcher", "dispatcher")

    def wait_of_a_new_order(self):
        """Seconds between an order and its deadline."""
        d = self.dispatcher
        team = d.post("/api/v1/teams", {"name": f"队 {d.sequence()}"})["team"]["id"]
        incident = d.post("/api/v1/incidents", {"kind": "fire"})["incident"]["id"]
        order = d.post(f"/api/v1/incidents/{incident}/orders", {"items": [{"team": team}]})["orders"][0]["order"]
        shown = d.get(f"/api/v1/orders/{order}")
        return (moment(shown["acknowledge_by"]) - moment(shown["issued_at"])).total_seconds()

    def test_from_the_founding_to_the_second_version(self):
        c = self.commander
        founded = c.get(PATH)
        self.assertEqual((founded["version"], founded["versions"], founded.etag), (0, [], '"0"'))
        self.assertEqual(founded["document"]["clocks"], {"acknowledge_order_within_s": 120,
                                                         "acknowledge_request_within_s": 600, "answer_call_within_s": 600,
                                                         "silent_after_s": 1800, "answer_alarm_within_s": 3600,
                                                         "archive_after_s": 1209600})
        self.assertEqual(self.wait_of_a_new_order(), 120)
        wish = {"title": "夜间时限", "source": "烽应急〔2026〕3号", "because": "夜间人手少", "document": {"clocks": CLOCKS}}
        self.assertEqual(c.put(PATH, wish).problem, "if_match_required")
        made = c.put(PATH, wish, if_match='"0"', key="adopt-1")
        self.assertEqual((made.status, made["version"]), (200, 1), made)
        again = c.put(PATH, wish, if_match='"0"', key="adopt-1")
        self.assertEqual((again.status, again.raw), (200, made.raw))
        self.assertEqual(self.wait_of_a_new_order(), 180)

        stale = c.put(PATH, wish, if_match='"0"')
        self.assertEqual((stale.status, stale.problem, stale["current"]["version"]), (412, "stale_revision", 1))
        same = c.change("PUT", PATH, {**wish, "because": "再来一次"})
        self.assertEqual((same.status, same.problem), (409, "already_in_that_state"))
        second = c.change("PUT", PATH, {"because": "天亮了",
                                        "document": {"clocks": {**CLOCKS, "acknowledge_order_within_s": 60}}})
        self.assertEqual(second["version"], 2, second)
        shown = c.get(PATH)
        self.assertEqual([(v["version"], v["adopted_by"], v["title"]) for v in shown["versions"]],
                         [(1, "commander", "夜间时限"), (2, "commander", "")])
        self.assertEqual((shown["revision"], shown.etag), (second["sequence"], second.etag))
        listed = self.dispatcher.get("/api/v1/rule-sets")
        self.assertEqual([i["version"] for i in listed["items"]], [2])
        self.assertEqual(self.wait_of_a_new_order(), 60)

        # It is in the log: after a power cut the same rules are in force.
        self.server.kill()
        self.server.restart()
        self.assertEqual(c.get(PATH)["document"], shown["document"])
        self.assertEqual(self.wait_of_a_new_order(), 60)

    def test_what_is_no_document_changes_nothing(self):
        c = self.commander
        before = c.sequence()
        part = {k: v for k, v in CLOCKS.items() if k != "archive_after_s"}
        for document, status, what in (({}, 409, "rule_document_missing"), ({"clocks": None}, 409, "rule_document_missing"),
                                       ({"clocks": part}, 400, "malformed"), ({"clocks": {}}, 400, "malformed"),
                                       ({"tides": {}}, 400, "malformed"), ({"clocks": {**CLOCKS, "x": 1}}, 400, "malformed"),
                                       ({"clocks": {**CLOCKS, "archive_after_s": 3599}}, 409, "rule_value_out_of_range"),
                                       ({"clocks": {**CLOCKS, "archive_after_s": 400000000}}, 409, "rule_value_out_of_range"),
                                       ({"clocks": {**CLOCKS, "acknowledge_order_within_s": "soon"}}, 400, "malformed")):
            with self.subTest(document=document):
                answer = c.put(PATH, {"because": "x", "document": document}, if_match="*")
                self.assertEqual((answer.status, answer.problem), (status, what), answer)
        silent = c.put(PATH, {"because": "", "document": {"clocks": CLOCKS}}, if_match="*")
        self.assertIn(silent.problem, ("reason_required", "already_in_that_state"))
        for body in ({"document": {"clocks": CLOCKS}}, {"because": "x"},
                     {"because": "x", "document": {"clocks": CLOCKS}, "kind": "clocks"}):
            self.assertEqual(c.put(PATH, body, if_match="*").status, 400, body)
        self.assertEqual(c.put("/api/v1/rule-sets/weather", {"because": "x", "document": {}}, if_match="*").status, 404)
        self.assertEqual(c.sequence(), before)

    def test_only_commanders_of_the_whole_adopt(self):
        self.assertEqual(self.dispatcher.put(PATH, {}, if_match="*").problem, "not_allowed")
        local = self.server.account("local.commander", "commander", area="fengyuan.north")
        answer = local.put(PATH, {"because": "x", "document": {"clocks": CLOCKS}}, if_match="*")
        self.assertEqual((answer.status, answer.problem), (403, "outside_area"))


if __name__ == "__main__":
    unittest.main()
