"""gunicorn's access log, with the visitor's address and without search words."""

import sys
from datetime import timedelta
from typing import Any

from django.conf import settings
from gunicorn.config import Config
from gunicorn.glogging import Logger

from initiatives.accounts.addresses import visitor_address
from reforms_site.logs import Json, Lines, discreet


class AccessLog(Logger):
    """gunicorn's log in LOG_FORMAT. %(h)s is the visitor's address even behind a proxy; %(U)s omits secrets."""

    def setup(self, cfg: Config) -> None:
        """Set the formatters of both logs."""
        super().setup(cfg)
        as_json = settings.LOG_FORMAT == "json"
        for handler in self.error_log.handlers:
            handler.setFormatter(Json() if as_json else Lines())
        for handler in self.access_log.handlers:
            handler.setFormatter(Json() if as_json else Lines("{message}"))

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log an error with its traceback. If a client stopped reading, log one line: it is not our error."""
        if isinstance(sys.exception(), TimeoutError):
            self.info("A visitor took nothing of the answer any more.")
        else:
            super().exception(msg, *args, **kwargs)

    def atoms(self, resp, req, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """Return the values that the log format may use, without search words in %(U)s."""
        found = super().atoms(resp, req, environ, request_time)
        found["h"] = str(visitor_address(environ) or found["h"])
        found["U"] = discreet(found["U"] or "")
        return found
