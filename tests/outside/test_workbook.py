"""The county workbook: written and read by openpyxl too, so that both sides are held against somebody else's hand."""
import csv
import datetime
import io
import json
import re
import unittest
import zipfile
from urllib.parse import quote

from fenghuo_client import Server, fresh_folder

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


class Damaged:
    """Sheets with errors and gaps, each of which is written down where it is planted."""

    def __init__(self):
        self.sheets, self.errors, self.gaps = {}, {}, {}

    def sheet(self, name, titles):
        self.name, self.titles = name, titles.split()
        self.sheets[name] = [self.titles]

    def row(self, *cells, error=None, gap=None):
        """error, gap: {column: words that the message says}."""
        self.sheets[self.name].append(list(cells))
        number = len(self.sheets[self.name])
        for planted, found in ((error, self.errors), (gap, self.gaps)):
            for column, words in (planted or {}).items():
                found[f"{self.name}!{column}{number}"] = words


def damaged_county():
    """One workbook with every kind of gap and every kind of error, and the cells they lie in."""
    d = Damaged()
    d.sheet("单位", "单位编码 单位名称 类别 值班电话 上级单位编码 停用")
    d.row("GOV01", "县应急管理局", "部门", "0578-1", None, None)
    d.row("GOV02", "县水利局", "部门", None, "GOV01", "否", gap={"D": "没有值班电话"})
    d.row("GOV03", None, "部门", "1", error={"B": "不能为空"})
    d.row("GOV04", "某局", "局", "1", error={"C": "应为下列之一"})
    d.row("GOV05", "某局", "部门", "1", "NONE", error={"E": "NONE"})
    d.row("GOV06", "某局", "部门", "1", None, "也许", error={"F": "是 或 否"})
    d.row("GOV01", "又一个", "部门", "1", error={"A": "重复"})
    d.row("A/B", "某局", "部门", "1", error={"A": "1 到 64 字节"})
    d.row("GOV09", "某局", "部门", "=1+1", error={"D": "公式没有结果"})
    d.row("GOV10", "名" * 400, "部门", "1", error={"B": "过长"})
    d.row(None, "没有编码", "部门", "1", error={"A": "不能为空"})
    d.sheet("人员", "人员编码 姓名 手机 单位编码 AB角人员编码")
    d.row("P001", "张三", "13800000001", "GOV01", "P002")
    d.row("P002", "李四", 13800000002, "GOV01", None)
    d.row("P003", "王五", None, "GOV01", None, gap={"C": "没有电话"})
    d.row("P004", "赵六", "13800000004", None, "P404", gap={"E": "不存在"})
    d.row("P005", "钱七", "1", "NONE", None, error={"D": "NONE"})
    d.sheet("设施", "设施编码 名称 类别 经度 纬度 坐标系 可容纳人数")
    d.row("F01", "青石中学", "避难场所", 106.2843995, 30.5599024, "gcj02", 800)
    d.row("F02", "东岭小学", "学校", gap={"D": "没有坐标"})
    d.row("F03", "x", "学校", "东经", 30.56, error={"D": "应为度数"})
    d.row("F04", "x", "学校", 106.28, None, error={"D": "同时填写"})
    d.row("F05", "x", "学校", None, 30.56, error={"E": "同时填写"})
    d.row("F06", "x", "学校", 106.28, 30.56, "西安80", error={"F": "1980 西安"})
    d.row("F07", "x", "学校", 106.28, 30.56, "北京54", error={"F": "1954 北京"})
    d.row("F08", "x", "学校", 106.28, 30.56, "mars", error={"F": "不认识的坐标系"})
    d.row("F09", "x", "学校", 3382884.9, 35623230.4, "EPSG:4523", error={"D": "横坐标"})
    d.row("F10", "x", "学校", 30.56, 106.28, "wgs84", error={"D": "写反"})
    d.row("F11", "x", "学校", 106.28, 30.56, None, -1, error={"G": "整数"})
    d.row("F12", "x", "学校", 106.28, 30.56, None, "八百", error={"G": "整数"})
    d.row("F13", "x", "商场", 106.28, 30.56, error={"C": "应为下列之一"})
    d.sheet("物资库", "物资库编码 名称 库存 经度 纬度 联系人编码")
    d.row("D01", "县库", "冲锋舟:6艘；沙袋:2000条", 106.28, 30.56, "P001")
    d.row("D02", "镇库", None, 106.28, 30.56, "P001", gap={"C": "没有库存"})
    d.row("D03", "镇库", "沙袋:1条", None, None, "P001", gap={"D": "没有坐标"})
    d.row("D04", "镇库", "沙袋:1条", 106.28, 30.56, None, gap={"F": "没有联系人"})
    d.row("D05", "镇库", "沙袋一条", 106.28, 30.56, "P001", error={"C": "物资:数量单位"})
    d.row("D06", "镇库", "沙袋:1条", 106.28, 30.56, "P999", error={"F": "P999"})
    d.sheet("区域与村情", "区域代码 名称 级别 人口 责任人 需帮扶人员 人工路程 经度 纬度 步行分钟 值守电话")
    village = ("村", 820, "村支书:P001", "赵某/卧床/P003", "*/foot/45", 106.28, 30.56, 40, "0578-3")
    def area(number, *, error=None, gap=None, **other):
        cells = dict(zip("CDEFGHIJK", village)) | other
        d.row(f"990121.990121002.9901210022{number:02}", f"村{number}", *cells.values(), error=error, gap=gap)
    area(1)
    area(2, K=None, E="村支书:P003；网格员:P003", gap={"K": "没有可打通的电话", "E": "只有一人"})
    area(3, E=None, gap={"E": "没有责任人"})
    area(4, E="村支书:P002", gap={"E": "只有一人"})
    area(5, H=None, I=None, gap={"H": "没有坐标"})
    area(6, D=None, gap={"D": "没有人口"})
    area(7, C="庄", error={"C": "应为下列之一"})
    area(8, E="村支书", error={"E": "职责:人员编码"})
    area(9, E="村支书:P999", error={"E": "P999"})
    area(10, F="a/b/c/d", error={"F": "姓名/情况"})
    area(11, G="走四十分钟", error={"G": "分钟"})
    area(12, G="*/fly/40", error={"G": "应为下列之一"})
    area(13, J="四十", error={"J": "分钟数"})
    d.sheet("队伍", "队伍编码 队伍名称 层级 能力 车辆 值班电话 经度 纬度 联系人编码 出动分钟")
    band = ("乡镇", "pump:2；boat:1", "水罐车:heavy", "0578-2", 106.285, 30.561, "P001", 3)
    def team(number, *, error=None, gap=None, **other):
        d.row(f"T{number:02}", f"青石{number}队", *(dict(zip("CDEFGHIJ", band)) | other).values(), error=error, gap=gap)
    team(1)
    team(2, F=None, I="P003", gap={"F": "没有电话"})
    team(3, G=None, H=None, gap={"G": "没有驻地"})
    team(4, I=None, gap={"I": "没有联系人"})
    team(5, E=None, gap={"E": "没有车辆"})
    team(6, C="省", error={"C": "应为下列之一"})
    team(7, D="pump:two", error={"D": "能力:数量"})
    team(9, E="车:飞", error={"E": "应为下列之一"})
    team(10, E="车", error={"E": "车辆:类型"})
    team(11, I="P001、P999", error={"I": "P999"})
    d.row("T14", "青石1队", *band, error={"B": "名称已被使用"})
    team(12, D=None, error={"D": "不能为空"})
    team(13, J="慢", error={"J": "分钟数"})
    d.sheet("企业", "企业编码 企业名称 经度 纬度 主管部门编码 安全管理员编码")
    d.row("E01", "木业", 106.29, 30.55, "GOV01", "P003")
    d.row("E02", "化工", 106.29, 30.55, None, None, gap={"F": "没有安全管理员"})
    d.row("E03", "砖厂", None, None, None, "P003", gap={"C": "没有坐标"})
    d.row("E04", "x", 106.29, 30.55, "NONE", "P003", error={"E": "NONE"})
    d.sheet("值班岗位", "岗位编码 岗位名称 应在岗人数 星期 开始时刻 结束时刻 排班人编码")
    d.row("ZB01", "县值班室", 1, "每天", "00:00", "24:00", "P001")
    d.row("ZB02", "镇值班室", 1, "每天", "00:00", "24:00", None, gap={"G": "没有排班人"})
    d.row("ZB03", "水库值守", 1, "每天", "00:00", "24:00", "P001", gap={"A": "值班空缺"})
    d.row("ZB04", "x", 0, "8", "00:00", "24:00", "P001", error={"D": "每天"})
    d.row("ZB05", "x", 0, "每天", "25:99", "24:00", "P001", error={"E": "时刻"})
    d.row("ZB06", "x", 0, "每天", "00:00", "24:00", "P999", error={"G": "P999"})
    now = datetime.datetime.now()
    begin, end = (f"{now + datetime.timedelta(days=days):%Y-%m-%d} 08:00" for days in (-2, 20))
    d.sheet("值班表", "班次编码 岗位编码 人员编码 上岗时间 下岗时间")
    d.row("S01", "ZB01", "P001", begin, end)
    d.row("S02", "ZB02", "P002", begin, end)
    d.row("S03", "ZB99", "P001", begin, end, error={"B": "ZB99"})
    d.row("S04", "ZB01", "P999", begin, end, error={"C": "P999"})
    d.row("S05", "ZB01", "P002", "明天", end, error={"D": "应为时间"})
    d.row("S06", "ZB01", "P002", end, begin, error={"E": "先开始后结束"})
    d.sheet("预案联系人", "编号 预案 人员编码 顺序")
    d.row("K01", "防汛预案", "P001", 1)
    d.row("K02", "防汛预案", "P999", 1, error={"C": "P999"})
    d.row("K03", "防汛预案", "P001", "第一", error={"D": "整数"})
    return d.sheets, d.errors, d.gaps


