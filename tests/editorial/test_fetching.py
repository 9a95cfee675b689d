"""Fetching a document: sites on loopback that behave well or badly, and addresses that lead into private networks."""

import gzip
import socket
import time
import tracemalloc
import zlib

import pytest

from initiatives.editorial.copies.fetching import CannotCopy, fetch
from initiatives.editorial.web import NoAnswer, Web, is_public
from initiatives.models.captures import LARGEST
from tests.editorial.site_support import (
    Names,
    Page,
    Site,
    chunks_that_break_off,
    dripping_body,
    dripping_head,
    endless,
    serving,
    to,
)

PUBLIC = "127.0.0.2"
NO_ROBOTS = "The site asks robots not to read this page. Bring the document yourself: upload it or paste its text."


def is_our_public(address: str) -> bool:
    """Whether an address plays the part of a public one."""
    return address == PUBLIC


@pytest.fixture
def site():
    """A site at an address that may be asked."""
    site = Site(PUBLIC)
    with serving(site):
        yield site


@pytest.fixture
def private(site):
    """A site in a private network, on the same port."""
    private = Site("127.0.0.1", site.server_port)
    private.pages["/"] = Page(b"Secret.")
    with serving(private):
        yield private


def read(site: Site, path: str = "/", **options):
    return fetch(site.url(path), **{"may_ask": is_our_public, "patience": 5} | options)


def refusal(site: Site, path: str = "/", **options) -> CannotCopy:
    with pytest.raises(CannotCopy) as refused:
        read(site, path, **options)
    return refused.value


class TestADocument:
    def test_is_what_the_server_sent(self, site, settings):
        site.pages["/a"] = Page(
            "Сөз.".encode("cp1251", "replace"), headers={"Content-Type": "text/html; charset=cp1251"}
        )
        found = read(site, "/a")
        assert (found.data, found.media_type) == (site.pages["/a"].body, "text/html; charset=cp1251")
        assert (found.final_url, found.http_status) == (site.url("/a"), 200)
        assert site.asked == ["/robots.txt", "/a"]
        assert site.headers[1]["Accept-Encoding"] == "identity"
        assert site.headers[1]["User-Agent"] == f"DocumentCopy (+{settings.SITE_URL}/)"

    def test_redirects_are_followed_to_the_final_address(self, site):
        site.pages |= {"/a": to("/b?x=%D3%99#part"), "/b?x=%D3%99": Page(b"There")}
        found = read(site, "/a")
        assert (found.data, found.final_url) == (b"There", site.url("/b?x=%D3%99#part"))

    def test_one_that_changes_is_read_once(self, site):
        counts = iter(range(9))
        site.pages["/"] = lambda handler, stop: Page(b"Version %d" % next(counts)).send(handler)
        assert read(site).data == b"Version 0"
        assert site.read == ["/"]

    def test_compressed_in_spite_of_identity_is_unpacked(self, site):
        for coding, pack in {"gzip": gzip.compress, "deflate": zlib.compress}.items():
            site.pages["/"] = Page(pack(b"Words"), headers={"Content-Encoding": coding})
            assert read(site).data == b"Words"

    def test_as_large_as_allowed(self, site):
        site.pages["/"] = Page(b"x" * LARGEST)
        assert len(read(site).data) == LARGEST

    def test_without_a_type_or_with_a_strange_one(self, site):
        site.pages["/"] = Page(headers={})
        assert read(site).media_type == "application/octet-stream"
        site.pages["/"] = Page(headers={"Content-Type": "text/\x01html" + "x" * 200})
        assert read(site).media_type.startswith("text/htmlx")
        assert len(read(site).media_type) == 100


