"""The publishing checklist on the form: what is missing, beside the fields and at the top."""

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join

from initiatives.editorial.checklist import Finding, check_item
from initiatives.models import Publishable
from initiatives.models.choices import State

# The button "Save and check", and the parameter of the page it leads to.
CHECK_BUTTON = "_check"
CHECK_PARAMETER = "check"
# States in which the checklist is always shown.
CHECKED_STATES = (State.IN_REVIEW, State.PUBLISHED)


class Checked(ModelAdmin):
    """A ModelAdmin whose form shows what an item still needs before publication."""

    def get_form(self, request: HttpRequest, obj=None, change=False, **kwargs):
        """Add to each field's help text what the check found."""
        form = super().get_form(request, obj, change, **kwargs)
        notes: dict[str, list[Finding]] = {}
        for finding in self._findings(request, obj):
            notes.setdefault(finding.field, []).append(finding)
        for name, found in notes.items():
            if field := form.base_fields.get(name):
                field.help_text = format_html("{}{}", _noted(found), field.help_text)
        return form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Add the list of what is missing, with links to the fields."""
        places = {name: f"#id_{name}" for name in context["adminform"].form.fields}
        places |= {
            formset.formset.prefix: f"#{formset.formset.prefix}-group" for formset in context["inline_admin_formsets"]
        }
        context["is_checked"] = self._is_checked(request, obj)
        context["findings"] = [
            {"finding": finding, "place": places.get(finding.field, "")} for finding in self._findings(request, obj)
        ]
        context["can_check"] = not context["is_popup"]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request: HttpRequest, obj: Publishable, post_url_continue=None) -> HttpResponse:
        """Show the checklist if “Save and check” was pressed."""
        self._continue_to_check(request)
        return self._at_check(request, super().response_add(request, obj, post_url_continue))

    def response_change(self, request: HttpRequest, obj: Publishable) -> HttpResponse:
        """Show the checklist if “Save and check” was pressed."""
        self._continue_to_check(request)
        return self._at_check(request, super().response_change(request, obj))

    def _findings(self, request: HttpRequest, obj: Publishable | None) -> list[Finding]:
        """Return what an item lacks, checked once per request; nothing if the checklist is not shown."""
        if obj is None or not self._is_checked(request, obj):
            return []
        if "_findings" not in request.__dict__:
            request.__dict__["_findings"] = check_item(obj)
        return request.__dict__["_findings"]

    @staticmethod
    def _is_checked(request: HttpRequest, obj: Publishable | None) -> bool:
        if request.method != "GET" or obj is None or obj.pk is None:
            return False
        return obj.state in CHECKED_STATES or CHECK_PARAMETER in request.GET

    @staticmethod
    def _continue_to_check(request: HttpRequest) -> None:
        if CHECK_BUTTON in request.POST:
            data = request.POST.copy()
            data["_continue"] = "yes"
            request.POST = data  # type: ignore[assignment]  # to the stubs it is as it came

    @staticmethod
    def _at_check(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if CHECK_BUTTON not in request.POST or not isinstance(response, HttpResponseRedirect):
            return response
        sign = "&" if "?" in response.url else "?"
        return HttpResponseRedirect(f"{response.url}{sign}{CHECK_PARAMETER}=yes")


def _noted(findings: list[Finding]) -> str:
    """Return findings as lines that precede a field's own help text."""
    return format_html_join(
        "", '<span class="check-note{}">{}</span> ', ((" is-must" if f.must else "", f.text) for f in findings)
    )