@unittest.skipIf(openpyxl is None, "python3-openpyxl is not installed")
class Workbook(unittest.TestCase):
    maxDiff = None

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
                self.assertRegex(answer["errors"][0]["detail"], "^[ -~]{10,}$")
                chinese = self.duty.call("POST", "/api/v1/workbook", raw=content,
                                         headers={"Content-Type": XLSX, "Accept-Language": "zh-CN"})
                self.assertIn("另存为 .xlsx", chinese["errors"][0]["detail"])
                self.assertEqual(self.duty.sequence(), before)
        self.assertEqual(self.duty.get("/api/v1/center").status, 200)

    def resident(self, name):
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith(name)) / 1024

    def grown(self, work):
        """MiB that the server holds at most while it works, beyond what it held before."""
        with open(f"/proc/{self.server.process.pid}/clear_refs", "w", encoding="ascii") as refs:
            refs.write("5")
        before = self.resident("VmRSS:")
        work()
        return self.resident("VmHWM:") - before

    def test_twenty_thousand_rows_in_bounded_memory(self):
        rows = [COUNTY["人员"][0]] + [[f"B{n:05}", f"人{n}", f"139{n:08}", "", "村民小组长", "", f"990121.{n % 15}"]
                                    for n in range(20_000)]
        content = workbook({"人员": rows})
        def first():
            report = self.send(content)
            self.assertEqual((report["done"], report["sheets"][0]["created"]), (True, 20_000), report)
        def again():
            self.assertEqual(self.send(content, "?dry_run=true")["sheets"][0]["unchanged"], 20_000)
        taken, read = self.grown(first), self.grown(again)
        more = self.grown(lambda: [again() for _ in range(3)])
        out = self.grown(lambda: self.duty.get("/api/v1/workbook"))
        print(f"counted: 20,000 rows: {taken:.0f} MiB to take them, {read:.0f} to read them again, {more:.0f} thrice more, "
              f"{out:.0f} to write them")
        self.assertLess(taken, 110, "the state twice and the answer, not the file or a list of commands")
        self.assertLess(read, 24, "one row at a time, and the codes")
        self.assertLess(more, 24, "what was read is let go")
        self.assertLess(out, 110)

    def test_each_datum_says_the_same_place(self):
        # Degrees to metres by cs2cs of PROJ 9.1.1; GCJ-02 and BD-09 by the example of Baidu's converter.
        grid, baidu = (106.2843995, 30.5599024), (116.404, 39.915)
        given = [("wgs84", *grid), ("EPSG:4326", *grid), ("CGCS2000", *grid), ("epsg:4490", *grid),
                 ("EPSG:4523", 35623230.3735, 3382884.9418), ("EPSG:4544", "623230.3735", "3382884.9418"),
                 ("gcj02", *baidu), ("百度", 116.41036949371029, 39.92133699351021)]
        rows = [["设施编码", "名称", "类别", "经度", "纬度", "坐标系"]]
        rows += [[f"F{i}", crs, "学校", x, y, crs] for i, (crs, x, y) in enumerate(given)]
        done = self.send(workbook({"设施": rows}))
        self.assertTrue(done["done"], done)
        places = [self.duty.get(f"/api/v1/facilities/F{i}")["location"]["coordinates"] for i in range(len(given))]
        for place in places[:6]:
            self.assertAlmostEqual(place[0], grid[0], delta=1.1e-7)
            self.assertAlmostEqual(place[1], grid[1], delta=1.1e-7)
        self.assertAlmostEqual(places[6][0], places[7][0], delta=3e-7)
        self.assertAlmostEqual(places[6][1], places[7][1], delta=3e-7)
        self.assertGreater(abs(places[6][0] - baidu[0]), 0.004)
        for crs, words in (("西安80", "1980 西安"), ("EPSG:4214", "1954 北京"), ("EPSG:3857", "EPSG:4513")):
            report = self.send(workbook({"设施": rows[:1] + [["X", "x", "学校", 106.28, 30.56, crs]]}))
            self.assertEqual([e["cell"] for e in report["errors"]], ["F2"], report)
            self.assertIn(words, report["errors"][0]["message"])
        again = self.send(workbook({"设施": rows}))
        self.assertEqual(again["sheets"][0]["unchanged"], len(given))
        self.assertEqual(self.send(self.duty.get("/api/v1/workbook").raw)["sheets"][2]["unchanged"], len(given))

    def test_every_sheet_goes_out_as_csv_and_comes_back(self):
        self.assertTrue(self.send(workbook(COUNTY))["done"])
        at = self.duty.sequence()
        names = {"单位": "organizations", "人员": "persons", "设施": "facilities", "物资库": "depots", "区域与村情": "areas", "队伍": "teams",
                 "企业": "enterprises", "值班岗位": "duty_posts", "值班表": "duty_shifts", "预案联系人": "plan_contacts"}
        for chinese, english in names.items():
            with self.subTest(sheet=chinese):
                out = self.duty.get(f"/api/v1/workbook?sheet={english}&format=csv")
                self.assertEqual((out.status, out.headers["Content-Type"]), (200, "text/csv; charset=utf-8"))
                table = list(csv.reader(io.StringIO(out.raw.decode("utf-8-sig"))))
                self.assertEqual(len(table), len(COUNTY[chinese]))
                self.assertEqual(table[1][0], COUNTY[chinese][1][0])
                self.assertEqual(self.duty.get(f"/api/v1/workbook?sheet={quote(chinese)}&format=csv").raw, out.raw)
                back = self.send(out.raw, f"?name={english}.csv", media="text/csv")
                self.assertEqual((back["errors"], back["sheets"][0]["sheet"], back["sheets"][0]["unchanged"]),
                                 ([], english, len(table) - 1))
        self.assertEqual(self.duty.sequence(), at)
        one = openpyxl.load_workbook(io.BytesIO(self.duty.get("/api/v1/workbook?sheet=persons").raw))
        self.assertEqual([s for s in one.sheetnames if s not in ("说明", "_选项")], ["人员"])
        for wrong, member in (("?format=csv", "sheet"), ("?sheet=nothing", "sheet"), ("?sheet=persons&format=ods", "format")):
            answer = self.duty.get("/api/v1/workbook" + wrong)
            self.assertEqual((answer.status, answer["errors"][0]["pointer"]), (400, member))

    def test_titles_of_another_office(self):
        theirs = {"花名册": [["工号", "姓名", "联系电话", "血型"], ["P001", "张三", "13800000001", "A"]],
                  "单位": [["单位编码", "全称"], ["GOV01", "县应急管理局"]]}
        plain = self.send(workbook(theirs), "?dry_run=true")
        self.assertEqual([f"{e['sheet']}!{e['cell']}" for e in plain["errors"]], ["单位!A1"])
        self.assertEqual(plain["ignored"], ["花名册", "单位!B1 全称"])
        headers = {"花名册": {"sheet": "persons", "columns": {"工号": "code", "联系电话": "手机"}}, "单位": {"columns": {"全称": "name"}}}
        told = self.send(workbook(theirs), "?headers=" + quote(json.dumps(headers)))
        self.assertTrue(told["done"], told)
        self.assertEqual(told["ignored"], ["花名册!D1 血型"])
        self.assertEqual(self.duty.get("/api/v1/persons/P001")["mobile"], "13800000001")
        for wrong in ("[]", "{", json.dumps({"花名册": {"sheet": "x"}}), json.dumps({"人员": {"columns": {"a": "b"}}})):
            answer = self.send(workbook(theirs), "?headers=" + quote(wrong))
            self.assertEqual((answer.status, answer["errors"][0]["pointer"]), (400, "headers"), answer)
        for ending, text in (("yaml", json.dumps(headers, ensure_ascii=False)),
                             ("csv", "their_sheet,our_sheet,theirs,ours\n花名册,persons,工号,code\n花名册,persons,联系电话,手机\n"
                                     "单位,,全称,name\n")):
            with self.subTest(ending=ending):
                file = fresh_folder("h") / ("map." + ending)
                file.write_text(text, encoding="utf-8")
                server = Server(environment={"FENGHUO_WORKBOOK_HEADERS": str(file)})
                try:
                    duty = server.account("duty", "dispatcher")
                    report = self.send(workbook(theirs), client=duty)
                    self.assertEqual((report["done"], [s["created"] for s in report["sheets"]]), (True, [1, 1]), report)
                    file.write_text("花名册", encoding="utf-8")
                    self.assertEqual(self.send(workbook(theirs), client=duty).status, 503)
                finally:
                    server.stop()

    def test_all_that_was_planted_in_a_damaged_workbook_is_named(self):
        sheets, errors, gaps = damaged_county()
        before = self.duty.sequence()
        report = self.send(workbook(sheets), "?dry_run=true")
        self.assertEqual(report.status, 200, report)
        def places(messages):
            return sorted({f"{m['sheet']}!{m['cell']}" for m in messages})
        self.assertEqual(places(report["errors"]), sorted(errors))
        self.assertEqual(places(report["gaps"]), sorted(gaps))
        for message in report["errors"] + report["gaps"]:
            self.assertRegex(message["message"], "[一-鿿]", message)
            self.assertRegex(message["message_en"], "[a-z]{3}", message)
            self.assertNotRegex(message["message"], "不能识别（", "a sentence that nobody put into Chinese")
        for where, words in {**errors, **gaps}.items():
            told = " ".join(m["message"] for m in report["errors"] + report["gaps"] if f"{m['sheet']}!{m['cell']}" == where)
            self.assertIn(words, told, where)
        self.assertFalse(self.send(workbook(sheets))["done"])
        self.assertEqual(self.duty.sequence(), before)
        # The rows without an error go in, and the readiness page then counts what the report named.
        wrong = {tuple(re.fullmatch("(.*)!([A-Z]+)([0-9]+)", where).group(1, 3)) for where in errors}
        sound = {name: [row if (name, str(i + 1)) not in wrong else [] for i, row in enumerate(rows)]
                 for name, rows in sheets.items()}
        taken = self.send(workbook(sound))
        self.assertEqual((taken["done"], taken["errors"]), (True, []), taken)
        self.assertEqual(places(taken["gaps"]), sorted(gaps))
        counted = sum(item["count"] for item in self.duty.get("/api/v1/readiness")["items"]
                      if "administrator" not in item["name"])  # no sheet of the workbook mends those
        self.assertEqual(counted, taken["gaps_in_all"])
        self.assertEqual(counted, len(taken["gaps"]))

    def test_who_may(self):
        local = self.server.account("town", "dispatcher", area="990121.990121002")
        self.assertEqual(self.send(workbook(COUNTY), client=local).problem, "outside_area")
        self.assertEqual(local.get("/api/v1/workbook").problem, "outside_area")
        observer = self.server.account("observer", "observer")
        self.assertEqual(observer.get("/api/v1/workbook").problem, "not_allowed")


if __name__ == "__main__":
    unittest.main()
