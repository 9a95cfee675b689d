"""Leases, for tasks that only one process on all machines should do at a time."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import models
from django.utils import timezone


class Lease(models.Model):
    """The right to do a task until it is released or expires, so that a crashed machine blocks no other."""

    name = models.CharField(max_length=40, unique=True)
    holder = models.CharField(max_length=100, blank=True)
    until = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"

    @classmethod
    @contextmanager
    def hold(cls, name: str, longest: timedelta) -> Iterator["Lease | None"]:
        """Hold a lease in this block, for at most `longest` without a `renew`; None if another process has it."""
        holder = f"{socket.gethostname()}, process {os.getpid()}"[:100]
        now = timezone.now()
        cls.objects.get_or_create(name=name, defaults={"until": now})
        if not cls.objects.filter(name=name, until__lte=now).update(holder=holder, until=now + longest):
            yield None
            return
        mine = cls.objects.filter(name=name, holder=holder)
        try:
            yield mine.get()
        finally:
            mine.update(until=timezone.now())

    def renew(self, longest: timedelta) -> None:
        """Extend the lease to `longest` from now."""
        Lease.objects.filter(pk=self.pk, holder=self.holder).update(until=timezone.now() + longest)
