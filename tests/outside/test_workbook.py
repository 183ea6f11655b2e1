"""The county workbook: written and read by openpyxl too, so that both sides are held against somebody else's hand."""
import io
import unittest
import zipfile

from fenghuo_client import Server

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

try:
    import openpyxl
except ImportError:
    openpyxl = None

COUNTY = {
    "单位": [["单位编码", "单位名称", "类别", "值班电话"], ["GOV01", "县应急管理局", "部门", "0578-2123456"],
             ["TOWN1", "青石镇人民政府", "乡镇", ""]],
    "人员": [["人员编码", "姓名", "手机", "单位编码", "职务", "AB角人员编码", "区域代码"],
             ["P001", "张三", 13800000001, "TOWN1", "镇长", "P002、P003", "990121.990121002"],
             ["P002", "李四", "13800000002", "TOWN1", "副镇长", "", "990121.990121002"],
             ["P003", "王五", "13800000003", "TOWN1", "干事", "", "990121.990121002"]],
    "设施": [["设施编码", "名称", "类别", "经度", "纬度", "坐标系", "可容纳人数", "联系人编码"],
             ["F01", "青石中学", "避难场所", 106.2843995, 30.5599024, "gcj02", 800, "P001"]],
    "物资库": [["物资库编码", "名称", "库存", "经度", "纬度"], ["D01", "县防汛物资库", "冲锋舟:6艘；沙袋:2000条", 106.28, 30.56]],
    "区域与村情": [["区域代码", "名称", "级别", "人口", "责任人", "需帮扶人员", "人工路程", "避难场所编码", "步行分钟"],
              ["990121.990121002.990121002201", "上河村", "村", 820, "村支书:P001；网格员:P002", "赵某/卧床/P003", "*/foot/45",
               "F01", 40]],
    "队伍": [["队伍编码", "队伍名称", "层级", "能力", "车辆", "值班电话", "经度", "纬度", "联系人编码", "出动分钟"],
             ["T01", "青石镇综合救援队", "乡镇", "pump:2；boat:1", "水罐车:heavy；皮卡:offroad", "0578-2120000", 106.285, 30.561,
              "P002", 3]],
    "企业": [["企业编码", "企业名称", "行业", "经度", "纬度", "安全管理员编码"], ["E01", "东岭木业有限公司", "木材加工", 106.29, 30.55, "P003"]],
    "值班岗位": [["岗位编码", "岗位名称", "应在岗人数", "星期", "开始时刻", "结束时刻", "排班人编码"], ["ZB01", "县值班室", 2, "每天", "00:00", "24:00", "P001"]],
    "值班表": [["班次编码", "岗位编码", "人员编码", "上岗时间", "下岗时间"],
             ["S1", "ZB01", "P002", "2026-12-01 08:00", "2026-12-02 08:00"]],
    "预案联系人": [["编号", "预案", "工作组", "职责", "人员编码", "顺序"], ["K1", "防汛预案", "转移安置组", "组长", "P001", 1]],
}


