"""Imports: which files were imported, by whom, and the result."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import Imported
from initiatives.models.history import MAX_REASON


class Import(models.Model):
    """An uploaded file. Its content is kept until it is imported, for a day at most."""

    table = models.CharField(_("what"), max_length=20, choices=Imported)
    file_name = models.CharField(_("file"), max_length=200)
    # Null once it is imported.
    content = models.BinaryField(null=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True, db_index=True)
    # Null until it is imported: only then is it part of the record.
    done_at = models.DateTimeField(_("when"), null=True, db_index=True)
    added = models.PositiveIntegerField(_("rows added"), default=0)
    changed = models.PositiveIntegerField(_("rows changed"), default=0)
    unchanged = models.PositiveIntegerField(_("rows unchanged"), default=0)

    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("undone by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ("view",)
        ordering = ["-done_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def reason(self) -> str:
        """The reason in the versions it makes: its number, and as much of the file name as fits."""
        return f"Import {self.pk}: {self.file_name}"[:MAX_REASON]

    @property
    def undo_reason(self) -> str:
        """The reason in the versions that undoing it makes."""
        return f"Import {self.pk} undone: {self.file_name}"[:MAX_REASON]
