"""A thousand rows: previewed with five wrong ones, corrected, imported, found in the list, and undone."""

import pytest

from initiatives.models import Person, Quote, Source, Theme
from initiatives.search.check import check
from tests.admin.support import editor, list_url, messages_of
from tests.editorial.import_support import GOOD
from tests.editorial.spreadsheet_support import bring_in, dicts, effects, upload, xlsx_file
from tests.editorial.test_import_undo import DRAFT, take_back

pytestmark = [pytest.mark.django_db]


def test_a_thousand_rows_from_five_errors_to_undoing():
    client = editor()
    rows = [{**GOOD, **DRAFT, "text": f"Sentence number {number}."} for number in range(1000)]
    faults = {
        7: {"date": "soon"},
        20: {"language": "xx"},
        100: {"speaker": ""},
        101: {"status": "?"},
        999: {"text": ""},
    }

    bad = [{**row, **faults.get(number, {})} for number, row in enumerate(rows)]
    assert effects(upload(client, "quote", xlsx_file(*dicts(*bad)), "speech.xlsx")) == {"new": 995, "wrong": 5}
    kept = bring_in(client, "quote", xlsx_file(*dicts(*rows)), "speech.xlsx")
    assert kept.added == 1000
    listed = client.get(f"{list_url('quote')}?import={kept.pk}")
    assert listed.context["cl"].result_count == 1000
    page = take_back(client, kept)
    assert "Deleted: 1004, as before: 0, left as they are: 0." in messages_of(page)
    assert not any(model.objects.exists() for model in (Quote, Person, Source, Theme))
    assert list(check()) == []
