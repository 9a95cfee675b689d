"""The log of changes in Markdown: readers see words, and markup only if nothing else has changed."""

import pytest

from initiatives.changes.log import changes, entries
from tests.changes.support import save
from tests.factories import InitiativeFactory, MilestoneFactory, PrincipleFactory, PrincipleSetFactory, QuoteFactory

pytestmark = pytest.mark.django_db

MARKED, PLAIN, OTHER = "Some **strong** words", "Some strong words", "Some *weak* words"


def wordings() -> tuple[str, str]:
    """Return the old and the new wording of one field in the newest correction."""
    (difference,) = entries(changes())[0].differences
    return "".join(piece.text for piece in difference.old), "".join(piece.text for piece in difference.new)


@pytest.mark.parametrize(
    ("factory", "field", "is_markdown"),
    [
        (PrincipleFactory, "text", True),
        (lambda **values: PrincipleSetFactory(public=True, **values), "introduction", True),
        (lambda **values: InitiativeFactory(public=True, **values), "body", True),
        (lambda **values: InitiativeFactory(public=True, **values), "editors_note", True),
        (lambda **values: InitiativeFactory(public=True, **values), "summary", False),
        (lambda **values: QuoteFactory(public=True, **values), "text", False),
        (MilestoneFactory, "text", False),
    ],
)
def test_markup_is_shown_if_it_is_plain_text_or_all_that_changed(clock, factory, field, is_markdown):
    item = factory(**{field: MARKED})
    clock.forward(hours=1)
    save(item, **{field: OTHER})
    assert wordings() == ((PLAIN, "Some weak words") if is_markdown else (MARKED, OTHER))
    clock.forward(hours=1)
    save(item, **{field: "Some weak words"})
    assert wordings() == (OTHER, "Some weak words"), "a change of signs alone is a correction too"


def test_a_change_of_markup_in_a_principle_is_logged_on_the_page_of_its_set(client, clock):
    principle = PrincipleFactory(title="Open by default", text="See [the law](/old).")
    clock.forward(hours=1)
    save(principle, text="See [the law](/new).")
    assert "Principle 1" in client.get(principle.set.get_absolute_url()).content.decode()
    assert "/new" in wordings()[1]
