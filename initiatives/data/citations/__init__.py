"""Citations: what is cited of an item (reference), how files write it, and how styles print it.

The document is cited, not the record: its author or body, title, publisher, date, address and date of access. Words
that another's document quotes are cited as the speaker's, quoted there. The item's address in the record comes last.
"""
