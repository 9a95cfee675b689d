"""The page on which a copy is read: quotes whose words are the document's, what is filled in, and undoing."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from initiatives.editorial.copies.reading import Reading, Refused, save
from initiatives.models import Found, Quote, SourceText
from initiatives.models.choices import State
from initiatives.text.comparison import Level
from initiatives.text.passages import OMISSION
from tests.admin.support import account, change_url, desk, editor, fields_of, form_of, messages_of, publisher
from tests.admin.test_admin_pages import assert_strict
from tests.factories import (
    InitiativeFactory,
    PersonFactory,
    QuoteFactory,
    SourceFactory,
    ThemeFactory,
    copy_of,
)
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db

SPEECH = """Dear deputies! Mr. Smith asked me in 2019 about 10 000 tenge.

The law is one for all. Courts must be open, and a judge\
 owes an answer to every citizen. We shall not wait.

A listening state hears each of its citizens. That is our aim."""


def url_of(source) -> str:
    return reverse("admin:initiatives_source_read", args=[source.pk])


@pytest.fixture
def source():
    return SourceFactory(title="The address", date="2019-09-02", date_precision="day", language="en")


@pytest.fixture
def text(source):
    return copy_of(source, SPEECH)


def place(words: str, text: str = SPEECH) -> str:
    start = text.index(words)
    return f"{start}-{start + len(words)}"


def quoted(client: Client, row: SourceText, *passages: str, **fields):
    """Send passages (words, or places such as "0-12") as the script does; return the answer."""
    url = url_of(row.capture.source)
    pieces = [one if re.fullmatch(r"[\d-]+", one) else place(one, row.text) for one in passages]
    data = {"do": "quote", "text": row.pk, "pieces": ",".join(pieces), "one": "1", "speaker": "", "date": "", **fields}
    return client.post(url, data)


# Saving.


def test_a_passage_becomes_a_draft_with_all_filled_in(source, text):
    speaker, courts = PersonFactory(), ThemeFactory(name="Court")
    listening = InitiativeFactory(title="Listening State Programme", aliases="Listening state")
    user = account("Editor")
    client = desk(user)
    assert url_of(source) in client.get(change_url(source)).content.decode()
    page = client.get(url_of(source))
    form = fields_of(page)
    assert form["date"] == ["2019-09-02"]
    assert page.content.decode().count("reading__worth") == 2
    answer = quoted(client, text, "Courts must be open", speaker=speaker.pk, date="2019-09-02")
    assert answer.status_code == 201
    quote = Quote.objects.get()
    assert (quote.text, quote.state, quote.speaker, quote.source) == (
        "Courts must be open",
        State.DRAFT,
        speaker,
        source,
    )
    assert (quote.iso_date, quote.language, quote.locator) == ("2019-09-02", "en", "paragraph 2")
    assert list(quote.themes.all()) == [courts]
    assert quote.found.level == Level.LETTERS
    (version,) = quote.history.all()
    assert version.history_user == user
    answer = quoted(client, text, "A listening state hears each of its citizens.", speaker=speaker.pk)
    assert list(Quote.objects.latest("pk").initiatives.all()) == [listening]
    # The answer has the line, and the paragraph with the passage marked; so has the page, and the same speaker.
    content = answer.content.decode()
    assert 'data-prepend="reading-lines"' in content
    assert 'data-replace="p3"' in content
    assert "reading__mark" in content
    page = client.get(url_of(source))
    assert page.content.decode().count('class="reading__mark"') == 2
    assert fields_of(page)["speaker"][0] == str(speaker.pk)


def test_passages_are_joined_with_a_marked_omission(source, text):
    client, speaker = editor(), PersonFactory().pk
    quoted(client, text, "Courts must be open", "owes an answer to every citizen.", speaker=speaker)
    quote = Quote.objects.get()
    assert quote.text == f"Courts must be open{OMISSION}owes an answer to every citizen."
    assert quote.found.level == Level.OMISSIONS
    for wrong in (
        ("That is our aim.", "Courts must be open"),
        ("Courts must be open", "we"),
        ("Courts must be open", "must be open"),
    ):
        answer = quoted(client, text, *[place(one) if one in SPEECH else "0-2" for one in wrong], speaker=speaker)
        assert answer.status_code == 200
        assert "added with […]" in answer.content.decode()
    long = copy_of(source, f"The first words of it.\n\n{'Other words. ' * 200}\n\nThe last words of it.")
    assert "within 2000" in quoted(
        client, long, "The first words of it.", "The last words of it.", speaker=speaker
    ).content.decode().replace(",", "")


def test_what_turns_the_meaning_is_not_left_out(text):
    client = editor()
    answer = quoted(client, text, "wait", speaker=PersonFactory().pk)
    assert (answer.status_code, Quote.objects.count()) == (200, 0)
    assert "turns its meaning" in answer.content.decode()
    assert quoted(client, text, "not wait", speaker=PersonFactory().pk).status_code == 201


def test_a_passage_cuts_no_word_or_number(text):
    client, speaker = editor(), PersonFactory().pk
    start = SPEECH.index("bout 10")
    assert quoted(client, text, f"{start}-{start + 9}", speaker=speaker).status_code == 201
    assert Quote.objects.get().text == "about 10 000"


@pytest.mark.parametrize(
    "pieces",
    [
        "",
        "x",
        "5-2",
        "-4-9",
        "1-2-3",
        "0-0",
        "99999-100000",
        "9" * 400 + "-1",
        f"0-{10**11}x",
        "²-3",
        ",,,",
        "1-2," * 90,
    ],
)
def test_hostile_places_are_refused(text, pieces):
    client = editor()
    data = {"do": "quote", "text": text.pk, "pieces": pieces, "one": "1", "speaker": PersonFactory().pk}
    answer = client.post(url_of(text.capture.source), data)
    assert answer.status_code == 200
    assert "data-answer" in answer.content.decode()
    assert not Quote.objects.exists()


def test_places_in_another_text_are_refused(source, text):
    client = editor()
    other = copy_of(SourceFactory(), "Other words that were said elsewhere.")
    for key in (other.pk, "x", "0", 10**14, ""):
        answer = client.post(
            url_of(source),
            {"do": "quote", "text": key, "pieces": "0-12", "one": "1", "speaker": PersonFactory().pk},
        )
        assert answer.status_code == (200 if key else 201)
    assert Quote.objects.get().text == "Dear deputies"


def test_the_same_passage_twice_leads_to_the_quote_on_record(text):
    speaker = PersonFactory().pk
    client = editor()
    quoted(client, text, "The law is one for all.", speaker=speaker)
    quote = Quote.objects.get()
    answer = quoted(publisher(), text, "The law is one for all.", speaker=speaker)
    assert answer.status_code == 200
    assert "already on record" in answer.content.decode()
    assert change_url(quote) in answer.content.decode()
    near = quoted(client, text, "The law is one for all", speaker=speaker)
    assert near.status_code == 201
    assert "similar quote" in near.content.decode()


def test_the_second_of_two_editors_with_the_same_passage_is_refused(source, text):
    speaker, reading = PersonFactory(), Reading(source)
    spans = reading.spans([(0, len("Dear deputies"))])
    one, other = (reading.draft(spans, speaker, Quote()) for _editor in range(2))
    save(one, [], str)
    with pytest.raises(Refused) as refused:
        save(other, [], str)
    assert refused.value.twin == one
    assert Quote.objects.get() == one


def test_a_speaker_is_needed_and_a_date_checked(text):
    client = editor()
    assert "Choose the speaker" in quoted(client, text, "That is our aim.").content.decode()
    answer = quoted(client, text, "That is our aim.", speaker=PersonFactory().pk, date="2020-13")
    assert 'data-replace="reading-head"' in answer.content.decode()
    odd = {"speaker": PersonFactory().pk, "date": "1066"}
    assert 'name="date_is_right" value="1066"' in quoted(client, text, "That is our aim.", **odd).content.decode()
    assert quoted(client, text, "That is our aim.", **odd, date_is_right="1066").status_code == 201


def test_doubtful_words_are_flagged_but_saved(source):
    row = copy_of(SourceFactory(language="en"), "«Это наш закон, и он для всех»")
    answer = quoted(editor(), row, "0-30", speaker=PersonFactory().pk)
    assert answer.status_code == 201
    assert "The words are in quotation marks." in answer.content.decode()
    assert Quote.objects.get().language == "ru"


def test_the_speaker_is_guessed_from_a_transcript(source):
    smith = PersonFactory(name="Ann Smith", family_name="Smith")
    tokayev = PersonFactory(name="Kassym-Jomart Tokayev", family_name="Tokayev", aliases="Касым-Жомарт Токаев")
    row = copy_of(
        source,
        "К. Токаев: Мы начинаем сегодня. Это важно.\n\nИ мы продолжим завтра.\n\nAnn Smith: I agree with this.\n\n"
        "Journalist: What about the law?",
    )
    client = editor()
    for passage, speaker in (
        ("Это важно.", tokayev),
        ("И мы продолжим завтра.", tokayev),
        ("I agree with this.", smith),
        ("What about the law?", smith),
    ):
        answer = quoted(client, row, passage, speaker=smith.pk, guess="on")
        assert Quote.objects.latest("pk").speaker == speaker
    assert "no person on record has this name" in answer.content.decode()
    assert Quote.objects.filter(text="Это важно.").get().language == "ru"
    # The editor's own choice for all that follow, and a ticked paragraph without the speaker's name.
    quoted(client, row, "Мы начинаем сегодня.", speaker=smith.pk)
    assert Quote.objects.latest("pk").speaker == smith
    client.post(url_of(source), {"do": "quote", "text": row.pk, "paragraph": ["1"], "guess": "on"})
    assert Quote.objects.latest("pk").text == "Мы начинаем сегодня. Это важно."


def test_the_level_is_shown_only_of_the_words_that_were_compared(source, text):
    client = editor()
    quoted(client, text, "That is our aim.", speaker=PersonFactory().pk)
    assert "letter for letter" in client.get(url_of(source)).content.decode()
    quote = Quote.objects.get()
    quote.text = "That was our aim."
    quote.save()
    assert "letter for letter" not in client.get(url_of(source)).content.decode()


# Without script.


def test_ticked_paragraphs_and_typed_words_are_quoted(source, text):
    client, speaker = editor(), PersonFactory()
    form = form_of(client, url_of(source)) | {"speaker": speaker.pk}
    page = client.post(url_of(source), form | {"paragraph": ["1", "3", "99", "x"]}, follow=True)
    assert "Saved as a draft" in messages_of(page)
    assert Quote.objects.get().text == OMISSION.join([SPEECH.split("\n\n")[0], SPEECH.split("\n\n")[2]])
    client.post(url_of(source), form | {"paragraph": ["2", "3"]})
    assert Quote.objects.latest("pk").text == "\n\n".join(SPEECH.split("\n\n")[1:])
    client.post(url_of(source), form | {"by": "words", "first": "courts  must", "last": "every citizen"})
    assert Quote.objects.latest("pk").text == "Courts must be open, and a judge owes an answer to every citizen."
    for wrong, said in (
        ({"first": "citizn"}, "is not in this copy"),
        ({"first": "is"}, "2 times"),
        ({"first": "Courts must", "last": "Dear deputies"}, "does not follow"),
        ({"first": "…"}, "Select the words"),
        ({}, "Select the words"),
    ):
        page = client.post(url_of(source), form | {"by": "words", "paragraph": ["1"], **wrong})
        assert said in page.content.decode()
        assert f'value="{wrong.get("first", "")}"' in page.content.decode()
    assert Quote.objects.count() == 3


def test_only_users_who_may_add_quotes_read(source, text):
    viewer = desk(User.objects.create_user("viewer", is_staff=True))
    assert viewer.get(url_of(source)).status_code == 403
    assert quoted(viewer, text, "That is our aim.").status_code == 403
    assert Client().post(url_of(source), {"one": "1"}).status_code == 302
    checked = Client(enforce_csrf_checks=True)
    checked.force_login(account("Editor"))
    assert quoted(checked, text, "That is our aim.", speaker=PersonFactory().pk).status_code == 403
    assert publisher().get(url_of(source).replace(str(source.pk), "abc")).status_code == 302


# Changing and undoing.


def line_of(quote: Quote, **fields) -> dict:
    translation = 0
    return {"quote": quote.pk, "version": f"{quote.history.latest('pk').pk}-{translation}", "one": "1", **fields}


def test_a_draft_is_undone_only_by_its_maker_and_unchanged(source, text):
    client, speaker = editor(), PersonFactory().pk
    quoted(client, text, "That is our aim.", speaker=speaker)
    quote = Quote.objects.get()
    answer = desk(account("Editor", "another")).post(url_of(source), line_of(quote, do="undo"))
    assert answer.status_code == 200
    old = line_of(quote, do="undo")
    answer = client.post(url_of(source), line_of(quote, do="change", new_theme="Elsewhere"))
    assert "Nothing on record is called" in answer.content.decode()
    quote.context = "In parliament."
    quote.save()
    answer = client.post(url_of(source), old)
    assert "changed after you opened" in answer.content.decode()
    assert Quote.objects.exists()
    answer = client.post(url_of(source), line_of(quote, do="undo", text=text.pk))
    assert answer.status_code == 201
    assert 'data-replace="p3"' in answer.content.decode()
    assert not Quote.objects.exists()
    assert not Found.objects.exists()
    assert Quote.history.filter(id=quote.pk, history_type="-").get().history_change_reason
    assert quoted(client, text, "That is our aim.", speaker=speaker).status_code == 201


def test_a_quote_not_made_here_or_handed_in_is_not_undone(source, text):
    client = editor()
    elsewhere = QuoteFactory(source=source)
    quoted(client, text, "That is our aim.", speaker=PersonFactory().pk)
    handed_in = Quote.objects.latest("pk")
    handed_in.state = State.IN_REVIEW
    handed_in.save()
    foreign = QuoteFactory()
    for quote in (elsewhere, handed_in, foreign):
        assert client.post(url_of(source), line_of(quote, do="undo")).status_code == 200
    for key in ("x", "", 10**14, "-1"):
        assert client.post(url_of(source), {"do": "undo", "quote": key, "one": "1"}).status_code == 200
    assert Quote.objects.count() == 3


def test_themes_and_initiatives_are_changed_in_the_line(source, text):
    client = editor()
    one, other, initiative = ThemeFactory(name="Rivers"), ThemeFactory(name="Lakes"), InitiativeFactory()
    quoted(client, text, "That is our aim.", speaker=PersonFactory().pk)
    quote = Quote.objects.get()
    fields = {"theme": [one.pk, "x"], "new_theme": "lakes", "new_initiative": initiative.title}
    assert client.post(url_of(source), line_of(quote, do="change", **fields)).status_code == 201
    assert set(quote.themes.all()) == {one, other}
    assert list(quote.initiatives.all()) == [initiative]
    assert quote.history.count() == 2
    page = client.get(url_of(source))
    assert page.content.decode().count('name="theme"') == 2
    published = QuoteFactory(source=source, public=True)
    assert client.post(url_of(source), line_of(published, do="change")).status_code == 200


# The page.


def test_long_texts_are_shown_in_parts(source):
    row = copy_of(source, "\n\n".join(f"Sentence {number} of a long text. {'Words ' * 50}" for number in range(1200)))
    client = editor()
    first, last = (client.get(f"{url_of(source)}?part={part}").content.decode() for part in (1, 3))
    assert "Sentence 0 of" in first
    assert "Sentence 1199 of" not in first
    assert "Sentence 1199 of" in last
    assert "Sentence 0 of" not in last
    assert quoted(client, row, "Sentence 1199 of a long text.", speaker=PersonFactory().pk).status_code == 201
    assert "Sentence 1199 of" in client.get(f"{url_of(source)}?part=99").content.decode()


def test_the_page_is_strict_and_queries_do_not_grow(source, text):
    client, speaker = editor(), PersonFactory()
    quoted(client, text, "That is our aim.", speaker=speaker.pk)
    page = client.get(url_of(source))
    assert_strict(page)
    QuoteFactory(source=source, speaker=speaker, themes=[ThemeFactory()])
    few = count_queries(lambda: client.get(url_of(source)))
    copy_of(source, "\n\n".join(f"Word {number} is said. {SPEECH}" for number in range(60)))
    for number in range(25):
        ThemeFactory(name=f"Word {number}")
        QuoteFactory(source=source, speaker=speaker, text=f"Word {number} is said.", themes=[ThemeFactory()])
    assert count_queries(lambda: client.get(url_of(source))) == few


def test_markup_in_a_text_is_shown_as_text(source):
    row = copy_of(source, "They said <script>alert(1)</script> & left.")
    client = editor()
    assert "<script>alert" not in client.get(url_of(source)).content.decode()
    answer = quoted(client, row, "0-43", speaker=PersonFactory().pk)
    assert "<script>alert" not in answer.content.decode()
    assert Quote.objects.get().text == "They said <script>alert(1)</script> & left."
