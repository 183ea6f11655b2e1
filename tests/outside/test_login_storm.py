"""Many who log in at once: hashing passwords is slow and takes memory on purpose, and nobody vital may feel it."""
import http.client
import json
import threading
import unittest

from fenghuo_client import Server

PASSWORD = "Correct horse 7 battery"
LOGINS = 200


def memory_kb(server, what):
    for line in open(f"/proc/{server.process.pid}/status"):
        if line.startswith(what + ":"):
            return int(line.split()[1])
    raise AssertionError(what)


class LoginStorm(unittest.TestCase):
    def test_two_hundred_logins_at_once(self):
        server = Server(environment={"FENGHUO_SESSIONS_PER_ACCOUNT": "1000", "FENGHUO_IDLE_DEADLINE_MS": "600000"})
        server.open_account("clerk", "dispatcher", password=PASSWORD)
        admin = server.client()
        self.assertEqual(admin.get("/api/v1/session").status, 200)
        before = memory_kb(server, "VmRSS")
        open(f"/proc/{server.process.pid}/clear_refs", "w").write("5")  # the peak begins anew
        statuses, finished = [], threading.Event()
        body = json.dumps({"account": "clerk", "password": PASSWORD})

        def login():
            line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
            line.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
            statuses.append(line.getresponse().status)
            line.close()
            if len(statuses) == LOGINS:
                finished.set()
        threads = [threading.Thread(target=login) for _ in range(LOGINS)]
        for thread in threads:
            thread.start()
        # Vital calls are answered meanwhile: counted, since how fast depends on the machine.
        meanwhile = 0
        while not finished.is_set() and any(thread.is_alive() for thread in threads):
            made = admin.post("/api/v1/reports", {"channel": "119", "text": "山上起火"})
            self.assertEqual(made.status, 201, made)
            meanwhile += not finished.is_set()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses.count(201), LOGINS, set(statuses))
        self.assertGreaterEqual(meanwhile, 20)
        grown = memory_kb(server, "VmHWM") - before
        self.assertLess(grown, 200 * 1024, f"{grown} kB")
        self.assertGreater(grown, 60 * 1024, "a hash takes its 64 MiB, or nothing was measured")
        print(f"        {LOGINS} logins: {meanwhile} reports were taken meanwhile, the peak grew by {grown // 1024} MiB")


if __name__ == "__main__":
    unittest.main()
