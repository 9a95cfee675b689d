"""Charts, drawn on the server: plain data in, shapes out. Pure; templates write the SVG."""
