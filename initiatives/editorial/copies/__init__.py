"""Copies of documents: fetched or brought by an editor, kept with their text, and compared with quotes."""
