"""HTTPS from outside: the whole story, those who never finish a handshake, rubbish, plain HTTP, and renewal."""
import concurrent.futures
import http.client
import json
import os
import random
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import time
import unittest

from fenghuo_client import Server, fresh_folder, run

PASSWORD = "Correct horse 7 battery"


def begin_server(**more):
    """A folder with certificates, served under TLS."""
    data = fresh_folder("t")
    made = run("tls", "init", "--data", data, "--name", "localhost", "--name", "127.0.0.1", "--json")
    assert made.returncode == 0, made.stderr
    return Server(data=data, flags=["--tls"], tls=True, **more)


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = begin_server()
        cls.admin = cls.server.client()
        cls.server.open_account("clerk", "dispatcher", password=PASSWORD)

    def trusting(self):
        return ssl.create_default_context(cafile=str(self.server.data / "tls" / "ca.crt"))

    def line(self, context=None, timeout=30):
        plain = socket.create_connection(("127.0.0.1", self.server.port), timeout)
        return (context or self.trusting()).wrap_socket(plain, server_hostname="localhost")

    def alive(self):
        self.assertEqual(self.admin.get("/api/v1/session").status, 200)

    def get(self, line, path="/healthz"):
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status, answer.headers, answer.read()

    def test_the_story_of_an_incident(self):
        made = self.admin.post("/api/v1/incidents", {"kind": "fire", "title": "山火"})
        self.assertEqual(made.status, 201, made)
        self.assertEqual(made.headers["Strict-Transport-Security"], "max-age=31536000")
        report = self.admin.post("/api/v1/reports", {"channel": "119", "text": "山上起火"})
        self.assertEqual(report.status, 201, report)
        listed = self.admin.all("/api/v1/incidents")
        self.assertIn(made["incident"]["id"], [i["id"] for i in listed])

    def test_the_cookie_is_bound_to_the_host_and_to_tls(self):
        line = http.client.HTTPSConnection("localhost", self.server.port, context=self.trusting())
        line.request("POST", "/api/v1/session", json.dumps({"account": "clerk", "password": PASSWORD}),
                     {"Content-Type": "application/json"})
        answer = line.getresponse()
        answer.read()
        cookie = answer.headers["Set-Cookie"]
        self.assertEqual(answer.status, 201)
        self.assertTrue(cookie.startswith("__Host-fenghuo_session="), cookie)
        self.assertIn("; Secure", cookie)
        value = cookie.split(";")[0]
        for header, status in ((value, 200), (value.replace("__Host-", ""), 401)):
            line.request("GET", "/api/v1/session", headers={"Cookie": header})
            got = line.getresponse()
            got.read()
            self.assertEqual(got.status, status, header[:25])
        for origin, status in ((f"https://localhost:{self.server.port}", 201), (f"http://localhost:{self.server.port}", 403)):
            line.request("POST", "/api/v1/incidents", json.dumps({"kind": "fire"}),
                         {"Cookie": value, "Content-Type": "application/json", "Origin": origin})
            got = line.getresponse()
            got.read()
            self.assertEqual(got.status, status, origin)
        line.close()

    def test_the_feed(self):
        with self.line() as line:
            line.sendall((f"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.admin.token}\r\n"
                          "\r\n").encode())
            got = b""
            while b"retry: 2000" not in got:
                got += line.recv(65536)
            self.assertIn(b"Strict-Transport-Security", got)
            ids = []
            for _ in range(40):
                ids.append(self.admin.post("/api/v1/incidents", {"kind": "flood"})["incident"]["id"])
            while not all(i.encode() in got for i in ids):
                piece = line.recv(65536)
                self.assertTrue(piece, "the feed ended")
                got += piece
            order = [got.index(i.encode()) for i in ids]
            self.assertEqual(order, sorted(order))

    def test_a_large_file_goes_up_and_comes_down(self):
        content = b"%PDF-1.4\n" + random.Random(7).randbytes(20 << 20)
        made = self.admin.upload(content, "application/pdf")
        self.assertEqual(made.status, 201, made)
        incident = self.admin.post("/api/v1/incidents", {"kind": "fire"})["incident"]["id"]
        attached = self.admin.change("POST", f"/api/v1/incidents/{incident}/attachments",
                                     {"digest": made["digest"], "name": "a.pdf", "media_type": "application/pdf"})
        self.assertEqual(attached.status, 201, attached)
        down = self.admin.get(f"/api/v1/attachments/{made['digest']}", timeout=120)
        self.assertEqual(down.status, 200)
        self.assertEqual(down.raw, content)

    def test_many_requests_at_once_on_one_line_and_in_pieces(self):
        with self.line() as line:
            one = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            for size in (1, 7, 1000):
                for at in range(0, len(one * 5), size):
                    line.sendall((one * 5)[at:at + size])
                got = b""
                while got.count(b"HTTP/1.1 200") < 5:
                    got += line.recv(65536)

    def test_many_connections(self):
        def one(_):
            with self.line() as line:
                return self.get(line)[0]
        with concurrent.futures.ThreadPoolExecutor(40) as pool:
            self.assertEqual(set(pool.map(one, range(400))), {200})
        held = [self.line() for _ in range(300)]
        self.assertEqual({self.get(line)[0] for line in held}, {200})
        for line in held:
            line.close()

    def test_only_tls_1_2_and_1_3_and_no_resumption(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = self.trusting()
            context.minimum_version = context.maximum_version = version
            with self.line(context) as line:
                self.assertEqual(self.get(line)[0], 200)
                session = line.session
                self.assertFalse(session is not None and session.has_ticket)
        old = self.trusting()
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises((ssl.SSLError, OSError)):
            self.line(old)
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.line(ssl.create_default_context())

    def test_alpn(self):
        context = self.trusting()
        context.set_alpn_protocols(["h2", "http/1.1"])
        with self.line(context) as line:
            self.assertEqual(line.selected_alpn_protocol(), "http/1.1")
            self.assertEqual(self.get(line)[0], 200)
        context.set_alpn_protocols(["h2"])
        with self.assertRaises((ssl.SSLError, OSError)):
            self.line(context)

    def test_plain_http_is_told_so(self):
        for request in (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"POST /api/v1/session HTTP/1.1\r\n" + b"x" * 100_000):
            with socket.create_connection(("127.0.0.1", self.server.port), 30) as line:
                line.sendall(request)
                got = b""
                while piece := line.recv(65536):
                    got += piece
                self.assertTrue(got.startswith(b"HTTP/1.1 400"), got[:100])
                self.assertIn(b"https://", got)
        self.alive()

    def test_handshakes_that_never_end_cost_nobody_anything(self):
        crowd = []
        hello = self.hello()
        for i in range(300):
            line = socket.create_connection(("127.0.0.1", self.server.port), 30)
            if i % 3 == 1:
                line.sendall(hello[:len(hello) // 2])
            elif i % 3 == 2:
                line.sendall(hello)  # and never answers what comes back
            crowd.append(line)
        for _ in range(20):
            with self.line() as line:
                self.assertEqual(self.get(line)[0], 200)
            self.assertEqual(self.admin.post("/api/v1/incidents", {"kind": "fire"}).status, 201)
        # The header's deadline holds for them: each is ended by the server.
        for line in crowd:
            line.settimeout(30)
            try:
                while line.recv(65536):
                    pass
            except ConnectionResetError:
                pass
            line.close()
        self.alive()

    def test_a_handshake_drop_by_drop(self):
        hello = self.hello()
        with socket.create_connection(("127.0.0.1", self.server.port), 30) as line:
            ended = False
            for byte in hello:
                try:
                    line.sendall(bytes([byte]))
                    line.settimeout(0.1)
                    ended = line.recv(1) == b""
                except (TimeoutError, socket.timeout):
                    continue
                except OSError:
                    ended = True
                if ended:
                    break
            self.assertTrue(ended, "a newcomer has the header's deadline, however it spends it")

    def hello(self):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        side = self.trusting().wrap_bio(incoming, outgoing, server_hostname="localhost")
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return outgoing.read()

    def test_changed_bytes_at_the_handshake_do_not_end_the_server(self):
        chance = random.Random(20)
        hello = self.hello()
        for i in range(1_500):
            if i % 3 == 0:
                said = chance.randbytes(chance.randrange(1, 600))
            elif i % 3 == 1:
                said = bytearray(hello)
                for _ in range(chance.randrange(1, 12)):
                    said[chance.randrange(len(said))] = chance.randrange(256)
            else:
                body = chance.randbytes(chance.randrange(0, 400))
                said = struct.pack(">BHH", chance.choice((20, 21, 22, 23, 24)), 0x0301, chance.randrange(65536)) + body
            with socket.create_connection(("127.0.0.1", self.server.port), 30) as line:
                try:
                    line.sendall(bytes(said))
                    line.settimeout(0.002)
                    line.recv(4096)
                except OSError:
                    pass
        self.alive()
        self.assertIsNone(self.server.process.poll())

    def test_rubbish_within_a_session(self):
        plain = socket.create_connection(("127.0.0.1", self.server.port), 30)
        line = self.trusting().wrap_socket(plain, server_hostname="localhost")
        self.assertEqual(self.get(line)[0], 200)
        os.write(line.fileno(), b"\x17\x03\x03\x00\x20" + b"x" * 32)  # past the encryption
        line.close()
        self.alive()

    @unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
    def test_what_openssl_says(self):
        folder = self.server.data / "tls"
        checked = subprocess.run(["openssl", "verify", "-CAfile", folder / "ca.crt", "-verify_hostname", "localhost",
                                  folder / "server.crt"], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        ask = ["openssl", "s_client", "-connect", f"127.0.0.1:{self.server.port}", "-CAfile", folder / "ca.crt",
               "-verify_return_error", "-servername", "localhost", "-tls1_2"]
        said = subprocess.run(ask, input="R\n", capture_output=True, text=True, timeout=30)
        self.assertIn("Verify return code: 0 (ok)", said.stdout)
        self.assertIn("ECDHE", said.stdout)
        self.assertTrue("Secure Renegotiation IS supported" in said.stdout)
        # R asks for a renegotiation: refused, and nobody else minds.
        self.assertIn("no renegotiation", said.stderr + said.stdout)
        self.alive()

    @unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
    def test_new_keys_in_the_middle(self):
        folder = self.server.data / "tls"
        caller = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{self.server.port}", "-CAfile",
                                   folder / "ca.crt", "-tls1_3"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        for said in (*[b"K\n"] * 5, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"):
            time.sleep(0.2)  # a command is what comes in one piece
            caller.stdin.write(said)
            caller.stdin.flush()
        told = caller.stdout.read()  # until the server has ended the connection
        caller.communicate(timeout=30)
        self.assertEqual(told.count(b"KEYUPDATE"), 5, told)
        self.assertIn(b"HTTP/1.1 200", told)
        self.alive()

    def test_a_new_certificate_without_a_restart(self):
        held = self.line()
        before = self.get(held)
        self.assertEqual(before[0], 200)
        old = ssl.get_server_certificate(("127.0.0.1", self.server.port))
        authority = (self.server.data / "tls" / "ca.crt").read_bytes()
        renewed = self.server.cli("tls", "init")
        self.assertEqual(renewed.returncode, 0, renewed.stderr)
        self.assertEqual((self.server.data / "tls" / "ca.crt").read_bytes(), authority)
        self.server.process.send_signal(signal.SIGHUP)
        self.wait(lambda: ssl.get_server_certificate(("127.0.0.1", self.server.port)) != old)
        self.assertEqual(self.get(held)[0], 200, "connections that stand go on")
        held.close()
        with self.line() as line:
            self.assertEqual(self.get(line)[0], 200)
        # One that does not fit is refused, and the one before stays.
        good = (self.server.data / "tls" / "server.key").read_text()
        (self.server.data / "tls" / "server.key").write_text("rubbish")
        self.server.process.send_signal(signal.SIGHUP)
        self.wait(lambda: "stays in use" in self.server.log())
        with self.line() as line:
            self.assertEqual(self.get(line)[0], 200)
        (self.server.data / "tls" / "server.key").write_text(good)

    def wait(self, true):
        for _ in range(600):
            if true():
                return
            time.sleep(0.05)
        self.fail("it did not come")

    def test_the_door_asks_for_a_certificate_where_told_to(self):
        folder = self.server.data / "tls"
        server = begin_server(environment={"FENGHUO_TLS_CLIENT_CA": str(folder / "ca.crt")}, describe=False)
        context = ssl.create_default_context(cafile=str(server.data / "tls" / "ca.crt"))
        port, self.server.port = self.server.port, server.port
        try:
            with self.assertRaises((ssl.SSLError, OSError)):
                with self.line(context) as line:
                    self.get(line)
            if shutil.which("openssl"):
                context.load_cert_chain(*self.signed(folder, "terminal"))
                with self.line(context) as line:
                    self.assertEqual(self.get(line)[0], 200)
                stranger = fresh_folder("s")
                made = run("tls", "init", "--data", stranger)
                self.assertEqual(made.returncode, 0, made.stderr)
                context.load_cert_chain(*self.signed(stranger / "tls", "stranger"))
                with self.assertRaises((ssl.SSLError, OSError)):
                    with self.line(context) as line:
                        self.get(line)
        finally:
            self.server.port = port
        server.stop()

    def signed(self, authority, name):
        """A certificate and key of this name under the authority of a folder."""
        folder = fresh_folder("c")
        for arguments in (["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                           "/CN=" + name, "-keyout", "key", "-out", "asked"],
                          ["x509", "-req", "-in", "asked", "-CA", authority / "ca.crt", "-CAkey", authority / "ca.key",
                           "-days", "10", "-out", "certificate"]):
            made = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True)
            self.assertEqual(made.returncode, 0, made.stderr)
        return folder / "certificate", folder / "key"

    def test_a_start_that_cannot_be_names_the_mend(self):
        empty = fresh_folder("t")
        ended = run("serve", "--data", empty, "--listen", "127.0.0.1:0", "--tls", timeout=30)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("fenghuo tls init", ended.stderr)
        alone = run("config", "show", environment={"FENGHUO_TLS_CERTIFICATE": "/x.pem"})
        self.assertEqual(alone.returncode, 2)
        self.assertIn("tls_key", alone.stderr)

    def test_the_doctor_reads_the_certificate(self):
        said = json.loads(self.server.cli("doctor", "--json").stdout)
        found = {f["part"]: f for f in said["findings"]}["tls"]
        self.assertEqual(found["health"], "ok", found)

    @unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
    def test_the_doctor_warns_thirty_days_before_the_end(self):
        certificate, key = self.signed(self.server.data / "tls", "localhost")  # ten days
        said = json.loads(self.server.cli("doctor", "--json", environment={
            "FENGHUO_TLS_CERTIFICATE": str(certificate), "FENGHUO_TLS_KEY": str(key)}).stdout)
        found = {f["part"]: f for f in said["findings"]}["tls"]
        self.assertEqual(found["health"], "warning", found)
        self.assertIn("SIGHUP", found["says"])


if __name__ == "__main__":
    unittest.main()
