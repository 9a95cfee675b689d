"""What gunicorn writes of each request: the visitor's address, and nothing that a visitor looked for."""

import re
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from initiatives.accounts.addresses import visitor_address

# Who has a link to a preview sees a draft.
_SECRET = re.compile(r"^(/preview/).+")


class AccessLog(Logger):
    """gunicorn's log, in which %(h)s is the visitor's address behind a proxy too, and %(U)s shows no secret."""

    def atoms(self, resp, req, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """Return what the format of the log may name. Search words are in none of it that the format names."""
        found = super().atoms(resp, req, environ, request_time)
        found["h"] = str(visitor_address(environ) or found["h"])
        found["U"] = _SECRET.sub(r"\1…", found["U"] or "")
        return found
