"""Real servers on loopback: PostgreSQL with a standby, Redis, PgBouncer, and the site behind gunicorn."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
# PostgreSQL and PgBouncer refuse to run as root.
USER = "postgres" if os.geteuid() == 0 else None
DEADLINE = 30


def program(name: str) -> str | None:
    """Return the path of a server's program, PostgreSQL's newest; None if it is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    where = os.pathsep.join(
        [os.environ.get("PG_BIN", ""), *map(str, reversed(folders)), os.environ["PATH"], "/usr/sbin"]
    )
    return shutil.which(name, path=where)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(what: Callable[[], object], seconds: float = DEADLINE) -> float:
    """Wait for a condition, and return how many seconds it took. Fails if it does not hold in time."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, "It did not come about in time."
        time.sleep(0.02)
    return time.monotonic() - began


class Server:
    """A process that can be killed, frozen and restarted."""

    def __init__(self, folder: Path, *command: str, user: str | None = None, **environment: str) -> None:
        self.folder, self.command, self.user = folder, command, user
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PG")
        } | environment
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it, and wait until it listens."""
        with (self.folder / "log").open("a") as log:
            command = [part.format(port=self.port, folder=self.folder) for part in self.command]
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, user=self.user, stdout=log, stderr=log, start_new_session=True
            )
        wait_for(self.listens)

    def listens(self) -> bool:
        """Return whether it accepts connections."""
        assert self.process
        assert self.process.poll() is None, self.log()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        return False

    def log(self) -> str:
        """Return all its output."""
        return (self.folder / "log").read_text()

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Kill it at once."""
        if self.process:
            self.thaw()
            self.process.send_signal(how)
            self.process.wait(DEADLINE)
            self.process = None

    def freeze(self) -> None:
        """Make it hang: it keeps its connections but does not respond."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume it."""
        self._signal(signal.SIGCONT)

    @contextmanager
    def stopped(self, how: str) -> Iterator[None]:
        """Make it hang or die until the end of the block."""
        self.freeze() if how == "hangs" else self.kill()
        try:
            yield
        finally:
            self.thaw() if how == "hangs" else self.start()

    def _signal(self, what: signal.Signals) -> None:
        assert self.process
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for number in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(number, what)


class Postgres(Server):
    """A primary, or a standby of one."""

    def __init__(self, folder: Path, primary: "Postgres | None" = None) -> None:
        options = ["fsync=off", "listen_addresses=127.0.0.1", "max_connections=60", "shared_buffers=32MB"]
        settings = [part for option in options for part in ("-c", option)]
        super().__init__(
            folder,
            program("postgres") or "",
            "-D",
            "{folder}/data",
            "-k",
            "{folder}",
            "-p",
            "{port}",
            *settings,
            user=USER,
        )
        if primary:
            self._run("pg_basebackup", "-d", primary.url(), "-D", f"{folder}/data", "-R", "-c", "fast")
        else:
            self._run(
                "initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "--locale=C.UTF-8", "--no-sync"
            )

    def _run(self, name: str, *arguments: str) -> None:
        command = [program(name) or name, *arguments]
        subprocess.run(command, cwd="/", env=self.environment, user=self.user, check=True, capture_output=True)

    def listens(self) -> bool:
        """Return whether it accepts connections and answers."""
        return (
            super().listens()
            and not subprocess.run(
                [program("psql") or "", self.url(), "-c", "SELECT 1"], capture_output=True
            ).returncode
        )

    def url(self, name: str = "postgres") -> str:
        """Return the address of a database."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def ask(self, statement: str) -> str:
        """Return the result of a statement."""
        command = [program("psql") or "", self.url(), "-Atc", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def kill(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Kill it with all its processes, as after a crash."""
        super().kill(how)


def redis(folder: Path) -> Server:
    """Return a Redis that keeps its data in memory."""
    return Server(folder, program("redis-server") or "", "--port", "{port}", "--bind", "127.0.0.1", "--save", "")


