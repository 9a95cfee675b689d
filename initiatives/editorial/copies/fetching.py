"""Fetches the document at a source's address: one request, without a browser, and never from a private network.

What is kept is what the server sent. Sites that ask robots to stay away are left alone: an editor brings the document.
"""

import http.client
import socket
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.editorial.web import AddressRefused, NoAnswer, Web, is_public
from initiatives.models import Capture
from initiatives.models.captures import LARGEST

# Seconds for everything: robots.txt, redirects and the document.
PATIENCE = 60
# The name that robots.txt may mention.
ROBOT = "DocumentCopy"
# Bytes of robots.txt that are read (RFC 9309, section 2.5).
LONGEST_ROBOTS = 500_000
REFUSALS = frozenset({401, 403, 406, 451})
GONE = frozenset({404, 410})
BRING_IT = gettext_lazy("Bring the document yourself: upload it or paste its text.")


class CannotCopy(Exception):
    """A page that cannot be copied. The message says why and what to do.

    `gone`: the server says that there is no such page; `again`: it may work later; `heard`: a server answered;
    `no_host`: the name of the server is unknown, perhaps because this machine is offline.
    """

    def __init__(
        self, message: str, *, gone: bool = False, again: bool = False, heard: bool = True, no_host: bool = False
    ):
        super().__init__(message)
        self.gone, self.again, self.heard, self.no_host = gone, again, heard, no_host


@dataclass(frozen=True)
class Fetched:
    """A document as it was sent, with what a copy notes of it."""

    data: bytes
    # The whole header, with the encoding of the text if the server said it.
    media_type: str
    final_url: str
    http_status: int


def fetch(url: str, may_ask: Callable[[str], bool] = is_public, patience: float = PATIENCE) -> Fetched:
    """Return the document at an address. Raises CannotCopy."""
    web = Web(f"{ROBOT} (+{settings.SITE_URL}/)", may_ask)
    end = time.monotonic() + patience
    allowed: dict[str, RobotFileParser] = {}

    def ask_robots(address: str) -> None:
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in allowed:
            allowed[site] = _robots(web, f"{site}/robots.txt", patience, end)
        if not allowed[site].can_fetch(ROBOT, address):
            raise CannotCopy(_("The site asks robots not to read this page. %(bring)s") % {"bring": BRING_IT})

    try:
        with web.follow("GET", url, patience, end, before=ask_robots) as (response, final_url):
            _check_status(response.status)
            data = _body(response, LARGEST)
            media_type = response.headers.get("Content-Type") or "application/octet-stream"
    except NoAnswer as error:
        raise _unanswered(error) from error
    if len(data) > LARGEST:
        raise CannotCopy(_("The document is too large: at most 10 MB can be kept. Bring the part that is quoted."))
    final_url = iri_to_uri(final_url)
    if len(final_url) > (Capture._meta.get_field("final_url").max_length or 0):
        raise CannotCopy(_("The page redirects to an address that is too long. %(bring)s") % {"bring": BRING_IT})
    printable = "".join(filter(str.isprintable, media_type))
    return Fetched(data, printable[:100], final_url, response.status)


def _robots(web: Web, url: str, patience: float, end: float) -> RobotFileParser:
    """Return a site's rules for robots; without such a file everything is allowed. Raises CannotCopy, NoAnswer."""
    rules = RobotFileParser()
    with web.follow("GET", url, patience, end) as (response, _url):
        if response.status >= 500 or response.status == 429:
            _check_status(response.status)
        found = response.status == 200
        text = _body(response, LONGEST_ROBOTS)[:LONGEST_ROBOTS].decode("utf-8-sig", "replace") if found else ""
    rules.parse(text.splitlines())
    return rules


def _check_status(status: int) -> None:
    """Raises CannotCopy unless the status is 200."""
    if status == 200:
        return
    said = {"status": f"{status} {http.client.responses.get(status, '')}".strip(), "bring": BRING_IT}
    if status in GONE:
        raise CannotCopy(_("There is no page at this address (%(status)s). Find its new address.") % said, gone=True)
    if status in REFUSALS:
        raise CannotCopy(_("The site does not show this page to robots (%(status)s). %(bring)s") % said)
    if status == 429:
        text = _("The site is asked too often (%(status)s). It is asked again later. %(bring)s")
        raise CannotCopy(text % said, again=True)
    if status >= 500:
        raise CannotCopy(_("The site has a fault (%(status)s). It is asked again later.") % said, again=True)
    raise CannotCopy(_("The site did not send the page (%(status)s). %(bring)s") % said)


def _body(response: http.client.HTTPResponse, most: int) -> bytes:
    """Return the body without its compression, at most one byte more than `most`.

    Raises CannotCopy, OSError, HTTPException.
    """
    data = response.read(most + 1)
    # What is missing of the length that the server promised.
    if len(data) <= most and response.length:
        raise http.client.IncompleteRead(data, response.length)
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding in {"", "identity"}:
        return data
    # Some servers compress whatever they are asked for. A small body may unpack to a huge one.
    unpacking = zlib.decompressobj(wbits=47)
    try:
        data = unpacking.decompress(data, most + 1)
    except zlib.error as error:
        text = _("The site sent the page in a form that cannot be read (%(coding)s). %(bring)s")
        raise CannotCopy(text % {"coding": coding[:20], "bring": BRING_IT}) from error
    if len(data) <= most and not unpacking.eof:
        raise http.client.IncompleteRead(data)
    return data


def _unanswered(error: NoAnswer) -> CannotCopy:
    if isinstance(error.__cause__, AddressRefused):
        text = _("The address %(why)s. Correct it. %(bring)s") % {"why": str(error), "bring": BRING_IT}
        return CannotCopy(text, heard=error.heard)
    if isinstance(error.__cause__, http.client.IncompleteRead):
        return CannotCopy(_("The site sent only a part of the page. It is asked again later."), again=True)
    text = _("The page could not be read: %(why)s. It is asked again later.") % {"why": str(error)}
    return CannotCopy(text, again=True, heard=error.heard, no_host=isinstance(error.__cause__, socket.gaierror))
