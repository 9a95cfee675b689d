"""The queue of pages to be copied, and what is known of each page since; sites on loopback."""

import io
import socket
import threading
import time
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from initiatives.editorial.copies import watching
from initiatives.editorial.copies.extraction import Extracted
from initiatives.editorial.copies.fetching import CannotCopy
from initiatives.editorial.copies.keeping import keep
from initiatives.editorial.copies.versions import differences, lost_quotes
from initiatives.editorial.copies.watching import FIRST_PAUSE, LONGEST_PAUSE, MONTH, copy_now, want, want_known_pages
from initiatives.editorial.queues import QUEUES
from initiatives.models import Capture, Lease, LinkCheck, Quote, Source, SourceText, Watch
from initiatives.models.captures import archive_path
from initiatives.models.choices import Compared, Live, State
from tests.editorial.site_support import Names, Page, Site, dripping_body, serving
from tests.factories import QuoteFactory, SourceFactory, copy_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]

WORDS = "We will hear everyone.\n\nThe state listens to each of its citizens."


@pytest.fixture
def site():
    site = Site()
    site.pages["/"] = Page(WORDS.encode())
    with serving(site):
        yield site


@pytest.fixture
def source(site):
    return SourceFactory(url=site.url("/"), public=True)


def copy(source: Source, **options) -> Capture | None:
    return copy_now(source, **{"may_ask": lambda address: True, "patience": 5} | options)


def work_off(**options) -> watching.Worked:
    return watching.work_off(**{"minutes": 1, "delay": 0, "may_ask": lambda address: True, "patience": 5} | options)


def problem(source: Source, **options) -> str:
    with pytest.raises(CannotCopy) as refused:
        copy(source, **options)
    assert watch(source).problem == str(refused.value)
    return str(refused.value)


def watch(source: Source) -> Watch:
    return Watch.objects.select_related("source").get(source=source)


def ago(**time) -> None:
    """Move everything that is known into the past."""
    for row in Watch.objects.all():
        for name in ("wanted_at", "next_at", "tried_at", "live_since", "same_at"):
            if at := getattr(row, name):
                setattr(row, name, at - timedelta(**time))
        row.save()