def workbook(sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(sheet, row, column, value):
    """The county with one cell changed (row as people count, column by its header)."""
    sheets = {name: [list(r) for r in rows] for name, rows in COUNTY.items()}
    sheets[sheet][row - 1][sheets[sheet][0].index(column)] = value
    return sheets


@unittest.skipIf(openpyxl is None, "python3-openpyxl is not installed")
class Workbook(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.duty = self.server.account("duty", "dispatcher")

    def tearDown(self):
        self.server.stop()

    def send(self, content, more="", client=None, media=XLSX):
        return (client or self.duty).call("POST", "/api/v1/workbook" + more, raw=content, headers={"Content-Type": media})

    def test_in_and_out_and_in_again_changes_nothing(self):
        before = self.duty.sequence()
        tried = self.send(workbook(COUNTY), "?dry_run=true")
        self.assertEqual(tried.status, 200, tried)
        self.assertEqual(tried["errors"], [])
        self.assertFalse(tried["done"])
        self.assertEqual(self.duty.sequence(), before)
        done = self.send(workbook(COUNTY))
        self.assertTrue(done["done"], done)
        self.assertEqual([(s["sheet"], s["rows"], s["created"]) for s in done["sheets"]],
                         [(name, len(rows) - 1, len(rows) - 1) for name, rows in COUNTY.items()])
        self.assertEqual([(s["created"], s["changed"]) for s in tried["sheets"]],
                         [(s["created"], s["changed"]) for s in done["sheets"]])
        person = self.duty.get("/api/v1/persons/P001").json
        self.assertEqual((person["name"], person["mobile"], person["deputies"]), ("张三", "13800000001", ["P002", "P003"]))
        facility = self.duty.get("/api/v1/facilities/F01").json
        self.assertEqual(facility["location"]["crs"], "gcj02")
        self.assertNotEqual(facility["location"]["coordinates"], [106.2843995, 30.5599024])
        self.assertEqual(self.duty.get("/api/v1/depots")["items"][0]["stock"][0],
                         {"item": "冲锋舟", "quantity": 6, "unit": "艘"})
        area = self.duty.get("/api/v1/areas/990121.990121002.990121002201").json
        self.assertEqual((area["assisted"][0]["name"], area["travel"][0]["takes_s"], area["walking_s"]), ("赵某", 2700, 2400))
        team = self.duty.get("/api/v1/teams?code=T01")["items"][0]
        self.assertEqual((team["turnout_s"], team["contacts"], len(team["vehicles"])), (180, ["P002"], 2))
        self.assertEqual(self.duty.get("/api/v1/duty-shifts/S1")["from"], "2026-12-01T08:00:00+08:00")
        at = self.duty.sequence()
        again = self.send(workbook(COUNTY))
        self.assertTrue(again["done"])
        out = self.duty.get("/api/v1/workbook")
        self.assertEqual(out.status, 200)
        back = self.send(out.raw)
        self.assertEqual(back["errors"], [])
        for report in (again, back):
            for sheet in report["sheets"]:
                self.assertEqual((sheet["created"], sheet["changed"], sheet["unchanged"]), (0, 0, sheet["rows"]), sheet)
        self.assertEqual(self.duty.sequence(), at)
        self.assertEqual(self.duty.get("/api/v1/workbook").raw, out.raw, "the same content gives the same bytes")
        written = openpyxl.load_workbook(io.BytesIO(out.raw))
        self.assertTrue(written["人员"]["A2"].value.startswith("# "))
        self.assertEqual(written["人员"]["C3"].value, "13800000001")
        self.assertEqual(self.server.journal("verify").returncode, 0)

    def test_each_error_is_told_by_sheet_and_cell_and_nothing_is_taken(self):
        for sheet, row, column, value, cell in (
                ("人员", 2, "单位编码", "NONE", "人员!D2"), ("人员", 3, "姓名", "", "人员!B3"),
                ("单位", 2, "类别", "不知道", "单位!C2"), ("设施", 2, "经度", "东经", "设施!D2"),
                ("设施", 2, "坐标系", "xian80", "设施!F2"), ("设施", 2, "可容纳人数", -1, "设施!G2"),
                ("区域与村情", 2, "责任人", "村支书", "区域与村情!E2"), ("区域与村情", 2, "责任人", "村支书:P999", "区域与村情!E2"),
                ("队伍", 2, "能力", "pump:two", "队伍!D2"), ("队伍", 2, "车辆", "车:飞", "队伍!E2"),
                ("值班表", 2, "上岗时间", "明天", "值班表!D2"), ("值班表", 2, "下岗时间", "2026-11-01 08:00", "值班表!E2"),
                ("值班岗位", 2, "星期", "8", "值班岗位!D2"), ("人员", 3, "人员编码", "P001", "人员!A3"),
                ("物资库", 2, "库存", "冲锋舟六艘", "物资库!C2")):
            with self.subTest(sheet=sheet, column=column, value=value):
                before = self.duty.sequence()
                report = self.send(workbook(changed(sheet, row, column, value)))
                self.assertEqual(report.status, 200, report)
                self.assertIn(cell, [f"{e['sheet']}!{e['cell']}" for e in report["errors"]], report)
                self.assertFalse(report["done"])
                self.assertEqual(self.duty.sequence(), before)

    def test_each_gap_is_told_by_sheet_and_cell(self):
        holes = [("人员", 3, "手机", "人员!C3"), ("队伍", 2, "值班电话", "队伍!F2"), ("区域与村情", 2, "责任人", "区域与村情!E2"),
                 ("区域与村情", 2, "人口", "区域与村情!D2"), ("物资库", 2, "库存", "物资库!C2"), ("企业", 2, "安全管理员编码", "企业!F2"),
                 ("值班岗位", 2, "排班人编码", "值班岗位!G2"), ("队伍", 2, "联系人编码", "队伍!I2")]
        sheets = {name: [list(r) for r in rows] for name, rows in COUNTY.items()}
        for sheet, row, column, _ in holes:
            sheets[sheet][row - 1][sheets[sheet][0].index(column)] = None
        report = self.send(workbook(sheets), "?dry_run=true")
        found = {f"{g['sheet']}!{g['cell']}" for g in report["gaps"]}
        for *_, cell in holes:
            self.assertIn(cell, found)
        self.assertTrue(self.send(workbook(sheets))["done"])
        lacking = {item["name"]: item for item in self.duty.get("/api/v1/readiness")["items"]}
        self.assertEqual(lacking["village_without_responsible"]["codes"], ["990121.990121002.990121002201"])
        self.assertEqual(lacking["person_without_telephone"]["codes"], ["P002"])
        for name in ("depot_without_stock", "enterprise_without_safety_officer", "post_without_keeper",
                     "team_without_leader", "team_without_telephone"):
            self.assertEqual(lacking[name]["count"], 1, name)
        self.assertTrue(self.send(workbook(COUNTY))["done"])
        mended = {item["name"] for item in self.duty.get("/api/v1/readiness")["items"]}
        self.assertFalse(mended & {"village_without_responsible", "person_without_telephone", "depot_without_stock"})

    def test_one_sheet_as_csv_in_the_encodings_of_an_office(self):
        rows = COUNTY["单位"] + [["C1", "带,逗号\"引号", "村", "=1+1"]]
        for number, (encoding, separator) in enumerate((("utf-8-sig", ","), ("gb18030", ";"), ("utf-16", "\t"))):
            with self.subTest(encoding=encoding):
                text = "\r\n".join(separator.join('"' + str(c).replace('"', '""') + '"' for c in row) for row in rows)
                report = self.send(text.encode(encoding), "?name=%E5%8D%95%E4%BD%8D.csv", media="text/csv")
                self.assertEqual((report.status, report["errors"]), (200, []), report)
                self.assertEqual(report["sheets"][0]["unchanged"], 3 if number else 0)
        self.assertEqual(self.duty.get("/api/v1/organizations/C1")["name"], "带,逗号\"引号")

    def test_hostile_files_are_refused_with_a_sentence(self):
        def packed(parts):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
                for name, content in parts.items():
                    package.writestr(name, content)
            return out.getvalue()
        book = ("<workbook xmlns:r='x'><sheets><sheet name='人员' sheetId='1' r:id='rId1'/></sheets></workbook>")
        links = "<Relationships><Relationship Id='rId1' Target='worksheets/sheet1.xml'/></Relationships>"
        base = {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": links}
        bomb = b"<worksheet><sheetData>" + b" " * (300 << 20) + b"</sheetData></worksheet>"
        laughs = ("<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><worksheet>&b;</worksheet>")
        whole = workbook(COUNTY)
        for what, content in (("bomb", packed({**base, "xl/worksheets/sheet1.xml": bomb})),
                              ("entities", packed({**base, "xl/worksheets/sheet1.xml": laughs})),
                              ("deep", packed({**base, "xl/worksheets/sheet1.xml": "<a>" * 5000})),
                              ("no sheet", packed(base)), ("leads out", packed({**base, "../etc/passwd": "x"})),
                              ("old", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + b"\0" * 600), ("empty", b"\0"),
                              ("half", whole[:len(whole) // 2]), ("no zip", b"PK\x03\x04" + b"x" * 500)):
            with self.subTest(what=what):
                before = self.duty.sequence()
                answer = self.send(content)
                self.assertEqual((answer.status, answer.problem), (400, "malformed"), answer)
                self.assertGreater(len(answer["errors"][0]["detail"]), 10)
                self.assertEqual(self.duty.sequence(), before)
        self.assertEqual(self.duty.get("/api/v1/center").status, 200)

    def test_twenty_thousand_rows_in_bounded_memory(self):
        rows = [COUNTY["人员"][0]] + [[f"B{n:05}", f"人{n}", f"139{n:08}", "", "村民小组长", "", f"990121.{n % 15}"]
                                    for n in range(20_000)]
        content = workbook({"人员": rows})
        def resident():
            with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as status:
                return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024
        before = resident()
        report = self.send(content)
        self.assertEqual((report["done"], report["sheets"][0]["created"]), (True, 20_000), report)
        self.assertLess(resident() - before, 160, "MiB: the state and the answer, not the file many times over")
        self.assertEqual(self.send(content, "?dry_run=true")["sheets"][0]["unchanged"], 20_000)
        peak = resident()
        for _ in range(3):
            self.send(content, "?dry_run=true")
        self.assertLess(resident() - peak, 64)

    def test_who_may(self):
        local = self.server.account("town", "dispatcher", area="990121.990121002")
        self.assertEqual(self.send(workbook(COUNTY), client=local).problem, "outside_area")
        self.assertEqual(local.get("/api/v1/workbook").problem, "outside_area")
        observer = self.server.account("observer", "observer")
        self.assertEqual(observer.get("/api/v1/workbook").problem, "not_allowed")


if __name__ == "__main__":
    unittest.main()
