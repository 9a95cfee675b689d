"""The editors' desk: Django's own admin, one module per family of models.

Editors write drafts; users with a model's `publish` permission also publish (see base.PublishableAdmin).
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from initiatives.admin import (
    accounts,
    changes,
    imports,
    initiatives,
    people,
    principles,
    proposals,
    quotes,
    redirects,
    reports,
    search,
    sources,
    themes,
)

__all__ = [
    "accounts",
    "changes",
    "imports",
    "initiatives",
    "people",
    "principles",
    "proposals",
    "quotes",
    "redirects",
    "reports",
    "search",
    "sources",
    "themes",
]

admin.site.site_header = _("The record — editors' desk")
admin.site.site_title = _("The record — editors' desk")
admin.site.index_title = _("To do")
admin.site.enable_nav_sidebar = True