class TestOnePage:
    def test_the_first_copy(self, site, source, admin_user):
        quote = QuoteFactory(source=source, text="We will hear everyone.")
        capture = copy(source, by=admin_user)
        text = SourceText.objects.get()
        assert (capture.way, capture.asked_url, capture.final_url) == ("fetched", source.url, source.url)
        assert (capture.http_status, capture.media_type, capture.captured_by) == (200, "text/plain", admin_user)
        assert (text.capture, text.text) == (capture, WORDS)
        with storages["archive"].open(archive_path(capture.sha256)) as file:
            assert file.read() == WORDS.encode()
        assert Quote.objects.get(pk=quote.pk).comparison.level == Compared.LETTERS
        assert (watch(source).live, watch(source).problem, watch(source).wanted_at) == (Live.SAME, "", None)
        assert watch(source).sentence.startswith("The page was last seen unchanged on ")

    def test_the_same_text_is_not_kept_again(self, site, source):
        """Another counter in the markup changes the bytes, not the text."""
        copy(source)
        ago(days=2)
        before = watch(source)
        site.pages["/"] = Page(b"\n\n" + WORDS.encode() + b"\n\n\n")
        assert copy(source) is None
        assert Capture.objects.count() == 1
        after = watch(source)
        assert (after.live, after.live_since) == (Live.SAME, before.live_since)
        assert after.same_at > before.same_at

    def test_another_text_is_kept_as_another_copy(self, site, source):
        QuoteFactory(source=source, text="We will hear everyone.")
        lost = QuoteFactory(source=source, text="The state listens to each of its citizens.")
        older = copy(source)
        site.pages["/"] = Page(WORDS.replace("listens to", "answers").encode())
        newer = copy(source)
        assert newer.pk != older.pk
        assert watch(source).live == Live.CHANGED
        assert watch(source).sentence.startswith("The page has had a different text since ")
        assert lost_quotes(source) == [lost]
        assert lost.found.source_text.capture == older
        (found,) = differences(older.texts.get(), newer.texts.get())
        assert (found.old_number, found.new_number) == (2, 2)
        assert [piece.text for piece in found.old if piece.marked] == ["listens to"]
        assert [piece.text for piece in found.new if piece.marked] == ["answers"]
        assert copy(source) is None
        assert watch(source).live == Live.SAME
        # Words that were not compared yet are not called lost.
        Quote.objects.filter(pk=lost.pk).update(text="Other words.")
        assert lost_quotes(source) == []

    def test_it_changed_when_it_last_changed(self, site, source):
        copy(source)
        for number in range(2):
            ago(days=5)
            site.pages["/"] = Page(b"Version %d." % number)
            copy(source)
            assert watch(source).live == Live.CHANGED
            assert timezone.now() - watch(source).live_since < timedelta(days=1)

    def test_a_copy_that_an_editor_brought_is_not_the_page(self, site, source):
        """A pasted speech differs from the page around it, which did not change."""
        copy_of(source, "We will hear everyone.")
        assert copy(source)
        assert watch(source).live == Live.SAME

    def test_a_new_address_is_another_page(self, site, source):
        copy(source)
        site.pages["/gone"] = Page(b"", 404)
        source.url = site.url("/gone")
        source.save()
        assert watch(source).sentence == "The page has not been copied from its address yet."
        problem(source)
        assert watch(source).live == Live.GONE
        site.pages["/new"] = Page(b"Other words.")
        source.url = site.url("/new")
        source.save()
        assert watch(source).sentence == "The page has not been copied from its address yet."
        assert copy(source)
        assert watch(source).live == Live.SAME

    def test_another_extractor_changes_no_page(self, site, source):
        """The copy is read again before it is compared."""
        read = Extracted(("WE WILL HEAR EVERYONE.",), "loud 1")
        origin = {"asked_url": source.url}
        old = keep(source, WORDS.encode(), read, "fetched", "text/plain", None, origin)
        assert copy(source) is None
        assert Capture.objects.get() == old

    def test_a_text_that_was_taken_down_is_not_copied_again(self, site, source, admin_user):
        capture = copy(source)
        Capture.objects.filter(pk=capture.pk).update(
            taken_down_at=timezone.now(), taken_down_by=admin_user, taken_down_because="Asked by the publisher."
        )
        SourceText.objects.update(text="")
        assert problem(source) == "A copy with this text was taken down. It is not copied again."
        ago(days=40)
        want_known_pages()
        assert watch(source).wanted_at is None

    def test_a_document_without_text_leaves_nothing(self, site, source):
        site.pages["/"] = Page(b" \n ")
        assert problem(source)
        assert not Capture.objects.exists()
        assert watch(source).wanted_at is None

    def test_without_an_address(self):
        source = SourceFactory(url="")
        for ask in (want, copy):
            with pytest.raises(CannotCopy, match="has no address"):
                ask(source)
        assert not Watch.objects.exists()

    def test_private_networks_are_not_read(self, site, source):
        with pytest.raises(CannotCopy, match="leads into a private network"):
            copy_now(source)
        assert site.asked == []
        assert watch(source).wanted_at is None


class TestGone:
    @pytest.mark.parametrize("status", [404, 410])
    def test_the_server_says_so(self, site, source, status):
        copy(source)
        site.pages["/"] = Page(b"", status)
        assert "no page at this address" in problem(source)
        first = watch(source)
        assert (first.live, first.wanted_at) == (Live.GONE, None)
        assert first.sentence.startswith("The page has been gone since ")
        ago(days=3)
        problem(source)
        assert watch(source).live_since == first.live_since - timedelta(days=3)
        site.pages["/"] = Page(WORDS.encode())
        assert copy(source) is None
        assert (watch(source).live, watch(source).problem) == (Live.SAME, "")

    def test_its_host_is_unknown_on_three_days(self, source):
        """Link checks count the days on which this machine was online."""
        source.url = "http://gone.invalid/"
        source.save()
        check = LinkCheck.objects.create(
            source=source, address=source.url, checked_at=timezone.now(), answer="no such host", failed_days=2
        )
        assert problem(source) == "The page could not be read: no such host. It is asked again later."
        assert watch(source).live == ""
        check.failed_days = 3
        check.save()
        problem(source)
        assert watch(source).live == Live.GONE

    def test_a_server_that_is_down_is_not_gone(self, site, source):
        LinkCheck.objects.create(source=source, address=source.url, checked_at=timezone.now(), answer="", failed_days=9)
        site.pages["/"] = dripping_body
        assert "no answer within" in problem(source, patience=0.3)
        assert watch(source).live == ""
        assert watch(source).wanted_at


