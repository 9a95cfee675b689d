"""Replaces Django's admin site with the editors' desk."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin app with DeskSite as its site, so that `admin.register` registers with the desk."""

    default_site = "initiatives.accounts.site.DeskSite"
