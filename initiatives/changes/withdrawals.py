"""What readers could once see and no longer can: its addresses say so, with the reason that was given."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from initiatives.models import LastSeen
from initiatives.models.history import DELETED

# Keys have 63 bits; databases accept no larger number.
LARGEST_KEY = 2**63 - 1


def withdrawn(model: Any, *, pk: int | None = None, slug: str = "") -> LastSeen | None:
    """Return that an item which is not public now was, by its key or its slug; None if it never was."""
    if pk is not None and pk > LARGEST_KEY:
        return None
    if pk is None:
        keys = list(model._default_manager.filter(slug=slug).values_list("pk", flat=True))
        keys += model.history.filter(slug=slug, history_type=DELETED).values_list("id", flat=True)
    else:
        keys = [pk]
    kept = LastSeen.objects.filter(kind=model._meta.model_name, object_id__in=keys)
    return kept.filter(Q(until=None) | Q(until__gt=timezone.now())).first()
