"""The conversation about an item, on a page of its own."""

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.editorial import comments
from initiatives.models.desk import LONGEST_COMMENT

# The most comments on a page, the newest, and those that the item's form shows.
ON_PAGE, ON_FORM = 200, 3
SETTLE = "_settle"
# No key has so many digits, and no database accepts more.
LONGEST_KEY = 19


class CommentForm(forms.Form):
    """A new comment."""

    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Write @ and a user name to tell somebody. Only the desk sees comments."),
    )


class Commented(ModelAdmin):
    """A ModelAdmin on whose items those who may see them comment."""

    def get_urls(self) -> list:
        """Add the page before Django's own, whose last pattern matches any address."""
        view = self.admin_site.admin_view(self.comments_view)
        return [path("<path:object_id>/comments/", view, name=self._comments_name), *super().get_urls()]

    @property
    def _comments_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_comments"

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Show the newest open comments, and lead to all."""
        if change and obj is not None:
            newest = comments.conversation(obj).filter(settled_at=None).order_by("-written_at", "-pk")
            context["open_comments"] = newest.select_related("written_by")[:ON_FORM]
            context["comments_url"] = reverse(f"admin:{self._comments_name}", args=[quote(obj.pk)])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def comments_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the comments on an item; write one, or settle those that are open."""
        item = self.get_object(request, unquote(object_id))
        if item is None:
            raise Http404
        if not self.has_view_permission(request, item):
            raise PermissionDenied
        conversation = comments.conversation(item)
        form = CommentForm(request.POST if request.method == "POST" and SETTLE not in request.POST else None)
        if request.method == "POST" and SETTLE in request.POST:
            # What was written since the page was opened was not read.
            last = request.POST[SETTLE]
            known = last.isdecimal() and len(last) < LONGEST_KEY
            settled = comments.settle(conversation.filter(pk__lte=last if known else 0), user_of(request))
            self.message_user(request, _("Settled: %(count)d.") % {"count": settled}, messages.SUCCESS)
            return HttpResponseRedirect(request.path)
        if form.is_valid():
            comments.write(item, user_of(request), form.cleaned_data["text"])
            self.message_user(request, _("Your comment was added."), messages.SUCCESS)
            return HttpResponseRedirect(request.path)
        newest = conversation.select_related("written_by", "settled_by").order_by("-written_at", "-pk")[:ON_PAGE]
        shown = list(reversed(newest))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Comments: %(item)s") % {"item": Truncator(item).chars(80)},
            "subtitle": None,
            "opts": self.opts,
            "item": item,
            "comments": shown,
            "newest_open": max((one.pk for one in shown if one.settled_at is None), default=0),
            "settle": SETTLE,
            "form": form,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/initiatives/comments.html", context)
