"""Health checks for monitoring: does the process run, and can it do its work?"""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from initiatives.search import Unavailable
from initiatives.search.in_step import condition


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer "ok" if the process runs and the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether the database and search answer; the status is 503 if one does not.

    JSON: {"database" and "search": "ok" or "not available", "search_bytes", "search_waiting": the number of changes
    that the next search will index, "search_waits_since": when the first of them was made}.
    """
    said: dict[str, object] = {"database": "ok", "search": "ok"}
    try:
        index = condition()
    except DatabaseError:
        said["database"] = said["search"] = "not available"
    except Unavailable:
        said["search"] = "not available"
    else:
        said |= {
            "search_bytes": index.size,
            "search_waiting": index.waiting,
            "search_waits_since": index.waits_since,
        }
    return JsonResponse(said, status=200 if said["search"] == "ok" else 503)
