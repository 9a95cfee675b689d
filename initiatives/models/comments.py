"""What editors say to each other about items, and whether they get it by e-mail too."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from initiatives.models.history import name_of

LONGEST_COMMENT = 2000


class Comment(models.Model):
    """A comment on an item, open until an editor settles it. Only the desk shows it."""

    kind = models.CharField(_("kind"), max_length=20)
    object_id = models.PositiveBigIntegerField(_("item"))
    # The item's name when it was written, for lists.
    name = models.CharField(_("item"), max_length=120)
    text = models.TextField(_("comment"), max_length=LONGEST_COMMENT)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="comments",
    )
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("settled by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(_("settled"), null=True)
    # Whose start page shows it while it is open: see editorial.comments.
    concerns = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="comments_to_read")

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ()
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["kind", "object_id", "written_at", "id"], name="comment_of_item")]

    def __str__(self) -> str:
        return self.text

    @property
    def writer(self) -> str:
        """The name of who wrote it."""
        return name_of(self.written_by) or "–"


class MailChoice(models.Model):
    """That a member of the desk wants no e-mail about its work. Whoever has no row gets it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choice")
    wants_mail = models.BooleanField(_("Send me e-mail about the desk’s work"), default=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user}: {self.wants_mail}"
