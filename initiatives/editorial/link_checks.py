"""Checks politely whether the addresses of sources still work.

One request at a time, never two to the same host within a few seconds; HEAD first, GET only if HEAD is refused; no
body is read; the user agent names the site. Private addresses are never requested (`web`).
"""

import datetime
import http.client
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from initiatives.editorial.web import NoAnswer, Web, is_public
from initiatives.models import LinkCheck, Source
from initiatives.models.choices import State

# Seconds for one request, from the connection to the response headers.
PATIENCE = 15
# The server answers and the page may exist; it just does not show it to us.
REFUSALS = frozenset({401, 403, 406, 429, 451})


@dataclass(frozen=True)
class LinkResult:
    """The answer of an address in words, whether it works, and whether any server responded."""

    text: str
    answers: bool = False
    heard: bool = False


class LinkChecker:
    """Asks one address at a time. Connects only to IP addresses that `may_ask` allows; calls `pause` before a retry."""

    def __init__(self, may_ask: Callable[[str], bool] = is_public, pause: Callable[[], object] = lambda: None):
        self.web, self.pause = Web(f"LinkCheck (+{settings.SITE_URL}/)", may_ask), pause

    def ask(self, url: str) -> LinkResult:
        """Return the result for an address. Never raises."""
        answer = self._follow("HEAD", url)
        if answer.answers or not answer.heard:
            return answer
        self.pause()
        return self._follow("GET", url)

    def _follow(self, method: str, url: str) -> LinkResult:
        try:
            with self.web.follow(method, url, PATIENCE) as (response, _url):
                status = response.status
        except NoAnswer as error:
            return LinkResult(str(error), heard=error.heard)
        text = f"{status} {http.client.responses.get(status, '')}".strip()
        return LinkResult(text, answers=status < 400 or status in REFUSALS, heard=True)


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