class TestBadServers:
    @pytest.mark.parametrize("page", [dripping_head, dripping_body])
    def test_one_that_drips_is_cut_off(self, site, page):
        site.pages["/"] = page
        start = time.monotonic()
        error = refusal(site, patience=0.4)
        assert "no answer within" in str(error)
        assert error.again
        assert time.monotonic() - start < 3

    def test_the_time_is_for_everything_together(self, site):
        """Six redirects, each within the time, are not."""
        for number in range(6):
            site.pages[f"/{number}"] = lambda handler, stop, number=number: (
                stop.wait(0.2),
                to(f"/{number + 1}").send(handler),
            )
        start = time.monotonic()
        assert "no answer within" in str(refusal(site, "/0", patience=0.5))
        assert time.monotonic() - start < 2
        assert len(site.read) < 6

    def test_one_that_never_ends_is_too_large(self, site):
        site.pages["/"] = endless
        error = refusal(site)
        assert str(error).startswith("The document is too large: at most 10 MB")
        assert not error.again

    @pytest.mark.parametrize("headers", [{"Content-Length": "99"}, {"Content-Length": str(LARGEST * 9)}])
    def test_less_than_it_promised_is_not_a_document(self, site, headers):
        site.pages["/"] = Page(headers=headers)
        assert str(refusal(site)).startswith("The site sent only a part of the page.")

    def test_chunks_that_break_off_are_not_a_document(self, site):
        site.pages["/"] = chunks_that_break_off
        assert str(refusal(site)).startswith("The site sent only a part of the page.")

    def test_more_than_it_promised_is_not_read(self, site):
        site.pages["/"] = Page(b"Words and more", headers={"Content-Length": "5"})
        assert read(site).data == b"Words"

    def test_a_small_body_that_unpacks_to_a_huge_one(self, site):
        site.pages["/"] = Page(gzip.compress(b"x" * LARGEST * 9), headers={"Content-Encoding": "gzip"})
        tracemalloc.start()
        assert "too large" in str(refusal(site))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < LARGEST * 4

    @pytest.mark.parametrize(
        ("coding", "body", "said"),
        [
            ("br", b"\x0b\x02\x80Words\x03", "in a form that cannot be read (br)"),
            ("gzip", b"Words", "in a form that cannot be read (gzip)"),
            ("gzip", gzip.compress(b"Words " * 99, mtime=0)[:-20], "only a part of the page"),
        ],
    )
    def test_what_cannot_be_unpacked(self, site, coding, body, said):
        site.pages["/"] = Page(body, headers={"Content-Encoding": coding})
        assert said in str(refusal(site))

    def test_redirects_in_a_loop_and_to_nowhere(self, site):
        site.pages |= {
            "/": to("/"),
            "/x": to("http://[::1"),
            "/y": to("/" + "x" * 3000),
            "/f": to("file:///etc/passwd"),
        }
        site.pages["/" + "x" * 3000] = Page()
        assert "redirects in a loop" in str(refusal(site))
        assert "no answer" in str(refusal(site, "/x"))
        assert "an address that is too long" in str(refusal(site, "/y"))
        assert "not a web address" in str(refusal(site, "/f"))

    def test_one_without_encryption_at_a_secure_address(self, site):
        with pytest.raises(CannotCopy, match="could not be read: no secure connection"):
            fetch(site.url("/").replace("http:", "https:"), is_our_public, 5)

    def test_no_server(self, site):
        with socket.socket() as unused:
            unused.bind((PUBLIC, 0))
            address = f"http://{PUBLIC}:{unused.getsockname()[1]}/"
        with pytest.raises(CannotCopy, match="could not be read: no answer") as refused:
            fetch(address, is_our_public, 5)
        assert (refused.value.again, refused.value.heard) == (True, False)

    @pytest.mark.parametrize(
        ("status", "said", "again", "gone"),
        [
            (401, "does not show this page to robots (401 Unauthorized). Bring the document yourself", False, False),
            (403, "does not show this page to robots (403 Forbidden). Bring the document yourself", False, False),
            (451, "does not show this page to robots (451 ", False, False),
            (429, "is asked too often (429 Too Many Requests). It is asked again later. Bring", True, False),
            (404, "no page at this address (404 Not Found). Find its new address.", False, True),
            (410, "no page at this address (410 Gone)", False, True),
            (500, "has a fault (500 Internal Server Error). It is asked again later.", True, False),
            (204, "did not send the page (204 No Content)", False, False),
            (206, "did not send the page (206 Partial Content)", False, False),
            (418, "did not send the page (418 ", False, False),
        ],
    )
    def test_an_answer_without_the_page(self, site, status, said, again, gone):
        site.pages["/"] = Page(b"", status)
        error = refusal(site)
        assert said in str(error)
        assert (error.again, error.gone, error.heard) == (again, gone, True)


