#!/usr/bin/env python3
"""How soon a closed road is out of every answer, over HTTP, and how soon a server on a large region is ready.

python3 bench/live_roads.py --region DIR [--closures 200] [--json FILE]; the program is named in FENGHUO_PROGRAM.
Each closure is a point in the middle of the road between two settlements, taken from the route that the server gives. Measured is
from the call of POST /closures to the end of the first GET /route after its answer, which must not lead over
that piece of road any more; every closure is lifted before the next. Client and server share the machine.
"""
import argparse
import json
import pathlib
import random
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "outside"))
from fenghuo_client import Server  # noqa: E402


def quantile(values, q):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(q * (len(ordered) - 1)))]


def route(client, a, b):
    answer = client.call("GET", f"/api/v1/route?from={a[0]},{a[1]}&to={b[0]},{b[1]}")
    return answer if answer.status == 200 else None


def leads_over(line, piece):
    return any(line[i:i + 2] in (piece, piece[::-1]) for i in range(len(line) - 1))


def measure(client, places, wanted, chance):
    closed, first_route, whole = [], [], []
    while len(whole) < wanted:
        a, b = (p["location"]["coordinates"] for p in chance.sample(places, 2))
        usual = route(client, a, b)
        line = usual and usual["reachable"] and usual["geometry"]["coordinates"]
        if not line or len(line) < 8:
            continue
        piece = line[len(line) // 2:len(line) // 2 + 2]
        at = [round((piece[0][axis] + piece[1][axis]) / 2, 7) for axis in (0, 1)]
        begin = time.perf_counter()
        made = client.call("POST", "/api/v1/closures", {
            "reason": "bench", "geometry": {"type": "Point", "coordinates": at}})
        answered = time.perf_counter()
        around = route(client, a, b)
        end = time.perf_counter()
        assert made.status == 201 and made["in_force"], made
        assert not around["reachable"] or not leads_over(around["geometry"]["coordinates"], piece), (at, made)
        assert around["as_of"] >= made["sequence"]
        closed.append(answered - begin)
        first_route.append(end - answered)
        whole.append(end - begin)
        lifted = client.change("POST", f"/api/v1/closures/{made['closure']['id']}/lift", {"reason": "bench"})
        assert lifted.status == 200, lifted
    return closed, first_route, whole


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", required=True)
    parser.add_argument("--closures", type=int, default=200)
    parser.add_argument("--json")
    options = parser.parse_args()
    begin = time.perf_counter()
    server = Server(region=options.region, describe=False)
    ready = time.perf_counter() - begin
    try:
        client = server.account("bench", "dispatcher")
        places = client.all("/api/v1/places?kind=village")[:2000]
        closed, first_route, whole = measure(client, places, options.closures, random.Random(1))
    finally:
        server.stop()
    facts = json.loads((pathlib.Path(options.region) / "region.json").read_text())
    rows = [{"name": "ready_s", "median": ready}, {"name": "region_build_ms", "median": facts["build_ms"]},
            {"name": "region_build_peak_mib", "median": facts["peak_memory_kib"] / 1024}]
    for name, values in (("post_closures_ms", closed), ("first_route_ms", first_route), ("close_to_route_http_ms", whole)):
        rows.append({"name": name, "median": statistics.median(values) * 1e3, "p99": quantile(values, .99) * 1e3})
    print(f"{facts['nodes']} nodes, {facts['edges']} edges, {options.closures} closures")
    for row in rows:
        print(f"{row['name']:<26} {row['median']:>10.2f}" + (f"  p99 {row['p99']:>10.2f}" if "p99" in row else ""))
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"results": rows}))


if __name__ == "__main__":
    main()
