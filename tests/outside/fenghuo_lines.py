"""Connections byte by byte, and the figures that the server tells of itself."""
import http.client
import re
import socket


class Lines:
    """One connection, said to and heard from as bytes."""

    def __init__(self, port, source=None, buffer=None, timeout=30):
        self.socket = socket.socket()
        self.socket.settimeout(timeout)
        if buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        if source is not None:
            self.socket.bind((source, 0))
        self.socket.connect(("127.0.0.1", port))
        self.heard = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def say(self, raw):
        """Says as much as the other side takes; whether that was all."""
        try:
            self.socket.sendall(raw)
            return True
        except OSError:
            return False

    def _more(self):
        try:
            piece = self.socket.recv(65536)
        except ConnectionError:
            piece = b""
        self.heard += piece
        return bool(piece)

    def until(self, mark):
        """What was heard up to and with the mark, or to the end."""
        while mark not in self.heard and self._more():
            pass
        end = self.heard.find(mark)
        end = len(self.heard) if end < 0 else end + len(mark)
        said, self.heard = self.heard[:end], self.heard[end:]
        return said

    def answer(self):
        """The next answer: status, headers by small letters, body. Status 0 where the line ended before."""
        head = self.until(b"\r\n\r\n")
        match = re.match(rb"HTTP/1\.1 (\d+) ", head)
        if match is None:
            return 0, {}, head
        headers = {}
        for line in head.decode("latin-1").split("\r\n")[1:]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        length = int(headers.get("content-length", "0"))
        while len(self.heard) < length and self._more():
            pass
        body, self.heard = self.heard[:length], self.heard[length:]
        return int(match.group(1)), headers, body

    def all(self):
        """Everything to the end of the line."""
        while self._more():
            pass
        said, self.heard = self.heard, b""
        return said


def figures(server):
    """The figures of the server by name, and by name and label where they have one, from its main port."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    line.request("GET", "/metrics", headers={"Authorization": "Bearer " + server.token("admin"), "Connection": "close"})
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    assert answer.status == 200, text
    out = {}
    for name, label, value in re.findall(r'^(\w+)(?:\{\w+="(\w+)"\})? (\S+)$', text, re.M):
        out[(name, label) if label else name] = float(value)
    return out
