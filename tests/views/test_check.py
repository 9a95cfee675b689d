"""Whether someone said a sentence so: nothing is confirmed that is not on record, and nothing typed is kept."""

import datetime
import logging
import random
import re
from itertools import product

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from initiatives.models import EmptySearch, Quote
from initiatives.pages import checking
from initiatives.search import Unavailable
from tests.factories import QuoteFactory, QuoteTranslationFactory, SourceFactory, copy_of
from tests.text import pairs

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ON_RECORD = "On record, in these words"
IN_TEXT = "In a public document, not yet a quote on record"
DIFFERS = "On record, but the words differ"
NOT_HERE = "Not in this record"

# Words of our own, by language: what was said.
SAID = {
    "en": [
        (
            "We will build 12 new schools in every region, and no village will be left without a road to one. "
            "The money for it was not borrowed, it was saved over 3 years."
        ),
        (
            "A court that is afraid of a minister is not a court, whatever is written above its door. "
            "Judges will be chosen by a council on which the government has no more than 2 of 9 seats."
        ),
        (
            "Every ministry will answer a letter within 15 days, and an answer that says nothing will count as none. "
            "People’s patience is not a “renewable resource” on which we may live."
        ),
    ],
    "ru": [
        (
            "Мы построим 12 новых школ в каждой области, и ни одно село не останется без дороги к ней. "
            "Деньги на это не взяты в долг, они накоплены за 3 года."
        ),
        (
            "Суд, который боится министра, не является судом, что бы ни было написано над его дверью. "
            "Судей будет выбирать совет, в котором у правительства не более 2 мест из 9 возможных."
        ),
        (
            "Каждое министерство ответит на письмо в течение 15 дней, а пустой ответ не будет считаться ответом. "
            "Терпение людей — не «возобновляемый ресурс», которым можно пользоваться бесконечно."
        ),
    ],
    "kk": [
        (
            "Біз әр облыста 12 жаңа мектеп саламыз, бірде-бір ауыл жолсыз қалған емес деп айта алатын боламыз. "
            "Бұған жұмсалатын қаржы қарызға алынған жоқ, ол 3 жыл бойы жиналды."
        ),
        (
            "Министрден қорқатын сот сот емес, оның есігінің үстінде не жазылса да солай болып қала береді. "
            "Судьяларды кеңес таңдайды, онда үкіметтің 9 орынның ішінен 2 орыннан артық үлесі болмайды."
        ),
        (
            "Әр министрлік хатқа 15 күн ішінде жауап береді, ал бос жауап жауап болып саналған емес. "
            "Халықтың шыдамы «таусылмайтын қор» емес, оны шексіз пайдалануға ешкімнің құқығы жоқ."
        ),
    ],
}
# What was not: each beginning with each end.
INVENTED = [
    *product(
        ["The tax on small farms", "My predecessor’s palace", "The railway to the sea", "Half of the army"],
        [
            "will be sold to the highest bidder.",
            "was a mistake that cost us ten years.",
            "belongs to the children.",
            "",
        ],
    ),
    *product(
        ["Налог на малые хозяйства", "Дворец моего предшественника", "Железная дорога к морю"],
        ["будет продан с торгов уже весной.", "был ошибкой на десять лет.", "принадлежит теперь детям.", "и армия"],
    ),
    *product(
        ["Шағын шаруашылыққа салынатын салық", "Бұрынғы басшының сарайы", "Теңізге баратын темір жол"],
        [
            "көктемде саудаға шығарылады.",
            "он жылға созылған қате болды.",
            "енді балаларға тиесілі болады.",
            "және де әскер",
        ],
    ),
]


def ask(client, text):
    """Return the page with the answer, and its text."""
    response = client.post("/check/", {"text": text})
    assert response.status_code == 200, text
    return response.context["checked"], response.content.decode()


