"""Editors' tools besides forms: queues, dashboard, checklist, link checks, spreadsheets."""
