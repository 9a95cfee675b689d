"""The rules of the record: which modules hold each, which tests guard it, and which mutants change nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """Modules and the tests that guard them: paths below the project's root, with * and **."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


ROOMS = {
    "visibility": Room(
        modules=(
            "initiatives/models/querysets.py",
            "initiatives/models/partial_dates.py",
            "initiatives/admin/mixins/visibility.py",
        ),
        tests=(
            "tests/models/test_*.py",
            "tests/changes/test_*.py",
            "tests/views/test_pages.py",
            "tests/views/test_featured.py",
            "tests/pages/test_totals.py",
            "tests/search/test_search*.py",
            "tests/admin/test_admin_publishing.py",
            "tests/editorial/test_theme_merging.py",
        ),
    ),
    "publishing": Room(
        modules=(
            "initiatives/models/publishing.py",
            "initiatives/models/choices.py",
            "initiatives/editorial/checklist.py",
            "initiatives/editorial/queues.py",
            "initiatives/admin/base.py",
            "initiatives/admin/mixins/actions.py",
            "initiatives/admin/mixins/checklist.py",
            "initiatives/admin/mixins/edit_conflicts.py",
            "initiatives/admin/mixins/forms.py",
            "initiatives/admin/mixins/restoration.py",
        ),
        tests=(
            "tests/models/test_*.py",
            "tests/admin/test_a*.py",
            "tests/admin/test_confirmation.py",
            "tests/admin/test_edit*.py",
            "tests/admin/test_history*.py",
            "tests/admin/test_restoring.py",
            "tests/editorial/test_checklist.py",
            "tests/editorial/test_dashboard.py",
            "tests/editorial/test_editorial_rules.py",
        ),
    ),
    "accounts": Room(
        modules=("initiatives/accounts/*.py", "initiatives/admin/accounts.py"),
        tests=("tests/accounts/test_*.py", "tests/models/test_groups.py"),
    ),
    "changes": Room(
        modules=("initiatives/changes/*.py", "initiatives/views/changes.py"),
        tests=("tests/changes/test_*.py", "tests/models/test_history.py", "tests/models/test_statuses.py"),
    ),
    "imports": Room(
        modules=("initiatives/editorial/spreadsheets/*.py",),
        tests=(
            "tests/editorial/test_hostile*.py",
            "tests/editorial/test_import*.py",
            "tests/editorial/test_spreadsheet*.py",
        ),
    ),
    "filters": Room(
        modules=tuple(
            f"initiatives/pages/lists/{name}.py" for name in ("filters", "filtersets", "form_fields", "facets")
        ),
        tests=(
            "tests/pages/test_filter*.py",
            "tests/pages/test_empty*.py",
            "tests/pages/test_result_views.py",
            "tests/views/test_pages.py",
        ),
    ),
}

# Functions that run as modules are imported and the site starts, before any test: nothing can be changed in them then.
AT_START = {
    "initiatives/accounts/apps.py:AccountsConfig.ready",
    "initiatives/changes/receivers.py:connect",
    "initiatives/editorial/spreadsheets/cell_types.py:Choice.__init__",
    "initiatives/editorial/spreadsheets/cell_types.py:Many.__init__",
    "initiatives/editorial/spreadsheets/cell_types.py:One.__init__",
    "initiatives/pages/lists/filtersets.py:FacetFilter.__init__",
    "initiatives/pages/lists/filtersets.py:ItemFilter.__init__",
    "initiatives/pages/lists/filtersets.py:ItemsFilter.__init__",
    "initiatives/pages/lists/filtersets.py:UntilFilter.__init__",
}

# Mutants that change nothing anyone could notice: the file, the lines before and after without indentation, and why.
EQUIVALENT = (
    (
        "initiatives/accounts/second_factor.py",
        "removed = [model.objects.filter(user=user).delete()[0] for model in (TOTPDevice, StaticDevice)]",
        "removed = [model.objects.filter(user=user).delete()[1] for model in (TOTPDevice, StaticDevice)]",
        "delete() also returns its counts by model: none exactly where the sum is 0",
    ),
    (
        "initiatives/models/querysets.py",
        '.annotate(day=Coalesce("date", datetime.date.max, output_field=DateField()))',
        '.annotate(day=Coalesce("date", datetime.date.max, ))',
        "Django sees by itself that both are dates",
    ),
    (
        "initiatives/models/querysets.py",
        "shown = Case(*removals, nothing, *others, default=Value(False), output_field=BooleanField())",
        "shown = Case(*removals, nothing, *others, output_field=BooleanField())",
        "where nothing matches there is NULL, which shows as little as false",
    ),
    (
        "initiatives/pages/lists/form_fields.py",
        'raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": slug})',
        'raise ValidationError(self.error_messages["invalid_choice"], "INVALID_CHOICE", {"value": slug})',
        "the code of an error is for programs; none reads it",
    ),
    (
        "initiatives/pages/lists/form_fields.py",
        'raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": slug})',
        'raise ValidationError(self.error_messages["invalid_choice"], "XXinvalid_choiceXX", {"value": slug})',
        "the code of an error is for programs; none reads it",
    ),
    (
        "initiatives/pages/lists/form_fields.py",
        'raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": slug})',
        'raise ValidationError(self.error_messages["invalid_choice"], None, {"value": slug})',
        "the code of an error is for programs; none reads it",
    ),
    (
        "initiatives/admin/mixins/edit_conflicts.py",
        "return super().change_view(request, object_id, form_url, extra_context)",
        "return super().change_view(request, object_id, None, extra_context)",
        "Django's template writes where to send the form only if there is an address",
    ),
    (
        "initiatives/changes/status_log.py",
        'ids |= {*Initiative.objects.filter(source=version.id).values_list("pk", flat=True)}',
        "ids |= {*Initiative.objects.filter(source=version.id).values_list(flat=True)}",
        "the first column is the primary key",
    ),
    (
        "initiatives/changes/compare.py",
        'precision = getattr(version, "date_precision", "") if field.name == "date" else ""',
        'precision = getattr(version, "date_precision", "XXXX") if field.name == "date" else ""',
        "whatever has a date has its precision",
    ),
    (
        "initiatives/editorial/spreadsheets/writers.py",
        "if number % CHUNK == 0:",
        "if number / CHUNK == 0:",
        "only how much is sent at a time",
    ),
    (
        "initiatives/editorial/spreadsheets/writers.py",
        "if number % CHUNK == 0:",
        "if number % CHUNK != 0:",
        "only how much is sent at a time",
    ),
    (
        "initiatives/editorial/spreadsheets/writers.py",
        "cell = Cell(sheet, row=1, column=1, value=name)",
        "cell = Cell(sheet, row=1, column=2, value=name)",
        "a sheet that is only written puts its cells in the order in which they come",
    ),
)