def test_of_120_sentences_none_is_wrongly_confirmed(client):
    """40 as they were said, whole or in part, in other typography; 40 altered; 40 invented; in three languages."""
    for language, texts in SAID.items():
        for text in texts:
            QuoteFactory(public=True, text=text, language=language)
    true, altered = [], []
    for number, texts in enumerate(SAID.values()):
        made = pairs.pairs("\n\n".join(texts), 14, number)
        true += [text for _change, text, level in made if level != "not_found"]
        altered += [text for _change, text, level in made if level == "not_found"]
    invented = [f"{beginning} {end}".strip() for beginning, end in INVENTED]
    assert min(len(true), len(altered), len(invented)) >= 40
    wrong = [text for text in altered + invented if ask(client, text)[0].answer == "on_record"]
    assert wrong == []
    missed = [text for text in true if ask(client, text)[0].answer != "on_record"]
    assert len(missed) <= 1, missed
    assert sum(ask(client, text)[0].answer == "differs" for text in altered) >= 38
    assert {ask(client, text)[0].answer for text in invented} == {"not_in_record"}


def test_the_quote_is_given_with_its_words_level_and_citation(client):
    """The words of the sentence are marked in the quote; another apostrophe or a full stop more is named."""
    quote = QuoteFactory(public=True, text=SAID["en"][2], verification="disputed")
    checked, page = ask(client, "“People's patience is not a “renewable resource” on which we may live”.")
    (match,) = checked.matches
    assert (checked.answer.label, match.quote) == (ON_RECORD, quote)
    assert match.exactness == "but for typography: quotation marks and apostrophes"
    assert "<mark>People’s patience is not a “renewable resource” on which we may live.</mark>" in page
    for part in (quote.speaker.name, quote.source.title, quote.get_absolute_url(), quote.shown_date, "disputed"):
        assert part in page
    assert ask(client, "every letter within 15 days")[0].answer == "differs"
    (match,) = ask(client, "will answer a letter within 15 days.")[0].matches
    assert match.exactness == "but for typography: the full stop at the end"
    (match,) = ask(client, "Every ministry will answer […] an answer that says nothing will count")[0].matches
    assert match.exactness == "with marked omissions, in order"


def test_what_the_sentence_changes_is_marked(client):
    QuoteFactory(public=True, text=SAID["en"][1])
    checked, page = ask(
        client, "A court that is afraid of its minister is a court, whatever is written above its door."
    )
    (match,) = checked.matches
    assert checked.answer.label == DIFFERS
    assert [piece.text for piece in match.words if piece.marked] == ["a", " not"]
    assert [piece.text for piece in match.sentence if piece.marked] == ["its"]
    assert "<del> not</del>" in page
    checked, page = ask(client, "He said: A court that is afraid of a minister is not a court at all")
    assert [piece.text for piece in checked.matches[0].sentence if piece.marked] == ["He said: ", " at all"]


def test_words_cut_off_beside_a_negation_are_not_confirmed(client):
    QuoteFactory(public=True, text="We will not raise the taxes of small farms.")
    checked, page = ask(client, "raise the taxes of small farms")
    assert checked.answer.label == DIFFERS
    assert "beside a negation that the sentence leaves out" in page
    assert "We will not raise the taxes" in re.sub("<[^>]+>", "", page)


def test_translations_count_and_say_whose_they_are(client):
    quote = QuoteFactory(public=True, text=SAID["kk"][0], language="kk")
    QuoteTranslationFactory(quote=quote, text=SAID["ru"][0], provenance="unofficial", translator="A. Reader")
    checked, page = ask(client, "ни одно село не останется без дороги к ней")
    assert (checked.answer.label, checked.matches[0].quote) == (ON_RECORD, quote)
    assert "In a translation into Russian (unofficial translation, A. Reader)" in page


def test_all_quotes_with_the_same_words_are_listed_up_to_a_number(client):
    for _number in range(checking.MOST_LISTED + 1):
        QuoteFactory(public=True, text="We will hear every citizen.")
    checked, page = ask(client, "We will hear every citizen.")
    assert len(checked.matches) == checking.MOST_LISTED
    assert "More quotes have these words." in page


