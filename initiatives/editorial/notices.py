"""E-mail about the desk's work: submissions, returned or published items, reports and mentions.

Every change (by a form, a list, an import) writes versions, and these send the notices. What one transaction changes is
sent together once it is committed: one message to each person, but none to the user who did it or to users who want
none (MailChoice).
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.db.models import Q, TextChoices
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.signals import post_create_historical_record

from initiatives.models import ErrorReport
from initiatives.models.choices import State
from initiatives.models.history import MADE, name_of, previous

# The most items that a message names under one heading.
NAMED = 20


class Event(TextChoices):
    """A kind of event, with its text in a message."""

    HANDED_IN = "handed_in", gettext_lazy("Submitted for review")
    SENT_BACK = "sent_back", gettext_lazy("Sent back")
    PUBLISHED = "published", gettext_lazy("Published")
    SCHEDULED = "scheduled", gettext_lazy("Scheduled")
    PROPOSED = "proposed", gettext_lazy("Proposed changes")
    RETURNED = "returned", gettext_lazy("Proposed changes sent back")
    REFUSED = "refused", gettext_lazy("Proposed changes refused")
    ACCEPTED = "accepted", gettext_lazy("Proposed changes accepted")
    REPORTED = "reported", gettext_lazy("Report from a reader")
    MENTIONED = "mentioned", gettext_lazy("You were mentioned")


# The permission that users need to act on the event.
WAITING_FOR = {Event.HANDED_IN: "publish", Event.PROPOSED: "publish", Event.REPORTED: "change"}
# Further reports within an hour send no message, because anyone can write them.
MOST_REPORTS = 10


@dataclass(frozen=True)
class Line:
    """One item of a message."""

    event: Event
    kind: str
    object_id: int
    name: str
    actor: int | None
    by: str
    remark: str = ""
    # The recipients; by default, the users whom the event concerns.
    to: tuple[int, ...] | None = None
    # The key of its version.
    version: int | None = None

    @property
    def url(self) -> str:
        """The address of the item's form."""
        return settings.SITE_URL + reverse(f"admin:initiatives_{self.kind}_change", args=[self.object_id])


class _Batch:
    """The notices of one transaction."""

    def __init__(self, line: Line):
        self.lines, self.is_sent = [line], False

    def send(self) -> None:
        """Send it, once the transaction is committed."""
        self.is_sent = True
        messages: dict[int, list[Line]] = defaultdict(list)
        lines = _committed(self.lines)
        for line, keys in zip(lines, _recipients(lines), strict=True):
            for key in keys - {line.actor}:
                messages[key].append(line)
        readers = User.objects.filter(pk__in=messages, is_active=True, is_staff=True).exclude(email="")
        mails = [_mail(user, messages[user.pk]) for user in readers.exclude(mail_choice__wants_mail=False)]
        if mails:
            get_connection().send_messages(mails)


def connect() -> None:
    """Connect the receiver; called once, when the app is ready."""
    post_create_historical_record.connect(_version_written, dispatch_uid="notices")


def tell(event: Event, about: Any, actor: Any, *, to: Iterable[int] | None = None, remark: str = "") -> None:
    """Send a notice of an event once the transaction is committed. `about` has a kind, an object_id and a name."""
    recipients = None if to is None else tuple(to)
    _add(Line(event, about.kind, about.object_id, about.name, actor and actor.pk, name_of(actor), remark, recipients))


def tell_of_report(report: ErrorReport) -> None:
    """Notify users who can answer a reader's report, without the reader's address."""
    recent = ErrorReport.objects.filter(reported_at__gt=report.reported_at - datetime.timedelta(hours=1))
    if recent.count() <= MOST_REPORTS:
        text = Truncator(" ".join(report.text.split())).chars(300)
        _add(Line(Event.REPORTED, "errorreport", report.pk, report.name, None, "", text))


