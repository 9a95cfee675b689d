"""`reset_second_factor NAME`: for users who have lost their phone and recovery codes."""

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from initiatives.accounts import second_factor


class Command(BaseCommand):
    """Remove a user's second factor."""

    help = "Remove the second factor of the user NAME. If one is required, they set up a new one at the next log-in."

    def add_arguments(self, parser):
        parser.add_argument("name", metavar="NAME")

    def handle(self, *args, name: str, **options):
        """Remove it. Raises CommandError if there is no such user or no second factor."""
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user “{name}”.")
        if not second_factor.remove(user):
            raise CommandError(f"“{name}” has no second factor.")
        self.stdout.write(f"Removed the second factor of “{name}”.")