WORDS = "The third bridge will open before the winter of 2024."
AROUND = "Some words before, of no weight. " * 6 + WORDS + " And some words after it, of none either." * 6


@pytest.mark.parametrize("rights", ["official", ""])
def test_a_sentence_of_a_public_document_is_found_and_shown_as_its_rights_allow(client, rights):
    """At most 100 characters on either side; without rights nothing but the place. Typography does not matter."""
    source = SourceFactory(public=True, rights=rights, rights_note="The law on copyright" if rights else "")
    copy_of(source, "First.\n\n" + AROUND.replace("winter of", "winter\u00a0of"), places=["p. 1", "p. 2"])
    checked, page = ask(client, WORDS)
    (passage,) = checked.passages
    assert (checked.answer.label, passage.place) == (IN_TEXT, "p. 2, paragraph 2")
    assert passage.exactness == "but for typography: spaces and line breaks"
    assert source.title in page
    if rights:
        assert f"<mark>{passage.words}</mark>" in page
        assert 0 < len(passage.before) <= 100 and 0 < len(passage.after) <= 100  # noqa: PT018
    else:
        assert "which may not be shown" in page
        assert (passage.before, passage.words, passage.after) == ("", "", "")
    assert ask(client, WORDS.replace("will", "will not"))[0].answer.label == NOT_HERE


def test_what_is_not_public_answers_as_if_it_did_not_exist(client):
    """Drafts, quotes published later, of drafts, archived ones, their translations; copies of drafts, or taken down."""
    later = timezone.now() + datetime.timedelta(days=1)
    draft = SourceFactory()
    QuoteFactory(text=WORDS)
    QuoteFactory(public=True, text=WORDS, published_at=later)
    QuoteFactory(public=True, text=WORDS, source=draft)
    QuoteFactory(public=True, text=WORDS, state="archived")
    QuoteTranslationFactory(quote=QuoteFactory(text="Слова о мосте."), language="en", text=WORDS)
    copy_of(draft, AROUND)
    taken = copy_of(SourceFactory(public=True), AROUND)
    type(taken).objects.filter(pk=taken.pk).update(text="")
    with_all = re.sub(r'value="[^"]*"', "", ask(client, WORDS)[1])
    Quote.objects.all().delete()
    assert ask(client, WORDS)[0].answer.label == NOT_HERE
    assert re.sub(r'value="[^"]*"', "", ask(client, WORDS)[1]) == with_all


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Paste the sentence."),
        ("a state that", "Enter at least 4 words."),
        ("— … — ! ?", "Enter at least 4 words."),
        ("word " * 401, "Use 2000 characters or fewer. You used 2004."),
        ("four words and \0", "Null characters are not allowed."),
    ],
)
def test_bad_input_gets_a_message_and_nothing_typed_is_lost(client, text, message):
    page = client.post("/check/", {"text": text}).content.decode()
    assert message in page
    assert text.strip() in page
    assert "maxlength" not in page
    assert "<title>Error: " in page


def test_a_search_that_fails_keeps_what_was_typed(client, monkeypatch):
    def fail(*args, **options):
        raise Unavailable

    monkeypatch.setattr(checking, "sharing_rows", fail)
    response = client.post("/check/", {"text": WORDS})
    assert response.status_code == 503
    assert WORDS in response.content.decode()


