"""A client of the centre for tests from outside: processes, calls, the feed. Standard library only, and nothing of
the server's own code: what it knows of the API it knows from the API's description."""
import atexit
import http.client
import itertools
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from urllib.parse import quote

from openapi_check import Description

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("FENGHUO_PROGRAM", str(ROOT / "build" / "release" / "fenghuo"))
SHARED = pathlib.Path(os.environ.get("FENGHUO_SHARED_DATA", str(ROOT.parent / "shared" / "data")))

_numbers = itertools.count(1)
_folder = None
_servers = []


def work_folder():
    """One temporary folder for the whole run; its path is short, since a Unix socket lies in it."""
    global _folder
    if _folder is None:
        _folder = pathlib.Path(tempfile.mkdtemp(prefix="fh-"))
        atexit.register(lambda: shutil.rmtree(_folder, ignore_errors=True))
    return _folder


def fresh_folder(name):
    path = work_folder() / f"{name}{next(_numbers)}"
    path.mkdir()
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(extra=None):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FENGHUO_")}
    return {**kept, **(extra or {})}


def run(*arguments, timeout=120, environment=None, cwd=None, text=True):
    """The program with these arguments; a finished process with stdout and stderr."""
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=text, timeout=timeout,
                          env=clean_environment(environment), cwd=cwd or work_folder())


def demo_region():
    """The demo county, built once a run."""
    folder = work_folder() / "demo"
    if not (folder / "region.json").exists():
        made = run("region", "demo", "--out", folder)
        assert made.returncode == 0, made.stderr
    return folder


class Answer:
    def __init__(self, status, headers, raw):
        self.status = status
        self.headers = headers
        self.raw = raw

    def __getitem__(self, name):
        return self.json[name]

    @property
    def json(self):
        return json.loads(self.raw)

    @property
    def problem(self):
        """Name of the problem, '' where it is none."""
        if not self.headers.get("Content-Type", "").startswith("application/problem+json"):
            return ""
        return self.json["type"].rsplit("/", 1)[-1]

    @property
    def etag(self):
        return self.headers.get("ETag")

    def __repr__(self):
        return f"{self.status} {self.raw[:600]!r}"


class Unreachable(Exception):
    pass


class Client:
    """Calls as one account. Every answer is held against the description of the API."""

    def __init__(self, server, token=None, cookie=None, language="en", source=None):
        self.server = server
        self.token = token
        self.cookie = cookie
        self.language = language
        self.source = source
        self._local = threading.local()

    def call(self, method, path, body=None, *, key=None, if_match=None, headers=None, raw=None, timeout=60):
        sent = {"Accept-Language": self.language}
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        if self.cookie:
            sent["Cookie"] = "fenghuo_session=" + self.cookie
        if key is not None:
            sent["Idempotency-Key"] = key
        if if_match is not None:
            sent["If-Match"] = if_match
        data = raw
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        answer = self._exchange(method, path, data, sent, timeout)
        self._check(method, path, answer)
        return answer

    def _exchange(self, method, path, data, headers, timeout):
        connection = getattr(self._local, "connection", None)
        idle = time.monotonic() - getattr(self._local, "used", 0)
        # The server ends idle connections; a new one is surer than a guess whether this one still lives.
        if connection is None or idle > 2 or self._local.port != self.server.port:
            if connection is not None:
                connection.close()
            connection = self.server.connection(timeout, self.source)
            self._local.port = self.server.port
        try:
            connection.request(method, path, body=data, headers=headers)
            response = connection.getresponse()
            raw = response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self._local.connection = None
            raise Unreachable(f"{method} {path}: {error!r}") from error
        keep = not response.will_close
        self._local.connection = connection if keep else None
        if not keep:
            connection.close()
        self._local.used = time.monotonic()
        return Answer(response.status, response.headers, raw)

    def _check(self, method, path, answer):
        description = self.server.description
        if description is None:
            return
        media = answer.headers.get("Content-Type", "")
        body = None
        if "json" in media and answer.raw:
            body = answer.json
        if media.startswith("application/problem+json") and body is not None:
            wrong = description.errors(body, {"$ref": "#/components/schemas/Problem"})
            if body.get("status") != answer.status:
                wrong.append("status in the body is another one")
            if body.get("request_id") != answer.headers.get("X-Request-Id"):
                wrong.append("request_id is not the header's")
        else:
            wrong = []
        bare = path.split("?")[0]
        wrong += description.wrong_with_answer(method, bare, answer.status, media, body)
        if wrong:
            raise AssertionError(f"the answer does not fit docs/openapi.yaml: {wrong[:5]}; {answer!r}")

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def put(self, path, body=None, **more):
        return self.call("PUT", path, body, **more)

    def patch(self, path, body=None, **more):
        return self.call("PATCH", path, body, **more)

    def delete(self, path, **more):
        return self.call("DELETE", path, **more)

    def upload(self, content, media_type, name=None):
        """Brings a file in; the answer."""
        return self.call("POST", "/api/v1/attachments" + (f"?name={quote(name)}" if name is not None else ""), raw=content,
                         headers={"Content-Type": media_type})

    def etag(self, path):
        answer = self.get(path)
        assert answer.status == 200, answer
        return answer.etag

    def change(self, method, path, body=None, *, of=None, **more):
        """A change with the ETag that the object has now; `of`: path of the object, where it is not path's parent."""
        whole = method in ("PUT", "PATCH") and not path.endswith("/availability")
        target = of or (path if whole else path.rsplit("/", 1)[0])
        return self.call(method, path, body, if_match=self.etag(target), **more)

    def all(self, path):
        """All items of a list, page by page."""
        items, cursor = [], None
        while True:
            joint = "&" if "?" in path else "?"
            answer = self.get(f"{path}{joint}limit=500" + (f"&cursor={cursor}" if cursor else ""))
            assert answer.status == 200, answer
            items += answer["items"]
            cursor = answer["next_cursor"]
            if cursor is None:
                return items

    def sequence(self):
        return self.get("/api/v1/center")["as_of"]


