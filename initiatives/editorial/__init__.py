"""What editors need besides forms: queues, dashboard, checklist, link checks, spreadsheets."""
