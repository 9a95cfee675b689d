"""What the desk keeps for its users: saved filters of lists, and who has which form open."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """Filters and search of a list, kept by a user under a name."""

    # The most of one user in one list.
    MOST = 20

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    # The list, by the name of its model.
    model = models.CharField(max_length=30)
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=1000)

    class Meta:
        default_permissions = ()
        ordering = ["model", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "model", "name"],
                name="saved_filter_name_once",
                violation_error_message=_("You already have a filter with this name. Choose another name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class OpenForm(models.Model):
    """A form that a user has open. The browser says so every few seconds; what it no longer says is forgotten."""

    FORGOTTEN = timedelta(minutes=1)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    model = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    since = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["model", "object_id", "user"], name="open_form_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.model} {self.object_id}"

    @classmethod
    def note(cls, user, model: str, object_id: int) -> list["OpenForm"]:
        """Note that a user has a form open; return those of others, the first to open it first."""
        now = timezone.now()
        cls.objects.filter(seen_at__lt=now - cls.FORGOTTEN).delete()
        form = {"model": model, "object_id": object_id}
        cls.objects.update_or_create(
            user=user, **form, defaults={"seen_at": now}, create_defaults={"since": now, "seen_at": now}
        )
        return list(cls.objects.filter(**form).exclude(user=user).select_related("user"))
