"""Charts, drawn on the server: functions turn plain data into shapes. Pure; templates write the SVG."""
