"""A pytest plugin that sets the environment before Django reads its settings; see pyproject.toml."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ["DEBUG"] = "false"
os.environ["SITE_URL"] = "http://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["SEARCH_DIR"] = ":memory:"
os.environ.setdefault("LOG_LEVEL", "ERROR")
