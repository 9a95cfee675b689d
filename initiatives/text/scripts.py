"""In which script a text is written."""

CYRILLIC, LATIN = "cyrillic", "latin"


def script_of(text: str) -> str:
    """Return the script of most letters of a text; empty if it is neither Cyrillic nor Latin, or both alike."""
    cyrillic = sum("\u0400" <= letter <= "\u052f" for letter in text)
    latin = sum(letter.isalpha() and letter <= "\u024f" for letter in text)
    if cyrillic == latin:
        return ""
    return CYRILLIC if cyrillic > latin else LATIN
