"""Citations: the reference to an item, files of it for citation programs, and styles that print it.

The document is cited, not the record: its author or body, title, publisher, date, address and date of access. Words
quoted in a document by another author are cited as the speaker's. Caveats and the item's address in the record come
last. An initiative is cited as its page in the record, followed by its status and source.
"""
