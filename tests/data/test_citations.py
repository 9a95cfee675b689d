"""Citations as files: other programs' parsers read back the same values."""

import json
import re

import bibtexparser
import pytest
import rispy
from bibtexparser.bparser import BibTexParser
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from initiatives.data.citations.files import bibtex, csl_json, ris
from initiatives.data.citations.reference import Author, Reference, reference
from initiatives.data.citations.styles import citations
from initiatives.models import Quote
from initiatives.models.choices import SourceKind
from initiatives.pages.citations import citation_text
from tests.data.test_lists import content_of
from tests.factories import InitiativeFactory, MilestoneFactory, PersonFactory, QuoteFactory, SourceFactory

COMMANDS = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~"}
COMMANDS |= {"textasciicircum": "^"}
# Texts of quotes and titles that parsers of these formats often get wrong
TEXTS = st.text(
    st.one_of(st.sampled_from("{}\\%&$#_~^\"“”«»,;@=-–— ’'.?"), st.sampled_from("abcАбвәғқңөұүһіÀé中ع")), min_size=1
).map(lambda text: " ".join(text.split()) or "x")
LONG = st.sampled_from(["ә{%" + "сөз " * 373 + "}{", "слово и дело " * 115 + "конец", "a & b % " * 187 + "c"])
DATES = st.sampled_from(["", "1999", "2020-09", "2020-09-01", "2024-02-29", "2000-12-31"])
WORDS = st.one_of(TEXTS, LONG)
AUTHORS = st.one_of(
    st.none(),
    st.builds(Author, TEXTS, st.just(""), st.just(True)),
    st.builds(Author, st.sampled_from(["Токаев", "von der Leyen", "Land and"]), st.just("Касым-Жомарт A. B.")),
    st.builds(Author, st.sampled_from(["Ursula von der Leyen", "Abai", "Land and Water"]), st.just("")),
)
VALUES: dict = {
    "key": st.integers(1).map(lambda number: f"quote-{number}"),
    "kind": st.sampled_from(SourceKind.values),
    "author": AUTHORS,
    "title": WORDS,
    "title_language": st.just("en"),
    "publisher": st.one_of(st.just(""), TEXTS),
    "date": DATES,
    "url": st.sampled_from(["https://example.org/a_b?c=%20d&e=~f#g", "https://kk.example/%D2%9B"]),
    "accessed": st.sampled_from(["", "2021-06-01"]),
    "words": WORDS,
    "locator": st.one_of(st.just(""), TEXTS),
    "permalink": st.just("http://testserver/q/1"),
    "note": TEXTS,
}
DOCUMENTS = st.builds(Reference, quotation=st.just(""), language=st.sampled_from(["", "en", "kk"]), **VALUES)
# Quotes are cited by their speaker.
QUOTED = VALUES | {"author": AUTHORS.filter(lambda author: author is not None and not author.is_body)}
REFERENCES = DOCUMENTS | st.builds(Reference, quotation=TEXTS, language=st.sampled_from(["en", "kk"]), **QUOTED)


def read_bibtex(text: str) -> list[dict[str, str]]:
    """Read entries like a program that knows LaTeX commands for single characters."""
    entries = bibtexparser.loads(text, BibTexParser(common_strings=True)).entries
    return [{name: plain(value) for name, value in entry.items()} for entry in entries]


def plain(value: str) -> str:
    value = re.sub(r"\\([#$%&_])", r"\1", value)
    value = re.sub(r"\{(?!\\text)|(?<!\\textbackslash)(?<!left)(?<!right)(?<!tilde)(?<!circum)\}", "", value)
    return re.sub(r"\{\\(text\w+)\}", lambda match: COMMANDS[match[1]], value)


def check_bibtex(cited: Reference, entry: dict[str, str]) -> None:
    assert entry["ID"] == cited.key
    assert entry["title"] == (cited.quotation or cited.title)
    assert entry.get("booktitle", "") == (cited.title if cited.quotation else "")
    assert entry.get("author", "") == (cited.author.inverted if cited.author else "")
    kinds = ("publisher",) if cited.quotation else ("journal", "institution", "howpublished")
    publisher = next(filter(None, map(entry.get, kinds)), "")
    assert publisher == cited.publisher
    assert entry.get("date", "") == cited.date
    assert entry.get("year", "") == cited.date[:4]
    assert ("month" in entry) == (len(cited.date) > 4)
    assert entry.get("url", "") == cited.url
    assert entry.get("urldate", "") == cited.accessed
    assert entry.get("abstract", "") == cited.words
    assert entry["note"] == cited.note


