"""What public pages show, without HTTP."""
