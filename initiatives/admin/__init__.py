"""The editors' desk, built on Django's admin, with one module for each group of models.

Editors write drafts; users with a model's `publish` permission also publish (see publishable.PublishableAdmin).
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from initiatives.admin import accounts, imports, items, logs, proposals, themes

__all__ = ["accounts", "imports", "items", "logs", "proposals", "themes"]

admin.site.site_header = _("The record — editors' desk")
admin.site.site_title = _("The record — editors' desk")
admin.site.index_title = _("To do")
admin.site.enable_nav_sidebar = True
