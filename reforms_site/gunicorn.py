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

# Django reads the proxy headers named in the settings. gunicorn itself would also accept SCRIPT_NAME and PATH_INFO from
# headers, which would let visitors bypass a proxy's rules for addresses.
forwarder_headers = ""
secure_scheme_headers = {}

logger_class = "reforms_site.access_log.AccessLog"
access_log_format = '%(h)s %(t)s %({x-request-id}o)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms "%(a)s"'

# A worker's threads share one core. With four, pages are served while other requests wait for the database or uploads.
threads = 4

# Bytes of a response that the system buffers, so that a slow client does not block a thread: enough for whole pages.
# With the smallest receive window, 140,000 bytes were buffered (measured); by default it is 32,000.
SENT_AT_ONCE = 256 * 1024

# With keep-alive a worker stays with the visitors it accepted first, and one core does most of the work. If connections
# close after each response, the next request goes to a free worker.
keepalive = 0


def stop_reading(connection: socket.socket | None) -> None:
    """Stop receiving on a connection, if there is one; data that has arrived can still be read."""
    if connection:
        with suppress(OSError):  # gone already
            connection.shutdown(socket.SHUT_RD)


def end_by_reset(connection: socket.socket, on: bool) -> None:
    """Make the system reset the connection when it is closed, or if `on` is False, close it normally."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", on, 0))


def break_off(connection: socket.socket) -> None:
    """Reset a connection. gunicorn would first shut it down normally, so its file descriptor gets another socket."""
    ours, other = socket.socketpair()
    with ours, other:
        os.dup2(ours.fileno(), connection.fileno(), inheritable=False)


def has_arrived(environ: Mapping[str, Any], length: int) -> bool:
    """Return whether a request's body of `length` bytes can be read without waiting for the client.

    Proxies forward short forms in one piece. Bytes that were read here are read again later.
    """
    connection: socket.socket | None = environ.get("gunicorn.socket")
    if connection is None:  # another server, or a test
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
    """Clear the request id after logging, and do not wait for the client to close the connection.

    gunicorn would wait for two seconds, and the process would serve no one else meanwhile.
    """
    stop_reading(environ.get("gunicorn.socket"))
    request_id.set("-")


def when_ready(server):
    """Make the system hold connections until a request arrives, and buffer whole responses.

    Browsers open up to six connections in advance. Each would block a thread, and the pages queued behind it, for five
    seconds.
    """
    if settings.METRICS_TOKEN:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = server.counts = tempfile.mkdtemp(prefix="reforms-metrics-")
    if hasattr(socket, "TCP_DEFER_ACCEPT"):  # Linux
        for listener in server.LISTENERS:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_AT_ONCE)


def pre_fork(server, worker):
    """Give a worker the first free place. It continues the metrics of the worker that had the place before."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(place for place in itertools.count() if place not in taken)


def post_fork(server, worker):
    """Name the files of a worker's metrics after its place."""
    if settings.METRICS_TOKEN:
        values.ValueClass = values.MultiProcessValue(lambda: worker.place)


def on_exit(server):
    """Delete the metrics."""
    if folder := getattr(server, "counts", None):
        shutil.rmtree(folder, ignore_errors=True)


def pre_exec(server):
    """Move systemd's sockets back to where a server that takes over looks for them."""
    if server.systemd:
        for place, listener in enumerate(server.LISTENERS, SD_LISTEN_FDS_START):
            os.dup2(listener.fileno(), place)


def post_worker_init(worker):
    """Stop the previous server if this one replaces it: its first worker can answer now."""
    former = os.environ.get("GUNICORN_PID")
    if former and worker.age == 1:
        sd_notify(f"MAINPID={worker.ppid}", worker.log)
        with suppress(ProcessLookupError):  # it has already stopped
            os.kill(int(former), signal.SIGTERM)
