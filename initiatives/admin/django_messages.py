"""Django's texts that name a model, listed here so that our catalogues can translate them differently.

Django's Russian puts the name where it would have to be declined ("Добавить цитата"); ours separates it ("Добавить:
цитата"). After a number the name has its own forms ("2 цитаты", "5 цитат"). Nothing imports this module:
script/messages reads it.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

NAMING_A_MODEL = [
    gettext_noop("Delete selected %(verbose_name_plural)s"),
    gettext_noop("Add %s"),
    gettext_noop("Change %s"),
    gettext_noop("View %s"),
    gettext_noop("Select %s"),
    gettext_noop("Select %s to change"),
    gettext_noop("Select %s to view"),
    gettext_noop("Add %(name)s"),
    gettext_noop("Add another %(model)s"),
    gettext_noop("Add another %(verbose_name)s"),
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was changed successfully."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    gettext_noop("Successfully deleted %(count)d %(items)s."),
    gettext_noop("Cannot delete %(name)s"),
    gettext_noop(
        "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related objects, but your account "
        "doesn't have permission to delete the following types of objects:"
    ),
    gettext_noop(
        "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following protected related "
        "objects:"
    ),
    gettext_noop(
        "Deleting the selected %(objects_name)s would result in deleting related objects, but your account doesn't "
        "have permission to delete the following types of objects:"
    ),
    gettext_noop(
        "Deleting the selected %(objects_name)s would require deleting the following protected related objects:"
    ),
]

# The verbose names of models with a list.
AFTER_A_NUMBER = [
    ngettext_lazy("group", "groups"),
    ngettext_lazy("import", "imports"),
    ngettext_lazy("initiative", "initiatives"),
    ngettext_lazy("institution", "institutions"),
    ngettext_lazy("merge of themes", "merges of themes"),
    ngettext_lazy("person", "people"),
    ngettext_lazy("proposed change", "proposed changes"),
    ngettext_lazy("public change", "public changes"),
    ngettext_lazy("quote", "quotes"),
    ngettext_lazy("redirect", "redirects"),
    ngettext_lazy("report from a reader", "reports from readers"),
    ngettext_lazy("search that found nothing", "searches that found nothing"),
    ngettext_lazy("set of principles", "sets of principles"),
    ngettext_lazy("set of synonyms", "synonyms"),
    ngettext_lazy("source", "sources"),
    ngettext_lazy("theme", "themes"),
    ngettext_lazy("user", "users"),
]
