"""HTTP as it comes over the wire: what could be read in two ways, pipelining, chunked bodies, who waits in which queue."""
import json
import re
import socket
import time
import unittest

from fenghuo_client import Client, Server
from fenghuo_lines import Lines, figures

PLACE = {"type": "Point", "coordinates": [108.2, 30.3]}


def setUpModule():
    global server, desk
    server = Server()
    desk = server.account("desk", "dispatcher")


def head(method, path, *lines, token=None):
    token = desk.token if token is None else token
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", *lines]).encode() + b"\r\n\r\n"


def report(text, channel="119"):
    return json.dumps({"channel": channel, "text": text}, ensure_ascii=False).encode()


class TwoReadings(unittest.TestCase):
    """What a proxy in front might read otherwise is refused, and the line ends: nothing rides on another's request."""

    def refused(self, raw):
        before = desk.sequence()
        with Lines(server.port) as line:
            line.say(raw)
            got = line.all()
        statuses = re.findall(rb"HTTP/1\.1 (\d+) ", got)
        self.assertEqual(statuses, [b"400"], got)
        self.assertIn(b"Connection: Close", got)
        self.assertEqual(desk.sequence(), before, "something was stored")

    def test_two_lengths_or_none_that_is_clear(self):
        body = report("夹带")
        inner = head("POST", "/api/v1/reports", "Content-Type: application/json", f"Content-Length: {len(body)}") + body
        length = f"Content-Length: {len(inner)}"
        for lines in ((length, "Content-Length: 0"), ("Content-Length: 0", length), ("Content-Length: 0, 0",),
                      ("Content-Length: +0",), ("Content-Length: 0x0",), ("Content-Length: ",), ("Content-Length : 0",),
                      ("Transfer-Encoding: chunked", "Content-Length: 0"), ("Content-Length: 0", "Transfer-Encoding: chunked"),
                      ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), ("Transfer-Encoding: gzip, chunked",),
                      ("Transfer-Encoding: xchunked",), ("Transfer-Encoding: chunked, identity",),
                      ("Transfer-Encoding:\x0bchunked",), ("X: y\nContent-Length: 0",), ("X: y\rContent-Length: 0",),
                      ("X: y", " Content-Length: 0"), ("Transfer-Encoding", "Content-Length: 0"), ("Host: other",)):
            with self.subTest(lines=lines):
                self.refused(head("POST", "/api/v1/reports", "Content-Type: application/json", *lines) + inner)

    def test_chunks_that_are_none(self):
        body = report("夹带")
        inner = head("POST", "/api/v1/reports", "Content-Type: application/json", f"Content-Length: {len(body)}") + body
        for chunks in (b"0x0\r\n\r\n", b"-0\r\n\r\n", b"0 \r\n\r\n", b"0\n\n", b"1\r\nab\r\n0\r\n\r\n", b"\r\n0\r\n\r\n",
                       b"000000000\r\n\r\n", b"0;a=\x00\r\n\r\n", b"1\r\na0\r\n\r\n", b"0\r\nX: \n\r\n\r\n"):
            with self.subTest(chunks=chunks):
                self.refused(head("POST", "/api/v1/reports", "Content-Type: application/json", "Transfer-Encoding: chunked")
                             + chunks + inner)

    def test_an_old_client_sends_no_chunks(self):
        raw = head("POST", "/api/v1/reports", "Transfer-Encoding: chunked").replace(b"HTTP/1.1", b"HTTP/1.0")
        self.refused(raw + b"0\r\n\r\n")


