"""The API: what the public pages show, for programs. HTTP only, and read only.

Lists take the filters of the pages of the same names (pages.lists.filters) and have the members that are declared for
all data (data.columns), so neither is declared here.
"""
