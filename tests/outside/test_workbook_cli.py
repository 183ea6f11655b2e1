"""The county workbook by the command line: what is printed, what the program ends with, what the security log says."""
import io
import json
import os
import stat
import unittest

from fenghuo_client import Server, fresh_folder, run
from test_workbook import COUNTY, changed, openpyxl, workbook


@unittest.skipIf(openpyxl is None, "python3-openpyxl is not installed")
class WorkbookCommands(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.folder = fresh_folder("w")
        self.duty = self.server.account("duty", "dispatcher")

    def tearDown(self):
        self.server.stop()

    def file(self, sheets, name="county.xlsx"):
        path = self.folder / name
        path.write_bytes(workbook(sheets))
        return path

    def log(self, kind):
        rows = [json.loads(line) for line in self.server.cli("security-log", "dump", "--json").stdout.splitlines()]
        return [row for row in rows if row["kind"] == kind]

    def test_tried_imported_exported_and_imported_again(self):
        file = self.file(COUNTY)
        before = self.duty.sequence()
        tried = self.server.cli("import", file, "--dry-run")
        self.assertEqual((tried.returncode, tried.stderr), (0, ""), tried)
        self.assertIn("试导入通过", tried.stdout)
        self.assertEqual(self.duty.sequence(), before)
        done = self.server.cli("import", file)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("已导入", done.stdout)
        self.assertIn("单位!D3", done.stdout, "a township without a duty telephone is a gap, not an error")
        self.assertEqual(self.duty.get("/api/v1/persons/P001")["name"], "张三")
        out = self.folder / "out.xlsx"
        exported = self.server.cli("export", out)
        self.assertEqual((exported.returncode, exported.stdout), (0, f"{out}\n"), exported)
        self.assertEqual(stat.S_IMODE(out.stat().st_mode), 0o600, "it holds names and numbers")
        self.assertEqual(out.read_bytes(), self.duty.get("/api/v1/workbook").raw)
        self.assertEqual(os.listdir(self.server.data / "uploads"), [])
        at = self.duty.sequence()
        again = json.loads(self.server.cli("import", out, "--json").stdout)
        self.assertTrue(again["done"])
        self.assertEqual({(s["created"], s["changed"]) for s in again["sheets"]}, {(0, 0)})
        self.assertEqual(self.duty.sequence(), at)
        self.assertEqual(self.server.cli("export", out).returncode, 4)
        self.assertEqual(self.server.cli("export", out, "--overwrite").returncode, 0)
        imported = self.log("imported")
        self.assertEqual([(r["account"], r["subject"], r["outcome"]) for r in imported],
                         [("local", "county.xlsx", "tried"), ("local", "county.xlsx", "done"), ("local", "out.xlsx", "done")])
        rows = sum(len(sheet) - 1 for sheet in COUNTY.values())
        self.assertEqual(imported[1]["detail"], f"{rows} rows, {rows} created, 0 changed, 0 errors")
        self.assertEqual([str(out) in r["detail"] for r in self.log("exported") if r["subject"] == "workbook"], [True, True])
        self.assertEqual(self.server.cli("security-log", "verify").returncode, 0)
        self.assertEqual(self.server.journal("verify").returncode, 0)

    def test_errors_by_sheet_and_cell_and_nothing_is_taken(self):
        before = self.duty.sequence()
        for dry in ((), ("--dry-run",)):
            refused = self.server.cli("import", self.file(changed("人员", 3, "姓名", "")), *dry)
            self.assertEqual(refused.returncode, 1, refused)
            self.assertIn("人员!B3", refused.stdout)
            self.assertIn("什么也没有写入", refused.stdout)
        self.assertEqual(self.duty.sequence(), before)
        report = json.loads(self.server.cli("import", self.file(changed("物资库", 2, "库存", "六艘")), "--json").stdout)
        self.assertEqual([(e["sheet"], e["cell"]) for e in report["errors"]], [("物资库", "C2")])
        rows = self.log("imported")
        self.assertEqual([r["outcome"] for r in rows], ["refused"] * 3)
        self.assertEqual([r["detail"].startswith("dry run: ") for r in rows], [False, True, False])

    def test_what_lacks(self):
        empty = self.server.cli("readiness")
        self.assertEqual(empty.returncode, 1, empty)
        self.assertIn("还没有队伍", empty.stdout)
        self.assertEqual(self.server.cli("import", self.file(COUNTY)).returncode, 0)
        lacking = self.server.cli("readiness", "--json")
        self.assertEqual(json.loads(lacking.stdout)["items"], self.server.client().get("/api/v1/readiness")["items"])
        self.assertNotIn("no_team", lacking.stdout)
        self.assertEqual([r["subject"] for r in self.log("exported") if r["subject"] == "readiness"], ["readiness"] * 2)

    def test_headers_of_another_office_and_one_sheet(self):
        names = self.folder / "names.yaml"
        names.write_text("人员:\n  columns:\n    工号: 人员编码\n    联系电话: 手机\n", encoding="utf-8")
        sheet = self.folder / "人员.csv"
        sheet.write_text("工号,姓名,联系电话\nP9,赵六,13900000009\n", encoding="utf-8")
        without = self.server.cli("import", sheet)
        self.assertEqual(without.returncode, 1, without)
        self.assertIn("缺少列：人员编码", without.stdout)
        self.assertEqual(self.server.cli("import", sheet, "--columns", names).returncode, 0)
        self.assertEqual(self.duty.get("/api/v1/persons/P9")["mobile"], "13900000009")
        for text, where in (("人员: {columns: {联系电话: 手机号}}\n", "手机号"), ("花名册: {sheet: 村民}\n", "村民"), ("- 手机\n", ""),
                            ("人员: [手机\n", "line")):
            with self.subTest(text=text):
                names.write_text(text, encoding="utf-8")
                refused = self.server.cli("import", sheet, "--columns", names)
                self.assertEqual(refused.returncode, 2, refused)
                self.assertIn("names.yaml", refused.stderr)
                self.assertIn(where, refused.stderr)

    def test_what_cannot_be_read(self):
        (self.folder / "county.xls").write_bytes(b"\xD0\xCF\x11\xE0" + b"\0" * 600)
        (self.folder / "half.xlsx").write_bytes(workbook(COUNTY)[:3000])
        (self.folder / "empty.xlsx").write_bytes(b"")
        with open(self.folder / "large.xlsx", "wb") as large:
            large.truncate((64 << 20) + 1)
        for name, code in (("county.xls", 2), ("half.xlsx", 2), ("none.xlsx", 3), ("empty.xlsx", 3), ("large.xlsx", 2)):
            with self.subTest(name=name):
                refused = self.server.cli("import", self.folder / name)
                self.assertEqual((refused.returncode, refused.stdout), (code, ""), refused)
                self.assertIn("fenghuo: ", refused.stderr)
        self.assertEqual(self.server.cli("export", self.folder / "county.ods").returncode, 2)
        self.assertNotEqual(self.server.cli("export", self.folder / "no" / "county.xlsx").returncode, 0)
        self.assertEqual(os.listdir(self.server.data / "uploads"), [])

    def test_a_folder_at_rest(self):
        self.server.stop()
        self.assertEqual(self.server.cli("import", self.file(COUNTY)).returncode, 0)
        out = self.folder / "rest.xlsx"
        self.assertEqual(self.server.cli("export", out).returncode, 0)
        book = openpyxl.load_workbook(io.BytesIO(out.read_bytes()))
        self.assertEqual(book["人员"]["B3"].value, "张三")  # under the row of hints
        self.assertEqual([r["kind"] for r in self.log("imported")], ["imported"])
        self.server.restart()
        self.assertEqual(self.duty.get("/api/v1/persons/P001")["name"], "张三")

    def test_a_report_longer_than_a_wish_may_be(self):
        rows = [COUNTY["人员"][0]] + [[f"B{n:04}", "", "139", "NONE", "", "", ""] for n in range(3000)]
        report = json.loads(self.server.cli("import", self.file({"人员": rows}), "--json").stdout)
        self.assertEqual((report["errors_in_all"], len(report["errors"])), (3000, 2000))
        shown = run("import", self.file({"人员": rows}), "--data", self.server.data)
        self.assertTrue(any("1000" in line for line in shown.stdout.splitlines()), "and how many are not shown")


if __name__ == "__main__":
    unittest.main()
