"""`python -m benchmark COMMAND …`, as script/bench starts it."""

import os
import sys
from importlib import import_module

MODULES = {"build": "database", "search": "search", "pages": "pages"}


def main() -> None:
    """Run the command named by the first argument with the other arguments."""
    command, *arguments = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmark.settings"
    # As served: wsgi.py configures Python's garbage collection.
    import_module("reforms_site.wsgi")
    getattr(import_module(f"benchmark.{MODULES[command]}"), command)(arguments)


if __name__ == "__main__":
    main()
