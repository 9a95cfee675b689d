"""The fields of the index and their contents.

Texts are indexed as finished tokens, separated by spaces: we do the analysis (see documents.py).
"""

import tantivy

from initiatives.search import analysis

# Part of the folder's name: raise it when fields or their contents change, so that the index is rebuilt.
VERSION = f"6.{analysis.VERSION}"

# Stems with their positions, from the heaviest field to the lightest.
NAMES, MAIN, OTHER = "names", "main", "other"
TEXTS = {NAMES: 4.0, MAIN: 2.0, OTHER: 1.0}

# The item, as "quote:12".
KEY = "key"
# Words as written, in normal form, with their language: "en/laws".
FORMS = "forms"
# Words of names and aliases in plain letters, for completion.
NAME_WORDS = "name_words"
# Filter values: "kind:quote", "theme:3", "year:2020" …, and Kazakh stems in plain letters.
FILTERS = "filters"
# What the documents of other items depend on, and a digest to check whether this document is up to date.
HANDED_ON, FINGERPRINT = "handed_on", "fingerprint"
# In one document only: the last change that the index contains.
LAST_CHANGE = "stand"

# Columns. Date order, with undated items last in both: see documents.position_of.
NEWEST, OLDEST = "newest", "oldest"
# The order in which items became public: see documents.added_at.
ADDED = "added"
# Raises or lowers the rank of a document in every search: see documents.weight_of.
WEIGHT = "weight"
# A known date with its precision, for the first and last date of a group: see documents.known_date.
KNOWN = "known"
# Facets to count: those with numbers (primary keys), and those with words.
NUMBERS = ("initiative", "speaker", "source", "body", "status_of")
# Each theme of an item has its own column, and the last column has the rest: a column with several values takes ten
# times as long to count. NONE means no theme.
THEMES, NONE = ("theme", "theme_2", "theme_3", "theme_more"), 0
WORDS = ("kind", "year", "month", "language", "initiative_kind", "source_kind", "publisher_kind", "compared")


def build() -> tantivy.Schema:
    """Return the schema."""
    builder = tantivy.SchemaBuilder()
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field(KEY, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(FORMS, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(NAME_WORDS, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field(FILTERS, tokenizer_name="whitespace", index_option="basic")
    for name in (HANDED_ON, FINGERPRINT, LAST_CHANGE):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in (NEWEST, OLDEST, ADDED, KNOWN, *THEMES, *NUMBERS):
        builder.add_integer_field(name, fast=True)
    builder.add_float_field(WEIGHT, fast=True)
    for name in WORDS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


SCHEMA = build()