def pgbouncer(folder: Path, postgres: Postgres) -> Server:
    """Return a PgBouncer in transaction mode, with few server connections for many clients."""
    server = Server(folder, program("pgbouncer") or "", "{folder}/pgbouncer.ini", user=USER)
    (folder / "users").write_text('"postgres" ""\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host=127.0.0.1 port={postgres.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {server.port}\nauth_type = trust\nauth_file = {folder}/users\npool_mode = transaction\n"
        "default_pool_size = 3\nmax_client_conn = 200\nserver_login_retry = 1\nunix_socket_dir =\n"
    )
    return server


class Site(Server):
    """The site as script/production serves it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        gunicorn = ["-m", "gunicorn", "reforms_site.wsgi", "--config", "python:reforms_site.gunicorn"]
        super().__init__(
            folder,
            *(sys.executable, *gunicorn, "--bind", "127.0.0.1:{port}", "--workers", "2"),
            **{
                "SITE_URL": "https://127.0.0.1",
                "SEARCH_DIR": str(folder / "search"),
                "LOG_LEVEL": "WARNING",
                "RATE_LIMITS": "false",
                **environment,
            },
        )

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py; return its output."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def get(self, path: str, **headers: str) -> "Answer":
        """Request a page as a proxy passes it on."""
        began = time.monotonic()
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)) as client:
            client.request("GET", path, headers={"Host": "127.0.0.1", "X-Forwarded-Proto": "https"} | headers)
            answer = client.getresponse()
            body = answer.read().decode()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(path, answer.status, time.monotonic() - began, began, found, body)

    def kill(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Kill it."""
        super().kill(how)


class Answer(NamedTuple):
    """The site's response, the seconds it took, and the time of the request."""

    path: str
    status: int
    seconds: float
    began: float
    headers: dict[str, str]
    body: str

    @property
    def is_stale(self) -> bool:
        """Return whether it is a cached page that may be out of date."""
        return "stale" in self.headers.get("cache-status", "")


@contextmanager
def load(site: Site, *paths: str) -> Iterator[list[Answer]]:
    """Request pages in turn, by three visitors in parallel, some thirty times a second; yield the responses."""
    answers: list[Answer] = []
    ended = threading.Event()

    def visit(first: int) -> None:
        number = first
        while not ended.wait(0.1):
            answers.append(site.get(paths[number % len(paths)].format(number=number)))
            number += 1

    visitors = [threading.Thread(target=visit, args=[1000 * first]) for first in range(3)]
    for visitor in visitors:
        visitor.start()
    try:
        yield answers
    finally:
        ended.set()
        for visitor in visitors:
            visitor.join()


@contextmanager
def folders() -> Iterator[Callable[[str], Path]]:
    """Yield a function for short-named folders that PostgreSQL's user may enter; they are deleted at the end."""
    home = Path(tempfile.mkdtemp(prefix="faults", dir="/tmp"))

    def folder(name: str) -> Path:
        (home / name).mkdir()
        if USER:
            shutil.chown(home, USER)
            shutil.chown(home / name, USER)
        return home / name

    try:
        yield folder
    finally:
        shutil.rmtree(home)


EDITOR = """
import sys, django
django.setup()
from django.db import connection
from tests.factories import QuoteFactory
quote = QuoteFactory(public=True)
print("ready", flush=True)
for text in sys.stdin:
    quote.text = text.strip()
    quote.save()
    connection.close()
    print("saved", flush=True)
"""


class Editor:
    """Corrects a quote as the desk would."""

    def __init__(self, site: Site) -> None:
        environment = site.environment | {"DJANGO_SETTINGS_MODULE": "reforms_site.settings"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", EDITOR],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._read() == "ready"

    def correct(self) -> str:
        """Change the text of the quote; return the new text once it is saved."""
        text = f"Words of {time.monotonic_ns()}"
        assert self.process.stdin
        print(text, file=self.process.stdin, flush=True)
        assert self._read() == "saved"
        return text

    def _read(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        """End the process."""
        self.process.communicate()
