"""Pure functions on text: Markdown, escaping, shortening, what differs between two wordings."""
