"""The app's start: connects saving an item with indexing it."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    """The record of a reform programme."""

    name = "initiatives"
    verbose_name = _("The record")

    def ready(self) -> None:
        """Connect the receivers that update index, statistics and public log, and the system checks."""
        from initiatives.changes import receivers
        from initiatives.search import (
            checks,  # noqa: F401
            documents,
            engine,
            signals,
        )

        connection_created.connect(engine.without_compiling)
        post_migrate.connect(documents.renew_statistics, sender=self)
        signals.connect()
        receivers.connect()