class TestTheQueue:
    def test_is_worked_off(self, site, source, admin_user):
        site.pages |= {f"/{number}": Page(b"Words %d." % number) for number in range(3)}
        others = [SourceFactory(url=site.url(f"/{number}")) for number in range(3)]
        for one in (source, *others[:2]):
            want(one, admin_user)
        totals = []
        done = work_off(progress=totals.append)
        assert (done.copied, done.same, done.failed, done.left, done.heard) == (3, 0, 0, 0, True)
        assert totals == [3, 3, 3]
        assert site.read == ["/", "/0", "/1"]
        assert {capture.captured_by for capture in Capture.objects.all()} == {admin_user}
        assert work_off() == watching.Worked()

    def test_two_sources_of_one_address(self, source):
        other = SourceFactory(url=source.url)
        want(source), want(other)
        assert work_off().copied == 2

    def test_time_is_up_and_the_rest_is_done_next_time(self, site, source):
        site.pages["/1"] = Page()
        other = SourceFactory(url=site.url("/1"))
        want(source), want(other)
        done = work_off(minutes=0.2 / 60, delay=0.3)
        assert (done.copied, done.left) == (1, 1)
        assert work_off().copied == 1

    def test_a_failure_is_tried_again_after_pauses_that_grow(self, site, source):
        want(source)
        site.pages["/"] = Page(b"", 503)
        pauses = []
        for _try in range(12):
            assert work_off().failed == 1
            row = watch(source)
            assert row.problem.startswith("The site has a fault (503")
            pauses.append(row.next_at - row.tried_at)
            assert work_off() == watching.Worked(), "not before its time"
            ago(days=8)
        assert timedelta() <= pauses[0] - FIRST_PAUSE < timedelta(minutes=1)
        assert all(timedelta() <= pause - LONGEST_PAUSE < timedelta(minutes=1) for pause in pauses[8:])
        site.pages["/"] = Page(WORDS.encode())
        assert work_off().copied == 1
        assert (watch(source).problem, watch(source).tries, watch(source).wanted_at) == ("", 0, None)

    def test_a_refusal_waits_for_an_editor(self, site, source):
        want(source)
        site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /")
        assert work_off().failed == 1
        assert "upload it or paste its text" in watch(source).problem
        assert watch(source).wanted_at is None

    def test_what_was_known_of_a_page_stays_when_it_cannot_be_read(self, site, source):
        copy(source)
        for text in (WORDS, "Other words."):
            site.pages = {"/": Page(text.encode())}
            copy(source)
            ago(days=1)
            known = (watch(source).live, watch(source).live_since, watch(source).same_at)
            site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /")
            problem(source)
            site.pages = {"/": Page(b"", 503)}
            problem(source)
            assert (watch(source).live, watch(source).live_since, watch(source).same_at) == known

    def test_offline_all_wait_as_before(self, monkeypatch):
        names = Names(monkeypatch)
        sources = [SourceFactory(url=f"http://site{number}.invalid/") for number in range(2)]

        def offline(host, *args, **options):
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

        monkeypatch.setattr(socket, "getaddrinfo", offline)
        for source in sources:
            want(source)
        for _night in range(3):
            done = work_off()
            assert (done.failed, done.heard) == (2, False)
        row = watch(sources[0])
        assert (row.tries, row.live) == (0, "")
        assert row.next_at <= timezone.now()
        assert "no such host" in row.problem
        assert names.looked_up == []

    def test_a_dead_host_among_others_is_tried_later(self, source):
        dead = SourceFactory(url="http://dead.invalid/")
        want(dead), want(source)
        assert work_off().copied == 1
        assert watch(dead).tries == 1
        assert watch(dead).next_at > timezone.now()

    def test_a_fault_of_ours_keeps_no_other_waiting(self, site, source, monkeypatch, caplog):
        site.pages["/1"] = Page(b"Hello.")
        other = SourceFactory(url=site.url("/1"))
        want(source), want(other)
        real = watching.extract

        def fails(data, *args):
            if data == WORDS.encode():
                raise RuntimeError("A fault")
            return real(data, *args)

        monkeypatch.setattr(watching, "extract", fails)
        done = work_off()
        assert (done.copied, done.failed) == (1, 1)
        assert "Something went wrong on our side" in watch(source).problem
        assert "could not be copied" in caplog.text

    def test_a_page_that_another_process_copies_is_left_to_it(self, site, source):
        want(source)
        name = f"copy of source {source.pk}"
        lease = Lease.objects.create(name=name, holder="another", until=timezone.now() + timedelta(minutes=5))
        with pytest.raises(CannotCopy, match="is being copied at the moment"):
            copy(source)
        assert work_off().copied == 0
        assert site.asked == []
        assert watch(source).wanted_at
        # It died.
        lease.until = timezone.now()
        lease.save()
        assert work_off().copied == 1

    def test_a_page_that_another_process_has_just_copied_is_not_read_again(self, site, source, monkeypatch):
        want(source)
        real = watching._copy

        def comes_late(*args, **options):
            monkeypatch.setattr(watching, "_copy", real)
            copy(source)
            return real(*args, **options)

        monkeypatch.setattr(watching, "_copy", comes_late)
        assert work_off().copied == 0
        assert site.read == ["/"]

    def test_known_pages_are_read_again_after_a_month(self, site, source):
        copy(source)
        pasted, archived = SourceFactory(url=site.url("/1")), SourceFactory(url=site.url("/2"))
        copy_of(pasted, "Words."), copy_of(archived, "Words.", way="fetched")
        Source.objects.filter(pk=archived.pk).update(state=State.ARCHIVED)
        want_known_pages()
        assert watch(source).wanted_at is None
        ago(days=MONTH.days + 1)
        want_known_pages()
        assert [row.source for row in Watch.objects.filter(wanted_at__isnull=False)] == [source]
        assert work_off().same == 1
        source.url = site.url("/3")
        source.save()
        want_known_pages()
        assert watch(source).wanted_at

    def test_reading_the_queue_asks_as_much_for_many(self, site, source, django_assert_max_num_queries):
        copy_of(source, WORDS, way="fetched")
        for number in range(30):
            copy_of(SourceFactory(url=site.url(f"/{number}")), "Words.", way="fetched")
        with django_assert_max_num_queries(6):
            want_known_pages()
        assert Watch.objects.filter(wanted_at__isnull=False).count() == 31


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_that_work_at_once_read_each_page_once(site):
    site.pages = {f"/{number}": Page(b"Words %d." % number) for number in range(20)}
    for path in site.pages:
        want(SourceFactory(url=site.url(path)))
    done, start = [], threading.Barrier(3)

    def work():
        start.wait(10)
        done.append(work_off())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(site.read) == sorted(site.pages)
    assert sum(one.copied for one in done) == Capture.objects.count() == 20


