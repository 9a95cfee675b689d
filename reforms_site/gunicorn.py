"""Configuration of gunicorn for script/server and script/production.

The figures behind these choices are in docs/benchmarks.md, "Serving".
"""

import itertools
import os
import shutil
import signal
import socket
import struct
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.conf import settings
from gunicorn.systemd import SD_LISTEN_FDS_START, sd_notify
from prometheus_client import values

from reforms_site.logs import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reforms_site.settings")

control_socket_disable = True

# Django reads the proxy's headers that settings name. gunicorn itself would also take SCRIPT_NAME and PATH_INFO from
# headers, with which a visitor could get around a proxy's rules for addresses.
forwarder_headers = ""
secure_scheme_headers = {}

logger_class = "reforms_site.access_log.AccessLog"
access_log_format = '%(h)s %(t)s %({x-request-id}o)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms "%(a)s"'

# Threads of a worker share one core. Four let a page be served while others wait for the database or an upload.
threads = 4

# Bytes of answers that the system takes from a thread, whether or not the visitor does: whole pages. A visitor with the
# smallest window leaves 140,000 of them (measured), instead of 32,000.
SENT_AT_ONCE = 256 * 1024

# With connections kept, a worker keeps whatever visitors it accepted first, and one core does most of the work.
# Closed after each answer, the next request goes to the worker that is free.
keepalive = 0


def stop_reading(connection: socket.socket | None) -> None:
    """Stop reading from a connection, if there is one; data that has arrived can still be read."""
    if connection:
        with suppress(OSError):  # gone already
            connection.shutdown(socket.SHUT_RD)


def end_by_reset(connection: socket.socket, on: bool) -> None:
    """Have the system reset a connection when it is closed, or close it normally."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", on, 0))


def break_off(connection: socket.socket) -> None:
    """Close a connection with a reset. gunicorn would first shut it down normally, so it is given another one."""
    ours, other = socket.socketpair()
    with ours, other:
        os.dup2(ours.fileno(), connection.fileno(), inheritable=False)


def has_arrived(environ: Mapping[str, Any], length: int) -> bool:
    """Return whether a request's body, of so many bytes, can be read without waiting for its sender.

    A proxy passes on a short form in one piece. After a read that would have to wait, the next one starts again with
    the same bytes.
    """
    connection: socket.socket | None = environ.get("gunicorn.socket")
    if connection is None:  # no server that waits
        return True
    body, patience = environ["wsgi.input"], connection.gettimeout()
    connection.setblocking(False)
    try:
        read = body.read(length)
    except OSError:
        return False
    finally:
        connection.settimeout(patience)
    body.buf.write(read)
    return True


def post_request(worker, request, environ, response):
    """Clear the request's id after logging, and do not wait for the client to close.

    gunicorn would, for two seconds, and the process serves no one meanwhile.
    """
    stop_reading(environ.get("gunicorn.socket"))
    request_id.set("-")


def when_ready(server):
    """Have the system hold connections until they bring a request, and take whole answers.

    A browser opens up to six in advance. Each would keep a thread waiting for five seconds, and pages behind it too.
    """
    if settings.METRICS_TOKEN:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = server.counts = tempfile.mkdtemp(prefix="reforms-metrics-")
    if hasattr(socket, "TCP_DEFER_ACCEPT"):  # Linux
        for listener in server.LISTENERS:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_AT_ONCE)


def pre_fork(server, worker):
    """Give a process the first free place. It goes on with the counts of the one that had the place before."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(place for place in itertools.count() if place not in taken)


def post_fork(server, worker):
    """Name the files of a process's counts after its place."""
    if settings.METRICS_TOKEN:
        values.ValueClass = values.MultiProcessValue(lambda: worker.place)


def on_exit(server):
    """Delete the counts."""
    if folder := getattr(server, "counts", None):
        shutil.rmtree(folder, ignore_errors=True)


def pre_exec(server):
    """Leave systemd's sockets where a server that takes over looks for them; gunicorn has moved them."""
    if server.systemd:
        for place, listener in enumerate(server.LISTENERS, SD_LISTEN_FDS_START):
            os.dup2(listener.fileno(), place)


def post_worker_init(worker):
    """Stop the previous server if this one replaces it: its first worker can answer now."""
    former = os.environ.get("GUNICORN_PID")
    if former and worker.age == 1:
        sd_notify(f"MAINPID={worker.ppid}", worker.log)
        with suppress(ProcessLookupError):  # it has ended by itself
            os.kill(int(former), signal.SIGTERM)
