#!/usr/bin/env python3
"""Our tables against openpyxl and the csv module of Python: /usr/bin/python3 tables_openpyxl.py TABLES_PEER"""
import csv
import datetime
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest
import zipfile

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

PEER = sys.argv.pop(1) if len(sys.argv) > 1 else ""
folder = None


def setUpModule():
    global folder
    held = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(held.cleanup)
    folder = pathlib.Path(held.name)


def read(file):
    """{sheet: {cell name: [kind, text, formula]}}, what else was told"""
    done = subprocess.run([PEER, "read", str(file)], capture_output=True, check=True)
    sheets, told = {}, []
    for line in done.stdout.decode().splitlines():
        line = json.loads(line)
        if "sheet" in line:
            cells = sheets[line["sheet"]] = {}
            if line["hidden"]:
                told.append("hidden " + line["sheet"])
        elif "row" in line:
            for column, *cell in line["cells"]:
                cells[f"{get_column_letter(column + 1)}{line['row']}"] = cell
        else:
            told.append(line)
    return sheets, told


def write(file, book):
    subprocess.run([PEER, "write", str(file)], input=json.dumps(book).encode(), check=True)


class Reading(unittest.TestCase):
    def test_a_workbook_of_openpyxl(self):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "人员"
        values = {
            "A1": ("姓名", ["text", "姓名", False]),
            "B1": ("电话", ["text", "电话", False]),
            "B2": ("013800138000", ["text", "013800138000", False]),
            "C2": (13800138000, ["number", "13800138000", False]),
            "D2": (13800138000.0, ["number", "13800138000", False]),
            "E2": (0.1 + 0.2, ["number", "0.3", False]),
            "F2": (True, ["boolean", "true", False]),
            "A9": ("_x000D_ kept", ["text", "\r kept", False]),
            "B9": ("two\nlines & <tags> \" ' 𠮷", ["text", "two\nlines & <tags> \" ' 𠮷", False]),
            "C9": ("=SUM(C2:D2)", ["no value", "", True]),
            "D9": ("=TODAY()", ["no value", "", True]),
            "E9": (datetime.datetime(2026, 11, 25, 8, 0), ["date", "2026-11-25T08:00:00", False]),
            "F9": (datetime.date(2026, 11, 25), ["date", "2026-11-25", False]),
            "G9": (datetime.time(8, 0), ["date", "08:00", False]),
            "H9": (datetime.time(23, 59, 30), ["date", "23:59:30", False]),
            "I9": (datetime.timedelta(hours=25, minutes=30), ["date", "25:30", False]),
            "J9": (datetime.date(1900, 2, 28), ["date", "1900-02-28", False]),
            "K9": (datetime.date(1900, 3, 1), ["date", "1900-03-01", False]),
            "L9": (-2.5, ["number", "-2.5", False]),
            "M9": ("  spaces  ", ["text", "  spaces  ", False]),
            "N9": ("#N/A", ["error", "#N/A", False]),
            "AB30": ("x", ["text", "x", False]),
        }
        for name, (value, _) in values.items():
            sheet[name] = value
        sheet["F9"].number_format = 'yyyy"年"m"月"d"日"'
        sheet["A1"].font = Font(bold=True)
        sheet["Z40"].font = Font(bold=True)
        sheet["A20"].comment = Comment("x", "y")
        sheet.merge_cells("A1:A2")
        hidden = book.create_sheet("lists")
        hidden.sheet_state = "hidden"
        hidden["A1"] = "x"
        chart = openpyxl.chart.BarChart()
        book.create_chartsheet("chart").add_chart(chart)
        book.create_sheet("empty")
        file = folder / "a.xlsx"
        book.save(file)
        sheets, told = read(file)
        self.assertEqual(list(sheets), ["人员", "lists", "empty"])
        self.assertEqual(sheets["人员"], {name: cell for name, (_, cell) in values.items()})
        self.assertEqual(told, [{"merged": "A1:A2"}, "hidden lists"])

    def test_both_date_systems_over_four_hundred_years(self):
        chosen = random.Random(1)
        first = datetime.datetime(1904, 1, 2)
        moments = [first + datetime.timedelta(seconds=chosen.randrange(400 * 366 * 86400)) for _ in range(500)]
        for epoch in (openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH):
            book = openpyxl.Workbook()
            book.epoch = epoch
            for row, moment in enumerate(moments, 1):
                book.active.cell(row, 1, moment)
                book.active.cell(row, 2, moment.date())
            file = folder / "dates.xlsx"
            book.save(file)
            cells = read(file)[0]["Sheet"]
            for row, moment in enumerate(moments, 1):
                self.assertEqual(cells[f"A{row}"], ["date", moment.isoformat(timespec="seconds"), False])
                self.assertEqual(cells[f"B{row}"], ["date", moment.date().isoformat(), False])

    def test_random_numbers(self):
        chosen = random.Random(2)
        numbers = [round(chosen.uniform(-1, 1) * 10 ** chosen.randint(-3, 9), chosen.randint(0, 5)) for _ in range(500)]
        book = openpyxl.Workbook()
        for row, number in enumerate(numbers, 1):
            book.active.cell(row, 1, number)
        file = folder / "numbers.xlsx"
        book.save(file)
        cells = read(file)[0]["Sheet"]
        for row, number in enumerate(numbers, 1):
            kind, text, _ = cells[f"A{row}"]
            self.assertEqual(kind, "number")
            self.assertNotIn("e", text.lower())
            self.assertEqual(float(text), number)

    def test_csv_of_python(self):
        chosen = random.Random(3)
        rows = [["姓名", "电话", "备注"]] + [
            ["".join(chosen.choices('东岭a,;"\t\n\r ', k=chosen.randint(1, 8))) + "x" for _ in range(3)] for _ in range(200)]
        for separator in ",;\t":
            for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
                text = io.StringIO(newline="")
                csv.writer(text, delimiter=separator).writerows(rows)
                file = folder / "a.csv"
                file.write_bytes(text.getvalue().encode(encoding))
                cells = read(file)[0]["a"]
                self.assertEqual(cells, {f"{'ABC'[c]}{r}": ["text", cell, False]
                                         for r, row in enumerate(rows, 1) for c, cell in enumerate(row)},
                                 (separator, encoding))


