"""Example responses for the API documentation. They are invented, not items of the record."""

from typing import Any

_HOST = "https://record.example"
_THEME = {
    "id": 4,
    "slug": "courts",
    "url": f"{_HOST}/themes/courts/",
    "name": "Courts",
    "description": "How judges are chosen, and how cases are heard.",
    "published_at": "2026-01-15T09:00:00+00:00",
    "updated_at": "2026-01-15T09:00:00+00:00",
}
_QUOTE = {
    "id": 12,
    "url": f"{_HOST}/quotes/12-the-law-is-the-same-for-all/",
    "text": "The law is the same for all.",
    "language": "en",
    "speaker": "A. Speaker",
    "source": "Address to the nation",
    "source_url": "https://documents.example/address",
    "compared": "letters",
    "date": "2020-09-01",
    "themes": ["Courts"],
    "published_at": "2026-01-15T09:00:00+00:00",
    "translations": [],
}
_INITIATIVE = {
    "id": 3,
    "slug": "court-reform",
    "url": f"{_HOST}/initiatives/court-reform/",
    "title": "Court reform",
    "kind": "law",
    "status": "adopted",
    "confirmed_by": {"state_body": 2, "private_media": 1},
    "contested_by": {"civil_society": 1},
    "mixed_by": {},
    "themes": ["Courts"],
    "milestones": [
        {
            "id": 7,
            "date": "2021-05",
            "text": "The law was adopted.",
            "status": "adopted",
            "effect": None,
            "date_is_report": False,
            "source": "The law on courts",
            "source_url": "https://documents.example/law",
            "publisher_kind": "state_body",
            "attributed_to": None,
            "attributed_kind": None,
        }
    ],
}
_SOURCE = {
    "id": 5,
    "slug": "address-2020",
    "page": f"{_HOST}/sources/address-2020/",
    "title": "Address to the nation",
    "kind": "address",
    "publisher_kind": "state_body",
    "date": "2020-09-01",
    "url": "https://documents.example/address",
}
_PRINCIPLE = {
    "id": 2,
    "url": f"{_HOST}/principles/a-state-that-hears/#1",
    "set": "a-state-that-hears",
    "set_title": "A state that hears",
    "number": 1,
    "principle": "Answer every letter",
    "principle_themes": ["Courts"],
}
_PERSON = {"id": 1, "slug": "a-speaker", "url": f"{_HOST}/people/a-speaker/", "name": "A. Speaker", "role": "Minister"}
_BODY = {"id": 1, "slug": "a-council", "url": f"{_HOST}/bodies/a-council/", "name": "A council"}
_EVENT = {
    "kind": "quote",
    "id": 12,
    "url": _QUOTE["url"],
    "name": _QUOTE["text"],
    **{member: _QUOTE[member] for member in ("text", "date", "language", "source", "source_url")},
}
_CHANGE = {
    "id": 9,
    "at": "2026-02-01T10:00:00+00:00",
    "nature": "status",
    "kind": "initiative",
    "item": 3,
    "name": "Court reform",
    "url": _INITIATIVE["url"],
    "old_status": "in_preparation",
    "new_status": "adopted",
    "differences": [],
}
_PIECES = [("The ", False), ("law", True), (" is the same for all.", False)]
_FOUND = {
    **_EVENT,
    "highlights": {"title": [], "text": [{"text": text, "marked": marked} for text, marked in _PIECES]},
}
_SUGGESTION = {"kind": "word", "label": "law", "note": "1 result", "url": f"{_HOST}/search/?q=law", "count": 1}
_CHECKED = {
    "answer": "differs",
    "explanation": "On record, but the words differ",
    "quotes": [
        {
            **{name: _QUOTE[name] for name in ("id", "url", "text", "language", "speaker", "source_url")},
            "translated_by": None,
            "citation": "“The law is the same for all.” — A. Speaker, 1 September 2020. Source: Address to the nation.",
            "level": "not_found",
            "exactness": "not found",
            "beside_negation": False,
            "differences": {
                "quote": [{"text": "The law is the same for all.", "marked": False}],
                "sentence": [
                    {"text": "The law is", "marked": False},
                    {"text": " not", "marked": True},
                    {"text": " the same for all.", "marked": False},
                ],
            },
        }
    ],
    "more_quotes": False,
    "documents": [],
    "documents_searched": 40,
    "all_documents_searched": True,
}


def _list(item: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"count": 1, **more, "items": [item], "next": None}


# By the kinds of items, and by the names of their lists.
_ITEMS = {
    "quote": ("quotes", _QUOTE),
    "initiative": ("initiatives", _INITIATIVE),
    "source": ("sources", _SOURCE),
    "principle": ("principles", _PRINCIPLE),
    "theme": ("themes", _THEME),
    "person": ("people", _PERSON),
    "body": ("bodies", _BODY),
}
# Example responses, by the name of the operation.
EXAMPLES: dict[str, dict[str, Any]] = {
    name: {"x-example": example}
    for name, example in {
        **{kind: {"type": kind, **item} for kind, (_name, item) in _ITEMS.items()},
        **{name: _list({"type": kind, **item}) for kind, (name, item) in _ITEMS.items()},
        "timeline": _list(_EVENT),
        "search": _list(_FOUND, facets={"kind": [{"value": "quote", "label": "Quotes", "count": 1}]}),
        "suggestions": {"query": "la", "suggestions": [_SUGGESTION]},
        "changes": {"items": [_CHANGE], "next": None},
        "check": _CHECKED,
    }.items()
}