class TestRobots:
    def test_rules_are_kept(self, site):
        site.pages |= {"/robots.txt": Page(b"User-agent: *\nDisallow: /closed/"), "/open": Page()}
        error = refusal(site, "/closed/a")
        assert str(error) == NO_ROBOTS
        assert not error.again
        assert site.read == []
        assert read(site, "/open").data

    def test_rules_of_others_and_for_this_robot(self, site):
        site.pages["/"] = Page()
        site.pages["/robots.txt"] = Page(b"User-agent: Other\nDisallow: /")
        assert read(site).data
        site.pages["/robots.txt"] = Page(
            b"\xef\xbb\xbfUser-agent: documentcopy\nDisallow: /\n\nUser-agent: *\nAllow: /"
        )
        assert str(refusal(site)) == NO_ROBOTS

    def test_rules_for_the_address_it_redirects_to(self, site):
        site.pages |= {"/robots.txt": Page(b"User-agent: *\nDisallow: /b"), "/a": to("/b"), "/b": Page()}
        assert str(refusal(site, "/a")) == NO_ROBOTS
        assert site.read == ["/a"]

    @pytest.mark.parametrize(
        "rules", [Page(b"", 403), Page(b"", 404), Page(b"<html>Not a file of rules</html>"), Page(b"\x00\xff"), endless]
    )
    def test_no_rules_allow_everything(self, site, rules):
        site.pages |= {"/robots.txt": rules, "/": Page()}
        assert read(site).data

    def test_while_rules_cannot_be_read_the_page_is_not_either(self, site):
        site.pages |= {"/robots.txt": Page(b"", 503), "/": Page()}
        error = refusal(site)
        assert error.again
        site.pages["/robots.txt"] = dripping_body
        assert refusal(site, patience=0.3).again
        assert site.read == []


class TestPrivateNetworks:
    @pytest.mark.parametrize(
        "host",
        ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
         "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[::ffff:0:127.0.0.1]",
         "[fe80::1%25lo]", "[fec0::1]", "[fd00:ec2::254]", "[ff02::1]", "0.0.0.0", "0", "2130706433",
         "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1", "①②⑦.0.0.1", "１２７.0.0.1",
         "127。0。0。1", "10.0.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254", "192.0.0.192",
         "100.100.100.200", "255.255.255.255", "224.0.0.1"],
    )  # fmt: skip
    def test_are_not_requested(self, private, host):
        with pytest.raises(CannotCopy) as refused:
            fetch(f"http://{host}:{private.server_port}/", patience=5)
        assert not refused.value.heard
        assert private.asked == []
        if "%25" not in host:
            assert str(refused.value).startswith("The address leads into a private network. Correct it. Bring")
            assert not refused.value.again

    @pytest.mark.parametrize("address", ["192.0.0.192", "fec0::1", "3fff::1", "64:ff9b:1::7f00:1"])
    def test_are_not_public(self, address):
        assert not is_public(address)

    @pytest.mark.parametrize(
        ("start", "said"),
        [
            ("http://user:word@{}/", "has a user name or password in it"),
            ("http://public.example@{}/", "has a user name or password in it"),
            ("http://:@{}/", "has a user name or password in it"),
            ("ftp://{}/", "not a web address"),
            ("gopher://{}/", "not a web address"),
            ("//{}/", "not a web address"),
            ("http:///{}/", "not a web address"),
            ("http://127.0.0.2:25/", "has a port that is not of the web"),
            ("https://127.0.0.2:22/", "has a port that is not of the web"),
            ("http://127.0.0.2:99999/", "no answer"),
            ("http://[::1/", "no answer"),
        ],
    )
    def test_addresses_with_a_trick(self, site, start, said):
        with pytest.raises(CannotCopy, match=said):
            fetch(start.format(f"{PUBLIC}:{site.server_port}"), is_our_public, 5)
        assert site.asked == []

    def test_a_name_for_a_private_address(self, site, private, monkeypatch):
        Names(monkeypatch, inside_example=[["127.0.0.1"]], both_example=[[PUBLIC, "127.0.0.1"]])
        for name in ("inside.example", "both.example"):
            with pytest.raises(CannotCopy, match="leads into a private network"):
                fetch(site.url("/", name), is_our_public, 5)
        assert site.asked == private.asked == []

    def test_a_name_that_changes_is_resolved_once_for_a_request(self, site, private, monkeypatch):
        """The connection goes to the address that was checked; the next request is checked again, and refused."""
        site.pages["/"] = Page()
        names = Names(monkeypatch, turning_example=[[PUBLIC], ["127.0.0.1"]])
        with Web("Test", is_our_public).follow("GET", site.url("/", "turning.example"), 5) as (response, _url):
            assert response.read() == Page().body
        assert names.looked_up == ["turning.example"]
        with (
            pytest.raises(NoAnswer, match="private network"),
            Web("Test", is_our_public).follow("GET", site.url("/", "turning.example"), 5),
        ):
            pass
        assert private.asked == []

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]", "user@127.0.0.1"])
    def test_a_redirect_into_one(self, site, private, host):
        site.pages["/"] = to(private.url("/", host))
        error = refusal(site)
        assert str(error).startswith(("The address leads into a private network", "The address has a user name"))
        assert site.read == ["/"]
        assert private.asked == []

    def test_rules_for_robots_that_redirect_into_one(self, site, private):
        site.pages |= {"/robots.txt": to(private.url("/")), "/": Page()}
        assert "private network" in str(refusal(site))
        assert private.asked == site.read == []
