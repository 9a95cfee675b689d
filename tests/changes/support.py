"""A clock that tests set, and the public log as readers see it."""

import datetime
import html
import re

from initiatives.changes.log import LogEntry, changes, entries

ATOM = {"a": "http://www.w3.org/2005/Atom"}


class Clock:
    """The time, moved by hand."""

    def __init__(self):
        self.time = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.time

    def forward(self, **delta) -> datetime.datetime:
        self.time += datetime.timedelta(**delta)
        return self.time


def log() -> list[tuple[str, list[str]]]:
    """Return the log as readers see it, without withdrawals: the nature of each change and the fields that differ."""
    return [(entry.change.nature, entry.labels) for entry in entries(changes()) if not entry.is_withdrawal]


def words(client, address: str = "/changes/") -> str:
    """Return the visible text of a page, without text for screen readers."""
    content = client.get(address).content.decode()
    main = content[content.index("<main") : content.index("</main>")]
    seen = re.sub(r"<[^>]+>", "", re.sub(r'<span class="visually-hidden">[^<]*</span>', "", main))
    return " ".join(html.unescape(seen).split())


def save(item, **values):
    for name, value in values.items():
        setattr(item, name, value)
    item.save()


def corrections_of(item, field: str = "text", shown: list[LogEntry] | None = None) -> list[tuple[str, str]]:
    """Return the corrections of one field of an item or part, oldest first, each as (old wording, new wording).

    `shown` is the current log, for callers that check several items; by default it is read from the database.
    """
    shown = entries(changes()) if shown is None else shown
    return [
        ("".join(piece.text for piece in difference.old), "".join(piece.text for piece in difference.new))
        for entry in reversed(shown)
        if (entry.change.kind, entry.change.object_id) == (item._meta.model_name, item.pk)
        for difference in entry.differences
        if difference.name == field and entry.change.nature == "correction"
    ]
