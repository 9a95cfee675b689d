"""Access to the editors' desk: sessions, the second factor, the lockout, and the visitor's address.

Django handles passwords, django-axes the lockout and django-otp the second factor; this package connects them.
"""
