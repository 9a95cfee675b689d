"""Requests that no browser sends: no path, parameter, header, method or body causes an error or reveals a draft."""

import gzip
from io import BytesIO
from urllib.parse import quote, unquote_to_bytes

import brotli
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from initiatives.models.choices import State
from tests.models.test_visibility import SECRETS, build, public_addresses
from tests.views.test_methods import ADDRESSES
from tests.views.test_pages import PAGES, make_record

pytestmark = [pytest.mark.django_db]

# 200 requests, and 20,000 in a thorough run.
many_examples = settings(max_examples=8 * settings().max_examples)


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()


PARAMETERS = words(
    "q theme exclude_theme year since until speaker source initiative language sort view status kind body "
    "page version find_theme find_speaker in before item from to v p next _popup action o e limit cursor fields "
    "updated_since"
)
PLAIN_VALUES = words(
    "0 1 -1 500 99999999999999999999 1e9 NaN theme-one person-one speakers years newest oldest law -law la* * ** law- "
    "#theme:1 (law law) 2020 2020-09 2020-13-45 0000 undated en ru figures слово сөз ﬁ ../../etc/passwd %s%n"
)
VALUES = (
    *("", *PLAIN_VALUES, "words on law", '"words on"', '"', '""', "law or", "or or or"),
    *("e\u0301" * 40, "\u202e", "\ud7ff", "a" * 3000, "law " * 200, "' OR 1=1 --", "<script>alert(1)</script>"),
    *("{{ 7*7 }}", "\x00", "\n", "\r\nX-Injected: yes"),
)
METHODS = (*["GET"] * 5, *words("HEAD POST PUT PATCH DELETE OPTIONS TRACE PROPFIND get G\xc9T"))
HEADERS = {
    "HTTP_HOST": (
        *("testserver", "testserver:80", "evil.example", "", "a" * 300, "[::1"),
        *("testserver:99999", "testserver@evil"),
    ),
    "HTTP_ACCEPT_ENCODING": ("gzip", "gzip;q=0", "br", "*", ";;;,"),
    "HTTP_ACCEPT_LANGUAGE": ("ru", "kk,en;q=0.5", "x" * 2000, ";q=9"),
    "HTTP_IF_NONE_MATCH": ("*", '"x"', 'W/"', '"' * 500),
    "HTTP_IF_MODIFIED_SINCE": ("yesterday", "Sat, 28 Nov 2026 16:00:00 GMT", "Sat, 99 Nov 99999 99:99:99 GMT"),
    "HTTP_RANGE": ("bytes=0-0", "bytes=-1", "lines=1"),
    "HTTP_COOKIE": (
        *("session=x", "csrf=" + "a" * 32, "messages=x", "language=xx", "=;=;"),
        *("session=" + "\xff" * 50, "a=b; " * 400),
    ),
    "HTTP_X_FORWARDED_FOR": ("1.2.3.4", "unknown", "::ffff:1.2.3.4, x", "," * 50),
    "HTTP_X_FORWARDED_PROTO": ("https", "gopher"),
    "HTTP_X_FORWARDED_HOST": ("evil.example",),
    "HTTP_REFERER": ("http://testserver/", "not an address", "\xff\xfe"),
    "HTTP_ORIGIN": ("null", "http://evil.example"),
    "HTTP_X_REQUESTED_WITH": ("XMLHttpRequest",),
    "HTTP_EXPECT": ("100-continue",),
    "REMOTE_ADDR": ("", "::1", "unix:"),
    "CONTENT_TYPE": (
        *("application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x"),
        *("multipart/form-data; boundary=" + "x" * 300, "application/json", "text/plain; charset=nothing", "/"),
    ),
    "CONTENT_LENGTH": ("", "0", "-1", "7", "x", "9" * 30),
}
BODIES = (
    b"",
    b"username=a&password=b",
    b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\nlaw\r\n--x--\r\n',
    b"--x\r\n",
    b"\xff" * 500,
    b"{}",
)

values = st.one_of(st.sampled_from(VALUES), st.text(max_size=30).filter(lambda text: text.isprintable()))
pieces = st.one_of(
    values.map(lambda value: quote(value, safe="")),
    st.sampled_from(["", *words(".. . % %2e%2e %00 %ff%fe %2F admin login quotes 1-x 1 card.png ;a=b")]),
    st.binary(max_size=8).map(lambda some: quote(some, safe="")),
)


def addresses(known):
    """Return a strategy for paths: known, modified and invented ones."""
    changed = st.tuples(st.sampled_from(known), st.lists(pieces, max_size=2)).map(
        lambda drawn: drawn[0].partition("?")[0] + "/".join(drawn[1])
    )
    made_up = st.lists(pieces, max_size=5).map(lambda drawn: "/" + "/".join(drawn))
    return st.one_of(st.sampled_from(known), st.sampled_from(known), changed, made_up)


parameters = st.lists(
    st.tuples(st.sampled_from(PARAMETERS), values).map(lambda drawn: f"{drawn[0]}={quote(drawn[1], safe='')}"),
    max_size=5,
)
queries = st.one_of(
    parameters.map("&".join), parameters.map("&".join), st.binary(max_size=30).map(lambda some: some.decode("latin-1"))
)
headers = st.lists(
    st.sampled_from(sorted(HEADERS)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name]))),
    max_size=4,
).map(dict)


def answer(path, query="", method="GET", given=(), body=b"") -> tuple[int, str]:
    """Return the site's response to a request: status and text."""
    path, _mark, more = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote_to_bytes(path.encode()).decode("latin-1"),
        "QUERY_STRING": f"{more}&{query}" if more else query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        **dict(given),
    }
    response = Client(raise_request_exception=False).request(**environ)
    content = b"".join(response)
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(response.headers.get("Content-Encoding", ""))
    if unpack and content:  # the response to HEAD has none
        content = unpack(content)
    return response.status_code, content.decode("utf-8", "replace")


@pytest.fixture
def known(db):
    """The addresses of a public record, of drafts beside it, and of the desk."""
    public = [*PAGES, *make_record("one"), *ADDRESSES, "/sitemap.xml", "/sitemap-quotes.xml", "/robots.txt", "/readyz"]
    drafts = public_addresses(build(dict.fromkeys(SECRETS, (State.DRAFT, -1))))
    quotes = "/admin/initiatives/quote/"
    desk = ["/admin/", "/admin/login/", quotes, f"{quotes}1/change/", "/admin/jsi18n/"]
    return [*public, *drafts, *desk]


def test_no_request_causes_an_error_or_reveals_a_draft(known):
    @many_examples
    @given(addresses(known), queries, st.sampled_from(METHODS), headers, st.sampled_from(BODIES))
    def ask(path, query, method, given_headers, body):
        status, text = answer(path, query, method, given_headers, body)
        assert status < 500, text
        assert "Traceback" not in text
        for word in SECRETS.values():
            # A page may repeat the visitor's own words.
            assert word in path or word not in text

    ask()
