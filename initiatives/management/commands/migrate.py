"""Django's migrate, which compares models as our makemigrations does: Django requires that (commands.E001)."""

from django.core.management.commands.migrate import Command as DjangoCommand

from initiatives.management.commands.makemigrations import WithoutTexts


class Command(DjangoCommand):
    autodetector = WithoutTexts
