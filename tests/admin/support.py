"""Helpers for the tests of the editors' desk: accounts, and forms read from pages as a browser would send them."""

import re
from html.parser import HTMLParser

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse


def account(group: str, name: str = "") -> User:
    """Return a new staff member in a group created by a migration; the user name defaults to the group's name."""
    user = User.objects.create_user(name or group.lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def desk(user: User) -> Client:
    """Return a browser that is logged in."""
    client = Client()
    client.force_login(user)
    return client


def editor() -> Client:
    """Return the browser of an editor."""
    return desk(account("Editor"))


def publisher() -> Client:
    """Return the browser of a publisher."""
    return desk(account("Publisher"))


def superuser() -> Client:
    """Return the browser of a superuser."""
    return desk(User.objects.create_superuser("root"))


def list_url(model: str) -> str:
    """Return the address of a model's list."""
    return reverse(f"admin:initiatives_{model}_changelist")


def add_url(model: str) -> str:
    """Return the address of the form that adds an item."""
    return reverse(f"admin:initiatives_{model}_add")


def change_url(item) -> str:
    """Return the address of an item's form."""
    return reverse(f"admin:initiatives_{item._meta.model_name}_change", args=[item.pk])


def act(client: Client, action: str, *items, confirmed: bool = False, **more):
    """Choose an action on a list page; return the confirmation page or, if confirmed, the response."""
    url = list_url(items[0]._meta.model_name)
    data = {"action": action, "_selected_action": [item.pk for item in items], "index": "0", **more}
    page = client.post(url, data, follow=True)
    return client.post(url, confirmation_on(page), follow=True) if confirmed else page


def confirmation_on(page) -> dict[str, list[str]]:
    """Return what the button on the confirmation page sends."""
    fields = every_field_of(page)
    sent = {name: fields[name] for name in ("_selected_action", "_versions", "action", "post") if name in fields}
    return sent | ({"change_reason": ["It was wrong."]} if "change_reason" in fields else {})


def states(*items) -> list[str]:
    """Return the stored states of items."""
    for item in items:
        item.refresh_from_db()
    return [item.state for item in items]


class _Fields(HTMLParser):
    """Collects the fields of the form of a change page."""

    def __init__(self, *, everything: bool = False):
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self.everything = everything
        self.inside = False
        self.select = self.textarea = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, value = attrs.get("name"), attrs.get("value") or ""
        if tag == "form":
            form = attrs.get("id") or ""
            self.inside = (self.everything or form.endswith("_form")) and form != "logout-form"
        elif not self.inside:
            return
        elif self.everything and name and (tag == "button" or attrs.get("type") == "submit"):
            self.data.setdefault(name, []).append(value)
        elif tag == "input" and name and attrs.get("type") not in {"submit", "button"}:
            if attrs.get("type") not in {"checkbox", "radio"} or "checked" in attrs:
                self.data.setdefault(name, []).append(value)
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in attrs:
            self.data.setdefault(self.select, []).append(value)
        elif tag == "textarea":
            self.textarea = name
            self.data[name] = [""]

    def handle_data(self, data):
        if self.textarea:
            self.data[self.textarea][0] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.textarea:
            # The line break after the opening tag is not part of the text.
            self.data[self.textarea][0] = re.sub(r"\A\r?\n", "", self.data[self.textarea][0])
            self.textarea = None


def form_of(client: Client, url: str) -> dict[str, list[str]]:
    """Return the fields of the form at an address with their values, as a browser would send them."""
    response = client.get(url)
    assert response.status_code == 200
    return fields_of(response)


def fields_of(response) -> dict[str, list[str]]:
    """Return the fields of the form on a page with their values, as a browser would send them."""
    fields = _Fields()
    fields.feed(response.content.decode())
    return {name: values for name, values in fields.data.items() if "__prefix__" not in name}


def every_field_of(response) -> dict[str, list[str]]:
    """Return the fields of all forms on a page with their values, and all named buttons."""
    fields = _Fields(everything=True)
    fields.feed(response.content.decode())
    return {name: values for name, values in fields.data.items() if "__prefix__" not in name}


def save(client: Client, url: str, **changes):
    """Fill in the form at an address and send it. Field names may have __ where a formset has a hyphen."""
    return send(client, url, form_of(client, url), **changes)


def send(client: Client, url: str, form: dict[str, list[str]], **changes):
    """Send a form that was read earlier, or that a page shows again, with some changes (see `save`)."""
    return client.post(url, form | {name.replace("__", "-"): value for name, value in changes.items()}, follow=True)


def saved(response) -> bool:
    """Return whether a form was saved; one with errors is shown again instead."""
    return bool(response.redirect_chain)


def messages_of(response) -> str:
    """Return the messages on the page."""
    return "\n".join(str(message) for message in response.context["messages"])


def errors_of(response) -> dict[str, list[str]]:
    """Return the errors of a form that is shown again, by field."""
    return {name: list(errors) for name, errors in response.context["adminform"].form.errors.items()}


def errors_of_parts(response, formset: int = 0) -> list[dict[str, list[str]]]:
    """Return the errors of each part edited with the item, by field."""
    parts = response.context["inline_admin_formsets"][formset].formset
    return [{name: list(errors) for name, errors in form.errors.items()} for form in parts.forms]