class Wire(unittest.TestCase):
    def test_pipelined_calls_are_carried_out_once_each_and_in_order(self):
        before = desk.sequence()
        texts = [f"连发 {i}" for i in range(60)]
        raw = b""
        for text in texts:
            body = report(text)
            raw += head("POST", "/api/v1/reports", "Content-Type: application/json", f"Content-Length: {len(body)}") + body
        with Lines(server.port) as line:
            line.say(raw)
            answers = [line.answer() for _ in texts]
        self.assertEqual([status for status, _, _ in answers], [201] * len(texts))
        self.assertEqual([json.loads(body)["report"]["text"] for _, _, body in answers], texts)
        self.assertEqual([json.loads(body)["sequence"] for _, _, body in answers],
                         list(range(before + 1, before + 1 + len(texts))))

    def test_a_chunked_report_a_byte_at_a_time(self):
        body = report("分块送来")
        chunks = b"".join(b"%x\r\n%s\r\n" % (1, body[i:i + 1]) for i in range(len(body))) + b"0\r\nX-Sum: 1\r\n\r\n"
        raw = head("POST", "/api/v1/reports", "Content-Type: application/json", "Transfer-Encoding: chunked") + chunks
        with Lines(server.port) as line:
            for i in range(len(raw)):
                line.say(raw[i:i + 1])
            status, _, answer = line.answer()
            self.assertEqual((status, json.loads(answer)["report"]["text"]), (201, "分块送来"))
            line.say(head("GET", "/api/v1/session"))
            self.assertEqual(line.answer()[0], 200)

    def test_continue(self):
        body = report("请继续")
        lines = ["Content-Type: application/json", f"Content-Length: {len(body)}", "Expect: 100-continue"]
        with Lines(server.port) as line:
            line.say(head("POST", "/api/v1/reports", *lines))
            self.assertEqual(line.until(b"\r\n\r\n"), b"HTTP/1.1 100 Continue\r\n\r\n")
            line.say(body)
            self.assertEqual(line.answer()[0], 201)
        for path, length, status in (("/api/v1/reports", 2 << 20, 413), ("/nothing", 5, 404), ("/api/v1/audit", 5, 405)):
            with Lines(server.port) as line:
                line.say(head("POST", path, "Content-Type: application/json", f"Content-Length: {length}", "Expect: 100-continue"))
                self.assertEqual(line.answer()[0], status)
        with Lines(server.port) as line:
            line.say(head("POST", "/api/v1/reports", "Expect: tea", "Content-Length: 0"))
            self.assertEqual(line.answer()[0], 417)

    def test_a_refusal_is_heard_although_the_caller_goes_on_sending(self):
        for path, length, status in (("/api/v1/reports", 3 << 20, 413), ("/nothing", 1 << 20, 404)):
            with Lines(server.port) as line:
                line.say(head("POST", path, "Content-Type: application/json", f"Content-Length: {length}") + b" " * length)
                told, headers, _ = line.answer()
                self.assertEqual((told, headers["connection"]), (status, "Close"))

    def test_too_much_header(self):
        for lines in (["X: " + "y" * 20_000], [f"H{i}: 1" for i in range(101)]):
            with Lines(server.port) as line:
                line.say(head("GET", "/api/v1/session", *lines))
                status, _, body = line.answer()
                self.assertEqual((status, json.loads(body)["type"]), (431, "/problems/header_too_large"))

    def test_old_clients_and_lines_that_end(self):
        with Lines(server.port) as line:
            line.say(head("GET", "/api/v1/session").replace(b"HTTP/1.1", b"HTTP/1.0"))
            self.assertEqual(line.all().count(b"HTTP/1.1 200"), 1)
        with Lines(server.port) as line:
            line.say(head("GET", "/api/v1/session", "Connection: close"))
            self.assertEqual(line.all().count(b"HTTP/1.1 200"), 1)
        with Lines(server.port) as line:  # the caller has said all and waits
            line.say(head("GET", "/api/v1/session") * 3)
            line.socket.shutdown(socket.SHUT_WR)
            self.assertEqual(line.all().count(b"HTTP/1.1 200"), 3)

    def test_a_large_answer_is_whole_however_slowly_it_is_read(self):
        for i in range(400):
            made = desk.post("/api/v1/reports", {"channel": "web", "text": f"{i} " + "长" * 1300})
            self.assertEqual(made.status, 201, made)
        whole = desk.get("/api/v1/reports?limit=500")
        self.assertEqual(whole.status, 200, whole)
        whole = whole.raw
        self.assertGreater(len(whole), 1_500_000)
        with Lines(server.port, buffer=4096) as line:
            line.say(head("GET", "/api/v1/reports?limit=500"))
            time.sleep(0.5)
            got = b""
            while b"\r\n\r\n" not in got or len(got.partition(b"\r\n\r\n")[2]) < len(whole):
                piece = line.socket.recv(2048)
                self.assertTrue(piece, "the line ended in the middle")
                got += piece
            self.assertEqual(json.loads(got.partition(b"\r\n\r\n")[2])["items"], json.loads(whole)["items"])


class Work(unittest.TestCase):
    def test_each_operation_waits_in_the_queue_that_the_description_names(self):
        quiet = Server()
        someone = Client(quiet)
        for method, path, operation in quiet.description.operations:
            with self.subTest(method=method, path=path):
                before = figures(quiet)
                someone.call(method, re.sub(r"\{[a-z]+\}", "X", path))
                after = figures(quiet)
                name = "fenghuo_http_requests_total"
                after[name, "status"] -= 1  # asking for the figures is counted too
                moved = {work: after[name, work] - before[name, work] for work in ("vital", "sign_in", "status", "query", "bulk")}
                self.assertEqual({work for work, count in moved.items() if count}, {operation["x-work"]}, moved)
        quiet.stop()

    def test_a_crowd_of_logins_holds_up_nothing_vital(self):
        crowd = []
        body = json.dumps({"account": "desk", "password": "wrong wrong wrong"}).encode()
        before = figures(server)
        for i in range(40):
            line = Lines(server.port, source=f"127.0.1.{i + 1}")
            line.say(head("POST", "/api/v1/session", "Content-Type: application/json", f"Content-Length: {len(body)}", token="") + body)
            crowd.append(line)
        for i in range(20):
            self.assertEqual(desk.post("/api/v1/reports", {"channel": "119", "text": f"与登录同时 {i}"}).status, 201)
        statuses = {line.answer()[0] for line in crowd}
        self.assertLessEqual(statuses, {401, 429})
        after = figures(server)
        self.assertEqual(after["fenghuo_http_shed_total", "sign_in"], before["fenghuo_http_shed_total", "sign_in"])
        for line in crowd:
            line.close()


if __name__ == "__main__":
    unittest.main()
