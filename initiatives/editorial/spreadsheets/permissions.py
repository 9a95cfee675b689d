"""Permissions for imports, the same as in the admin's forms."""

from dataclasses import dataclass

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model
from django.utils.translation import gettext as _

from initiatives.models.choices import State

# States that need the right to publish, both to enter them and to change an item in them.
PUBLISHERS_STATES = (State.PUBLISHED, State.ARCHIVED)


@dataclass(frozen=True)
class Rights:
    """The rights of one user, by model."""

    user: User | AnonymousUser | None = None
    # Commands have all permissions.
    unlimited: bool = False

    def may(self, action: str, model: type[Model]) -> bool:
        """Whether the user has the permission `action` ("add", "change", "publish" …) for a model."""
        codename = get_permission_codename(action, model._meta)
        name = f"{model._meta.app_label}.{codename}"
        return self.unlimited or (self.user is not None and self.user.has_perm(name))

    def refusals(self, model: type[Model], before: str, after: str) -> list[str]:
        """Return why the user may not change an item: `before` is its state ("" if new), `after` the row's."""
        if self.may("publish", model):
            return []
        if before in PUBLISHERS_STATES:
            return [_("This item is published or archived. Only a publisher can change it.")]
        if after in PUBLISHERS_STATES:
            return [_("status: Only publishers can publish or archive. Enter draft or in_review.")]
        return []
