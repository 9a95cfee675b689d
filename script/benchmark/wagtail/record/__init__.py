"""The record as a site made with Wagtail: what `script/bench pages` compares the site's own pages with."""
