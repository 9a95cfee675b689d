"""Import and export of the record's tables, CSV and XLSX: what admin/mixins/spreadsheets.py stands on.

tables.py says what each table holds; its columns are declared once (columns.py, cell_types.py). formats.py reads an
upload, writers.py writes a download. quote_import.py and item_import.py say what each row would do, and do it;
outcomes.py is how they say it; permissions.py is what the user may do.
"""
