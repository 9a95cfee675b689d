"""What became of the items of a kind since a time: what a copy of the record must take in, or drop, to stay in step."""

import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from initiatives.models import LastSeen, Milestone, QuoteTranslation
from initiatives.models.choices import Kind
from initiatives.models.history import DELETED, Versions
from initiatives.search import Hit
from initiatives.search.content import KINDS

# What an item of a kind tells of other items, besides those that it stands on (visibility_paths).
_TOLD: dict[str, tuple[str, ...]] = {
    Kind.QUOTE: ("themes", "initiatives", "translations"),
    Kind.INITIATIVE: ("themes", "bodies", "milestones", "milestones__source"),
    Kind.PRINCIPLE: ("themes", "initiatives"),
}
# Parts that may be gone, with the field that names the item.
_PARTS: dict[str, tuple[Any, str]] = {
    Kind.QUOTE: (QuoteTranslation, "quote"),
    Kind.INITIATIVE: (Milestone, "initiative"),
}


class Updates(NamedTuple):
    """Items that are public and may have changed, and the numbers of items that no longer are; more may follow."""

    public: list[Hit]
    gone: list[int]
    next: int | None


def updates(kind: str, since: datetime.datetime, after: int, most: int) -> Updates:
    """Return what became of items of a kind since a time, in the order of their numbers, behind a number.

    Of what is not public, only what readers have seen is named. The number of queries does not grow with the items.
    """
    model: Any = KINDS[kind].model
    touched = _touched(kind, model, since)
    public = model._default_manager.published()
    shown = public.filter(pk__gt=after, pk__in=touched).order_by("pk").values_list("pk", flat=True)
    seen = LastSeen.objects.filter(kind=kind, object_id__gt=after, object_id__in=touched)
    hidden = seen.filter(~Exists(public.filter(pk=OuterRef("object_id")))).order_by("object_id")
    found = [(pk, True) for pk in shown[: most + 1]]
    found += [(pk, False) for pk in hidden.values_list("object_id", flat=True)[: most + 1]]
    some = sorted(found)[:most]
    return Updates(
        [Hit(kind, pk) for pk, is_public in some if is_public],
        [pk for pk, is_public in some if not is_public],
        some[-1][0] if len(found) > most else None,
    )


def _touched(kind: str, model: Any, since: datetime.datetime) -> QuerySet:
    """Return the numbers of items that changed, or of which something did that they tell or stand on.

    One look-up for each, joined by UNION: as one condition, databases would go through all items.
    """
    items, now = model._default_manager.order_by(), timezone.now()
    found = [model.history.filter(history_date__gte=since).order_by().values("id")]
    for path in filter(None, (*model.visibility_paths, *_TOLD.get(kind, ()))):
        changed = _end(model, path).history.filter(history_date__gte=since).order_by()
        found.append(items.filter(**{f"{path}__in": changed.values("id")}).values("pk"))
    for path in (*model.visibility_paths, *(["milestones__source"] if kind == Kind.INITIATIVE else [])):
        prefix = f"{path}__" if path else ""
        came = Q(**{f"{prefix}published_at__gte": since, f"{prefix}published_at__lte": now})
        found.append(items.filter(came).values("pk"))
    for field in model.history.model._history_m2m_fields:
        # What is deleted leaves the items that had it without a version.
        gone = field.related_model.history.filter(history_type=DELETED, history_date__gte=since).order_by()
        marks = Versions.m2m_models[field]._base_manager.filter(
            **{f"{field.m2m_reverse_field_name()}__in": gone.values("id")}
        )
        found.append(marks.values(f"{field.m2m_field_name()}_id"))
    if kind in _PARTS:
        part, owner = _PARTS[kind]
        of_parts = part.history.filter(**{"history_date__gte": since, f"{owner}__isnull": False}).order_by()
        found.append(of_parts.values(f"{owner}_id"))
    return found[0].union(*found[1:])


def _end(model: Any, path: str) -> Any:
    """Return the model to which a look-up leads."""
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model
