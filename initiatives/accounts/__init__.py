"""Access to the editors' desk: sessions, the second factor, and how a visitor's address is found.

Django handles passwords, django-axes the lockout and django-otp the second factor; this package connects them.
"""
