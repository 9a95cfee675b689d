"""Nothing unsafe gets out of editors' Markdown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.richtext import to_html


def test_markdown_is_rendered():
    html = to_html("### Law\n\nA *word*, a [link](https://example.org).\n\n- one\n- two")
    assert "<h3>Law</h3>" in html
    assert '<a href="https://example.org" rel="nofollow noopener noreferrer">link</a>' in html
    assert "<li>one</li>" in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "![x](https://example.org/track.png)",
        "<a href='https://example.org' onclick='x()'>y</a>",
        "<iframe src=//example.org></iframe>",
        "<svg/onload=alert(1)>",
        '[x](https://example.org "a\\" onmouseover=\\"x")',
        "<style>*{display:none}</style>",
        "`<script>`",
    ],
)
def test_attacks_are_harmless(attack):
    html = to_html(attack)
    tags = re.findall(r"<\s*/?\s*([a-z0-9]+)([^>]*)>", html)
    assert {name for name, _rest in tags} <= {"p", "a", "code"}
    for _name, rest in tags:
        # What stands outside quoted values.
        assert not re.search(r"\son\w+\s*=", re.sub(r'"[^"]*"', '""', rest))
        assert not re.search(r"(javascript|data|vbscript):", rest, re.IGNORECASE)


@given(st.text())
def test_no_text_lets_a_script_through(text):
    assert not re.search(r"<\s*(script|style|iframe|img|svg|object|form|input)", to_html(text), re.IGNORECASE)
