"""Import and export of the record's tables, as CSV and XLSX, for the pages of admin/spreadsheets.py.

tables.py lists the tables; their columns are declared once (columns.py, cell_types.py). formats.py reads an upload,
writers.py writes a download. quote_import.py and item_import.py decide what each row would do (outcomes.py), within the
user's permissions (permissions.py), and do it.
"""
