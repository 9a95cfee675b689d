"""The record as a site made with Wagtail, with which `script/bench pages` compares the site's own pages."""
