"""Addresses by language: /ru/ and /kk/ show every page in that language, and identifiers never carry a prefix."""

import pickle

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Wording
from initiatives.models.paths import in_other_language, path_of, split_language
from initiatives.models.wordings import fingerprint, in_language
from initiatives.text.worded import Worded
from tests.factories import QuoteFactory, ThemeFactory
from tests.helpers import few_examples

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("prefix", "language", "word"), [("", "en", "Quotes"), ("/ru", "ru", "Цитаты"), ("/kk", "kk", "Дәйексөздер")]
)
def test_the_address_alone_decides_the_language(client, prefix, language, word):
    for accepted in ("en", "ru", "kk"):
        answer = client.get(f"{prefix}/quotes/", headers={"accept-language": accepted})
        assert answer.headers["Content-Language"] == language
        assert f'<html lang="{language}">' in answer.text
        assert word in answer.text
        assert f'href="{prefix}/themes/"' in answer.text
        assert ("X-Robots-Tag" in answer.headers) == bool(prefix)


def test_no_prefix_gets_into_data_that_is_read_after_a_translated_page(client):
    quote = QuoteFactory(public=True)
    for address in ("/quotes.csv", "/quotes.json", "/quotes.atom", f"/api/v1/quotes/{quote.pk}", "/sitemap.xml"):
        client.get("/ru/quotes/")
        answer = client.get(address)
        assert answer.status_code == 200
        body = answer.getvalue().decode() if answer.streaming else answer.text
        assert "/ru/" not in body


def test_data_has_no_address_in_a_language(client):
    assert [
        client.get(f"/ru{path}").status_code for path in ("/api/v1/quotes", "/data/versions.json", "/admin/", "/ru/")
    ] == [404] * 4


def test_a_form_is_taken_in_each_language(client):
    assert client.post("/kk/check/", {"text": "Nobody said these words here."}).status_code == 200
    assert client.post("/kk/quotes/", {"q": "law"}).status_code == 405


@few_examples
@given(
    st.sampled_from(["en", "ru", "kk"]),
    st.sampled_from(["en", "ru", "kk"]),
    st.sampled_from(["/", "/quotes/", "/rules/", "/kkk/"]),
)
def test_every_page_has_one_address_in_each_language(first, second, path):
    here = in_other_language(path, first)
    assert split_language(here) == (first, path)
    assert in_other_language(here, second) == in_other_language(path, second)


def test_an_item_gets_its_texts_in_the_active_language_by_one_query(django_assert_num_queries):
    theme, other = ThemeFactory(name="Rule of law"), ThemeFactory(name="Land <1>")
    Wording.objects.create(
        kind="theme", object_id=theme.pk, field="name", language="ru", text="Верховенство права",
        translator="A. T.", digest=fingerprint(theme.name),
    )  # fmt: skip
    with translation.override("en"), django_assert_num_queries(0):
        in_language(theme, [other])
    assert theme.name == "Rule of law"
    with translation.override("ru"):
        with django_assert_num_queries(1):
            in_language(theme, [other], None)
        assert (theme.name, theme.name.language) == ("Верховенство права", "ru")
        assert other.name.__html__() == '<span lang="en">Land &lt;1&gt;</span>'
        assert theme.name.__html__() == "Верховенство права"
    with pytest.raises(TypeError, match="Load it again"):
        theme.save()


def test_a_machine_text_says_so_wherever_it_is_shown():
    theme = ThemeFactory(name="Rule of law")
    Wording.objects.create(
        kind="theme", object_id=theme.pk, field="name", language="kk", text="Заң үстемдігі", standing="machine",
        digest=fingerprint(theme.name),
    )  # fmt: skip
    with translation.override("kk"):
        in_language(theme)
        assert str(theme.name) != "Заң үстемдігі"
        assert str(theme.name).startswith("Заң үстемдігі [")


def test_punctuation_and_capitals_do_not_change_a_fingerprint():
    assert fingerprint("Rule of law: a state.") == fingerprint("rule of law – a State")
    assert fingerprint("Rule of law") != fingerprint("Rules of law")


def test_caches_keep_the_language_of_a_text():
    kept = pickle.loads(pickle.dumps(Worded("Заң", "kk")))
    assert (kept, kept.language) == ("Заң", "kk")
    assert not hasattr(kept + "дар", "language")


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_no_address_of_data_depends_on_the_language(language):
    with translation.override(language):
        assert reverse("api:quote", args=[1]).startswith("/api/")
        assert path_of("short_quote", 1) == "/q/1"
