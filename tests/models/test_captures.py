"""Copies and their texts never change; taking one down keeps its row."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from initiatives.models import Capture, SourceText
from initiatives.models.captures import text_hash
from tests.factories import SourceFactory, copy_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize(
    "change", [{"sha256": "0" * 64}, {"size": 1}, {"captured_at": timezone.now()}, {"asked_url": "x"}]
)
def test_a_copy_never_changes(change):
    """The database refuses it, whatever the code does."""
    capture = copy_of(SourceFactory(), "We will hear everyone.").capture
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Capture.objects.filter(pk=capture.pk).update(**change)


def test_the_text_of_a_copy_never_changes_but_may_be_emptied():
    """Emptying it belongs to taking the copy down."""
    text = copy_of(SourceFactory(), "We will hear everyone.")
    of_text = SourceText.objects.filter(pk=text.pk)
    for change in ({"text": "We hear."}, {"sha256": text_hash("")}):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            of_text.update(**change)
    assert of_text.update(text="") == 1


def test_taking_down_needs_a_reason():
    """The constraint refuses a time without a reason."""
    capture = copy_of(SourceFactory(), "Words.").capture
    of_capture = Capture.objects.filter(pk=capture.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        of_capture.update(taken_down_at=timezone.now())
    assert of_capture.update(taken_down_at=timezone.now(), taken_down_because="Asked by the publisher.") == 1


def test_the_place_of_a_character_is_its_paragraph_and_page():
    """Pages are shown if the document has them."""
    text = copy_of(SourceFactory(), "First.\n\nSecond.", places=["p. 1", "p. 2"])
    assert [text.place(place) for place in (0, 8)] == ["p. 1, paragraph 1", "p. 2, paragraph 2"]
    assert text.paragraphs == ["First.", "Second."]
