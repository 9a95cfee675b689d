"""The whole public record as files: CSV, JSON Lines and SQLite in a Data Package, each with its checksum.

`tables` declares the columns, `export` writes a version, `package` describes it, `loading` loads one into an empty
site.
"""
