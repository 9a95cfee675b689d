"""Requests to addresses on the web that editors enter, never into a private network, not even after a redirect.

A name is resolved once, all its addresses are checked, and the connection goes to one of those that were checked. No
proxy is used, no cookie or password is sent, and a server that keeps sending slowly is cut off.
"""

import contextlib
import http.client
import ipaddress
import math
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Seconds for a connection to one of the IP addresses of a host: another may answer.
CONNECTING = 15
# Ports below this are for other protocols, such as mail, except the two of the web.
FIRST_FREE_PORT, WEB_PORTS = 1024, {"http": 80, "https": 443}
# Python counts these as public: cloud machines' metadata (192.0.0.192), former site-local addresses, documentation.
SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "fec0::/10", "3fff::/20")))


class AddressRefused(OSError):
    """An address that must not be requested."""


class RedirectLoop(OSError):
    """An address with too many redirects."""


class NoAnswer(Exception):
    """An address without an answer: why, and whether any server responded. The cause is the error itself."""

    def __init__(self, message: str, heard: bool):
        super().__init__(message)
        self.heard = heard


def is_public(address: str) -> bool:
    """Whether an IP address is public, not of this machine, its network or a special use."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and (inner := _inner(ip)):
        return is_public(str(inner))
    special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or any(ip in network for network in SPECIAL)
    return ip.is_global and not special


def _inner(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address inside an IPv6 address: mapped, 6to4, Teredo or NAT64 (RFC 6052)."""
    if ip in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


class Web:
    """Requests one address at a time, and names the site. Connects only to IP addresses that `may_ask` allows."""

    def __init__(self, agent: str, may_ask: Callable[[str], bool] = is_public):
        self.may_ask = may_ask
        # http.client adds "Accept-Encoding: identity".
        self.headers = {"User-Agent": agent, "Accept": "*/*", "Connection": "close"}
        self.tls = ssl.create_default_context()

    @contextlib.contextmanager
    def follow(
        self,
        method: str,
        url: str,
        patience: float,
        end: float = math.inf,
        before: Callable[[str], object] = lambda url: None,
    ) -> Iterator[tuple[http.client.HTTPResponse, str]]:
        """Request an address, follow redirects, and return the last response, to be read in the block, and its address.

        Each request has `patience` seconds once connected, all together until `end` (time.monotonic). `before` is
        called with each address and may raise. Raises NoAnswer, also for errors while the response is read.
        """
        heard = False
        try:
            for _redirect in range(MOST_REDIRECTS + 1):
                before(url)
                with self._request(method, url, patience, end) as response:
                    heard = True
                    location = response.headers.get("Location", "")
                    if response.status not in REDIRECTS or not location:
                        yield response, url
                        return
                url = urljoin(url, location)
            raise RedirectLoop(_("redirects in a loop"))
        except (AddressRefused, RedirectLoop) as error:
            raise NoAnswer(str(error), heard) from error
        except socket.gaierror as error:
            raise NoAnswer(_("no such host"), heard) from error
        except ssl.SSLError as error:
            raise NoAnswer(_("no secure connection"), True) from error
        except TimeoutError as error:
            raise NoAnswer(_("no answer within %(seconds)d seconds") % {"seconds": patience}, heard) from error
        except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
            raise NoAnswer(_("no answer"), heard) from error

    @contextlib.contextmanager
    def _request(self, method: str, url: str, patience: float, end: float) -> Iterator[http.client.HTTPResponse]:
        """Return the response of one address. Raises OSError, HTTPException, ValueError."""
        parts = urlsplit(url)
        host, port = _checked(parts)
        connection: http.client.HTTPConnection = http.client.HTTPConnection(host, port)
        sock = self._connected(host, port, end)
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(host, port, context=self.tls)
            sock = self.tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
        connection.sock = sock
        with contextlib.closing(connection), _cut_off(sock, min(patience, end - time.monotonic())):
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            connection.request(method, _target(parts), headers=self.headers)
            with contextlib.closing(connection.getresponse()) as response:
                yield response

    def _connected(self, host: str, port: int, end: float) -> socket.socket:
        """Return a connection to the first address of a host that accepts one, if all of them may be asked."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if not all(self.may_ask(str(address[0])) for *_kind, address in found):
            raise AddressRefused(_("leads into a private network"))
        failure: OSError = socket.gaierror()
        for *_kind, address in found:
            if (left := end - time.monotonic()) <= 0:
                raise TimeoutError
            try:
                return socket.create_connection((str(address[0]), port), timeout=min(left, CONNECTING))
            except OSError as error:
                failure = error
        raise failure


def _checked(parts: SplitResult) -> tuple[str, int]:
    """Return the host and port of an address. Raises AddressRefused, ValueError."""
    if parts.scheme not in WEB_PORTS or not parts.hostname:
        raise AddressRefused(_("not a web address"))
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(_("has a user name or password in it"))
    port = parts.port or WEB_PORTS[parts.scheme]
    if port < FIRST_FREE_PORT and port not in WEB_PORTS.values():
        raise AddressRefused(_("has a port that is not of the web"))
    return parts.hostname.encode("idna").decode(), port


def _target(parts: SplitResult) -> str:
    return iri_to_uri(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")


@contextlib.contextmanager
def _cut_off(sock: socket.socket, seconds: float) -> Iterator[None]:
    """End a request that takes too long, even if the server keeps sending slowly, by raising TimeoutError."""
    expired = threading.Event()

    def end() -> None:
        expired.set()
        with contextlib.suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        if expired.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if expired.is_set():
        raise TimeoutError


def round_robin_hosts(
    addresses: Iterable[str], delay: float, sleep: Callable[[float], object] = time.sleep
) -> Iterator[str]:
    """Return addresses one by one, taking hosts in turn, with `delay` seconds between two of one host."""
    waiting: dict[str, deque[str]] = {}
    for address in addresses:
        waiting.setdefault(_host(address), deque()).append(address)
    turns, free_at = deque(waiting), dict.fromkeys(waiting, 0.0)
    while turns:
        host = turns.popleft()
        if (wait := free_at[host] - time.monotonic()) > 0:
            sleep(wait)
        yield waiting[host].popleft()
        free_at[host] = time.monotonic() + delay
        if waiting[host]:
            turns.append(host)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
