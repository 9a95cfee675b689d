"""Sites on loopback that behave well or badly, and a resolver of names."""

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Page:
    """What a site sends for a path: as much as `sent` of a body, whatever its headers say."""

    body: bytes = b"We will hear everyone."
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/plain"})

    def send(self, handler) -> None:
        handler.send_response(self.status)
        for name, value in {"Content-Length": str(len(self.body)), **self.headers}.items():
            if value:
                handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(self.body)


def to(address: str, status: int = 302) -> Page:
    """Return a redirect."""
    return Page(b"", status, {"Location": address})


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        site: Any = self.server
        site.asked.append(self.path)
        site.headers.append(dict(self.headers))
        page = site.pages.get(self.path, Page(b"", 404))
        with suppress(OSError):
            page(self, site.stop) if callable(page) else page.send(self)

    def log_message(self, *args):
        pass


class Site(ThreadingHTTPServer):
    """A site with `pages` by path: a Page, or a function of the handler and of an event that is set at the end."""

    daemon_threads = True

    def __init__(self, address: str = "127.0.0.1", port: int = 0):
        self.pages: dict[str, Any] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.stop = threading.Event()
        super().__init__((address, port), _Handler)

    def url(self, path: str, host: str = "") -> str:
        return f"http://{host or self.server_address[0]}:{self.server_port}{path}"

    @property
    def read(self) -> list[str]:
        """The paths that were requested, without the rules for robots."""
        return [path for path in self.asked if path != "/robots.txt"]


@contextmanager
def serving(*sites: Site):
    """Serve sites in this block."""
    threads = [threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}) for site in sites]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for site, thread in zip(sites, threads, strict=True):
            site.stop.set()
            site.shutdown()
            thread.join()
            site.server_close()


def dripping_head(handler, stop) -> None:
    """Send a header that never ends, letter by letter."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not stop.wait(0.02):
        handler.wfile.write(b"x")


def dripping_body(handler, stop) -> None:
    """Send a body that never ends, letter by letter."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    while not stop.wait(0.02):
        handler.wfile.write(b"x")


def endless(handler, stop) -> None:
    """Send as fast as possible, without end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    while not stop.is_set():
        handler.wfile.write(b"x" * 65536)


def chunks_that_break_off(handler, stop) -> None:
    """Promise more chunks, and close the connection."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nWe wi\r\n")


class Names:
    """A resolver: each name has addresses for its first look-up, its second, and so on; the last ones remain."""

    def __init__(self, monkeypatch, **answers: list[list[str]]):
        self.answers = {name.replace("_", "."): found for name, found in answers.items()}
        self.looked_up: list[str] = []
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host, port, *args, **options):
        if host not in self.answers:
            return self._real(host, port, *args, **options)
        self.looked_up.append(host)
        found = self.answers[host]
        addresses = found.pop(0) if len(found) > 1 else found[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]