def check_ris(cited: Reference, record: dict) -> None:
    assert record["id"] == cited.key
    assert record["title"] == (cited.quotation or cited.title)
    assert record.get("authors", []) == ([cited.author.inverted] if cited.author else [])
    container = record.get("secondary_title", "")
    assert (record.get("publisher") or (not cited.quotation and container) or "") == cited.publisher
    assert not cited.quotation or container == cited.title
    assert record.get("date", "").rstrip("/").replace("/", "-") == cited.date
    assert record.get("year", "") == cited.date[:4]
    assert record.get("urls", []) == ([cited.url] if cited.url else [])
    assert record.get("access_date", "").rstrip("/").replace("/", "-") == cited.accessed
    assert record.get("abstract", "") == cited.words
    assert record["notes"] == [cited.note]


@settings(max_examples=500)
@given(REFERENCES)
def test_hard_cases_are_read_back_unchanged(cited):
    (entry,) = read_bibtex(bibtex(cited))
    check_bibtex(cited, entry)
    (record,) = rispy.loads(ris(cited))
    check_ris(cited, record)
    (item,) = json.loads(csl_json(cited))
    assert item["title"] == (cited.quotation or cited.title)
    assert not cited.quotation or (item["type"], item["container-title"]) == ("chapter", cited.title)
    assert item.get("issued", {}).get("date-parts", [[]]) == [cited.date_parts]


@pytest.mark.django_db
def test_every_quote_of_the_first_content_is_read_back(client):
    call_command("load_first_content", verbosity=0)
    quotes = {f"quote-{quote.pk}": reference(quote) for quote in Quote.objects.published().for_data()}
    assert len(quotes) > 5
    entries = read_bibtex(content_of(client.get("/quotes.bib")))
    records = rispy.loads(content_of(client.get("/quotes.ris")))
    order = [f"quote-{item['id']}" for item in json.loads(content_of(client.get("/quotes.json")))["items"]]
    assert [entry["ID"] for entry in entries] == [record["id"] for record in records] == order
    assert set(order) == quotes.keys()
    for entry, record in zip(entries, records, strict=True):
        check_bibtex(quotes[entry["ID"]], entry)
        check_ris(quotes[record["id"]], record)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", SourceKind.values)
@pytest.mark.parametrize("verification", ["primary", "secondary", "disputed"])
def test_the_speaker_is_cited_whatever_the_source_of_the_words(client, kind, verification):
    speaker = PersonFactory(public=True, name="Dariga", family_name="Nazarbayeva", given_name="Dariga")
    source = SourceFactory(public=True, kind=kind, title="Report", publisher="The Times", date="2020-05-01")
    words = "Words that were said. " * 10
    quote = QuoteFactory(public=True, speaker=speaker, source=source, text=words, verification=verification)
    (item,) = client.get(f"/quotes/{quote.pk}/cite.json").json()
    assert item["author"] == [{"family": "Nazarbayeva", "given": "Dariga"}]
    is_own = kind == "address" or (kind == "article" and verification == "primary")
    if is_own:
        assert item["title"] == "Report"
    else:
        assert (item["type"], item["container-title"], item["publisher"]) == ("chapter", "Report", "The Times")
        assert item["title"].endswith("…")
        assert words.startswith(item["title"].rstrip("…"))
        assert len(item["title"]) <= 100
    (document,) = client.get(f"/sources/{source.slug}/cite.json").json()
    by_publisher = [{"literal": "The Times"}] if kind in ("record", "legal_act", "website") else None
    assert (document["title"], document.get("author")) == ("Report", by_publisher)