def _version_written(sender, history_instance, **kwargs) -> None:
    """Send a notice of a version that hands an item in, sends it back, publishes or schedules it."""
    version = history_instance
    if event := _event_of(version):
        kind, name = str(version.instance_type._meta.model_name), Truncator(version.instance).chars(120)
        remark = version.review_note if event == Event.SENT_BACK else ""
        if event == Event.SCHEDULED:
            time = date_format(timezone.localtime(version.published_at), "DATETIME_FORMAT")
            remark = _("Scheduled for %(time)s") % {"time": time}
        by = version.history_user
        _add(Line(event, kind, version.id, name, by and by.pk, name_of(by), remark, version=version.pk))


def _event_of(version: Any) -> Event | None:
    """Return the event of a version, or None."""
    now = getattr(version, "state", None)
    before = previous(version) if now is not None and version.history_type != MADE else None
    was = before.state if before is not None else None
    if now == State.IN_REVIEW and was != now:
        return Event.HANDED_IN
    if now == State.DRAFT and was == State.IN_REVIEW:
        return Event.SENT_BACK
    if now == State.PUBLISHED and before is not None:
        at = timezone.now()
        # A scheduled item may be rescheduled or published immediately.
        if was != now or (before.published_at > at and before.published_at != version.published_at):
            return Event.SCHEDULED if version.published_at > at else Event.PUBLISHED
    return None


def _add(line: Line) -> None:
    """Add a line to the notices of the present transaction."""
    # On a rollback Django drops the transaction's callbacks, including this batch.
    for _savepoints, done, _robust in connection.run_on_commit:  # type: ignore[misc]  # the stubs miss one
        batch = getattr(done, "__self__", None)
        if isinstance(batch, _Batch) and not batch.is_sent:
            batch.lines.append(line)
            return
    transaction.on_commit(_Batch(line).send, robust=True)


def _committed(lines: list[Line]) -> list[Line]:
    """Return the lines whose version was not rolled back to a savepoint."""
    there: dict[str, set[int]] = {}
    for kind in {line.kind for line in lines if line.version}:
        numbers = [line.version for line in lines if line.kind == kind and line.version]
        there[kind] = set(_history(kind).filter(pk__in=numbers).values_list("pk", flat=True))
    return [line for line in lines if line.version is None or line.version in there[line.kind]]


def _recipients(lines: list[Line]) -> list[set[int]]:
    """Return the recipients of each line: users who can act on it, or who created or submitted the item."""
    waiting = {(line.event, line.kind) for line in lines if line.event in WAITING_FOR}
    entitled = {(event, kind): _with_right(WAITING_FOR[event], kind) for event, kind in waiting}
    authors: dict[tuple[str, int], set[int]] = defaultdict(set)
    for kind in {line.kind for line in lines if line.to is None and line.event not in WAITING_FOR}:
        versions = _history(kind).filter(
            Q(history_type=MADE) | Q(state=State.IN_REVIEW),
            id__in=[line.object_id for line in lines if line.kind == kind],
            history_user__isnull=False,
        )
        for key, user in versions.values_list("id", "history_user"):
            authors[kind, key].add(user)
    return [
        set(line.to)
        if line.to is not None
        else entitled.get((line.event, line.kind), authors[line.kind, line.object_id])
        for line in lines
    ]


def _history(kind: str) -> Any:
    model: Any = apps.get_model("initiatives", kind)
    return model.history


def _with_right(action: str, kind: str) -> set[int]:
    backend = "django.contrib.auth.backends.ModelBackend"
    found = User.objects.with_perm(f"initiatives.{action}_{kind}", backend=backend, include_superusers=False)
    return set(found.values_list("pk", flat=True))


def _mail(user: User, lines: list[Line]) -> EmailMessage:
    """Return one message about several items."""
    groups = [(event.label, [line for line in lines if line.event == event]) for event in Event]
    context = {
        "groups": [(label, some[:NAMED], max(0, len(some) - NAMED)) for label, some in groups if some],
        "page": settings.SITE_URL + reverse("admin:mail"),
    }
    first, *more = lines
    subject = f"{first.event.label}: {Truncator(first.name).chars(60)}"
    if more:
        subject = _("%(first)s, and %(count)d more") % {"first": subject, "count": len(more)}
    text = render_to_string("admin/initiatives/mail.txt", context)
    return EmailMessage(" ".join(subject.split()), text, to=[user.email])
