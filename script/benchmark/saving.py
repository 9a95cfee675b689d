"""What keeping the index in step costs: the first search after a quote was saved; and the memory of the process."""

import time
from pathlib import Path

from initiatives.models import Quote
from initiatives.models.choices import Kind
from initiatives.search import Criteria, parse, search
from initiatives.search.in_step import catch_up


def after_saving(times: int) -> list[float]:
    """Return how many milliseconds longer the first search takes after a quote was saved than the same one again.

    Each time the quote gets another new word, by which that search must find it. In the end it is as it was.
    """
    quote = Quote.objects.order_by("pk")[0]
    text, longer = quote.text, []
    try:
        for number in range(times):
            word = f"zzsaved{number}"
            quote.text = f"{text} {word}"
            quote.save()
            longer.append(_milliseconds(word, quote.pk) - _milliseconds(word, quote.pk))
    finally:
        quote.text = text
        quote.save()
        catch_up()
    return longer


def _milliseconds(word: str, pk: int) -> float:
    """Return what the search for a word takes. Raises RuntimeError unless it finds one quote alone."""
    criteria = Criteria(frozenset({Kind.QUOTE}), parse(word))
    start = time.perf_counter()
    found = search(criteria)
    taken = (time.perf_counter() - start) * 1000
    if found.ids(Kind.QUOTE) != [pk]:
        raise RuntimeError(f"Quote {pk} was saved with the word {word}, and search did not find it by it.")
    return taken


def memory() -> dict[str, int]:
    """Return the bytes of memory that the process holds, and those of them that are files. Empty where not on Linux."""
    status = Path("/proc/self/status")
    if not status.exists():
        return {}
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return {what: int(lines[name].split()[0]) * 1024 for what, name in (("all", "VmRSS"), ("files", "RssFile"))}
