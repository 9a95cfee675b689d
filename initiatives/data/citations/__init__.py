"""Citations: the reference to an item, files of it for citation programs, and styles that print it.

The document is cited, not the record: its author or body, title, publisher, date, address and date of access. Words
quoted in a document by another author are cited as the speaker's. The item's address in the record comes last.
"""
