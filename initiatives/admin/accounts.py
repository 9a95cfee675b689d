"""Accounts: who has a second factor, and removing one that was lost. Keys and codes have no pages."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from initiatives.accounts import second_factor

# Pages for these would show every key and code to all administrators.
for model in (StaticDevice, TOTPDevice):
    admin.site.unregister(model)
admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Users. Only superusers change superusers' accounts or create one."""

    list_display = ("username", "full_name", "in_groups", "is_staff", "has_second_factor", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    actions = ("reset_second_factor",)

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
        """Let only superusers grant single permissions or superuser status; others assign groups."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, "is_superuser", "user_permissions")

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
            if self.has_change_permission(request, user) and second_factor.remove(user):
                self.log_change(request, user, _("Second factor removed."))
                count += 1
        text = ngettext("%(count)d second factor was removed.", "%(count)d second factors were removed.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    return user is None or request.user.is_superuser or not user.is_superuser
