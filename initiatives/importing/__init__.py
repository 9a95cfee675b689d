"""Import of quotes from a table: `read_csv` turns a file into rows, `import_quotes` keeps them all or none.

table.py reads, shelf.py finds and makes what rows name, run.py checks and stores.
"""

from initiatives.importing.run import Remark, Report, import_quotes
from initiatives.importing.table import COLUMNS, ImportFault, Row, read_csv

__all__ = ["COLUMNS", "ImportFault", "Remark", "Report", "Row", "import_quotes", "read_csv"]
