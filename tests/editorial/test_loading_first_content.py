"""The first content is loaded completely, and only into an empty record; these tests load it themselves."""

from io import StringIO

import pytest
from django.core.management import call_command

from initiatives.editorial.first_content import RECORD, ContentError, load_first_content, read_first_content
from initiatives.models import OldSlug, Quote, QuoteTranslation, Source
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
