"""Which proposed changes a user should see."""

import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from initiatives.editorial.queues import KINDS
from initiatives.models import Proposal
from initiatives.models.choices import Stage

# How long the start page shows a refusal to the user who proposed the change.
REFUSAL_SHOWN = datetime.timedelta(days=14)


def kinds_of(user: Any, action: str = "change") -> list[str]:
    """Return the kinds of items on which a user may do this, by the names of their models."""
    kinds = [str(model._meta.model_name) for model in KINDS]
    return [kind for kind in kinds if user.has_perm(f"initiatives.{action}_{kind}")]


def proposal_url(proposal: Proposal) -> str:
    """Return the address of a proposal: a page of its item."""
    return reverse(f"admin:initiatives_{proposal.kind}_proposal", args=[proposal.object_id, proposal.pk])


def concerning(user: Any) -> QuerySet[Proposal]:
    """Return the proposals that a user should see: proposals to decide on, sent back to them, or recently refused."""
    to_decide = Q(stage=Stage.WAITING, kind__in=kinds_of(user, "publish"))
    refused = Q(stage=Stage.REFUSED, decided_at__gt=timezone.now() - REFUSAL_SHOWN)
    return Proposal.objects.filter(to_decide | Q(Q(stage=Stage.SENT_BACK) | refused, proposed_by=user.pk))
