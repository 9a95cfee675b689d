"""The page that answers whether someone said a sentence so. Neither the page nor the log keeps a word of it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView

from initiatives.pages.checking import FEWEST_WORDS, LONGEST, check, words_in
from initiatives.search import Unavailable
from initiatives.views.reports import Lines


class CheckForm(forms.Form):
    """A sentence. `text` is all that was typed, so that nothing is lost."""

    text = Lines(
        label=_("The sentence"),
        help_text=_("In English, Russian or Kazakh, up to 2,000 characters. We neither keep nor log it."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "class": "field"}),
        error_messages={
            "required": _("Paste the sentence."),
            "max_length": _("Use %(limit_value)d characters or fewer. You used %(show_value)d."),
        },
    )
    # The widget would stop browsers at 2,000 characters and so cut what is pasted.
    text.widget.attrs.pop("maxlength", None)

    def clean_text(self) -> str:
        """Return the sentence. Raises ValidationError if it has too few words to mean anything."""
        # Without halves of characters, which JSON can have and no database accepts.
        text = self.cleaned_data["text"].encode(errors="replace").decode()
        if words_in(text) < FEWEST_WORDS:
            few = ngettext_lazy("Enter at least %d word.", "Enter at least %d words.", FEWEST_WORDS)
            raise forms.ValidationError([few % FEWEST_WORDS, _("Fewer could have been said by anyone.")])
        return text


@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(never_cache, name="post")
class Check(FormView):
    """The form, and below it the answer. A POST, because addresses are logged; it changes nothing, so any site may."""

    template_name = "check.html"
    form_class = CheckForm
    http_method_names = ["get", "head", "post", "options"]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return the arguments of the form, which puts no colon after labels."""
        return super().get_form_kwargs() | {"label_suffix": ""}

    def form_valid(self, form: CheckForm) -> HttpResponse:
        """Return the page with the answer."""
        return self.render_to_response(self.get_context_data(form=form, checked=check(form.cleaned_data["text"])))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the answer, or the form with what to correct; 503 while search is not available."""
        try:
            return super().post(request, *args, **kwargs)
        except Unavailable:
            form = self.get_form()
            form.add_error(None, _("Search is not available at the moment. Try again in a minute."))
            return self.render_to_response(self.get_context_data(form=form), status=503)
