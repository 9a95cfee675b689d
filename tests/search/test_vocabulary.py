"""The words and names that are kept for spelling and completion: what is missing is named, and put right."""

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import NameWord, Quote, Theme, Word, WordKey
from initiatives.models.choices import State
from initiatives.search import vocabulary
from initiatives.search.documents import bulk
from initiatives.search.edits import keys_of
from tests.factories import PersonFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import count_queries, few_examples, found, rolled_back
from tests.search.test_search_commands import check, rebuild

pytestmark = pytest.mark.django_db


def known(language: str = "en") -> dict[str, int]:
    """Return the words of a language with their numbers."""
    return dict(Word.objects.filter(language=language).values_list("form", "count"))


def names_of(theme: Theme) -> dict[str, int]:
    return dict(NameWord.objects.filter(kind="theme", object_id=theme.pk).values_list("form", "weight"))


def everything() -> tuple[set, set, set]:
    return (
        set(Word.objects.values_list("language", "form", "plain", "stem", "count")),
        set(WordKey.objects.values_list("key", "word__form", "word__language")),
        set(NameWord.objects.values_list("kind", "object_id", "form", "visible_from", "weight")),
    )


@pytest.fixture
def quote():
    """A public quote on a public theme."""
    return QuoteFactory(
        public=True,
        text="It's 2020, and courts judge. Courts!",
        themes=[ThemeFactory(public=True, name="Rule of law", aliases="Courts\nЗаңдылық")],
        speaker=PersonFactory(public=True, name="Orator"),
        source=SourceFactory(public=True, title="Gazette"),
    )


def test_what_becomes_public_brings_its_words_and_names_in(quote):
    assert {"courts", "judge", "it's", "rule", "law", "gazette", "orator"} <= known().keys()
    # Too short, and no words.
    assert not {"of", "2020"} & known().keys()
    word = Word.objects.get(form="courts")
    assert (word.stem, word.plain) == ("court", "courts")
    assert set(word.keys.values_list("key", flat=True)) == keys_of("courts")
    assert names_of(quote.themes.get()) == dict.fromkeys(["rule", "of", "law", "courts", "зандылык"], 0)


def test_drafts_bring_nothing_in_before_they_are_published(quote):
    draft = QuoteFactory(text="Zeppelins.", themes=[ThemeFactory(name="Zebras")])
    assert not {"zeppelins", "zebras"} & known().keys()
    assert not NameWord.objects.filter(form="zebras").exists()
    for item in (draft.source, draft.speaker.source, draft.speaker):
        item.state = State.PUBLISHED
        item.save()
    assert "zeppelins" not in known()
    draft.state = State.PUBLISHED
    draft.save()
    assert "zeppelins" in known()


def test_a_rebuild_counts_and_drops_what_is_in_nothing_public(quote):
    QuoteFactory(public=True, text="Courts judge again.", themes=list(quote.themes.all()))
    hidden = QuoteFactory(public=True, text="Zeppelins and courts.")
    hidden.state = State.ARCHIVED
    hidden.save()
    assert check()[0] == 0  # what is left behind is no fault
    rebuild()
    assert (known()["courts"], known()["judge"], known()["again"]) == (3, 2, 1)  # the theme has it too
    assert "zeppelins" not in known()
    assert not WordKey.objects.exclude(word__in=Word.objects.all()).exists()
    assert names_of(quote.themes.get())["law"] == 2
    before = everything()
    assert rebuild() == "0 documents changed.\n"
    assert everything() == before
    assert check()[0] == 0


