"""The about page says who runs the site, how it may be used and how to cite it."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned_site(settings):
    """Settings of a site with an owner."""
    settings.SITE_OWNER = "Institute <of> Records"
    settings.SITE_CONTACT = "mailto:record@reforms.example"
    settings.SITE_FUNDING = "Paid for by nobody else."
    return settings


def page(client, address="/about/") -> str:
    return " ".join(client.get(address).content.decode().split())


def test_it_names_the_owner(client, owned_site):
    html = page(client)
    assert "<dd>Institute &lt;of&gt; Records</dd>" in html
    assert '<a class="address" href="mailto:record@reforms.example">record@reforms.example</a>' in html
    assert "Paid for by nobody else." in html
    assert "not stated" not in html
    assert "Institute &lt;of&gt; Records. <cite>The Reform Record</cite>. http://testserver/ (accessed " in html
    for leads_to in ("/method/", "/changes/", "/data/"):
        assert f'href="{leads_to}"' in html.partition("<main")[2].partition("</main>")[0]


def test_missing_settings_are_left_out_in_production(client):
    html = page(client)
    assert "not stated" not in html
    assert "Who keeps it" not in html
    assert "How to cite it" in html


@pytest.mark.parametrize("stated", [None, "SITE_OWNER", "SITE_CONTACT", "SITE_FUNDING"])
def test_missing_settings_are_pointed_out_in_debug_mode(client, settings, stated):
    settings.DEBUG = True
    if stated:
        setattr(settings, stated, "https://reforms.example/contact")
    assert page(client).count("not stated") == (2 if stated else 3)


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0", "CC BY-NC-SA 4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://reforms.example/terms?a=1&b=2", "reforms.example"),
    ],
)
def test_every_page_names_the_licence(client, settings, licence, name):
    settings.DATA_LICENCE = licence
    shown = licence.replace("&", "&amp;")
    for address in ("/", "/quotes/", "/about/", "/no-such-page/"):
        assert f'<a href="{shown}" rel="license">Licence: {name}</a>' in page(client, address)


def test_every_page_links_to_the_contact(client, owned_site):
    for address in ("/", "/method/", "/no-such-page/"):
        assert '<a href="mailto:record@reforms.example">Contact</a>' in page(client, address)
    owned_site.SITE_CONTACT = ""
    assert ">Contact</a>" not in page(client, "/")
