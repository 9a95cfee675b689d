"""The description of a version: a Data Package (https://datapackage.org, version 2) and DCAT in JSON-LD."""

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives.data.dataset.tables import Column, described
from initiatives.pages.citations import address

DESCRIPTION, CATALOGUE = "datapackage.json", "dcat.jsonld"
SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".gz": "application/gzip",
    ".sqlite3": "application/vnd.sqlite3",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
}


def content_type(path: Path) -> str:
    """Return the header Content-Type of a file."""
    media_type = MEDIA_TYPES.get(path.suffix, "text/plain")
    is_text = media_type.startswith("text/") or "json" in media_type
    return f"{media_type}; charset=utf-8" if is_text else media_type


def describe(
    folder: Path, counts: dict[str, int], made: datetime.datetime, withdrawn: dict[str, list[int]] | None = None
) -> None:
    """Write the descriptions of the files in a folder; `withdrawn` are keys of removed rows by table."""
    files = {path.name: _file(path) for path in sorted(folder.iterdir())}
    resources = [_resource(name, columns, files[f"{name}.csv"], counts[name]) for name, columns in described().items()]
    others = [file for name, file in files.items() if not name.endswith(".csv")]
    description = {
        "$schema": SCHEMA,
        "name": "reform-record",
        "title": _("The Reform Record"),
        "description": _("All that is public: quotes, initiatives and principles, with their sources and people."),
        "homepage": settings.SITE_URL,
        "version": folder.name.lstrip("."),
        "created": made.isoformat(),
        "licenses": [{"path": settings.DATA_LICENCE}],
        "resources": resources + others,
    }
    _write(folder / DESCRIPTION, description | ({"withdrawn": withdrawn} if withdrawn else {}))
    _write(folder / CATALOGUE, _catalogue(description))


def _file(path: Path) -> dict[str, Any]:
    """Return the description of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": path.name.replace(".", "-").replace("_", "-").lower(),
        "path": path.name,
        "mediatype": MEDIA_TYPES[path.suffix],
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
    }


def _resource(name: str, columns: list[Column], file: dict[str, Any], count: int) -> dict[str, Any]:
    keys = [
        {"fields": [column.name], "reference": {"resource": _resource_name(column.refers_to), "fields": ["id"]}}
        for column in columns
        if column.refers_to and not column.many
    ]
    return {
        **file,
        "name": _resource_name(name),
        "type": "table",
        "format": "csv",
        "encoding": "utf-8",
        "rows": count,
        "schema": {"fields": [*map(_field, columns)], "primaryKey": ["id"], "foreignKeys": keys},
    }


def _resource_name(table: str) -> str:
    return table.replace("_", "-")


def _field(column: Column) -> dict[str, Any]:
    """Return the description of a column. Table Schema has no foreign keys of lists, so their text names the table."""
    field: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.about}
    if column.many:
        field["description"] += f" Numbers of the table {column.refers_to}, separated by semicolons."
        field |= {"delimiter": ";", "itemType": "integer"}
    constraints = {"required": column.required, "unique": column.unique, "enum": list(column.allowed)}
    if some := {name: value for name, value in constraints.items() if value}:
        field["constraints"] = some
    return field


def _catalogue(description: dict[str, Any]) -> dict[str, Any]:
    """Return a description as DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/)."""
    at = address(reverse("data"))
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "spdx": "http://spdx.org/rdf/terms#",
        },
        "@id": at,
        "@type": "dcat:Dataset",
        "dct:title": description["title"],
        "dct:description": description["description"],
        "dct:issued": description["created"],
        "dct:license": {"@id": settings.DATA_LICENCE},
        "dcat:version": description["version"],
        "dcat:landingPage": {"@id": at},
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": resource["path"],
                "dcat:mediaType": resource["mediatype"],
                "dcat:byteSize": resource["bytes"],
                "dcat:downloadURL": {"@id": _url(description["version"], resource["path"])},
                "spdx:checksum": {
                    "@type": "spdx:Checksum",
                    "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                    "spdx:checksumValue": resource["hash"].removeprefix("sha256:"),
                },
            }
            for resource in description["resources"]
        ],
    }


def read(version: Path) -> dict[str, Any]:
    """Return the description of a version."""
    return json.loads((version / DESCRIPTION).read_text(encoding="utf-8"))


def summary(version: Path) -> dict[str, Any]:
    """Return the entry of a version in a list of versions: its time, its files and their addresses."""
    package = read(version)
    files = [
        {key: resource[key] for key in ("path", "mediatype", "bytes", "hash")}
        | {"url": _url(version.name, resource["path"])}
        for resource in package["resources"]
    ]
    return {
        "version": version.name,
        "created": package["created"],
        "url": _url(version.name, DESCRIPTION),
        "files": files,
    }


def _url(version: str, file: str) -> str:
    return address(reverse("dataset_file", args=[version, file]))


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
