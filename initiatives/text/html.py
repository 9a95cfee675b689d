"""HTML made in Python, where there is too much of it for the template engine. Pure."""

from html import escape

from django.utils.safestring import SafeString

NOTHING = SafeString("")


def escaped(text: str) -> SafeString:
    """Return a text as HTML; what is HTML already, as it is."""
    return text if isinstance(text, SafeString) else SafeString(escape(text))


def filled(html: str, **values: str) -> SafeString:
    """Return HTML with its {named} places filled; every value is escaped that is no HTML.

    As Django's `format_html` does it, in a third of the time: it takes strings alone, neither lazy texts nor numbers.
    """
    return SafeString(
        html.format_map(
            {name: value if isinstance(value, SafeString) else escape(value) for name, value in values.items()}
        )
    )


def joined(parts: list[SafeString]) -> SafeString:
    """Return pieces of HTML as one."""
    return SafeString("".join(parts))
