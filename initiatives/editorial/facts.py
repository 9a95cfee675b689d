"""What somebody should see of an item before it reaches readers, besides its words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.editorial.comments import open_comments
from initiatives.editorial.near_duplicates import Twin, near_duplicates, near_duplicates_of
from initiatives.models import Publishable, Quote

# Near duplicates of so many quotes are looked up one by one; of more, the whole record is read once for all.
FEW = 20
_FIELDS = ("speaker", "source")


@dataclass(frozen=True)
class Fact:
    """One fact of an item."""

    label: str
    value: str
    # Whether it speaks against publishing.
    warns: bool = False


def facts_of(items: Sequence[Publishable]) -> dict[int, list[Fact]]:
    """Return the facts of items of one kind, by key: what it stands on, its dates, open comments, near duplicates.

    What the items stand on must be loaded.
    """
    if not items:
        return {}
    comments = open_comments(str(items[0]._meta.model_name), [item.pk for item in items])
    twins = _twins([item for item in items if isinstance(item, Quote)])
    return {
        item.pk: [*_of_fields(item), *_of_comments(comments.get(item.pk, 0)), *map(_of_twin, twins.get(item.pk, []))]
        for item in items
    }


def _of_fields(item: Publishable) -> list[Fact]:
    named = {field.name for field in item._meta.fields}
    found = [Fact(_("Words"), item.text)] if isinstance(item, Quote) else []
    found += [
        Fact(str(capfirst(item._meta.get_field(name).verbose_name)), str(getattr(item, name) or "–"))  # type: ignore[union-attr]
        for name in _FIELDS
        if name in named
    ]
    if "date" in named:
        found.append(Fact(_("Date"), getattr(item, "shown_date", "") or "–"))
    if first_day := getattr(item, "featured_on", None):
        found.append(Fact(_("On the home page from"), date_format(first_day)))
    return found


def _of_comments(count: int) -> list[Fact]:
    text = ngettext("%(count)d is open.", "%(count)d are open.", count) % {"count": count}
    return [Fact(_("Comments"), text, warns=True)] if count else []


def _of_twin(twin: Twin) -> Fact:
    text = _("%(percent)d%% the same: %(quote)s (%(state)s)") % {
        "percent": twin.percent,
        "quote": Truncator(twin.quote).chars(100),
        "state": twin.quote.get_state_display(),
    }
    return Fact(_("Nearly the same"), text, warns=True)


def _twins(quotes: list[Quote]) -> dict[int, list[Twin]]:
    if len(quotes) <= FEW:
        return {one.pk: near_duplicates(one.text, one.language, but=one.pk, most=2) for one in quotes}
    # Each finds itself, too.
    found = near_duplicates_of([one.text for one in quotes], most=3)
    return {
        one.pk: [twin for twin in twins if twin.quote.pk != one.pk][:2]
        for one, twins in zip(quotes, found, strict=True)
    }
