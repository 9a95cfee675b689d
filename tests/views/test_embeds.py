"""Quotes embedded on other sites: what they show, who may frame them, and oEmbed as its consumers use it."""

import json
from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from urllib.request import urlopen

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Quote
from initiatives.models.choices import State
from tests.factories import BodyFactory, InitiativeFactory, PersonFactory, PrincipleFactory, QuoteFactory, SourceFactory
from tests.helpers import few_examples

pytestmark = pytest.mark.django_db


def embed(client, quote):
    return client.get(f"/quotes/{quote.pk}/embed/")


def test_a_frame_has_the_quote_and_no_script(client):
    quote = QuoteFactory(
        public=True, text="Words & <more>.", language="ru", source__title="An address", source__date=None
    )
    response = embed(client, quote)
    html = response.content.decode()
    assert '<p lang="ru">Words &amp; &lt;more&gt;.</p>' in html
    assert quote.speaker.name in html
    assert f'href="http://testserver{quote.get_absolute_url()}"' in html
    assert "<script" not in html
    assert "style=" not in html
    assert len(response.content) < 3_000
    assert "Corrected" not in html
    assert '<p class="caveats">Undated; secondary source</p>' in html


def test_any_site_may_frame_it_but_no_other_page(client):
    quote = QuoteFactory(public=True)
    response = embed(client, quote)
    assert "X-Frame-Options" not in response
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    for address in (quote.get_absolute_url(), "/oembed/?url=x", "/quotes/999999/embed/"):
        other = client.get(address)
        assert other["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_it_says_when_the_quote_was_corrected(client):
    quote = QuoteFactory(public=True)
    quote.text = "Other words."
    quote.save()
    html = embed(client, quote).content.decode()
    assert "Corrected:" in html
    assert f"/changes/?item=quote-{quote.pk}" in html


@pytest.mark.parametrize("state", [State.ARCHIVED, State.DRAFT])
def test_a_withdrawn_quote_is_gone_and_says_so(client, state):
    quote = QuoteFactory(public=True, text="Never said.")
    quote.state = state
    quote.save()
    response = embed(client, quote)
    assert response.status_code == 410
    assert "This quote was withdrawn" in response.content.decode()
    assert "Never said" not in response.content.decode()
    assert "X-Frame-Options" not in response
    quote.state = State.PUBLISHED
    quote.save()
    assert embed(client, quote).status_code == 200


def test_it_is_withdrawn_with_its_source(client):
    quote = QuoteFactory(public=True)
    quote.source.state = State.ARCHIVED
    quote.source.save()
    assert embed(client, quote).status_code == 410


def test_items_that_readers_never_saw_are_not_found(client):
    draft = QuoteFactory()
    soon = QuoteFactory(public=True, published_at=timezone.now() + timezone.timedelta(hours=1))
    for quote in (draft, soon):
        assert embed(client, quote).status_code == 404
    assert client.get("/quotes/99999999999999999999/embed/").status_code == 404


def test_the_page_of_a_quote_has_its_code_and_an_example(client):
    quote = QuoteFactory(public=True, text="Words & <more>.", verification="secondary", date=None)
    response = client.get(quote.get_absolute_url())
    menu = BeautifulSoup(response.content, "html.parser").select_one("details.share")
    code = menu.select_one("textarea").get_text()
    assert code == ask(client, url=f"http://testserver/q/{quote.pk}").json()["html"]
    assert menu.select_one("iframe")["src"] == f"/quotes/{quote.pk}/embed/"
    assert "frame-src 'self'" in response["Content-Security-Policy"]
    assert "frame-src" not in client.get(quote.source.get_absolute_url())["Content-Security-Policy"]


def test_every_item_can_be_shared_without_script(client):
    quote = QuoteFactory(public=True, text="Сөз & <more>.", verification="secondary", date="2020-05-01")
    principles = PrincipleFactory().set
    for item in (
        quote,
        InitiativeFactory(public=True),
        principles,
        quote.source,
        quote.speaker,
        BodyFactory(public=True),
    ):
        menu = BeautifulSoup(client.get(item.get_absolute_url()).content, "html.parser").select_one("details.share")
        url = f"http://testserver{item.get_absolute_url()}"
        asked = {link.get_text(): parse_qs(urlsplit(link["href"]).query) for link in menu.select("a")}
        assert asked["Telegram"]["url"] == [url]
        assert asked["WhatsApp"]["text"] == [f"{asked['Telegram']['text'][0]} {url}"]
        assert ("secondary source" in asked["Telegram"]["text"][0]) == (item == quote)
        assert bool(menu.select("iframe")) == (item == quote)
        drawn = client.get(menu.select_one("img")["src"])
        assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/svg+xml")
        assert b"style=" not in drawn.content
    assert client.get(f"/qr/quote-{QuoteFactory().pk}.svg").status_code == 404


def ask(client, **asked):
    return client.get(f"/oembed/?{urlencode(asked)}")


def test_all_addresses_of_a_quote_are_recognised(client):
    quote = QuoteFactory(public=True, text="Слова и дело.")
    for path in (quote.get_absolute_url(), f"/quotes/{quote.pk}/", f"/q/{quote.pk}", f"/quotes/{quote.pk}-слова/"):
        answer = ask(client, url=f"http://testserver{path}").json()
        assert f'src="http://testserver/quotes/{quote.pk}/embed/"' in answer["html"]
        assert answer["author_name"] == quote.speaker.name


@pytest.mark.parametrize("width", [1, 200, 560, 4000])
def test_it_fits_the_requested_size(client, width):
    quote = QuoteFactory(public=True, text="long words " * 130)
    answer = ask(client, url=f"http://testserver/q/{quote.pk}", maxwidth=width, maxheight=300).json()
    assert answer["width"] == min(width, 560)
    assert answer["height"] == 300
    assert f'width="{answer["width"]}" height="300"' in answer["html"]


def test_errors_follow_the_specification(client):
    quote, draft = QuoteFactory(public=True), QuoteFactory()
    here = f"http://testserver/q/{quote.pk}"
    assert ask(client, url=here, format="json").status_code == 200
    assert ask(client, url=here, format="xml").status_code == 501
    assert ask(client, url=here, maxwidth="wide").status_code == 400
    for wrong in (
        "",
        f"http://testserver/q/{draft.pk}",
        "http://testserver/quotes/",
        f"https://elsewhere.example/q/{quote.pk}",
        f"javascript://testserver/q/{quote.pk}",
        "http://[",
    ):
        assert ask(client, url=wrong).status_code == 404, wrong
    assert client.get("/oembed/").status_code == 404


@few_examples
@given(st.text(max_size=30), st.text(max_size=12))
def test_no_request_breaks_it(client, db, rest, width):
    assert ask(client, url=f"http://testserver/q/{rest}", maxwidth=width).status_code in {200, 400, 404}


class Consumer(HTMLParser):
    """An oEmbed consumer: finds the link on a page, follows it and reads the frame in the response."""

    def __init__(self) -> None:
        super().__init__()
        self.link = self.frame = ""

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        if tag == "link" and known.get("type") == "application/json+oembed":
            self.link = known["href"]
        if tag == "iframe":
            self.frame = known["src"]

    def frame_of(self, page: str) -> tuple[dict, str]:
        """Return the response for a page, and the contents of its frame."""
        self.feed(get(page))
        answer = json.loads(get(f"{self.link}&maxwidth=400&format=json"))
        self.feed(answer["html"])
        return answer, get(self.frame)


def get(url: str) -> str:
    with urlopen(url, timeout=10) as response:
        return response.read().decode()


@pytest.mark.django_db(transaction=True)
def test_a_consumer_finds_the_frame_over_http(live_server, settings):
    settings.SITE_URL, settings.SITE_PORT = live_server.url, live_server.thread.port
    settings.ALLOWED_HOSTS = ["*"]
    speaker = PersonFactory(public=True, name="Kassym-Jomart Tokayev")
    quote = QuoteFactory(public=True, text="“Сөз” & more", speaker=speaker, source=SourceFactory(public=True))
    page = urljoin(live_server.url, quote.get_absolute_url())
    answer, framed = Consumer().frame_of(page)
    assert (answer["version"], answer["type"], answer["width"]) == ("1.0", "rich", 400)
    assert answer["author_name"] == "Kassym-Jomart Tokayev"
    assert "“Сөз” &amp; more" in framed
    assert get(page).index("json+oembed") < 2_000
    Quote.objects.filter(pk=quote.pk).update(state=State.DRAFT)
    with pytest.raises(HTTPError) as refused:
        get(f"{live_server.url}/oembed/?{urlencode({'url': page})}")
    assert refused.value.code == 404
    refused.value.close()
