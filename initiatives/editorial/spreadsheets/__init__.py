"""Import and export of the record's tables, CSV and XLSX: what the admin's pages stand on (admin/exchange.py).

tables.py says what each table holds; its columns are declared once, as django-import-export's resources
(resources.py, widgets.py). files.py reads an upload, writing.py writes a download. quotes.py and items.py say what
each row would do, and do it; outcomes.py is how they say it; rights.py is what the user may do.
"""
