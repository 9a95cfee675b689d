"""Streamed responses, such as lists as files: clients can detect if one was cut off."""

import socket
from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from reforms_site.gunicorn import break_off, end_by_reset
from reforms_site.middleware import Middleware

# Seconds for a client to accept a piece of at most 250,000 bytes: 4 kB a second.
PATIENCE = 60


class Streams(Middleware):
    """Resets the connection if a response fails while it is being sent, or if the client stops reading.

    In HTTP/1.1 the missing last chunk shows that a response is incomplete. In HTTP/1.0 it ends when the connection is
    closed; a reset shows that it is incomplete.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request; for HEAD, without producing the content."""
        response = self.get_response(request)
        connection = request.META.get("gunicorn.socket")
        if connection:
            connection.settimeout(PATIENCE)
        if isinstance(response, StreamingHttpResponse) and not response.has_header("Content-Length"):
            if request.method == "HEAD":
                response.streaming_content = ()
            elif connection:
                response.streaming_content = _whole(iter(response), connection)
        return response


def _whole(pieces: Iterator[bytes], connection: socket.socket) -> Iterator[bytes]:
    """Yield pieces; unless all are sent, the connection is reset, even if this process dies."""
    end_by_reset(connection, True)
    try:
        yield from pieces
    except Exception:
        break_off(connection)
        raise
    end_by_reset(connection, False)
