"""Every field of the desk has a help text that describes a good entry."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory

from initiatives.admin.fields import GUIDANCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def forms():
    """The forms of items and their parts, as a superuser sees them."""
    request = RequestFactory().get("/")
    request.user = User.objects.create_superuser("root")
    found = {}
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label == "initiatives" and model_admin.has_add_permission(request):
            found[model] = model_admin.get_form(request)
            for inline in model_admin.get_inline_instances(request):
                form = inline.get_formset(request).form
                # Milestones of people have fewer fields than those of initiatives.
                found[inline.model] = max(form, found.get(inline.model, form), key=lambda one: len(one.base_fields))
    return found


def test_every_field_has_a_help_text(forms):
    assert len(forms) > 8
    silent = [
        f"{model._meta.model_name}.{name}"
        for model, form in forms.items()
        for name, field in form.base_fields.items()
        if not str(field.help_text)
    ]
    assert silent == []


def test_all_guidance_is_for_existing_fields(forms):
    fields = {(model._meta.model_name, name) for model, form in forms.items() for name in form.base_fields}
    assert set(GUIDANCE) <= {f"{model}.{name}" for model, name in fields} | {name for _model, name in fields}
