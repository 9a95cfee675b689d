"""The app's start: connects saving an item with indexing it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    """The record of a reform programme."""

    name = "initiatives"
    verbose_name = _("The record")

    def ready(self) -> None:
        """Connect the receivers that note changes for search, that write the public log, and that send notices."""
        from initiatives.changes import receivers
        from initiatives.editorial import notices
        from initiatives.search import signals

        signals.connect()
        receivers.connect()
        notices.connect()
