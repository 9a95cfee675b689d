"""Links in the header of an item's page, by which programs find their way without reading it (https://signposting.org)."""

from typing import Any

from django.conf import settings

from initiatives.data.citations.files import FORMATS, paths
from initiatives.data.citations.reference import CITED, reference
from initiatives.data.linked import collection
from initiatives.models import Source
from initiatives.pages.citations import address


def signposts(item: Any) -> str:
    """Return the value of the header Link: how to cite the item, what describes it, and the list it belongs to."""
    links: list[tuple[str, str, str]] = []
    if item._meta.model_name in CITED:
        cited = reference(item)
        links.append((cited.permalink, "cite-as", ""))
        links += [
            (address(path), "describedby", FORMATS[suffix].MEDIA_TYPE.partition(";")[0])
            for suffix, path in paths(item).items()
        ]
        if isinstance(item, Source):
            links.append((cited.url, "item", ""))
    else:
        links.append((address(item.get_absolute_url()), "cite-as", ""))
    links += [(collection(item) or "", "collection", ""), (settings.DATA_LICENCE, "license", "")]
    return ", ".join(
        f'<{target}>; rel="{rel}"' + (f'; type="{media_type}"' if media_type else "")
        for target, rel, media_type in links
        if target
    )
