"""The contents of public pages, independent of HTTP."""
