"""reset_second_factor NAME: for who has lost phone and recovery codes."""

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from initiatives.accounts import second_factor


class Command(BaseCommand):
    """Removes somebody's second factor."""

    help = "Remove the second factor of the user NAME. If one is required, the next log-in sets up a new one."

    def add_arguments(self, parser):
        """Take the name of one user."""
        parser.add_argument("name", metavar="NAME")

    def handle(self, *args, name: str, **options):
        """Remove it; fail if there is no such user or nothing to remove."""
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user “{name}”.")
        if not second_factor.remove(user):
            raise CommandError(f"“{name}” has no second factor.")
        self.stdout.write(f"“{name}” has no second factor any more.")
