"""What has left the working state: read from the archive as it stood, on a centre with thirty days behind it."""
import unittest
import urllib.parse

from fenghuo_client import Server, fresh_folder, run


class Archive(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = fresh_folder("archive")
        made = run("bench", "year", "--days", "30", "--per-day", "2", "--keep", cls.folder, "--json", timeout=300)
        assert made.returncode == 0, made.stderr
        cls.server = Server(data=cls.folder)
        cls.d = cls.server.account("desk", "dispatcher")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def archived(self, board, more=""):
        return self.d.all(f"/api/v1/{board}?archived=true{more}")

    def test_boards_hold_the_present_and_the_archive_the_rest(self):
        for board in ("incidents", "reports", "orders"):
            here = {item["id"] for item in self.d.all(f"/api/v1/{board}")}
            gone = [item["id"] for item in self.archived(board)]
            self.assertGreater(len(gone), 10, board)
            self.assertEqual(gone, sorted(gone))
            self.assertFalse(here & set(gone))
        self.assertEqual(len(self.archived("incidents")) + len(self.d.all("/api/v1/incidents")), 60)

    def test_an_archived_object_is_shown_with_its_orders_reports_and_timeline(self):
        for incident in self.archived("incidents")[:10]:
            path = f"/api/v1/incidents/{incident['id']}"
            shown = self.d.get(path)
            self.assertEqual(shown.status, 200, shown)
            self.assertIsNone(shown.headers.get("etag"))
            self.assertEqual({k: v for k, v in shown.json.items() if k != "as_of"}, incident)
            self.assertEqual(incident["status"], "closed")
            for kind in ("orders", "reports"):
                for one in incident[kind]:
                    held = self.d.get(f"/api/v1/{kind}/{one}")
                    self.assertEqual(held.status, 200, held)
                    self.assertEqual(held["incident"], incident["id"])
                    self.assertEqual(held["archived_at"], incident["archived_at"])
            timeline = self.d.get(path + "/timeline")
            self.assertEqual(timeline.status, 200, timeline)
            kinds = [entry["type"] for entry in timeline["items"]]
            self.assertIn("incident_opened", kinds)
            self.assertEqual(kinds[-1], "incident_archived")

    def test_it_is_in_the_state_of_its_days_and_gone_from_the_later(self):
        incident = self.archived("incidents")[12]
        path = f"/api/v1/incidents/{incident['id']}"
        quote = urllib.parse.quote
        then = self.d.get(f"{path}?at={quote(incident['closed_at'])}")
        self.assertEqual(then.status, 200, then)
        self.assertNotIn("archived_at", then.json)
        before = self.d.get(f"{path}?at={quote(incident['opened_at'])}")
        self.assertIn(before.status, (200, 404))
        at_archive = self.d.get(f"{path}?at={quote(incident['archived_at'])}")
        self.assertEqual(at_archive["archived_at"], incident["archived_at"])
        opened = next(e["sequence"] for e in self.d.get(path + "/timeline")["items"] if e["type"] == "incident_opened")
        self.assertEqual(self.d.get(f"{path}?at={opened - 1}").status, 404)
        board = self.d.get(f"/api/v1/incidents?limit=500&at={quote(incident['closed_at'])}")
        self.assertIn(incident["id"], [item["id"] for item in board["items"]])
        self.assertNotIn(incident["id"], [item["id"] for item in self.archived("incidents", f"&at={opened}")])

    def test_filters_and_pages(self):
        everything = self.archived("incidents")
        kind = everything[0]["kind"]
        self.assertEqual(self.archived("incidents", f"&kind={kind}"), [i for i in everything if i["kind"] == kind])
        back = self.d.all("/api/v1/incidents?archived=true&order=desc&limit=7")
        self.assertEqual(back, list(reversed(everything)))
        wrong = self.d.get("/api/v1/incidents?archived=true&colour=red")
        self.assertEqual((wrong.status, wrong.problem), (400, "malformed"))

    def test_it_takes_no_command_and_says_why(self):
        incident = self.archived("incidents")[0]["id"]
        order = self.archived("orders")[0]["id"]
        for method, path, body in (("POST", f"incidents/{incident}/notes", {"text": "迟到的补记"}),
                                   ("POST", f"incidents/{incident}/status", {"status": "responding", "reason": "x"}),
                                   ("POST", f"orders/{order}/status", {"status": "returned"})):
            answer = self.d.call(method, "/api/v1/" + path, body, if_match="*")
            self.assertEqual((answer.status, answer.problem), (409, "archived"), answer)


if __name__ == "__main__":
    unittest.main()