class Writing(unittest.TestCase):
    BOOK = {
        "readme": ["请填写"],
        "sheets": [{
            "name": "人员",
            "columns": [{"title": "姓名", "hint": "全名", "width": 20}, {"title": "电话"},
                        {"title": "类别", "choices": ["网格员", "灾害信息员"]}, {"title": "人数", "format": 1},
                        {"title": "自", "format": 2}, {"title": "更新", "format": 3}, {"title": "班次", "format": 4},
                        {"title": "村", "choices": [f"村{i}" for i in range(150)]}],
            "rows": [["张三", "+8613800138000", "网格员", "12.5", "2026-11-25", "2026-11-25T08:00:30", "08:00", "村7"],
                     ["=1+1", "0086", "", "many"]],
        }],
    }

    def test_openpyxl_reads_our_workbook(self):
        file = folder / "w.xlsx"
        write(file, self.BOOK)
        self.assertIsNone(zipfile.ZipFile(file).testzip())
        book = openpyxl.load_workbook(file)
        self.assertEqual(book.sheetnames, ["说明", "人员", "_选项"])
        self.assertEqual(book["说明"]["A1"].value, "请填写")
        self.assertEqual(book["_选项"].sheet_state, "hidden")
        sheet = book["人员"]
        self.assertEqual([[cell.value for cell in row] for row in sheet.iter_rows(max_row=4)], [
            ["姓名", "电话", "类别", "人数", "自", "更新", "班次", "村"],
            ["# 全名"] + [None] * 7,
            ["张三", "+8613800138000", "网格员", 12.5, datetime.datetime(2026, 11, 25),
             datetime.datetime(2026, 11, 25, 8, 0, 30), datetime.time(8, 0), "村7"],
            ["=1+1", "0086", None, "many"] + [None] * 4])
        self.assertEqual(sheet["A4"].data_type, "s")
        self.assertEqual(sheet["B3"].number_format, "@")
        self.assertEqual(sheet.column_dimensions["B"].number_format, "@")  # what is typed later is text too
        self.assertAlmostEqual(sheet.column_dimensions["A"].width, 20, delta=1)
        self.assertTrue(all(cell.font.bold for cell in sheet[1]))
        self.assertEqual(sheet.freeze_panes, "A3")
        rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
        self.assertEqual(rules, {"C3:C1048576": '"网格员,灾害信息员"', "H3:H1048576": "'_选项'!$A$1:$A$150"})
        self.assertEqual(book["_选项"]["A150"].value, "村149")

    def test_what_openpyxl_saves_again_reads_the_same(self):
        file, again = folder / "w.xlsx", folder / "again.xlsx"
        write(file, self.BOOK)
        openpyxl.load_workbook(file).save(again)
        self.assertEqual(read(again), read(file))

    def test_python_reads_our_csv(self):
        file = folder / "w.csv"
        write(file, self.BOOK)
        with open(file, encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.reader(opened))
        self.assertEqual(rows[1][:2], ["张三", "'+8613800138000"])
        self.assertEqual(rows[2], ["'=1+1", "0086", "", "many"])
        self.assertEqual(read(file)[0]["w"]["A3"], ["text", "=1+1", False])


if __name__ == "__main__":
    unittest.main()
