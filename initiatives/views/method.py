"""How the record is kept: its rules and the meaning of its terms."""

from django.views.generic import TemplateView

from initiatives.models.choices import PROVENANCE_MEANINGS, STATUS_MEANINGS, VERIFICATION_MEANINGS


class Method(TemplateView):
    """The rules of the record, for its readers."""

    template_name = "method.html"

    def get_context_data(self, **kwargs) -> dict:
        """Return every status, verification and provenance with its meaning."""
        return super().get_context_data(
            statuses=STATUS_MEANINGS.items(),
            verifications=[(value.label, meaning) for value, meaning in VERIFICATION_MEANINGS.items()],
            provenances=[(value.label, meaning) for value, meaning in PROVENANCE_MEANINGS.items()],
            **kwargs,
        )
