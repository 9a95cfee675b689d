"""Copies the pages of sources from their addresses: a queue, and what is known of each page since its last copy.

Editors put sources into the queue; those with a fetched copy return to it when they were not read for a month. A
process holds a lease for each page it reads, so several may work at once, and one that dies blocks nothing for long.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from initiatives.editorial.copies.extraction import Extracted, Unreadable, extract
from initiatives.editorial.copies.fetching import BRING_IT, PATIENCE, CannotCopy, Fetched, fetch
from initiatives.editorial.copies.keeping import keep
from initiatives.editorial.web import is_public, round_robin_hosts
from initiatives.models import Capture, Lease, LinkCheck, Source, SourceText, Watch
from initiatives.models.captures import archive_path, text_hash
from initiatives.models.choices import CaptureWay, Live, State
from initiatives.models.sources import FAILED_DAYS

# How long a process may keep others from a page; after that it is presumed dead.
LONGEST = timedelta(minutes=10)
# A page with a copy is read again after this time.
MONTH = timedelta(days=30)
# The pause after a failure doubles from the first to the longest.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(hours=1), timedelta(days=7)

_log = logging.getLogger(__name__)


@dataclass
class Worked:
    """How many pages were copied, seen unchanged, not copied, and are left; and whether any server answered."""

    copied: int = 0
    same: int = 0
    failed: int = 0
    left: int = 0
    heard: bool = False


def want(source: Source, by: Any = None) -> Watch:
    """Put a source into the queue, as its first try. Raises CannotCopy if it has no address."""
    _need_address(source)
    now = timezone.now()
    fields = {"wanted_at": now, "wanted_by": by, "next_at": now, "tries": 0, "problem": ""}
    return Watch.objects.update_or_create(source=source, defaults=fields)[0]


def want_known_pages() -> None:
    """Put pages with a fetched copy into the queue if they were last read a month ago, or at a former address.

    If a copy was taken down, only an editor asks for another.
    """
    now = timezone.now()
    captures = Capture.objects.filter(source=OuterRef("pk"))
    known = (
        Source.objects.exclude(state=State.ARCHIVED)
        .exclude(url="")
        .filter(Exists(captures.filter(way=CaptureWay.FETCHED)), ~Exists(captures.exclude(taken_down_at=None)))
    )
    old = Q(tried_at=None) | Q(tried_at__lte=now - MONTH) | ~Q(address=F("source__url"))
    Watch.objects.bulk_create([Watch(source=source) for source in known.filter(watch=None)], ignore_conflicts=True)
    Watch.objects.filter(old, source__in=known, wanted_at=None).update(wanted_at=now, next_at=now, tries=0)


def copy_now(
    source: Source, by: Any = None, *, may_ask: Callable[[str], bool] = is_public, patience: float = PATIENCE
) -> Capture | None:
    """Read the page of a source and return its new copy, or None if its text is that of the newest fetched copy.

    Raises CannotCopy; the watch has its message. A page that may work later is then in the queue.
    """
    _need_address(source)
    return _copy(source, by, may_ask, patience)


def work_off(
    minutes: float,
    *,
    delay: float = 5,
    progress: Callable[[int], object] = lambda total: None,
    may_ask: Callable[[str], bool] = is_public,
    patience: float = PATIENCE,
) -> Worked:
    """Copy the pages that wait, those waiting longest first, with `delay` seconds between two of one host.

    `progress` is called after each page with the number of all. Pages that fail are tried again later, unless no
    server answered at all: then this machine may be offline, and they wait as before.
    """
    end = time.monotonic() + minutes * 60
    waiting: dict[str, deque[int]] = {}
    for url, pk in _ready().order_by("next_at", "pk").values_list("source__url", "pk"):
        waiting.setdefault(url, deque()).append(pk)
    total = sum(map(len, waiting.values()))
    addresses = [url for url, keys in waiting.items() for _key in keys]
    done, silent = Worked(left=total), []
    for url in round_robin_hosts(addresses, delay):
        if time.monotonic() >= end:
            break
        pk = waiting[url].popleft()
        done.left -= 1
        try:
            watch = Watch.objects.select_related("source", "wanted_by").get(pk=pk)
            new = _copy(watch.source, watch.wanted_by, may_ask, patience, only_if=_ready().filter(pk=pk).exists)
            done.copied += new is not None
            done.same += new is None
            done.heard = True
        except (_Busy, Watch.DoesNotExist):
            pass
        except CannotCopy as error:
            done.failed += 1
            done.heard |= error.heard
            if error.again and not error.heard:
                silent.append(pk)
        progress(total)
    if not done.heard:
        Watch.objects.filter(pk__in=silent, tries__gt=0).update(next_at=timezone.now(), tries=F("tries") - 1)
    return done


def _ready() -> Any:
    """Return the watches whose turn it is."""
    return Watch.objects.filter(wanted_at__isnull=False, next_at__lte=timezone.now()).exclude(source__url="")


class _Busy(CannotCopy):
    """A page that another process copies, or has just copied."""


def _need_address(source: Source) -> None:
    if not source.url:
        raise CannotCopy(_("This source has no address. Enter one. %(bring)s") % {"bring": BRING_IT})


def _copy(
    source: Source,
    by: Any,
    may_ask: Callable[[str], bool],
    patience: float,
    only_if: Callable[[], bool] = lambda: True,
) -> Capture | None:
    """See `copy_now`; `only_if` is asked once no other process can copy the page. Raises _Busy, too."""
    with Lease.hold(f"copy of source {source.pk}", LONGEST) as lease:
        if lease is None or not only_if():
            raise _Busy(_("This page is being copied at the moment. Reload in a few minutes."))
        try:
            fetched = fetch(source.url, may_ask, patience)
            return _keep_if_new(source, by, fetched, extract(fetched.data, fetched.media_type))
        except Unreadable as error:
            trouble = CannotCopy(str(error))
        except CannotCopy as error:
            trouble = error
        except Exception:
            # A fault of ours must not keep all others waiting.
            _log.exception("Source %s could not be copied.", source.pk)
            trouble = CannotCopy(_("Something went wrong on our side. It is tried again later."), again=True)
        _note_failure(source, by, trouble)
        raise trouble


def _keep_if_new(source: Source, by: Any, fetched: Fetched, read: Extracted) -> Capture | None:
    """Keep a page as a copy, unless its text is known, and note what it is now."""
    removed = SourceText.objects.filter(capture__source=source, sha256=text_hash(read.text))
    if removed.exclude(capture__taken_down_at=None).exists():
        raise CannotCopy(_("A copy with this text was taken down. It is not copied again."))
    # Only fetched copies have the address: what an editor brought always differs from the page around it.
    texts = SourceText.objects.at_hand(source.pk).filter(capture__asked_url=source.url)
    newest = texts.defer("text", "places").first()
    before = _hash_by(read.extractor, newest) if newest else ""
    if before == text_hash(read.text):
        _note(source, Live.SAME)
        return None
    with transaction.atomic():
        origin = {"asked_url": source.url, "final_url": fetched.final_url, "http_status": fetched.http_status}
        capture = keep(source, fetched.data, read, CaptureWay.FETCHED, fetched.media_type, by, origin)
        _note(source, Live.CHANGED if before else Live.SAME)
    return capture


def _hash_by(extractor: str, newest: SourceText) -> str:
    """Return the hash of a copy's text as an extractor reads it, or nothing if the copy can no longer be read.

    The bytes are not compared: a page with another counter or date in its markup is still the same.
    """
    if newest.extractor == extractor:
        return newest.sha256
    try:
        with storages["archive"].open(archive_path(newest.capture.sha256)) as file:
            return text_hash(extract(file.read(), newest.capture.media_type).text)
    except (OSError, Unreadable):
        return ""


def _note(source: Source, live: str, problem: str = "") -> None:
    """Store what the page is now, since when, and that it does not wait."""
    watch = _watch(source)
    if live != watch.live or live == Live.CHANGED:
        watch.live_since = watch.tried_at
    if live == Live.SAME:
        watch.same_at = watch.tried_at
    watch.live, watch.problem = live, problem
    watch.wanted_at, watch.wanted_by, watch.tries = None, None, 0
    watch.save()


def _note_failure(source: Source, by: Any, error: CannotCopy) -> None:
    """Store a problem: the page is gone, is tried again later, or waits for an editor."""
    failed_for_days = LinkCheck.objects.filter(source=source, address=source.url, failed_days__gte=FAILED_DAYS)
    if error.gone or (error.no_host and failed_for_days.exists()):
        _note(source, Live.GONE, str(error)[:300])
        return
    watch = _watch(source)
    watch.problem = str(error)[:300]
    if error.again:
        watch.next_at = watch.tried_at + min(FIRST_PAUSE * 2 ** min(watch.tries, 10), LONGEST_PAUSE)
        watch.tries = min(watch.tries + 1, 100)
        watch.wanted_at, watch.wanted_by = watch.wanted_at or watch.tried_at, watch.wanted_by or by
    else:
        watch.wanted_at, watch.wanted_by, watch.tries = None, None, 0
    watch.save()


def _watch(source: Source) -> Watch:
    """Return what is known of the page, and nothing if that was about a former address."""
    watch = Watch.objects.get_or_create(source=source)[0]
    if watch.address != source.url:
        watch.address, watch.live, watch.live_since, watch.same_at = source.url, "", None, None
    watch.tried_at = timezone.now()
    return watch
