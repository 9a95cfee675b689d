"""Import and export of the record's tables, as CSV and XLSX, for the pages of admin/spreadsheets.py.

tables.py lists the tables; their columns are declared once (columns.py, cell_types.py). formats.py reads an upload,
writers.py writes a download. item_import.py decides what each row would do (outcomes.py), within the user's permissions
(permissions.py), and does it; quote_import.py adds what only quotes have.
"""
