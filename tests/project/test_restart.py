"""Restarting a server with new code refuses no request."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVE = "reforms_site.wsgi --config python:reforms_site.gunicorn --workers 2 --pid pid"
# Seconds for a server to start on a busy machine.
PATIENCE = 60


class Server:
    """gunicorn, as script/production starts it, in a copy of the site whose code can be changed."""

    def __init__(self, folder: Path, listener: socket.socket):
        self.folder, self.port, self.log = folder, listener.getsockname()[1], folder / "log"
        for name in ("initiatives", "templates", "static"):
            (folder / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / "reforms_site", folder / "reforms_site")
        self._urls = (folder / "reforms_site" / "urls.py").read_text()
        self.notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notified.bind(str(folder / "notify"))
        self.notified.settimeout(PATIENCE)

    def write(self, version: str) -> None:
        """Change the code: /version returns this value, and /process the process id."""
        lines = "\nimport os\nfrom django.http import HttpResponse\n"
        lines += "urlpatterns += [path('process', lambda request: HttpResponse(str(os.getpid())))]\n"
        lines += f"urlpatterns += [path('version', lambda request: HttpResponse({version}))]\n"
        (self.folder / "reforms_site" / "urls.py").write_text(self._urls + lines)

    def start(self, listener: socket.socket | None) -> None:
        """Start it on the port, or on an open socket, as systemd does."""
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{self.folder}/site.sqlite3",
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "ALLOWED_HOSTS": "127.0.0.1",
            "NOTIFY_SOCKET": str(self.folder / "notify"),
            "PYTHONDONTWRITEBYTECODE": "1",  # the code changes within a second
        }
        words = (
            f"exec {sys.executable} {sys.executable.rpartition('/')[0]}/gunicorn {SERVE} --bind 127.0.0.1:{self.port}"
        )
        how: dict = {"cwd": self.folder, "env": environment}
        if listener:
            words = f"export LISTEN_FDS=1 LISTEN_PID=$$; {words}"
            how |= {"pass_fds": (3,), "preexec_fn": lambda: os.dup2(listener.fileno(), 3)}
        with self.log.open("a") as log:
            self.process = subprocess.Popen(["sh", "-c", words], stderr=log, **how)
        processes = set()

        def both_have_read_the_code() -> bool:
            status, process = self.ask("/process")
            if status == 200:
                processes.add(process)
            return len(processes) == 2

        until(both_have_read_the_code, self.log)

    def ask(self, path: str = "/version") -> tuple[int, str]:
        """Return the status and text of a page; 0 and the error if there is no response."""
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as client:
                client.request("GET", path)
                answer = client.getresponse()
                return answer.status, answer.read().decode()
        except OSError as error:
            return 0, str(error)

    @property
    def pid(self) -> int:
        return int((self.folder / "pid").read_text())

    def is_alone(self) -> bool:
        """Return whether no server is about to take over. One that fails may leave its file behind."""
        try:
            os.kill(int((self.folder / "pid.2").read_text()), 0)
        except (FileNotFoundError, ProcessLookupError):
            return True
        return False

    @contextmanager
    def asked(self) -> Iterator[Counter]:
        """Send requests continuously, four in parallel; yield the count of each response."""
        answers: Counter = Counter()
        lock, ended = threading.Lock(), threading.Event()

        def visit() -> None:
            while not ended.is_set():
                answer = self.ask()
                with lock:
                    answers[answer] += 1

        visitors = [threading.Thread(target=visit) for _ in range(4)]
        for visitor in visitors:
            visitor.start()
        try:
            yield answers
        finally:
            ended.set()
            for visitor in visitors:
                visitor.join()


def until(holds: Callable[[], object], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as opened:
        yield opened


@pytest.fixture(params=["its own port", "a socket of systemd"])
def server(request, tmp_path, listener):
    served = Server(tmp_path, listener)
    served.write("'1'")
    if request.param == "its own port":
        listener.close()
        served.start(None)
    else:
        served.start(listener)
    try:
        yield served
    finally:
        os.kill(served.pid, signal.SIGTERM)
        until(lambda: not (served.folder / "pid").exists(), served.log)
        served.process.wait(PATIENCE)
        served.notified.close()


def test_new_code_is_served_and_no_request_is_refused_meanwhile(server):
    former = server.pid
    server.write("'2'")
    with server.asked() as answers:
        os.kill(former, signal.SIGUSR2)
        until(lambda: (server.folder / "pid").exists() and server.pid != former, server.log)
        until(lambda: answers[200, "2"] > 20, server.log)
    assert answers.keys() == {(200, "1"), (200, "2")}
    assert server.process.wait(PATIENCE) == 0
    notices = [server.notified.recv(1000)]
    while not notices[-1].startswith(b"MAINPID="):
        notices.append(server.notified.recv(1000))
    assert notices[-1] == f"MAINPID={server.pid}".encode()


def test_broken_code_does_not_take_over(server):
    former = server.pid
    server.write("'2")
    with server.asked() as answers:
        os.kill(former, signal.SIGUSR2)
        until(lambda: "SyntaxError" in server.log.read_text(), server.log)
        until(server.is_alone, server.log)
        seen = answers[200, "1"]
        until(lambda: answers[200, "1"] > seen + 20, server.log)
    assert answers.keys() == {(200, "1")}
    assert server.pid == former
