"""What changed from version to version: in words for readers and editors, and as a public log.

wording.py sets two texts beside each other, compare.py two versions; recording.py and statuses.py write the log as
versions are made, log.py reads it.
"""
