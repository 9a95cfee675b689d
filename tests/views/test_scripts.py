"""The site's scripts: small, with no build step, no exceptions in the policy, and no names that hashing would break."""

import re

import pytest
from django.conf import settings as site_settings
from django.core.management import call_command
from django.test import override_settings

SCRIPTS = sorted((site_settings.BASE_DIR / "static" / "js").glob("*.js"))
TEMPLATES = sorted((site_settings.BASE_DIR / "templates").rglob("*.html"))


def test_scripts_are_small():
    """A list loads two of them; the third is loaded when a reader is about to type."""
    sizes = {script.name: script.stat().st_size for script in SCRIPTS}
    assert sizes.keys() == {"reader.js", "listing.js", "suggest.js"}
    assert sizes["reader.js"] + sizes["listing.js"] <= 16_500
    assert sizes["suggest.js"] <= 7_500


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_have_no_imports_by_fixed_name(script):
    """A fixed name would differ from the hashed name of the served file, so the page must provide it."""
    source = script.read_text(encoding="utf-8").replace("import(document.body.dataset.suggestScript)", "")
    assert not re.search(r"^\s*import\b|\bimport\(", source, re.MULTILINE)
    assert "innerHTML" not in source


def test_no_page_has_inline_script_or_style():
    assert TEMPLATES
    for template in TEMPLATES:
        html = re.sub(r"{%.*?%}", "", template.read_text(encoding="utf-8"))
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", html), template


def test_scripts_are_served_under_hashed_names(client, db, tmp_path):
    """As in production: collected, renamed, and referenced by the pages."""
    hashed = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES={**site_settings.STORAGES, **hashed}):
        call_command("collectstatic", interactive=False, verbosity=0)
        html = client.get("/quotes/").content.decode()
    named = re.findall(r'<(?:script|body)[^>]* (?:src|data-suggest-script)="/static/(js/[^"]+)"', html)
    assert {re.sub(r"\.[0-9a-f]{12}(?=\.js)", "", name) for name in named} == {f"js/{file.name}" for file in SCRIPTS}
    for name in named:
        assert re.search(r"\.[0-9a-f]{12}\.js$", name)
        source = tmp_path / re.sub(r"\.[0-9a-f]{12}(?=\.js)", "", name)
        assert (tmp_path / name).read_bytes() == source.read_bytes()
