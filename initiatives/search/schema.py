"""The fields of the index, and what is written in them.

Texts go in as ready tokens, divided by spaces: the analysis is ours (see documents.py).
"""

import tantivy

from initiatives.search import analysis

# Part of the name of the folder: raise it when fields or their contents change, and the index is built again.
VERSION = f"4.{analysis.VERSION}"

# Stems with their places, from what weighs most to what weighs least.
NAMES, MAIN, OTHER = "names", "main", "other"
TEXTS = {NAMES: 4.0, MAIN: 2.0, OTHER: 1.0}

# The item, as "quote:12".
KEY = "key"
# Words as they are written, in their normal form, with their language: "en/laws".
FORMS = "forms"
# The same words of names and other names, in plain letters, for completion.
NAME_WORDS = "name_words"
# Filter values: "kind:quote", "theme:3", "year:2020" …, and Kazakh stems in plain letters.
FILTERS = "filters"
# What the documents of other items take from this one, and a digest to check whether the document is up to date.
HANDED_ON, FINGERPRINT = "handed_on", "fingerprint"
# In one document only: the last change that the index contains.
STAND = "stand"

# Columns. The order of dates, undated items last in both: see documents.position_of.
NEWEST, OLDEST = "newest", "oldest"
# The order of becoming public: see documents.added_at.
ADDED = "added"
# Raises or lowers the rank of a document in every search: see documents.weight_of.
WEIGHT = "weight"
# A known date with its precision, for the first and last of a group: see documents.known_date.
KNOWN = "known"
# Facets that are counted: those with numbers (primary keys), and those with words.
NUMBERS = ("initiative", "speaker", "source", "body", "status_of")
# Each theme of an item has a column of its own, and the last column has the rest: a column that may hold several values
# takes ten times as long to count. NONE means no theme.
THEMES, NONE = ("theme", "theme_2", "theme_3", "theme_more"), 0
WORDS = ("kind", "year", "month", "language", "initiative_kind", "source_kind")


def build() -> tantivy.Schema:
    """Return the schema."""
    builder = tantivy.SchemaBuilder()
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field(KEY, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(FORMS, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(NAME_WORDS, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field(FILTERS, tokenizer_name="whitespace", index_option="basic")
    for name in (HANDED_ON, FINGERPRINT, STAND):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in (NEWEST, OLDEST, ADDED, KNOWN, *THEMES, *NUMBERS):
        builder.add_integer_field(name, fast=True)
    builder.add_float_field(WEIGHT, fast=True)
    for name in WORDS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


SCHEMA = build()
