"""The record as data: the same items as the pages, in the same order, as files, feeds and citations.

Requests are search.Criteria; the search decides what is public, and loading the items checks it again. Formats write
rows one by one, so a list of a million takes no more memory than one of a thousand.
"""
