"""The first content is loaded completely, and only into an empty record; these tests load it themselves."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.db import transaction

from initiatives.editorial.copies.comparing import compare_quotes_of
from initiatives.editorial.first_content import FOLDER, RECORD, ContentError, load_first_content, read_first_content
from initiatives.models import Capture, Found, OldSlug, Quote, QuoteTranslation, Source, SourceText
from initiatives.models.captures import text_hash
from initiatives.search.check import check
from tests.editorial.first_content_rows import VERBATIM
from tests.factories import ThemeFactory

pytestmark = [pytest.mark.database]


def loaded() -> str:
    """Run the command; return its output."""
    said = StringIO()
    call_command("load_first_content", stdout=said)
    return said.getvalue()


def test_an_empty_record_is_filled(db):
    assert loaded().startswith("Loaded ")
    assert all(model.objects.exists() for model in RECORD if model not in {QuoteTranslation, OldSlug})
    assert list(check()) == []


def test_a_record_with_one_item_is_not_changed(db):
    ThemeFactory()
    assert loaded() == "The record already has items, so nothing was loaded.\n"
    assert sum(model.objects.count() for model in RECORD) == 1


def test_quotes_are_numbered_in_the_order_of_the_file(db):
    loaded()
    numbers = list(Quote.objects.order_by("pk").values_list("pk", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + len(VERBATIM)))


def test_the_quotes_were_found_in_the_article_which_is_not_kept(db):
    """Eight letter for letter, one with a marked omission; each row has the hash of its quote's words today."""
    loaded()
    rows = list(Found.objects.order_by("quote_id").select_related("quote"))
    assert [row.level for row in rows] == ["letters"] * 5 + ["omissions"] + ["letters"] * 3
    for row, words in zip(rows, VERBATIM, strict=True):
        pieces = words.split(" … ")
        assert (row.quote.text, row.words_sha256) == (words, text_hash(words))
        assert [end - start for start, end in row.spans] == [len(piece) for piece in pieces]
        assert (row.start, row.end) == (row.spans[0][0], row.spans[-1][1])
    (capture,) = Capture.objects.all()
    assert capture.source.slug == "diplomat-magazine-2020"
    assert "not part of this project" in capture.taken_down_because
    (text,) = SourceText.objects.all()
    assert (text.text, text.place(581)) == ("", "")


def test_what_was_found_in_a_copy_taken_down_holds_as_long_as_the_words(db):
    loaded()
    source = Source.objects.get(slug="diplomat-magazine-2020")
    quote = Quote.objects.filter(source=source).order_by("pk")[0]
    compare_quotes_of(source)
    assert Found.objects.count() == len(VERBATIM)
    quote.text = "a state that fears"
    quote.save()
    compare_quotes_of(source)
    assert not Found.objects.filter(quote=quote).exists()
    assert Found.objects.count() == len(VERBATIM) - 1


def test_the_places_are_added_to_a_record_that_has_the_quotes_once(db):
    """With loaddata, which refuses to add them a second time."""
    loaded()
    Found.objects.all().delete()
    SourceText.objects.all().delete()
    Capture.objects.all().delete()
    call_command("loaddata", FOLDER / "71_copies.yaml", verbosity=0)
    assert Found.objects.count() == len(VERBATIM)
    with pytest.raises(DeserializationError, match="more than one"), transaction.atomic():
        call_command("loaddata", FOLDER / "71_copies.yaml", verbosity=0)
    assert (Capture.objects.count(), Found.objects.count()) == (1, len(VERBATIM))


def test_the_places_are_printed_from_a_document(db, tmp_path):
    """In a text whose paragraphs are single long lines; what is printed can be loaded."""
    loaded()
    Found.objects.all().delete()
    file, said = tmp_path / "article.txt", StringIO()
    lines = ["A line that no one has wrapped, " * 5, f"He said: “{VERBATIM[0]}.”", "", f"“{VERBATIM[1].title()}”"]
    file.write_text("\n".join(lines))
    call_command("load_first_content", print_places=["diplomat-magazine-2020", str(file)], stdout=said)
    (tmp_path / "places.yaml").write_text(said.getvalue())
    call_command("loaddata", tmp_path / "places.yaml", verbosity=0)
    rows = list(Found.objects.order_by("quote_id"))
    assert [row.level for row in rows] == ["letters"] + ["not_found"] * (len(VERBATIM) - 1)
    start = len(lines[0].strip()) + len("\n\nHe said: “")
    assert (rows[0].start, rows[0].end) == (start, start + len(VERBATIM[0]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "sermon"}, "field “kind”: "),
        ({"source": None}, "field “source”: "),
        ({"source": ["nowhere"]}, "field “source”: "),
        ({"themes": [["nothing"]]}, "field “themes”: "),
        ({"colour": "blue"}, "field “colour”: "),
        ({"slug": "a-state-that-hears"}, "twice"),
    ],
)
def test_a_bad_item_is_named_and_nothing_is_kept(db, change, message):
    items = [
        (file, {**item, "fields": {**item["fields"], **change}})
        if item["fields"].get("slug") == "law-on-elections"
        else (file, item)
        for file, item in read_first_content()
    ]
    with pytest.raises(ContentError) as caught:
        load_first_content(items)
    slug = change.get("slug", "law-on-elections")
    assert str(caught.value).startswith(f"50_initiatives.yaml, initiatives.initiative “{slug}”: ")
    assert message in str(caught.value)
    assert not Source.objects.exists()


def test_a_file_that_is_not_a_list_of_items_is_named(tmp_path):
    (tmp_path / "10_bad.yaml").write_text("- model: initiatives.theme\n")
    with pytest.raises(ContentError, match=r"10_bad\.yaml: item 1"):
        read_first_content(tmp_path)
