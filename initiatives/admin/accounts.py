"""Accounts and groups: users cannot grant permissions that they lack, or change accounts that have them.

Second factors have no pages.
"""

from collections.abc import Iterable
from typing import Any

from axes.utils import reset
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from initiatives.accounts import second_factor
from initiatives.accounts.lockout import is_locked_out

# Pages for devices would show every key and code to all administrators; users and groups get our own below.
for model in (StaticDevice, TOTPDevice, User, Group):
    admin.site.unregister(model)


class _RightsForm(forms.ModelForm):
    """A form that grants permissions, sent by `editor`."""

    editor: User

    def _added(self, field: str) -> QuerySet:
        """Return what was newly chosen in a field: keeping what is there is never refused."""
        chosen = self.cleaned_data[field]
        return chosen.exclude(pk__in=getattr(self.instance, field).all()) if self.instance.pk else chosen


class GroupForm(_RightsForm):
    """A group. Editors can add only permissions that they have."""

    class Meta:
        help_texts = {"permissions": gettext_lazy("You can add only permissions that you have yourself.")}

    def clean_permissions(self) -> QuerySet[Permission]:
        added = self._added("permissions").select_related("content_type")
        if lacking := [str(right) for right in added if not _has_all(self.editor, [right])]:
            raise ValidationError(_("You do not have these permissions yourself: %s.") % "; ".join(lacking))
        return self.cleaned_data["permissions"]


class _AccountForm(_RightsForm):
    """A user. Editors can add only groups whose permissions they have."""

    class Meta(UserChangeForm.Meta):
        labels = {"is_staff": gettext_lazy("May log in")}
        help_texts = {
            "is_staff": gettext_lazy("Whether the user can log in to this desk."),
            "is_superuser": gettext_lazy("Gives all permissions. Only superusers can change this."),
            "groups": gettext_lazy("You can add only groups whose permissions you have yourself."),
            "user_permissions": gettext_lazy("Single permissions for this user. Only superusers can change them."),
        }

    def clean_groups(self) -> QuerySet[Group]:
        added = self._added("groups").prefetch_related("permissions__content_type")
        if lacking := [group.name for group in added if not _has_all(self.editor, group.permissions.all())]:
            raise ValidationError(_("These groups have permissions that you do not have: %s.") % ", ".join(lacking))
        return self.cleaned_data["groups"]


class AccountForm(_AccountForm, UserChangeForm):
    """An existing user. Refuses to let editors close their own account, which they could not open again."""

    def clean_is_active(self) -> bool:
        return self._kept("is_active")

    def clean_is_staff(self) -> bool:
        return self._kept("is_staff")

    def _kept(self, field: str) -> bool:
        if self.instance == self.editor and not self.cleaned_data[field]:
            raise ValidationError(
                _("This is your own account: if you close it, you cannot log in again. Ask someone else to close it.")
            )
        return self.cleaned_data[field]


class NewAccountForm(_AccountForm, UserCreationForm):
    """A new user, with everything they need to start."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["email"].help_text = _("For notices of changes to the account, and for a forgotten password.")
        self.fields["is_staff"].initial = True


class _RightsAdmin(admin.ModelAdmin):
    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs) -> Any:
        """Set the form's editor."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.editor = request.user
        return form


@admin.register(Group)
class RightsGroupAdmin(_RightsAdmin, GroupAdmin):
    form = GroupForm


@admin.register(User)
class AccountAdmin(_RightsAdmin, UserAdmin):
    """Users. Editors can only view accounts with permissions that they lack: changing the name, address or password, or
    removing the second factor, would let them in.
    """

    form, add_form, add_form_template = AccountForm, NewAccountForm, None
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2")}),
        (gettext_lazy("Person"), {"fields": ("first_name", "last_name", "email")}),
        (gettext_lazy("Permissions"), {"fields": ("is_staff", "groups")}),
    )
    list_display = ("username", "full_name", "in_groups", "may_log_in", "has_second_factor", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    actions = ("reset_second_factor", "lift_lockout")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Load each user with their groups, whether they have a second factor, and whether they are locked out."""
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        users = super().get_queryset(request).prefetch_related("groups")
        return users.annotate(second_factor=Exists(devices), locked_out=is_locked_out())

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let editors change only users without permissions that they lack."""
        return super().has_change_permission(request, obj) and _may_enter(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let editors delete only users without permissions that they lack."""
        return super().has_delete_permission(request, obj) and _may_enter(request.user, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None):
        """Let only superusers grant single permissions or superuser status; others assign groups."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, "is_superuser", "user_permissions")

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """Redirect as after any other form: unlike Django's, this form asks for everything."""
        return admin.ModelAdmin.response_add(self, request, obj, post_url_continue)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Explain why an editor cannot set the password of a user with permissions that they lack."""
        user = self.get_object(request, id)
        if user is not None and self.has_change_permission(request) and not _may_enter(request.user, user):
            text = _("You cannot set this password: %(user)s has permissions that you do not have.")
            self.message_user(request, text % {"user": user}, messages.ERROR)
            return redirect("admin:auth_user_change", user.pk)
        return super().user_change_password(request, id, form_url)

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @admin.display(description=gettext_lazy("groups"))
    def in_groups(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all()) or "–"

    @admin.display(description=gettext_lazy("second factor"), boolean=True, ordering="second_factor")
    def has_second_factor(self, user: Any) -> bool:
        """Whether log-in asks for a code."""
        return user.second_factor

    @admin.display(description=gettext_lazy("may log in"), ordering="is_staff")
    def may_log_in(self, user: Any) -> str:
        """Whether the user may log in to the desk, or is locked out for a while."""
        if not (user.is_active and user.is_staff):
            return _("no")
        return _("locked out for now") if user.locked_out else _("yes")

    @admin.action(permissions=["change"], description=gettext_lazy("Remove the second factor of selected users"))
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Ask whether to remove the apps and recovery codes of users. Once confirmed, remove them and log it."""
        chosen = list(queryset.filter(second_factor=True))
        users = [user for user in chosen if self.has_change_permission(request, user)]
        if users and "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": _("Remove the second factor?"),
                "users": users,
                "left_out": [user for user in chosen if user not in users],
                "opts": self.opts,
            }
            return TemplateResponse(request, "admin/accounts/reset_second_factor.html", context)
        count = 0
        for user in users:
            if second_factor.remove(user):
                self.log_change(request, user, _("Second factor removed."))
                count += 1
        text = ngettext("%(count)d second factor was removed.", "%(count)d second factors were removed.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)
        return None

    @admin.action(permissions=["change"], description=gettext_lazy("Let selected users try to log in again"))
    def lift_lockout(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Delete the failed log-ins of users, which lock them out for a while, and log it."""
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
    return editor.has_perms([f"{right.content_type.app_label}.{right.codename}" for right in permissions])


def _may_enter(editor: Any, user: User | None) -> bool:
    """Return whether an editor has all permissions of a user, even of an inactive one; True if there is no user."""
    if user is None or editor.is_superuser:
        return True
    permissions = Permission.objects.filter(Q(group__user=user) | Q(user=user))
    return not user.is_superuser and _has_all(editor, permissions.select_related("content_type"))