def test_no_word_is_kept_logged_or_cached(client, caplog):
    """Neither in a log, nor among empty searches, nor in an answer that others could get."""
    caplog.set_level(logging.DEBUG)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.post("/check/", {"text": WORDS}, headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"})
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert not [one for one in queries.captured_queries if not one["sql"].startswith("SELECT")]
    assert "bridge" not in caplog.text.replace("\n".join(one["sql"] for one in queries.captured_queries), "")
    assert not EmptySearch.objects.exists()


def test_the_number_of_queries_does_not_depend_on_the_number_of_quotes(client):
    counts = []
    for number in (1, 12):
        for _ in range(number):
            QuoteTranslationFactory(quote__text=f"{WORDS} Twice.", text="Слова о мосте.")
        ask(client, WORDS)
        with CaptureQueriesContext(connection) as queries:
            ask(client, WORDS)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_any_text_is_answered(client):
    """Whatever is typed, no page fails."""
    rng = random.Random(25)
    signs = [
        "a",
        "no",
        "не",
        "емес",
        " ",
        "\n",
        "…",
        "[…]",
        "-",
        "\u00ad",
        "’",
        '"',
        "«",
        "3",
        ".",
        "\ud800"[:0],
        "%",
        "_",
    ]
    QuoteFactory(public=True, text=SAID["ru"][0], language="ru")
    for _ in range(60):
        text = "".join(rng.choices([*signs, "Мы построим", "12 новых школ"], k=rng.randint(0, 60)))
        assert client.post("/check/", {"text": text}).status_code == 200, text


@pytest.mark.parametrize(
    "text",
    [
        WORDS,
        "Half a character is \ud800 this.",
        f"Not: {WORDS}",
        "a part of another sentence",
        "мост до зимы 2024 года",
    ],
)
def test_the_api_answers_as_the_page_does(client, text):
    """With the citation, and nothing that may be cached."""
    quote = QuoteFactory(public=True, text=WORDS)
    copy_of(SourceFactory(public=True), "That is a part of another sentence, as you see.")
    response = client.post("/api/v1/check", {"text": text}, content_type="application/json")
    answer, checked = response.json(), ask(client, text.encode(errors="replace").decode())[0]
    assert (answer["answer"], response["Cache-Control"]) == (checked.answer, "no-store")
    assert [one["id"] for one in answer["quotes"]] == [quote.pk] * len(checked.matches)
    assert all(quote.source.title in one["citation"] for one in answer["quotes"])
    assert [one["place"] for one in answer["documents"]] == [one.place for one in checked.passages]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"text": "three short words"}, 400, "at least 4 words"),
        ({"text": "word " * 500}, 400, "Use 2000 characters or fewer"),
        ({"text": "half a \ud800"}, 400, "at least 4 words"),
        ({"text": 4}, 400, "string"),
        ({}, 400, "required"),
        ("{", 400, "Cannot parse"),
        ("x" * 200_000, 413, "send less"),
    ],
)
def test_a_bad_body_is_refused_with_the_reason(client, body, status, reason):
    response = client.post("/api/v1/check", body, content_type="application/json")
    assert response.status_code == status
    assert reason.lower() in response.content.decode().lower()
    assert response["Content-Type"] == "application/problem+json"


def test_a_sentence_in_an_address_is_refused(client):
    response = client.get("/api/v1/check", {"text": WORDS})
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")
    allowed = client.options("/api/v1/check")
    assert allowed["Access-Control-Allow-Methods"] == "POST"
    assert ask(client, WORDS)
    assert client.get("/check/", {"text": WORDS}).context["form"].data == {}


def test_it_needs_no_token():
    """Because public pages have no cookies."""
    client = Client(enforce_csrf_checks=True)
    assert ask(client, WORDS)
    assert client.post("/api/v1/check", {"text": WORDS}, content_type="application/json").status_code == 200


def test_checking_is_limited_but_not_its_page(client, settings):
    settings.RATE_LIMITS = {"check": "2/day"}
    assert [client.get("/check/").status_code for _ in range(4)] == [200] * 4
    ask(client, WORDS)
    response = client.post("/api/v1/check", {"text": WORDS}, content_type="application/json")
    assert response["RateLimit-Policy"] == '"check";q=2;w=86400'
    assert client.post("/check/", {"text": WORDS}).status_code == 429