def test_saving_what_is_known_already_writes_no_words(quote):
    words = everything()[0]
    few = count_queries(
        lambda: QuoteFactory(public=True, text="Courts judge.", speaker=quote.speaker, source=quote.source)
    )
    assert everything()[0] == words
    many = count_queries(
        lambda: QuoteFactory(
            public=True, text="Courts judge gazette rule orator law.", speaker=quote.speaker, source=quote.source
        )
    )
    assert many == few


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_words_that_another_transaction_is_adding_keep_nobody_waiting(quote):
    """The other one, say a long import, holds two of the new words, and gives up in the end."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            for form in ("zebras", "zeppelins"):
                cursor.execute(
                    "INSERT INTO initiatives_word (language, form, plain, stem, count) VALUES ('en', %s, %s, %s, 1)",
                    [form] * 3,
                )
        with connection.cursor() as cursor:
            # Waiting would end here, in an error.
            cursor.execute("SET LOCAL lock_timeout = '5s'")
        mine = QuoteFactory(public=True, text="Zebras, zeppelins, zithers.", speaker=quote.speaker, source=quote.source)
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("5s",)
    finally:
        other.rollback()
        other.close()
    assert found("zeppelins") == [mine.pk]
    assert {"zebras", "zeppelins", "zithers"} & known().keys() == {"zithers"}
    assert check()[0] == 1
    rebuild()
    assert {"zebras", "zeppelins", "zithers"} <= known().keys()


@few_examples
@given(st.text(st.sampled_from("aabcеёқ'𐐨"), min_size=3, max_size=40))
def test_the_database_makes_the_same_keys(text):
    with rolled_back():
        SourceFactory(public=True, title=f"zz{text}zz")
        for word in Word.objects.all():
            assert set(word.keys.values_list("key", flat=True)) == keys_of(word.form)


def test_a_bulk_brings_the_words_of_all_its_texts_in_at_its_end(quote):
    with bulk():
        for text in ("Zebras and courts.", "Zebras and zithers."):
            QuoteFactory(public=True, text=text, speaker=quote.speaker, source=quote.source)
        assert not {"zebras", "zithers"} & known().keys()
    assert known().items() >= {"zebras": 2, "zithers": 1}.items()
    assert check()[0] == 0
    QuoteFactory(public=True, text="Zeppelins.", speaker=quote.speaker, source=quote.source)
    assert "zeppelins" in known()


def test_a_long_bulk_holds_no_more_words_than_it_should(quote, monkeypatch):
    monkeypatch.setattr(vocabulary, "HELD", 3)
    with bulk():
        QuoteFactory(public=True, text="Zebras.", speaker=quote.speaker, source=quote.source)
        assert "zebras" not in known()
        QuoteFactory(public=True, text="Zithers and zeppelins.", speaker=quote.speaker, source=quote.source)
        assert {"zebras", "zithers", "zeppelins"} <= known().keys()
        QuoteFactory(public=True, text="Zirconia.", speaker=quote.speaker, source=quote.source)
    assert "zirconia" in known()
    assert check()[0] == 0


def test_a_bulk_that_fails_leaves_no_words(quote):
    before = everything()

    def fails():
        with transaction.atomic(), bulk():
            QuoteFactory(public=True, text="Zebras.", speaker=quote.speaker, source=quote.source)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    QuoteFactory(public=True, text="Courts judge.", speaker=quote.speaker, source=quote.source)
    assert everything() == before


def drop_word() -> str:
    Word.objects.filter(form="courts").delete()
    return "word “courts” (en): not known as it stands"


def change_stem() -> str:
    Word.objects.filter(form="courts").update(stem="x")
    return "word “courts” (en): not known as it stands"


def change_plain() -> str:
    Word.objects.filter(form="courts").update(plain="x")
    return "word “courts” (en): not known as it stands"


def drop_key() -> str:
    WordKey.objects.filter(key="court").delete()
    return "word “courts”: some of its keys are missing"


def drop_name() -> str:
    theme = NameWord.objects.filter(form="law")
    pk = theme.get().object_id
    theme.delete()
    return f"theme {pk}: its name is not known as it stands"


def add_name() -> str:
    row = NameWord.objects.get(form="law")
    NameWord.objects.create(kind=row.kind, object_id=row.object_id, form="zebra", visible_from=row.visible_from)
    return f"theme {row.object_id}: its name is not known as it stands"


@pytest.mark.parametrize("tamper", [drop_word, change_stem, change_plain, drop_key, drop_name, add_name])
def test_any_damage_is_named_and_mended(quote, tamper):
    rebuild()
    before = everything()
    named = tamper()
    code, said = check()
    assert code == 1
    assert named in said
    rebuild()
    assert everything() == before
    assert check()[0] == 0


def test_names_of_what_is_gone_are_dropped(quote):
    theme = quote.themes.get()
    NameWord.objects.filter(object_id=theme.pk, kind="theme").update(object_id=theme.pk + 1000)
    rebuild()
    assert not NameWord.objects.filter(object_id=theme.pk + 1000).exists()
    assert names_of(theme)["law"] == 1


TEXTS = st.lists(st.sampled_from(["court", "courts", "judge", "law"]), min_size=1, max_size=3).map(" ".join)


@few_examples
@given(texts=st.lists(st.tuples(TEXTS, TEXTS, st.booleans()), max_size=4))
def test_after_a_rebuild_words_and_numbers_are_those_of_the_public_texts(texts, db):
    with rolled_back():
        source = SourceFactory(public=True, title="Y")
        speaker = PersonFactory(public=True, name="X", source=source)
        for number, (before, after, public) in enumerate(texts):
            # The number, which is no word, keeps texts apart.
            quote = Quote(text=f"{before} {number}", speaker=speaker, source=source, state=State.PUBLISHED)
            quote.save()
            quote.text, quote.state = f"{after} {number}", State.PUBLISHED if public else State.DRAFT
            quote.save()
        assert check()[0] == 0
        rebuild()
        public = [after.split() for _before, after, public in texts if public]
        assert known() == {word: sum(word in text for text in public) for text in public for word in text}
        assert check()[0] == 0
