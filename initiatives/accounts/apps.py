"""Puts the desk in the place of Django's admin."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin with our site: what `admin.register` knows is the desk's."""

    default_site = "initiatives.accounts.site.DeskSite"
