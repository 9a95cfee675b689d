"""The app's configuration, which connects signal receivers and checks."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    """The app for the record of a reform programme."""

    name = "initiatives"
    verbose_name = _("The record")

    def ready(self) -> None:
        """Connect the receivers (search, the public log, notices, comparisons) and register the deployment check."""
        from initiatives.changes import receivers
        from initiatives.editorial import notices
        from initiatives.editorial.copies import comparing
        from initiatives.pages import site_owner
        from initiatives.search import signals

        signals.connect()
        receivers.connect()
        notices.connect()
        comparing.connect()
        checks.register(site_owner.check, deploy=True)
