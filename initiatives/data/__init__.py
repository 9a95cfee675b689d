"""The record as data: the same items as the pages, in the same order, as files, feeds and citations.

Whatever is asked for arrives as search.Criteria; what may be seen of it is decided by the search, and again when items
are loaded. Formats write rows as they come, so that a list of a million takes no more memory than one of a thousand.
"""
