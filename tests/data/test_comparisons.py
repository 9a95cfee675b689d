"""Comparisons as data: the API, files, linked data and the dataset have levels, hashes and places, and no text."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from initiatives.data.dataset.export import export
from initiatives.models import Found
from tests.api.test_lists import ask
from tests.data.test_dataset import lines
from tests.data.test_linked import graph, one
from tests.factories import QuoteFactory, SourceFactory, copy_of
from tests.helpers import count_queries

pytestmark = [pytest.mark.database, pytest.mark.django_db]

BEFORE, AFTER = "These are the words before. " * 5, " These are the words after." * 5
TEXT = f"{BEFORE}«The law — is» the same for all and in every court.{AFTER}"


@pytest.fixture
def source():
    return SourceFactory(public=True, url="https://example.org/x")


def test_the_api_has_the_comparison_or_null(client, source):
    quote = QuoteFactory(public=True, source=source, text='"The law - is" the same […] in every court')
    assert ask(client, f"quotes/{quote.pk}")["comparison"] is None
    text = copy_of(source, TEXT)
    start = len(BEFORE)
    (item,) = ask(client, "quotes")["items"]
    assert item["compared"] == "omissions"
    assert item["comparison"] == {
        "level": "omissions",
        "folded": ["dashes", "quotation_marks"],
        "copy": {
            "sha256": text.capture.sha256,
            "copied_at": text.capture.captured_at.isoformat(),
            "way": "pasted",
        },
        "text_sha256": text.sha256,
        "start": start,
        "end": start + len("«The law — is» the same for all and in every court"),
        "spans": [[start, start + 23], [start + 36, start + 50]],
    }
    type(quote).objects.filter(pk=quote.pk).update(text="other words")
    assert ask(client, f"quotes/{quote.pk}")["comparison"] is None


def test_the_api_filters_by_level(client, source):
    QuoteFactory(public=True, source=source, text="the same for all")
    QuoteFactory(public=True, source=source, text="another thing")
    copy_of(source, TEXT)
    assert [item["text"] for item in ask(client, "quotes", compared="letters")["items"]] == ["the same for all"]
    assert client.get("/api/v1/quotes", {"compared": "x"}).status_code == 400


def test_a_new_comparison_is_among_the_changes_since(client, source):
    quote = QuoteFactory(public=True, source=source, text="the same for all")
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    assert ask(client, "quotes", updated_since=later)["items"] == []
    copy_of(source, TEXT)
    Found.objects.update(compared_at=timezone.now() + timedelta(hours=2))
    assert [item["id"] for item in ask(client, "quotes", updated_since=later)["items"]] == [quote.pk]


def test_files_have_a_column_compared(client, source):
    QuoteFactory(public=True, source=source, text="the same for all")
    QuoteFactory(public=True)
    copy_of(source, TEXT)
    rows = list(csv.DictReader(io.StringIO(b"".join(client.get("/quotes.csv")).decode())))
    assert sorted(row["compared"] for row in rows) == ["", "letters"]
    assert "comparison" not in rows[0]
    assert BEFORE[-50:] not in b"".join(client.get("/quotes.json")).decode()


def test_lists_have_no_more_queries_with_comparisons(client, source):
    QuoteFactory.create_batch(3, public=True, source=source)
    few = count_queries(lambda: ask(client, "quotes", limit=50))
    copy_of(source, TEXT)
    assert count_queries(lambda: ask(client, "quotes", limit=51)) <= few


def test_linked_data_has_the_hash_and_a_selector_of_each_piece(client, source):
    quote = QuoteFactory(public=True, source=source, text='"The law - is" the same […] in every court')
    text = copy_of(source, TEXT)
    node = one(graph(client, quote.get_absolute_url()), "Quotation")
    assert node["isBasedOn"]["associatedMedia"]["sha256"] == text.capture.sha256
    targets = node["subjectOf"]["target"]
    assert {target["source"] for target in targets} == {source.url}
    selectors = [target["selector"] for target in targets]
    assert [selector["exact"] for selector in selectors] == ["«The law — is» the same", "in every court"]
    for selector in selectors:
        assert selector["type"] == "TextQuoteSelector"
        assert max(len(selector["prefix"]), len(selector["suffix"])) <= 32
        assert selector["prefix"] + selector["exact"] + selector["suffix"] in TEXT
    assert selectors[0]["prefix"] == BEFORE[-32:]


def test_the_dataset_has_comparisons_of_public_quotes_without_texts(tmp_path, source):
    quote = QuoteFactory(public=True, source=source, text="the same for all")
    QuoteFactory(source=source, text="in every court")  # a draft
    text = copy_of(source, TEXT)
    copy_of(SourceFactory(), "The text of a draft.")
    version = export(tmp_path)
    (copy,), (read,), (found,) = (lines(version, name) for name in ("copies", "texts", "comparisons"))
    assert (copy["sha256"], read["sha256"], read["capture_id"]) == (text.capture.sha256, text.sha256, copy["id"])
    assert (found["quote_id"], found["level"], found["source_text_id"]) == (quote.pk, "letters", read["id"])
    assert json.loads(found["spans"]) == [[found["start"], found["end"]]]
    assert TEXT[found["start"] : found["end"]] == quote.text
    files = b"".join(path.read_bytes() for path in version.iterdir())
    assert BEFORE[:27].encode() not in files
    assert BEFORE[:27] not in str([copy, read, found])
