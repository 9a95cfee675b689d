"""How gunicorn serves, for script/server and script/production alike.

The figures behind these choices are in docs/benchmarks.md, "Serving".
"""

import socket

control_socket_disable = True

# Threads of a worker share one core. Four let a page be served while others wait for the database or an upload.
threads = 4

# With connections kept, a worker keeps whatever visitors it accepted first, and one core does most of the work.
# Closed after each answer, the next request goes to the worker that is free.
keepalive = 0


def when_ready(server):
    """Let the system hold connections until they bring a request.

    A browser opens up to six in advance. Each would keep a thread waiting for five seconds, and pages behind it too.
    """
    if hasattr(socket, "TCP_DEFER_ACCEPT"):  # Linux
        for listener in server.LISTENERS:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
