"""Share cards: the pictures that other sites show beside a link to a page of the record.

`contents` says what a card of an item holds (`Card`), `layout` breaks texts into lines, `lettering` is the site's
type, `drawing` puts it all on a PNG. Only `contents` knows the record.
"""
