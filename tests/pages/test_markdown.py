"""Editors' Markdown never renders anything unsafe."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.text.markdown import to_html, to_text

TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "a", "h3", "h4", "hr", "code"}
ATTRIBUTES = {"a": {"href", "title", "rel"}, "ol": {"start"}}


class Reader(HTMLParser):
    """Reads HTML as a browser would, and collects anything unsafe."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults = []

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            self.faults.append(f"tag {tag}")
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()):
                self.faults.append(f"attribute {tag} {name}")
            if name == "href":
                # Browsers skip white space and control characters in a scheme.
                address = re.sub(r"[\x00-\x20\x7f-\x9f]", "", value or "").lower()
                scheme = re.match(r"([a-z][a-z0-9+.-]*):", address)
                if scheme and scheme[1] not in {"http", "https", "mailto"}:
                    self.faults.append(f"address {value}")
            if name == "start" and not (value or "").isdecimal():
                self.faults.append(f"start {value}")

    def handle_comment(self, data):
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl):
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data):
        self.faults.append(f"instruction {data}")

    def unknown_decl(self, data):
        self.faults.append(f"section {data}")


def faults(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.faults


ATTACKS = [
    # Script.
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//example.org/x.js></script>",
    "<script\x00>alert(1)</script>",
    "<script\n>alert(1)</script\n>",
    "</p><script>alert(1)</script>",
    "<<script>script>alert(1)<</script>/script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    '``` "><script>alert(1)</script>\nx\n```',
    # Event handlers.
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<a href='https://example.org' onclick='x()'>y</a>",
    "<p style=animation-name:x onanimationstart=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    # Addresses.
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](&Tab;javascript:alert(1))",
    "[x](&#1;javascript:alert(1))",
    "[x](\\javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[x](vbscript:x)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://example.org/1)",
    "[x](feed:javascript:alert(1))",
    "[x](view-source:javascript:alert(1))",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x][y]\n\n[y]: data:text/html,x",
    # Images, titles, and link syntax.
    "![x](https://example.org/track.png)",
    "![x](javascript:alert(1))",
    "[![x](x)](javascript:alert(1))",
    '[x](https://example.org "a\\" onmouseover=\\"x")',
    "[x](https://example.org '\" onmouseover=alert(1) \"')",
    '[x](https://example.org"onmouseover="alert(1))',
    '[x](<https://example.org"onmouseover=alert(1)>)',
    '["><img src=x onerror=alert(1)>](https://example.org)',
    "[x](https://example.org/?<script>alert(1)</script>)",
    # Other languages inside HTML.
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /><a><text>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg/>#x'/></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href=javascript:alert(1)>x</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    # Text that changes its meaning when parsed twice.
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<listing>&lt;img onerror=alert(1) src=x&gt;</listing>",
    "<select><template><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)",
    # Comments, declarations, instructions.
    "<!-- <script>alert(1)</script> -->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y "z">]>',
    # Style, frames, forms, and elements that load or redirect a page.
    "<style>*{display:none}</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<link rel=stylesheet href=//example.org/x.css>",
    "<base href=//example.org/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<iframe src=//example.org></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<a id=x name=y class=z target=_blank href=https://example.org>y</a>",
    # Malformed tags.
    "<a/href=javascript:alert(1)>x",
    '<a href="javascript:alert(1)"',
    "<x onclick=alert(1)>y",
    "<<img src=x onerror=alert(1)//",
    '<img src="x` `<script>alert(1)</script>"` `>',
    "\u003cscript\u003ealert(1)\u003c/script\u003e",
    "＜script＞alert(1)＜/script＞",
    "1e9999. x\n999999999. y",
]


def test_markdown_is_rendered():
    html = to_html("### Law\n\nA *word*, a [link](https://example.org).\n\n- one\n- two")
    assert "<h3>Law</h3>" in html
    assert '<a href="https://example.org" rel="nofollow noopener noreferrer">link</a>' in html
    assert "<li>one</li>" in html


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_harmless(attack):
    assert faults(to_html(attack)) == []
    # Nor do they become harmful inside other text.
    for around in ("> {}", "- {}", "### {}", "*{}*", "[{}](https://example.org)", "x\n\n{}\n\ny"):
        assert faults(to_html(around.format(attack))) == []
    assert faults(to_html(attack + attack)) == []


def test_the_reader_detects_unsafe_html():
    for html in ("<script>x</script>", "<p onclick=x>", "<a href=' java\nscript:x'>", "<!-- x -->", "<img src=x>"):
        assert faults(html), html


@given(st.text())
def test_no_text_renders_anything_unsafe(text):
    assert faults(to_html(text)) == []


@given(
    st.lists(
        st.sampled_from([*ATTACKS, "<", ">", '"', "'", "`", "[", "](", ")", "&", "\n", "\n\n", "*", "x"]), max_size=6
    )
)
def test_no_mixture_of_attacks_renders_anything_unsafe(parts):
    assert faults(to_html("".join(parts))) == []


@given(st.text())
def test_plain_text_contains_no_tags(text):
    assert "\n" not in to_text(text)
