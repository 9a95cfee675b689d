"""How dates, times and numbers are written in each language, where Django's own formats do not suit."""
