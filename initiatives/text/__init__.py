"""Pure functions on text: Markdown, shortening, names, slugs, scripts, differences."""
