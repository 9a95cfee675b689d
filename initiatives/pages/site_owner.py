"""The publisher of the site, their contact, and the licence of its texts, as given in the settings."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Warning as CheckWarning

_CREATIVE_COMMONS = re.compile(r"https://creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/(\d\.\d)/?")


class SiteOwner(NamedTuple):
    """The publisher of the site. Empty fields are not shown."""

    owner: str
    contact: str
    funding: str
    licence: str
    # Whether pages point out missing details, to remind the site's administrator.
    reminds: bool

    @property
    def shown_contact(self) -> str:
        """The contact as shown to readers: an e-mail or web address."""
        return self.contact.removeprefix("mailto:").removeprefix("https://")

    @property
    def licence_name(self) -> str:
        """The short name of the licence, such as CC BY 4.0; the host of its address if it is unknown."""
        if not (known := _CREATIVE_COMMONS.fullmatch(self.licence)):
            return urlsplit(self.licence).hostname or self.licence
        name, version = known.groups()
        return f"CC{'0' if name == 'zero' else f' {name.upper()}'} {version}"


def site_owner() -> SiteOwner:
    """Return the publisher named in the settings."""
    return SiteOwner(
        settings.SITE_OWNER, settings.SITE_CONTACT, settings.SITE_FUNDING, settings.DATA_LICENCE, settings.DEBUG
    )


def check(**kwargs: object) -> list[CheckWarning]:
    """Warn, with `check --deploy`, if the settings do not name the publisher."""
    hint = "Readers should know who answers for the record (/about/). reforms_site/settings.py lists every variable."
    return [
        CheckWarning(f"{name} is not set.", hint=hint, id=f"initiatives.{code}")
        for name, code in (("SITE_OWNER", "W001"), ("SITE_CONTACT", "W002"))
        if not getattr(settings, name)
    ]
