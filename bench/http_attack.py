#!/usr/bin/env python3
"""Latencies of reports and orders over HTTP, quiet and under attack, beside each other.

python3 bench/http_attack.py [--clients 16] [--seconds 8] [--json FILE]; the program is named in FENGHUO_PROGRAM.
The attack: 200 half-open and 200 silent connections, 50 that send a byte every 20 ms, a reader of the feed that
does not read, and 16 callers that ask for lists and matrices as fast as they are answered. What the deadlines end is
opened again. Attackers and clients share the machine with the server: the figures under attack hold the work of both.
"""
import argparse
import json
import pathlib
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "outside"))
from fenghuo_client import Client, Server  # noqa: E402
from fenghuo_lines import Lines, figures  # noqa: E402

PLACE = {"type": "Point", "coordinates": [108.2, 30.3]}


class Attack:
    def __init__(self, server, token):
        self.server, self.token = server, token
        self.stop = threading.Event()
        self.threads = []
        self.flood = {}

    def __enter__(self):
        matrix = json.dumps({"origins": [[108.2, 30.3]] * 200, "destinations": [[108.3, 30.4]] * 200})
        lists = self.request("GET", "/api/v1/reports?limit=500")
        cells = self.request("POST", "/api/v1/matrix", matrix)
        works = [lambda: self.hold(200, b"POST /api/v1/reports HTTP/1.1\r\nHost:"), lambda: self.hold(200, b""),
                 self.drip, self.deaf]
        works += [lambda raw=raw: self.ask(raw) for raw in (lists, cells) for _ in range(8)]
        for work in works:
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            self.threads.append(thread)
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join(60)

    def request(self, method, path, body=""):
        return (f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()

    def hold(self, count, first):
        while not self.stop.is_set():
            lines = [Lines(self.server.port) for _ in range(count)]
            for line in lines:
                line.say(first)
            self.stop.wait(5.5)
            for line in lines:
                line.close()

    def drip(self):
        while not self.stop.is_set():
            lines = [Lines(self.server.port) for _ in range(50)]
            for i, line in enumerate(lines):
                line.say(b"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\n" + (b"Content-Length: 900000\r\n\r\n" if i % 2 else b""))
            for _ in range(200):
                for line in lines:
                    line.say(b"x")
                if self.stop.wait(0.02):
                    break
            for line in lines:
                line.close()

    def deaf(self):
        line = Lines(self.server.port, buffer=4096)
        line.say(self.request("GET", "/api/v1/events?after=0"))
        self.stop.wait()
        line.close()

    def ask(self, raw):
        line = Lines(self.server.port, timeout=60)
        while not self.stop.is_set():
            line.say(raw)
            status = line.answer()[0]
            self.flood[status] = self.flood.get(status, 0) + 1
            if status == 0:
                line = Lines(self.server.port, timeout=60)
        line.close()


def measure(server, client, count, seconds):
    """Milliseconds of each report and each order, and how many answers were not what they should be."""
    times, wrong = {"report": [], "order": []}, []
    lock = threading.Lock()
    end = time.monotonic() + seconds

    def timed(kind, call, status):
        begin = time.perf_counter()
        answer = call()
        took = (time.perf_counter() - begin) * 1000
        with lock:
            times[kind].append(took)
            if answer.status != status:
                wrong.append(repr(answer))
        return answer

    def run(number):
        desk = Client(server, token=client.token)
        made = 0
        while time.monotonic() < end:
            made += 1
            timed("report", lambda: desk.post("/api/v1/reports", {"channel": "119", "text": f"起火 {number}-{made}"}), 201)
            team = desk.post("/api/v1/teams", {"name": f"队 {number}-{made}-{end}", "home": PLACE})["team"]["id"]
            incident = desk.post("/api/v1/incidents", {"kind": "fire", "location": PLACE})["incident"]["id"]
            timed("order", lambda: desk.post(f"/api/v1/incidents/{incident}/orders", {"items": [{"team": team}]}), 201)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, wrong


def row(values):
    cut = statistics.quantiles(values, n=100)
    return {"count": len(values), "p50_ms": round(cut[49], 1), "p99_ms": round(cut[98], 1), "max_ms": round(max(values), 1)}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--clients", type=int, default=16)
    arguments.add_argument("--seconds", type=float, default=8)
    arguments.add_argument("--json", help="write the figures to this file too")
    wish = arguments.parse_args()
    server = Server()
    client = server.account("desk", "dispatcher")
    server.description, description = None, server.description  # the answers are timed, not checked against the description
    for i in range(300):
        client.post("/api/v1/reports", {"channel": "web", "text": f"{i} " + "长" * 300})
    out, wrong = {}, []
    times, bad = measure(server, client, wish.clients, wish.seconds)
    wrong += bad
    out["quiet"] = {kind: row(values) for kind, values in times.items()}
    with Attack(server, client.token) as attack:
        time.sleep(1)
        times, bad = measure(server, client, wish.clients, wish.seconds)
        wrong += bad
    out["attack"] = {kind: row(values) for kind, values in times.items()}
    told = figures(server)
    out["flood_answers"] = {str(status): count for status, count in sorted(attack.flood.items())}
    out["shed"] = {work: int(told["fenghuo_http_shed_total", work]) for work in ("vital", "sign_in", "status", "query", "bulk")}
    out["turned_away"] = {why: int(count) for (name, why), count in
                          ((k, v) for k, v in told.items() if isinstance(k, tuple)) if name == "fenghuo_http_turned_away_total"}
    out["wrong_answers"] = len(wrong)
    for kind in ("report", "order"):
        for state in ("quiet", "attack"):
            figure = out[state][kind]
            print(f"{kind:7} {state:7} {figure['count']:6} calls  p50 {figure['p50_ms']:8.1f} ms  p99 {figure['p99_ms']:8.1f} ms  "
                  f"most {figure['max_ms']:8.1f} ms")
    print("flood", out["flood_answers"], "shed", out["shed"], "turned away", out["turned_away"], "wrong answers", len(wrong))
    if wish.json:
        pathlib.Path(wish.json).write_text(json.dumps(out, indent=1) + "\n")
    server.description = description
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
