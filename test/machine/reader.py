"""A reader of RTSP over TCP, for machines that have nothing but Python.

reader.py first URL SECONDS      tries until packets of a picture arrive; prints how long that took
reader.py newcomer URL           prints the status of its SETUP
reader.py watch URL SECONDS      reads that long; prints packets received, lost and the longest pause, and fails where some were lost
"""
import re
import socket
import sys
import time

PACKETS = 10
ANSWER_S = 10


class Reader:
    def __init__(self, url, deadline=None):
        host, port = re.match(r"rtsp://([^:/]+):(\d+)/", url).groups()
        left = ANSWER_S if deadline is None else max(0.1, min(ANSWER_S, deadline - time.monotonic()))
        self.socket = socket.create_connection((host, int(port)), timeout=left)
        self.bytes = b""
        self.number = 0
        self.url = url
        self.session = ""

    def more(self):
        got = self.socket.recv(65536)
        if not got:
            raise OSError("the server has closed the connection")
        self.bytes += got

    def ask(self, method, url, *headers):
        self.number += 1
        lines = [f"{method} {url} RTSP/1.0", f"CSeq: {self.number}", *headers]
        if self.session:
            lines.append(f"Session: {self.session}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.bytes:
            self.more()
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        text = head.decode()
        length = re.search(r"(?im)^content-length:\s*(\d+)", text)
        while length and len(self.bytes) < int(length[1]):
            self.more()
        if length:
            self.bytes = self.bytes[int(length[1]):]
        session = re.search(r"(?im)^session:\s*([^;\r\n]+)", text)
        if session:
            self.session = session[1]
        return int(text.split(" ", 2)[1])

    def set_up(self):
        status = self.ask("DESCRIBE", self.url, "Accept: application/sdp")
        if status != 200:
            return status
        return self.ask("SETUP", self.url + "/trackID=0", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1")

    def play(self):
        status = self.set_up()
        if status == 200:
            status = self.ask("PLAY", self.url)
        if status != 200:
            raise OSError(f"answered {status}")

    def packet(self):
        """Sequence number of the next packet of the picture."""
        while True:
            while len(self.bytes) < 4:
                self.more()
            length = int.from_bytes(self.bytes[2:4], "big")
            while len(self.bytes) < 4 + length:
                self.more()
            channel, payload, self.bytes = self.bytes[1], self.bytes[4:4 + length], self.bytes[4 + length:]
            if channel == 0:
                return int.from_bytes(payload[2:4], "big")


def first(url, seconds):
    began = time.monotonic()
    deadline = began + float(seconds)
    failure = None
    while time.monotonic() < deadline:
        try:
            reader = Reader(url, deadline)
            reader.play()
            for _ in range(PACKETS):
                reader.packet()
            print(f"pictures after {time.monotonic() - began:.1f} s")
            return 0
        except OSError as error:
            failure = error
            time.sleep(0.2)
    print(f"no picture within {seconds} s: {failure}")
    return 1


def watch(url, seconds):
    reader = Reader(url)
    reader.play()
    end = time.monotonic() + float(seconds)
    before, at = reader.packet(), time.monotonic()
    received, lost, pause = 1, 0, 0.0
    failure = ""
    try:
        while time.monotonic() < end:
            number, now = reader.packet(), time.monotonic()
            lost += (number - before - 1) % 65536
            pause = max(pause, now - at)
            received, before, at = received + 1, number, now
    except OSError as error:
        failure = f", then {error}"
    print(f"figure: {received} packets, {lost} lost, longest pause {pause:.1f} s{failure}")
    return 1 if lost > 0 or failure else 0


mode, url, *rest = sys.argv[1:]
if mode == "newcomer":
    print(Reader(url).set_up())
else:
    sys.exit({"first": first, "watch": watch}[mode](url, *rest))
