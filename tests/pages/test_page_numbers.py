"""The page numbers below a list."""

import re

import pytest

from tests.factories import QuoteFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("here", "numbers"),
    [
        (1, "1 2 3 … 9"),
        # A gap never replaces a single page.
        (5, "1 2 3 4 5 6 7 8 9"),
        (9, "1 … 7 8 9"),
    ],
)
def test_first_last_and_neighbouring_pages_are_linked(client, settings, here, numbers):
    settings.PAGE_SIZE = 1
    QuoteFactory.create_batch(9, public=True)
    page = client.get("/quotes/", {"page": here}).content.decode()
    shown = re.findall(r'class="pages__(?:number|gap)"[^>]*>([^<]+)<', page)
    assert " ".join(shown) == numbers
    assert re.findall(r'aria-current="page">(\d+)<', page) == [str(here)]
