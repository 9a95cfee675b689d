"""Asks the Internet Archive whether it has the same copies as the record. Only bytes that were read count.

Nothing is sent there but the addresses of copies that were fetched; it is not asked to save pages. Each answer is saved
at once, so a run that is stopped goes on where it was.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import requests
from django.conf import settings
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from urllib3.exceptions import MaxRetryError
from wayback import WaybackClient, WaybackSession
from wayback.exceptions import RateLimitError, WaybackException, WaybackRetryError

from initiatives.models import Attestation, Capture
from initiatives.models.captures import LARGEST
from initiatives.models.choices import CaptureWay

WITNESS = "Internet Archive"
# Its copies from this long before and after ours are considered; of so many different ones the bytes are read.
AROUND = timedelta(days=30)
MOST_READ = 5
# An answer other than "the same" is asked for again after a day, two days, four …, so many times.
PAUSE = timedelta(days=1)
MOST_TRIES = 8


class NotReached(Exception):
    """The Internet Archive cannot be reached: this machine may be offline. Nothing was recorded."""


class AskedToWait(Exception):
    """It asked for a pause, until the time that is the argument."""


class Session(WaybackSession):
    """Requests to the Internet Archive: never repeated at once, and no answer is read beyond the largest copy."""

    def __init__(self, **options: Any) -> None:
        super().__init__(retries=0, user_agent=f"Attest (+{settings.SITE_URL}/)", **options)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send a request. Raises RateLimitError if the answer asks for a pause (429, 503), or it is too large."""
        response = super().send(request, **{**options, "stream": True})
        if response.status_code == 503 and "Memento-Datetime" not in response.headers:
            raise RateLimitError(response, self.get_retry_delay(0, response))
        whole = response.raw.stream

        def bounded(*how: Any, **also: Any) -> Iterator[bytes]:
            size = 0
            for some in whole(*how, **also):
                size += len(some)
                if size > LARGEST:
                    raise WaybackException(_("its copy is larger than any that is kept here"))
                yield some

        response.raw.stream = bounded
        return response


def due(source: str | None = None) -> QuerySet[Capture]:
    """Return the copies to ask about now, of all sources or one: those never asked about first."""
    asked = FilteredRelation("attestations", condition=Q(attestations__witness=WITNESS))
    open_still = Q(asked__equal=None) | Q(asked__equal=False)
    again = Q(asked__next_at__lte=timezone.now(), asked__tries__lt=MOST_TRIES) & open_still
    captures = Capture.objects.annotate(asked=asked).filter(Q(asked=None) | again)
    captures = captures.filter(way=CaptureWay.FETCHED, taken_down_at=None).exclude(asked_url="")
    if source is not None:
        captures = captures.filter(source__slug=source)
    return captures.order_by(F("asked__next_at").asc(nulls_first=True), "pk")


def waits_until() -> datetime | None:
    """Return until when the Internet Archive asked for a pause; None if it did not, or the pause is over."""
    waiting = Attestation.objects.filter(witness=WITNESS, answer=_busy(), next_at__gt=timezone.now())
    return waiting.order_by("-next_at").values_list("next_at", flat=True).first()


def ask(client: WaybackClient, capture: Capture) -> Attestation:
    """Ask about a copy, save the answer and return it. Raises NotReached, AskedToWait."""
    attestation = Attestation.objects.filter(capture=capture, witness=WITNESS).first()
    attestation = attestation or Attestation(capture=capture, witness=WITNESS)
    attestation.asked_at = timezone.now()
    try:
        _look(client, attestation)
    except RateLimitError as error:
        attestation.answer = _busy()
        attestation.next_at = timezone.now() + timedelta(seconds=max(error.retry_after or 0, 60))
        attestation.save()
        raise AskedToWait(attestation.next_at) from error
    except WaybackRetryError as error:
        if isinstance(next(iter(error.cause.args), None), MaxRetryError):  # there was no connection
            raise NotReached from error
        attestation.answer = _("It did not answer.")
    except (WaybackException, requests.RequestException) as error:
        attestation.answer = (_("It could not show its copy: %s") % error)[:300]
    attestation.tries += 1
    attestation.next_at = timezone.now() + PAUSE * 2 ** (attestation.tries - 1)
    attestation.save()
    return attestation


def _look(client: WaybackClient, attestation: Attestation) -> None:
    """Read the nearest different copies until one has the same bytes, and put down what was seen."""
    capture = attestation.capture
    time = capture.captured_at
    found = client.search(
        capture.final_url or capture.asked_url,
        match_type="exact",  # whatever signs the address has
        from_date=time - AROUND,
        to_date=time + AROUND,
        filter_field="statuscode:200",
    )
    different: dict[str, Any] = {}
    for record in sorted(islice(found, 1000), key=lambda record: abs(record.timestamp - time)):
        different.setdefault(record.digest, record)
    if not different:
        attestation.answer = _("It has no copy from within %d days of ours.") % AROUND.days
    seen, problem = False, None
    for record in islice(different.values(), MOST_READ):
        try:
            content = client.get_memento(record, follow_redirects=False).content
        except (RateLimitError, WaybackRetryError):
            raise
        except WaybackException as error:  # this one cannot be shown; others may be
            problem = error
            continue
        equal = hashlib.sha256(content).hexdigest() == capture.sha256
        if equal or not seen:
            attestation.address, attestation.witnessed_at, attestation.equal = record.view_url, record.timestamp, equal
            attestation.answer = "" if equal else _("Its copy has other bytes than ours; a page may change each time.")
        seen = True
        if equal:
            return
    if problem and not seen:
        raise problem


def _busy() -> str:
    return _("It asked for a pause.")
