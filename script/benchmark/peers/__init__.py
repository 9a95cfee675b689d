"""The designs that the site's search is compared with, as an app of tables of their own."""
