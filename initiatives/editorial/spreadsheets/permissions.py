"""What a user may do by an import: the same as by the forms of the admin."""

from dataclasses import dataclass

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model
from django.utils.translation import gettext as _

from initiatives.models.choices import State

# States that take the right to publish: to be brought into, and to be changed in.
PUBLISHERS_STATES = (State.PUBLISHED, State.ARCHIVED)


@dataclass(frozen=True)
class Rights:
    """The rights of one user, asked by model."""

    user: User | AnonymousUser | None

    def may(self, action: str, model: type[Model]) -> bool:
        """Whether the user has the permission `action` ("add", "change", "publish" …) for a model."""
        codename = get_permission_codename(action, model._meta)
        return self.user is not None and self.user.has_perm(f"{model._meta.app_label}.{codename}")

    def refusals(self, model: type[Model], before: str, after: str) -> list[str]:
        """Return why an item that changes may not: `before` is its state ("" if it is new), `after` the row's."""
        if self.may("publish", model):
            return []
        if before in PUBLISHERS_STATES:
            return [_("It is published or archived: only publishers change it.")]
        if after in PUBLISHERS_STATES:
            return [_("status: Only publishers publish and archive. Write draft or in_review.")]
        return []
