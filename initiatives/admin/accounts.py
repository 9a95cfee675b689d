"""Accounts and groups: nobody gives rights that they lack; who has a second factor, and removing one that was lost.

Keys and codes have no pages.
"""

from collections.abc import Iterable
from typing import Any

from axes.utils import reset
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from initiatives.accounts import second_factor

# Pages for these would show every key and code to all administrators.
for model in (StaticDevice, TOTPDevice):
    admin.site.unregister(model)
for model in (User, Group):
    admin.site.unregister(model)


class _RightsForm(forms.ModelForm):
    """A form that gives rights, to be sent by `editor`."""

    editor: User

    def _added(self, field: str) -> QuerySet:
        """Return what was chosen in a field and is not there yet; to keep what is there is never refused."""
        chosen = self.cleaned_data[field]
        return chosen.exclude(pk__in=getattr(self.instance, field).all()) if self.instance.pk else chosen


class GroupForm(_RightsForm):
    """A group: its permissions are widened only by those that the editor has."""

    class Meta:
        help_texts = {"permissions": gettext_lazy("You can add only permissions that you have yourself.")}

    def clean_permissions(self) -> QuerySet[Permission]:
        """Refuse added permissions that the editor lacks."""
        added = self._added("permissions").select_related("content_type")
        if lacking := [str(right) for right in added if not _has_all(self.editor, [right])]:
            raise ValidationError(_("You do not have these permissions yourself: %s.") % "; ".join(lacking))
        return self.cleaned_data["permissions"]


class AccountForm(_RightsForm, UserChangeForm):
    """A user: the editor adds only groups whose permissions they have."""

    class Meta(UserChangeForm.Meta):
        help_texts = {
            "is_staff": gettext_lazy("Whether the user can log in to this desk. Only superusers can change this."),
            "is_superuser": gettext_lazy("Gives all permissions. Only superusers can change this."),
            "groups": gettext_lazy("You can add only groups whose permissions you have yourself."),
            "user_permissions": gettext_lazy("Single permissions for this user. Only superusers can change them."),
        }

    def clean_is_active(self) -> bool:
        """Let nobody close their own account by mistake: they could not open it again."""
        if self.instance == self.editor and not self.cleaned_data["is_active"]:
            raise ValidationError(
                _("This is your own account: if you close it, you cannot log in again. Ask someone else to close it.")
            )
        return self.cleaned_data["is_active"]

    def clean_groups(self) -> QuerySet[Group]:
        """Refuse added groups that have a permission which the editor lacks."""
        added = self._added("groups").prefetch_related("permissions__content_type")
        if lacking := [group.name for group in added if not _has_all(self.editor, group.permissions.all())]:
            raise ValidationError(_("These groups have permissions that you do not have: %s.") % ", ".join(lacking))
        return self.cleaned_data["groups"]


class _RightsAdmin(admin.ModelAdmin):
    """Tells the form who sends it."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs) -> Any:
        """Return a form of this request's own."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.editor = request.user
        return form


@admin.register(Group)
class RightsGroupAdmin(_RightsAdmin, GroupAdmin):
    """Groups."""

    form = GroupForm


@admin.register(User)
class AccountAdmin(_RightsAdmin, UserAdmin):
    """Users. Only superusers change superusers' accounts, create one, or let somebody into the desk.

    Nobody gets into the account of somebody who may do more, by a new password or without the second factor.
    """

    form = AccountForm
    list_display = ("username", "full_name", "in_groups", "is_staff", "has_second_factor", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    actions = ("reset_second_factor", "lift_lockout")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load each user with their groups and whether they have a second factor."""
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return super().get_queryset(request).prefetch_related("groups").annotate(second_factor=Exists(devices))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only superusers change superusers' accounts."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only superusers change superusers' accounts."""
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None):
        """Let only superusers grant single permissions, superuser status or the desk; others assign groups."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, "is_staff", "is_superuser", "user_permissions")

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Let an editor set the password only of a user who may do no more than they."""
        user = self.get_object(request, id)
        if user is not None and self.has_change_permission(request, user) and not _may_enter(request.user, user):
            text = _("You cannot set this password: %(user)s has permissions that you do not have.")
            self.message_user(request, text % {"user": user}, messages.ERROR)
            return redirect("admin:auth_user_change", user.pk)
        return super().user_change_password(request, id, form_url)

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        """The first and last name."""
        return user.get_full_name() or "–"

    @admin.display(description=gettext_lazy("groups"))
    def in_groups(self, user: User) -> str:
        """The names of the user's groups."""
        return ", ".join(group.name for group in user.groups.all()) or "–"

    @admin.display(description=gettext_lazy("second factor"), boolean=True, ordering="second_factor")
    def has_second_factor(self, user: Any) -> bool:
        """Whether log-in asks for a code."""
        return user.second_factor

    @admin.action(permissions=["change"], description=gettext_lazy("Remove the second factor of selected users"))
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Remove lost apps and recovery codes, and log each removal."""
        count = 0
        for user in queryset:
            may = self.has_change_permission(request, user) and _may_enter(request.user, user)
            if may and second_factor.remove(user):
                self.log_change(request, user, _("Second factor removed."))
                count += 1
        text = ngettext("%(count)d second factor was removed.", "%(count)d second factors were removed.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    @admin.action(permissions=["change"], description=gettext_lazy("Let selected users try to log in again"))
    def lift_lockout(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Forget failed log-ins, which close log-in for a time, and log it."""
        count = 0
        for user in queryset:
            if self.has_change_permission(request, user) and reset(username=user.get_username()):
                self.log_change(request, user, _("Failed log-ins forgotten."))
                count += 1
        text = ngettext("%(count)d user can try again.", "%(count)d users can try again.", count)
        if not count:
            text = _("None of them had failed to log in.")
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)


def _has_all(editor: Any, permissions: Iterable[Permission]) -> bool:
    """Tell whether an editor has some permissions."""
    return editor.has_perms([f"{right.content_type.app_label}.{right.codename}" for right in permissions])


def _may_enter(editor: Any, user: User) -> bool:
    """Tell whether an editor has all permissions of a user, of one who is not active too."""
    permissions = Permission.objects.filter(Q(group__user=user) | Q(user=user))
    return editor.is_superuser or (
        not user.is_superuser and _has_all(editor, permissions.select_related("content_type"))
    )


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    return user is None or request.user.is_superuser or not user.is_superuser