class TestTheCommand:
    def run(self, **options) -> str:
        out = io.StringIO()
        call_command("capture_sources", delay=0, stdout=out, **{"allow_private": True} | options)
        return out.getvalue()

    def test_copies_what_waits(self, source):
        want(source)
        assert self.run() == "New copies: 1. Unchanged pages: 0. Not copied: 0. Left: 0.\n"
        ago(days=31)
        assert self.run() == "New copies: 0. Unchanged pages: 1. Not copied: 0. Left: 0.\n"
        assert self.run() == "New copies: 0. Unchanged pages: 0. Not copied: 0. Left: 0.\n"

    def test_offline_it_waits_quietly(self):
        want(SourceFactory(url="http://no-such-host.invalid/"))
        assert "may be offline" in self.run()

    def test_copies_one_source(self, site, source):
        assert self.run(source=source.slug).startswith(f"Copied: {len(WORDS)} bytes, SHA-256 ")
        assert "Nothing was kept" in self.run(source=source.slug)
        site.pages["/"] = Page(b"", 404)
        with pytest.raises(CommandError, match="no page at this address"):
            self.run(source=source.slug)
        with pytest.raises(CommandError, match="no source with the slug"):
            self.run(source="none")

    def test_private_networks_and_wrong_limits_are_refused(self, site, source):
        with pytest.raises(CommandError, match="private network"):
            self.run(source=source.slug, allow_private=False)
        assert site.asked == []
        with pytest.raises(CommandError, match="--minutes"):
            self.run(minutes=0)


