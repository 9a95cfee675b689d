"""Django's migrate, with the autodetector of our makemigrations: Django requires the same one (commands.E001)."""

from django.core.management.commands.migrate import Command as DjangoCommand

from initiatives.management.commands.makemigrations import WithoutTexts


class Command(DjangoCommand):
    autodetector = WithoutTexts
