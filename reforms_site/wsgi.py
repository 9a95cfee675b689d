"""The WSGI entry point: `gunicorn reforms_site.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reforms_site.settings")

application = get_wsgi_application()

# A search makes thousands of objects that are gone when it has answered. Python looks for cycles after every 700, and
# now and then among all that there are; looking so seldom, a page takes a tenth less. What stands by now, stays.
gc.freeze()
gc.set_threshold(50_000, 20, 50)