class Server:
    """A server process on free ports."""

    def __init__(self, data=None, region=None, flags=(), environment=None, wait=True, tls=False, describe=True):
        self.data = pathlib.Path(data) if data else fresh_folder("d")
        self.region = region
        self.flags = list(flags)
        self.environment = environment
        self.process = None
        self.password = None
        self.description = None
        self.tls = tls
        self.describe = describe  # whether it can be asked for the description of its API
        self._tokens = {}
        self._log = work_folder() / f"log{next(_numbers)}"
        _servers.append(self)
        self.start(wait)

    def start(self, wait=True):
        self.port, self.health_port = free_port(), free_port()
        arguments = [PROGRAM, "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}",
                     "--health-listen", f"127.0.0.1:{self.health_port}", *self.flags]
        if self.region:
            arguments += ["--region", str(self.region)]
        log = open(self._log, "ab")
        begin = log.tell()
        self.process = subprocess.Popen(arguments, stdout=log, stderr=log, env=clean_environment(self.environment),
                                        cwd=work_folder())
        log.close()
        if not wait:
            return
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            said = self._log.read_bytes()[begin:].decode(errors="replace")
            if "serving http" in said:
                break
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}: {said}")
            time.sleep(0.02)
        else:
            raise AssertionError("the server did not start: " + self.log())
        shown = re.search(r"password .*?(\S+)\n", self.log())
        if shown and self.password is None:
            self.password = shown.group(1)
        if self.description is None and self.describe:
            self.description = Description(Client(self).get("/api/v1/openapi.json").json)

    def connection(self, timeout, source=None):
        if not self.tls:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout, source_address=source)
        context = ssl.create_default_context(cafile=str(self.data / "tls" / "ca.crt"))
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout, source_address=source,
                                           context=context)

    def log(self):
        return self._log.read_text(errors="replace")

    def kill(self):
        """As a power cut would: no last word."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("the server did not stop within 30 s of SIGTERM")
        return self.process.returncode

    def restart(self):
        self.start()

    def cli(self, *arguments, **more):
        return run(*arguments, "--data", self.data, **more)

    def journal(self, *arguments, **more):
        return run("journal", *arguments, "--data", self.data, **more)

    def open_account(self, account, *roles, area="", team=None, password=None):
        """Opens an account on the machine itself; None, or what the program said against it."""
        arguments = ["user", "add", account]
        for role in roles:
            arguments += ["--role", role]
        if area:
            arguments += ["--area", area]
        if team:
            arguments += ["--team", team]
        if password:
            file = fresh_folder("p") / "password"
            file.write_text(password + "\n")
            arguments += ["--password-file", str(file)]
        made = self.cli(*arguments)
        assert made.returncode == 0, made.stderr
        return made.stdout

    def token(self, account):
        if account not in self._tokens:
            made = self.cli("token", "create", account, "--json")
            assert made.returncode == 0, made.stderr
            self._tokens[account] = json.loads(made.stdout)["token"]
        return self._tokens[account]

    def client(self, account="admin", **more):
        return Client(self, token=self.token(account), **more)

    def account(self, account, *roles, **more):
        """A new account and a client that signs in as it."""
        self.open_account(account, *roles, **more)
        return self.client(account)


def raw_exchange(port, data, timeout=15, half_close=False):
    """Sends bytes as they are and reads until the server closes or is silent for `timeout`."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as line:
        try:
            line.sendall(data)
            if half_close:
                line.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # cut off while sending: the answer may be there all the same
        got = b""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            ready, _, _ = select.select([line], [], [], deadline - time.monotonic())
            if not ready:
                break
            try:
                piece = line.recv(65536)
            except OSError:
                break
            if not piece:
                break
            got += piece
            if _complete(got):
                break
        return got


def _complete(got):
    head, gap, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(gap and length and len(body) >= int(length.group(1)))


def end_all():
    """Ends every server that a test started."""
    for server in _servers:
        if server.process is not None and server.process.poll() is None:
            server.process.kill()
            server.process.wait()


atexit.register(end_all)
