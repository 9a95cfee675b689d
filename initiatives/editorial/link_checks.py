"""Checks politely whether the addresses of sources still work.

One request at a time, never two to the same host within a few seconds; HEAD first, GET only if HEAD is refused; no
body is read; the user agent names the site. Private addresses are never requested, not even after a redirect:
the name is resolved once, and the connection goes to the address that was checked.
"""

import contextlib
import datetime
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from initiatives.models import LinkCheck, Source
from initiatives.models.choices import State

# Seconds for one request, from the connection to the response headers.
PATIENCE = 15
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The server answers and the page may exist; it just does not show it to us.
REFUSALS = frozenset({401, 403, 406, 429, 451})


class AddressRefused(OSError):
    """An address that must not be requested."""


@dataclass(frozen=True)
class LinkResult:
    """The answer of an address in words, whether it works, and whether any server responded."""

    text: str
    answers: bool = False
    heard: bool = False


def is_public(address: str) -> bool:
    """Whether an IP address is public, not of this machine, its network or a special use."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and (inner := _inner(ip)):
        return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _inner(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address inside an IPv6 address: mapped, 6to4, Teredo or NAT64 (RFC 6052)."""
    if ip in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


class LinkChecker:
    """Asks one address at a time. Connects only to IP addresses that `may_ask` allows; calls `pause` before a retry."""

    def __init__(self, may_ask: Callable[[str], bool] = is_public, pause: Callable[[], object] = lambda: None):
        self.may_ask, self.pause = may_ask, pause
        self.headers = {"User-Agent": f"LinkCheck (+{settings.SITE_URL}/)", "Accept": "*/*", "Connection": "close"}
        self.tls = ssl.create_default_context()

    def ask(self, url: str) -> LinkResult:
        """Return the result for an address. Never raises."""
        answer = self._follow("HEAD", url)
        if answer.answers or not answer.heard:
            return answer
        self.pause()
        return self._follow("GET", url)

    def _follow(self, method: str, url: str) -> LinkResult:
        heard = False
        try:
            for _redirect in range(MOST_REDIRECTS + 1):
                status, location = self._request(method, url)
                heard = True
                if status not in REDIRECTS or not location:
                    text = f"{status} {http.client.responses.get(status, '')}".strip()
                    return LinkResult(text, answers=status < 400 or status in REFUSALS, heard=True)
                url = urljoin(url, location)
            return LinkResult(_("redirects in a loop"), heard=True)
        except AddressRefused as error:
            return LinkResult(str(error), heard=heard)
        except socket.gaierror:
            return LinkResult(_("no such host"), heard=heard)
        except ssl.SSLError:
            return LinkResult(_("no secure connection"), heard=True)
        except TimeoutError:
            return LinkResult(_("no answer within %(seconds)d seconds") % {"seconds": PATIENCE}, heard=heard)
        except (OSError, http.client.HTTPException, UnicodeError, ValueError):
            return LinkResult(_("no answer"), heard=heard)

    def _request(self, method: str, url: str) -> tuple[int, str]:
        """Return the status and the address it redirects to, if any. Raises OSError, HTTPException, ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise AddressRefused(_("not a web address"))
        host, port = parts.hostname.encode("idna").decode(), parts.port or (443 if parts.scheme == "https" else 80)
        connection: http.client.HTTPConnection = http.client.HTTPConnection(host, port)
        sock = self._connected(host, port)
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(host, port, context=self.tls)
            sock = self.tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
        connection.sock = sock
        with contextlib.closing(connection), _cut_off(sock, PATIENCE):
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            connection.request(method, _target(parts), headers=self.headers)
            response = connection.getresponse()
            return response.status, response.headers.get("Location", "")

    def _connected(self, host: str, port: int) -> socket.socket:
        """Return a connection to the first address of a host that accepts one, if all of them may be asked."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if not all(self.may_ask(str(address[0])) for *_kind, address in found):
            raise AddressRefused(_("leads into a private network"))
        failure: OSError = socket.gaierror()
        for *_kind, address in found:
            try:
                return socket.create_connection((str(address[0]), port), timeout=PATIENCE)
            except OSError as error:
                failure = error
        raise failure


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


def addresses_to_check() -> dict[str, list[int]]:
    """Return the addresses of all sources that are not archived, with their sources, those never checked first."""
    checked = {
        (pk, address): at for pk, address, at in LinkCheck.objects.values_list("source", "address", "checked_at")
    }
    never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    wanted = []
    for pk, *addresses in Source.objects.exclude(state=State.ARCHIVED).values_list("pk", "url", "archived_url"):
        wanted += [(checked.get((pk, address), never), address, pk) for address in addresses if address]
    sources: dict[str, list[int]] = {}
    for _at, address, pk in sorted(wanted):
        sources.setdefault(address, []).append(pk)
    return sources


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


def forget_former_addresses() -> None:
    """Delete the checks of addresses that no source uses any more."""
    LinkCheck.objects.exclude(Q(address=F("source__url")) | Q(address=F("source__archived_url"))).delete()


@transaction.atomic
def save_result(address: str, sources: Iterable[int], answer: LinkResult) -> None:
    """Save the result for an address, for each source that has it. Failures count once a day."""
    now, today = timezone.now(), timezone.localdate()
    for pk in Source.objects.filter(pk__in=sources).values_list("pk", flat=True):
        check = LinkCheck.objects.filter(source=pk, address=address).first() or LinkCheck(source_id=pk, address=address)
        check.checked_at, check.answer = now, answer.text[:100]
        if answer.answers:
            check.failed_days, check.last_failed_on = 0, None
        elif check.last_failed_on != today:
            check.failed_days, check.last_failed_on = check.failed_days + 1, today
        check.save()
