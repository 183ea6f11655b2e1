"""A reader of the event feed, line by line as the wire has it."""
import json
import socket
import threading


class Feed:
    """A reader of the event feed: frames are (id or None, event, data)."""

    def __init__(self, client, after=None, last_event_id=None, reads=True, query=None):
        self.frames = []
        self.comments = 0
        self.closed = False
        self.status = None
        path = "/api/v1/events" + (f"?after={after}" if after is not None else "")
        proof = "Authorization: Bearer " + client.token if client.token else "Cookie: fenghuo_session=" + client.cookie
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", proof, "Accept: text/event-stream"]
        if last_event_id is not None:
            lines.append(f"Last-Event-ID: {last_event_id}")
        self.socket = socket.socket()
        if not reads:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", client.server.port))
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._changed = threading.Condition()
        self._thread = None
        if reads:
            self.begin()

    def begin(self):
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def _read(self):
        rest = b""
        in_body = False
        try:
            while True:
                piece = self.socket.recv(65536)
                if not piece:
                    break
                rest += piece
                if not in_body:
                    if b"\r\n\r\n" not in rest:
                        continue
                    head, rest = rest.split(b"\r\n\r\n", 1)
                    with self._changed:
                        self.status = int(head.split()[1])
                        self._changed.notify_all()
                    in_body = True
                while b"\n\n" in rest:
                    block, rest = rest.split(b"\n\n", 1)
                    self._take(block.decode())
        except OSError:
            pass
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def _take(self, block):
        frame = {"id": None, "event": "message", "data": None}
        for line in block.split("\n"):
            if line.startswith(":"):
                self.comments += 1
                continue
            name, _, value = line.partition(":")
            frame[name] = value.removeprefix(" ")
        if frame["data"] is None:
            return
        with self._changed:
            number = int(frame["id"]) if frame["id"] is not None else None
            self.frames.append((number, frame["event"], json.loads(frame["data"])))
            self._changed.notify_all()

    def wait(self, true, timeout=20):
        """Waits until true(frames); whether it came."""
        with self._changed:
            return self._changed.wait_for(lambda: true(self.frames) or self.closed, timeout) and true(self.frames)

    def wait_open(self, timeout):
        with self._changed:
            return self._changed.wait_for(lambda: self.status is not None, timeout)

    def wait_closed(self, timeout):
        with self._changed:
            return self._changed.wait_for(lambda: self.closed, timeout)

    def sequences(self):
        return [number for number, _, _ in self.frames if number is not None]

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
