"""The conversation about an item: the users a comment addresses, and open comments."""

import re
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator

from initiatives.editorial.notices import Event, tell
from initiatives.models import Comment, Publishable
from initiatives.models.history import MADE

# A user name after "@", with the characters that Django allows in one; a full stop after it ends the sentence.
_MENTION = re.compile(r"(?<!\w)@([\w.@+-]*\w)")


def conversation(item: Publishable) -> QuerySet[Comment]:
    """Return the comments on an item, oldest first."""
    return Comment.objects.filter(kind=str(item._meta.model_name), object_id=item.pk)


def mentioned(text: str) -> list[User]:
    """Return the members of the desk whose user names follow an "@" in a text."""
    names = {name.lower() for name in _MENTION.findall(text)}
    named = Q()
    for name in names:
        named |= Q(username__iexact=name)
    return list(User.objects.filter(named, is_staff=True, is_active=True)) if names else []


@transaction.atomic
def write(item: Publishable, user: User, text: str) -> Comment:
    """Write a comment. It concerns users it mentions, users who commented before, and the user who began the item."""
    kind = str(item._meta.model_name)
    before = set(conversation(item).values_list("written_by", flat=True))
    began = type(item).history.filter(id=item.pk, history_type=MADE).values_list("history_user", flat=True)
    addressed = mentioned(text)
    comment = Comment.objects.create(
        kind=kind, object_id=item.pk, name=Truncator(item).chars(120), text=text, written_by=user
    )
    keys = {one.pk for one in addressed} | before | set(began)
    comment.concerns.set(User.objects.filter(pk__in=keys - {user.pk, None}, is_active=True))
    tell(Event.MENTIONED, comment, user, to=[one.pk for one in addressed], remark=text)
    return comment


def settle(comments: QuerySet[Comment], user: User) -> int:
    """Settle open comments; return how many there were."""
    return comments.filter(settled_at=None).update(settled_at=timezone.now(), settled_by=user)


def open_comments(kind: str, keys: Iterable[int]) -> dict[int, int]:
    """Return how many open comments each of these items has, without those that have none. One query."""
    found = Comment.objects.filter(kind=kind, object_id__in=list(keys), settled_at=None).order_by()
    return dict(found.values_list("object_id").annotate(Count("pk")))


def to_read(user: User) -> QuerySet[Comment]:
    """Return the open comments that concern a user, newest first."""
    return Comment.objects.filter(concerns=user.pk, settled_at=None).order_by("-written_at", "-pk")