NAMES = [
    (("Токаев Касым-Жомарт Кемелевич", "Касым-Жомарт", "Токаев", "Кемелевич"), "Токаев, Касым-Жомарт Кемелевич"),
    (("Nazarbayeva Dariga", "Dariga", "Nazarbayeva", "Nursultankyzy"), "Nazarbayeva, Dariga Nursultankyzy"),
    (("Ursula von der Leyen", "Ursula", "von der Leyen", ""), "von der Leyen, Ursula"),
    (("Ursula von der Leyen", "", "", ""), "Ursula von der Leyen"),
    (("Abai", "Abai", "", ""), "Abai"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("parts", "inverted"), NAMES)
def test_names_are_cited_in_parts_or_as_a_whole(client, parts, inverted):
    fields = dict(zip(("name", "given_name", "family_name", "patronymic"), parts, strict=True))
    quote = QuoteFactory(public=True, speaker=PersonFactory(public=True, **fields))
    cited = f"/quotes/{quote.pk}/cite"
    (item,) = client.get(f"{cited}.json").json()
    family, _comma, given = inverted.partition(", ")
    assert item["author"] == [{"family": family, "given": given} if given else {"literal": family}]
    bib = client.get(f"{cited}.bib").content.decode()
    assert (f"author = {{{inverted}}}" if given else f"author = {{{{{inverted}}}}}") in bib
    assert rispy.loads(client.get(f"{cited}.ris").content.decode())[0]["authors"] == [inverted]


@pytest.mark.django_db
def test_files_of_single_items(client):
    source = SourceFactory(
        public=True, slug="law", title="Law & order", publisher="Publisher", date="2020-05-01", date_precision="month"
    )
    initiative = InitiativeFactory(public=True, slug="old", title="A 50% rule", source=source)
    initiative.slug = "new"
    initiative.save()
    response = client.get("/initiatives/new/cite.bib")
    assert response["Content-Disposition"] == f'attachment; filename="initiative-{initiative.pk}.bib"'
    (entry,) = read_bibtex(response.content.decode())
    assert (entry["title"], entry["url"]) == ("A 50% rule", "http://testserver/initiatives/new/")
    assert entry["note"] == f"No step yet. Source: Law & order, Publisher, 2020-05, {source.url}"
    assert client.get("/initiatives/old/cite.bib")["Location"] == "/initiatives/new/cite.bib"
    (record,) = rispy.loads(client.get("/sources/law/cite.ris").content.decode())
    assert record["date"] == "2020/05//"
    assert client.get("/sources/law/cite.json").json()[0]["issued"] == {"date-parts": [[2020, 5]]}
    assert client.get(f"/quotes/{QuoteFactory().pk}/cite.bib").status_code == 404
    assert client.get("/initiatives/new/cite.xyz").status_code == 404


@pytest.mark.django_db
def test_caveats_are_in_every_style_and_file(client):
    source = SourceFactory(public=True, kind="article", title="Report", date="2020-05-01", date_precision="year")
    quote = QuoteFactory(public=True, source=source, verification="secondary", date=None)
    initiative = MilestoneFactory(
        status="in_force",
        effect="contests",
        attributed_to="HRW",
        attributed_kind="civil_society",
        source__publisher="Paper",
        source__publisher_kind="private_media",
        date="2020-05-25",
    ).initiative
    undated, contested = "Undated; published 2020; secondary source. The", "Effect: contested by 1 source. Source: "
    said = "In force, since 25 May 2020, according to HRW (civil society), as reported by Paper (private media). "
    for item, path, caveat in (
        (quote, f"/quotes/{quote.pk}/", undated),
        (initiative, initiative.get_absolute_url(), said + contested),
    ):
        assert [one.name for one in citations(type(item).objects.for_card().get())[-7:] if caveat not in one.text] == []
        for suffix in ("bib", "ris", "json"):
            assert caveat in client.get(f"{path}cite.{suffix}").content.decode()
    assert f" — {quote.speaker.name}, undated; published 2020; secondary source. Source: Report" in citation_text(quote)
    plain = QuoteFactory(public=True, verification="primary", date="2020-05-25")
    assert f", 25 May 2020. Source: {plain.source.title}" in citation_text(plain)
    assert " (The Reform Record, " in citations(plain)[1].text


@pytest.mark.django_db
def test_lists_omit_items_that_cannot_be_cited(client):
    milestone = MilestoneFactory()
    keys = [record["id"] for record in rispy.loads(content_of(client.get("/search.ris")))]
    assert f"initiative-{milestone.initiative_id}" in keys
    assert not [key for key in keys if key.startswith(("milestone", "person", "theme"))]


@pytest.mark.django_db
def test_a_title_given_by_the_editors_is_in_square_brackets(client):
    for by, title in (("document", "Report"), ("record", "[Report]")):
        source = SourceFactory(public=True, title="Report", title_by=by)
        assert f"title = {{{{{title}}}}}" in client.get(f"/sources/{source.slug}/cite.bib").content.decode()
        assert title in client.get(source.get_absolute_url()).content.decode()
