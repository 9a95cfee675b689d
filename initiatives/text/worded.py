"""A text of the record that knows its language, so that pages mark texts in another language than theirs."""

from django.utils.html import escape, format_html
from django.utils.translation import get_language


class Worded(str):
    """A text and its language (ISO 639-1). In HTML, a text in another language than the page's says so in `lang`.

    Slices, joins and filters return plain strings, without the language. In attributes and plain text use `str`.
    """

    language: str

    def __new__(cls, text: str, language: str) -> "Worded":
        """Return the text in a language."""
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """Return the arguments with which caches make it again."""
        return str(self), self.language

    def __html__(self) -> str:
        """Return the escaped text, with its language if it is not the page's."""
        if self.language == get_language():
            return escape(str(self))
        return format_html('<span lang="{}">{}</span>', self.language, str(self))
