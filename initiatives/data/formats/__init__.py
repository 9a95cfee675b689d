"""One module for each format that lists are sent in; each declares a Format."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from initiatives.data.columns import Column
from initiatives.data.items import Found


@dataclass(frozen=True)
class List:
    """A list requested as data."""

    # Its heading and full address as a page, and the address of this file.
    title: str
    page_url: str
    url: str
    columns: tuple[Column, ...]
    items: Iterable[Found]


@dataclass(frozen=True)
class Format:
    """A format: the end of its addresses, what it is called, its media type, and how a list is written in it.

    A feed holds the items that were added last, and no more than READ_AT_ONCE; every other format holds all items in
    the order of the page, and is written piece by piece.
    """

    suffix: str
    name: Any
    media_type: str
    write: Callable[[List], Iterator[bytes]]
    is_feed: bool = False
    # Whether browsers save it instead of showing it.
    is_saved: bool = False

    @property
    def media(self) -> str:
        """The media type without its parameters."""
        return self.media_type.partition(";")[0]


# Items of a feed.
IN_FEED = 50
