"""The formats in which a citation is sent as a file, and the addresses of these files."""

from initiatives.data.citations import bibtex, csl, ris
from initiatives.models import Initiative, Quote, Source
from initiatives.models.paths import path_of

# By the ends of their addresses.
FORMATS = {"bib": bibtex, "ris": ris, "json": csl}


def paths(item: Quote | Initiative | Source) -> dict[str, str]:
    """Return the path of the citation of an item in each format."""
    key = item.pk if isinstance(item, Quote) else item.slug
    return {suffix: path_of(f"{item._meta.model_name}_citation", key, suffix) for suffix in FORMATS}
