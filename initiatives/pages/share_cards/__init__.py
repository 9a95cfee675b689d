"""Share cards: the pictures that other sites show beside a link to a page of the record.

`contents` makes the card of an item (`card.Card`), `layout` breaks texts into lines, `fonts` and `signs` have the
site's type and signs, `drawing` puts all of it on a PNG. Only `contents` knows the record.
"""
