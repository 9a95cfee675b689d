"""Share cards: the pictures that other sites show beside a link to a page of the record.

`contents` makes the card of an item (`card.Card`), `layout` breaks texts into lines, `fonts` and `signs` provide the
site's type and signs, `drawing` draws the PNG. Only `contents` depends on the record.
"""
