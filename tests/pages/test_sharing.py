"""Metadata of each page for other sites: its address, an image, a title and a neutral description."""

from html.parser import HTMLParser

import pytest
from django.conf import settings

from initiatives.models import Initiative, PrincipleSet, Quote
from initiatives.pages.previews import preview_url
from initiatives.pages.share_cards.contents import share_image, share_image_of_site
from initiatives.text.shorten import shorten
from tests.factories import InitiativeFactory, QuoteFactory, ThemeFactory
from tests.views.test_pages import PAGES, make_record

pytestmark = pytest.mark.django_db

NEEDED = {
    "description", "canonical", "og:site_name", "og:type", "og:locale", "og:url", "og:title", "og:description",
    "og:image", "og:image:type", "og:image:width", "og:image:height", "og:image:alt", "twitter:card",
    "twitter:image:alt",
}  # fmt: skip


class Head(HTMLParser):
    """A page's metadata by name; a duplicate name is an error."""

    def __init__(self, html):
        super().__init__()
        self.said = {}
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        name, value = attributes.get("property") or attributes.get("name"), attributes.get("content")
        if tag == "link" and attributes.get("rel") == "canonical":
            name, value = "canonical", attributes["href"]
        elif tag != "meta" or name in {None, "theme-color"}:
            return
        assert name not in self.said, name
        self.said[name] = value


def head(response):
    """Return the metadata of a response's page."""
    return Head(response.content.decode()).said


def test_every_page_has_its_title_description_and_address(client):
    addresses = [*PAGES, *make_record("one"), "/quotes/?q=words&theme=theme-one", "/search/?q=words"]
    for address in addresses:
        said = head(client.get(address))
        assert said.keys() >= NEEDED, address
        assert all(said[name] for name in NEEDED), address
        assert said["og:url"] == said["canonical"] == settings.SITE_URL + address
        assert said["og:description"] == said["description"]
        assert len(said["description"]) <= 160
        assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
        assert said["twitter:card"] == "summary_large_image"
        for name in ("canonical", "og:image"):
            assert said[name].startswith("http://testserver/")
            assert client.get(said[name].removeprefix("http://testserver")).status_code == 200, said[name]


def test_each_item_has_its_own_image_whose_address_changes_with_it(client):
    make_record("one")
    for model in (Quote, Initiative, PrincipleSet):
        item = model.objects.for_card().get()
        image = share_image(item)
        said = head(client.get(item.get_absolute_url()))
        assert said["og:image"] == f"http://testserver{image.path}?v={image.card.digest}"
        assert said["og:image:alt"] == image.card.alt
        assert said["og:type"] == "article"
    assert head(client.get("/"))["og:image"] == f"http://testserver{share_image_of_site().versioned_path}"
    assert head(client.get("/people/person-one/"))["og:type"] == "profile"
    assert head(client.get("/"))["og:type"] == "website"


def test_the_image_has_alt_text(client):
    quote = QuoteFactory(public=True, text="Слышащее государство", language="ru", date="2019-09-02")
    alt = head(client.get(quote.get_absolute_url()))["og:image:alt"]
    foot = f"{quote.speaker.name}. Secondary source. 2 September 2019 · {quote.source.title}"
    assert alt == f"«Слышащее государство». {foot}"
    long = QuoteFactory(public=True, text="Law and order. " * 100)
    assert len(head(client.get(long.get_absolute_url()))["og:image:alt"]) <= 400


def test_long_and_odd_texts_are_shortened_and_escaped(client):
    initiative = InitiativeFactory(public=True, title='A <b>"bold"</b> & law', summary="One\n sentence & <more>. " * 30)
    said = head(client.get(initiative.get_absolute_url()))
    assert said["og:title"] == 'A <b>"bold"</b> & law'
    assert said["description"].startswith("One sentence & <more>. One")
    assert said["description"].endswith("…")
    assert len(said["description"]) <= 160


@pytest.mark.parametrize(
    ("text", "limit", "shortened"),
    [
        ("a state that hears", 18, "a state that hears"),
        ("a state that hears", 17, "a state that…"),
        ("a state, that hears", 9, "a state…"),
        ("word" * 9, 10, "wordwordw…"),
        (" \n", 10, ""),
    ],
)
def test_texts_are_cut_after_a_word(text, limit, shortened):
    assert shorten(text, limit) == shortened


@pytest.mark.parametrize(
    ("asked", "known_as"),
    [
        ("/?utm_source=x", "/"),
        ("/themes/?view=grid", "/themes/"),
        ("/quotes/?sort=oldest&view=x&utm=1", "/quotes/"),
        ("/quotes/?page=1", "/quotes/"),
        ("/quotes/?page=2", "/quotes/?page=2"),
        ("/quotes/?page=02&sort=newest", "/quotes/?page=2"),
        ("/quotes/?theme=trade&theme=law&theme=law", "/quotes/?theme=law&theme=trade"),
        ("/quotes/?year=2020&theme=law&q=words", "/quotes/?q=words&theme=law&year=2020"),
        ("/quotes/?q=&theme=", "/quotes/"),
        ("/quotes/?theme=law&speaker=nobody&from=soon&sort=best", "/quotes/?theme=law"),
        ("/quotes/?language=kk&language=en", "/quotes/?language=en"),
        ("/quotes/?q=Сөз&theme=law", "/quotes/?q=%D0%A1%D3%A9%D0%B7&theme=law"),
    ],
)
def test_the_same_rows_have_one_canonical_address(client, asked, known_as, settings):
    settings.PAGE_SIZE = 2
    themes = [ThemeFactory(public=True, slug=slug) for slug in ("law", "trade")]
    for number in range(3):
        QuoteFactory(public=True, themes=themes, text=f"words {number}", date="2020-01-01")
    response = client.get(asked)
    assert response.status_code == 200
    assert head(response)["canonical"] == f"http://testserver{known_as}"
    canonical = client.get(known_as)
    assert head(canonical)["canonical"] == f"http://testserver{known_as}"


def test_addresses_in_other_scripts_are_percent_encoded(client):
    quote = QuoteFactory(public=True, text="Халық үніне құлақ")
    theme = ThemeFactory(public=True, slug="құқық")
    for item in (quote, theme):
        assert head(client.get(item.get_absolute_url()))["canonical"] == f"http://testserver{item.get_absolute_url()}"
        assert item.get_absolute_url().isascii()


def test_the_configured_address_is_used_whatever_the_host(client, settings):
    settings.SITE_URL = "https://reforms.example"
    said = head(client.get("/quotes/", headers={"host": "127.0.0.1"}))
    assert said["canonical"] == "https://reforms.example/quotes/"
    assert said["og:image"].startswith("https://reforms.example/card.png?v=")


def test_pages_not_meant_for_sharing_have_no_metadata(client, settings):
    draft = QuoteFactory(text="Not yet")
    link = preview_url(draft)
    pages = [client.get("/nothing/"), client.get(link)]
    settings.PREVIEW_MAX_AGE = -1
    pages.append(client.get(link))
    assert [page.status_code for page in pages] == [404, 200, 410]
    for page in pages:
        said = head(page)
        assert "canonical" not in said
        assert not [name for name in said if name.startswith(("og:", "twitter:"))]
        assert said["description"]
    assert link not in pages[1].content.decode()
