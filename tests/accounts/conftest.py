"""Fixtures for all tests of accounts."""

import pytest
from django.conf import settings as site_settings
from django.utils import translation


@pytest.fixture(autouse=True)
def own_language():
    """Return to English after each test, whatever language a request activated."""
    yield
    translation.activate(site_settings.LANGUAGE_CODE)


@pytest.fixture
def required(settings):
    """Require a second factor from all staff."""
    settings.SECOND_FACTOR = True
