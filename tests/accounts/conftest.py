"""What the tests of this room begin with."""

import pytest
from django.conf import settings as site_settings
from django.utils import translation


@pytest.fixture(autouse=True)
def own_language():
    """Begin and end in English, whatever a request left."""
    yield
    translation.activate(site_settings.LANGUAGE_CODE)


@pytest.fixture
def required(settings):
    """Ask all members of staff for a second factor."""
    settings.SECOND_FACTOR = True
