"""The demo county's workbook: made from the demo map, imported without an error, with no gap but those that are planted."""
import json
import unittest

from fenghuo_client import Server, demo_region, fresh_folder, run


class DemoWorkbook(unittest.TestCase):
    def make(self, path, *more):
        made = run("demo", "workbook", "--region", demo_region(), "--out", path, *more)
        self.assertEqual(made.returncode, 0, made.stderr)
        return path

    def test_the_same_seed_and_day_give_the_same_bytes(self):
        folder = fresh_folder("b")
        one = self.make(folder / "1.xlsx", "--from", "2026-11-25").read_bytes()
        self.assertEqual(one, self.make(folder / "2.xlsx", "--from", "2026-11-25").read_bytes())
        self.assertNotEqual(one, self.make(folder / "3.xlsx", "--from", "2026-11-25", "--seed", "2").read_bytes())
        self.assertEqual(run("demo", "workbook", "--region", demo_region(), "--out", folder / "4.xlsx", "--from", "soon").returncode, 2)
        self.assertEqual(run("demo", "workbook", "--region", folder, "--out", folder / "4.xlsx").returncode, 3)

    def test_it_is_taken_whole_and_only_the_planted_gaps_are_found(self):
        folder = fresh_folder("b")
        server = Server(region=demo_region())
        try:
            dispatcher = server.account("dispatcher", "dispatcher")
            file = self.make(folder / "county.xlsx")
            done = json.loads(server.cli("import", file, "--json").stdout)
            self.assertEqual((done["done"], done["errors"], [gap["cell"] for gap in done["gaps"]]), (True, [], ["J206", "A23"]))
            lacking = {item["name"]: item["count"] for item in json.loads(server.cli("readiness", "--json").stdout)["items"]}
            lacking = {name: count for name, count in lacking.items() if "administrator" not in name}
            self.assertEqual(lacking, {"village_without_deputy": 1, "post_with_a_hole": 1})
            again = json.loads(server.cli("import", file, "--json").stdout)
            self.assertEqual({(s["created"], s["changed"]) for s in again["sheets"]}, {(0, 0)})
            places = {(p["name"], tuple(p["location"]["coordinates"])) for p in dispatcher.all("/api/v1/places")}
            villages = [a for a in dispatcher.all("/api/v1/areas") if a["level"] == "village"]
            self.assertEqual(len(villages), 185)
            for village in villages:
                self.assertIn((village["name"], tuple(village["location"]["coordinates"])), places)
            for person in dispatcher.all("/api/v1/persons"):
                self.assertRegex(person["mobile"], "^154[0-9]{8}$", "a range that nobody is given")
            later = self.make(folder / "later.xlsx", "--from", "2036-01-01", "--days", "7")
            report = {s["sheet"]: s for s in json.loads(server.cli("import", later, "--dry-run", "--json").stdout)["sheets"]}
            self.assertEqual({name for name, s in report.items() if s["created"] or s["changed"]}, {"值班表"})
        finally:
            server.stop()


if __name__ == "__main__":
    unittest.main()