def test_editors_see_pages_that_changed_or_are_gone(site, source, admin_user):
    """Only if public quotes are from them, and at their present address; those that lost a quote come first."""
    (queue,) = [one for one in QUEUES if one.key == "changed"]
    pages = [source, *(SourceFactory(url=site.url(f"/{number}"), public=True) for number in range(4))]
    gone, without_quote, moved, changed, same = pages
    for one in pages:
        site.pages[one.url.removeprefix(site.url(""))] = Page(WORDS.encode())
        QuoteFactory(
            source=one, text=f"The state listens to each of its citizens{'.' * one.pk}", public=one != without_quote
        )
        copy(one)
    site.pages |= {path: Page(b"", 404) for path in ("/", "/0", "/1")} | {"/2": Page(b"We will hear everyone.")}
    for one in (gone, without_quote, moved):
        problem(one)
    copy(changed), copy(same)
    moved.url = site.url("/new")
    moved.save()
    found = list(queue.find(Source.objects.all(), admin_user).order_by(*queue.order))
    assert found == [changed, gone]
    assert queue.remark(found[0]).startswith("The page has had a different text since ")
    assert queue.remark(found[0]).endswith(" or earlier. Quotes are no longer in it.")
    assert queue.remark(found[1]).startswith("The page has been gone since ")
    assert queue.remark(found[1]).endswith(" or earlier.")


class TestVersions:
    def text(self, *paragraphs: str) -> SourceText:
        return SourceText(text="\n\n".join(paragraphs))

    def test_only_what_changed(self):
        found = differences(self.text("A b.", "C d.", "E f.", "G h."), self.text("New.", "A b.", "C x d.", "E f."))
        assert [(one.old_number, one.new_number) for one in found] == [(1, 1), (2, 3), (4, 5)]
        marked = [[[p.text for p in side if p.marked] for side in (one.old, one.new)] for one in found]
        assert marked == [[[], ["New."]], [[], ["x "]], [["G h."], []]]

    def test_a_paragraph_that_was_divided(self):
        (found,) = differences(self.text("One two. Three four."), self.text("One two.", "Three four."))
        assert ("".join(p.text for p in found.old), "".join(p.text for p in found.new)) == (
            "One two. Three four.",
            "One two.\n\nThree four.",
        )

    def test_equal_and_empty(self):
        assert differences(self.text("A"), self.text("A")) == []
        assert differences(self.text(), self.text()) == []
        (found,) = differences(self.text(), self.text("A"))
        assert (found.old, [p.text for p in found.new]) == ([], ["A"])

    @pytest.mark.parametrize(("paragraphs", "found"), [(9_000, 3_000), (30_000, 1)])
    def test_huge_texts_take_bounded_work(self, paragraphs, found):
        """Every third paragraph is another; beyond a limit the texts are not aligned."""
        old = [f"Paragraph {number} of this text." for number in range(paragraphs)]
        new = [text if number % 3 else f"Instead {number} of that." for number, text in enumerate(old)]
        new[-1] = "The end."
        start = time.monotonic()
        assert found <= len(differences(self.text(*old), self.text(*new))) <= found + 1
        assert time.monotonic() - start < 10
