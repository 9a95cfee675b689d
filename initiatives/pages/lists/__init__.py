"""The lists of the record: filters, facets, rows and groups."""
