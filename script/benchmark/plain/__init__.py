"""The plain Django design of search, with which the site's own is compared."""
