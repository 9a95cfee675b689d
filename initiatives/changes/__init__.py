"""Changes between versions, as lists of differences for readers and editors and as a public log.

compare.py compares two versions; receivers.py, republication.py and status_log.py write the log when versions are
made; log.py reads it.
"""
