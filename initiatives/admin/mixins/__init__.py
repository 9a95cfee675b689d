"""What the admin pages of several models share."""
