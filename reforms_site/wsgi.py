"""The WSGI entry point: `gunicorn reforms_site.wsgi`."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reforms_site.settings")

for _database in settings.DATABASES.values():
    if _database["OPTIONS"].get("options") == settings.COMMAND_OPTIONS:
        _database["OPTIONS"]["options"] = settings.REQUEST_OPTIONS

application = get_wsgi_application()
# Django would import URLs and views at the first request. Importing them now keeps a broken release from taking over.
_ = get_resolver().url_patterns

# A search creates thousands of short-lived objects. By default Python collects garbage after every 700, and from time
# to time among all objects; doing so less often makes pages 10 % faster. Objects that exist now are never collected.
gc.freeze()
gc.set_threshold(50_000, 20, 50)
