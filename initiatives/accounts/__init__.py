"""Who gets to the editors' desk: sessions, the second factor, and where a visitor's address is read from.

Passwords are Django's, the lockout is django-axes', the second factor is django-otp's; here they are tied together.
"""
