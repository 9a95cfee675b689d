"""Plainer labels, help texts and messages of the models. The database knows none of them."""

import django.db.models.deletion
from django.db import migrations, models


class Texts(migrations.SeparateDatabaseAndState):
    """Operations on the state alone; rendering its models once, not after each of them, saves ten seconds."""

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)


class Migration(migrations.Migration):
    dependencies = [
        ("initiatives", "0014_desk_lists"),
    ]

    operations = [
        Texts(
            state_operations=[
                migrations.AlterField(
                    model_name="body",
                    name="aliases",
                    field=models.TextField(
                        blank=True,
                        help_text="One per line. Searches for these names find it too.",
                        verbose_name="other names",
                    ),
                ),
                migrations.AlterField(
                    model_name="body",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="body",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="body",
                    name="slug",
                    field=models.SlugField(
                        allow_unicode=True,
                        help_text="The last part of the page’s address. If you change it, the old address redirects to the new one.",
                        max_length=120,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterField(
                    model_name="body",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The document that confirms it. Nothing can be published without a source.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="initiatives.source",
                        verbose_name="source",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalbody",
                    name="aliases",
                    field=models.TextField(
                        blank=True,
                        help_text="One per line. Searches for these names find it too.",
                        verbose_name="other names",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalbody",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalbody",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalbody",
                    name="slug",
                    field=models.SlugField(
                        allow_unicode=True,
                        help_text="The last part of the page’s address. If you change it, the old address redirects to the new one.",
                        max_length=120,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalbody",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="The document that confirms it. Nothing can be published without a source.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                        verbose_name="source",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalinitiative",
                    name="aliases",
                    field=models.TextField(
                        blank=True,
                        help_text="One per line. Searches for these names find it too.",
                        verbose_name="other names",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalinitiative",
                    name="editors_note",
                    field=models.TextField(
                        blank=True,
                        help_text="Markdown. What readers should know about the evidence.",
                        verbose_name="editor's note",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalinitiative",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalinitiative",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalinitiative",
                    name="slug",
                    field=models.SlugField(
                        allow_unicode=True,
                        help_text="The last part of the page’s address. If you change it, the old address redirects to the new one.",
                        max_length=120,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalinitiative",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="The document that confirms it. Nothing can be published without a source.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                        verbose_name="source",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalmilestone",
                    name="date",
                    field=models.DateField(
                        blank=True,
                        help_text="The first day of the day, month or year that is known. Leave empty if not known.",
                        null=True,
                        verbose_name="date",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalmilestone",
                    name="date_precision",
                    field=models.CharField(
                        blank=True,
                        choices=[("day", "day"), ("month", "month"), ("year", "year")],
                        default="",
                        max_length=5,
                        verbose_name="date precision",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalmilestone",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="The evidence. Every milestone needs a source.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                        verbose_name="source",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalmilestone",
                    name="status",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("announced", "announced"),
                            ("in_preparation", "in preparation"),
                            ("adopted", "adopted"),
                            ("in_force", "in force"),
                            ("completed", "completed"),
                            ("stalled", "stalled"),
                            ("withdrawn", "withdrawn"),
                        ],
                        help_text="Only if this step changes the initiative’s status.",
                        max_length=14,
                        verbose_name="new status",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalperson",
                    name="aliases",
                    field=models.TextField(
                        blank=True,
                        help_text="One per line. Searches for these names find it too.",
                        verbose_name="other names",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalperson",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalperson",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalperson",
                    name="role",
                    field=models.CharField(
                        blank=True, help_text="The position readers know them by.", max_length=200, verbose_name="role"
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalperson",
                    name="slug",
                    field=models.SlugField(
                        allow_unicode=True,
                        help_text="The last part of the page’s address. If you change it, the old address redirects to the new one.",
                        max_length=120,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalperson",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="The document that confirms it. Nothing can be published without a source.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                        verbose_name="source",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalprinciple",
                    name="number",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Its place in the set. If empty, the next number is used.",
                        verbose_name="number",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalprincipleset",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalprincipleset",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalprincipleset",
                    name="slug",
                    field=models.SlugField(
                        allow_unicode=True,
                        help_text="The last part of the page’s address. If you change it, the old address redirects to the new one.",
                        max_length=120,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalprincipleset",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="The document that confirms it. Nothing can be published without a source.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                        verbose_name="source",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalquote",
                    name="context",
                    field=models.TextField(
                        blank=True, help_text="The occasion and the subject, in your own words.", verbose_name="context"
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalquote",
                    name="date",
                    field=models.DateField(
                        blank=True,
                        help_text="The first day of the day, month or year that is known. Leave empty if not known.",
                        null=True,
                        verbose_name="date",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalquote",
                    name="date_precision",
                    field=models.CharField(
                        blank=True,
                        choices=[("day", "day"), ("month", "month"), ("year", "year")],
                        default="",
                        max_length=5,
                        verbose_name="date precision",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalquote",
                    name="featured_on",
                    field=models.DateField(
                        blank=True,
                        db_index=True,
                        help_text="The home page shows this quote from this day until another takes its place. If none is chosen, it shows a different quote each day.",
                        null=True,
                        verbose_name="on the home page from",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalquote",
                    name="locator",
                    field=models.CharField(
                        blank=True,
                        help_text="Page, paragraph or timestamp.",
                        max_length=100,
                        verbose_name="place in the source",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalquote",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalquote",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalquote",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="The document that confirms it. Nothing can be published without a source.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                        verbose_name="source",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalsource",
                    name="accessed_on",
                    field=models.DateField(
                        blank=True,
                        help_text="The day the document was last read at this address. Leave empty if not recorded.",
                        null=True,
                        verbose_name="date of access",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalsource",
                    name="aliases",
                    field=models.TextField(
                        blank=True,
                        help_text="One per line. Searches for these names find it too.",
                        verbose_name="other names",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalsource",
                    name="date",
                    field=models.DateField(
                        blank=True,
                        help_text="The first day of the day, month or year that is known. Leave empty if not known.",
                        null=True,
                        verbose_name="date",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalsource",
                    name="date_precision",
                    field=models.CharField(
                        blank=True,
                        choices=[("day", "day"), ("month", "month"), ("year", "year")],
                        default="",
                        max_length=5,
                        verbose_name="date precision",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalsource",
                    name="description",
                    field=models.TextField(
                        blank=True, help_text="What the document is, in your own words.", verbose_name="description"
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalsource",
                    name="language",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("en", "English"),
                            ("ru", "Russian"),
                            ("kk", "Kazakh"),
                            ("ar", "Arabic"),
                            ("zh", "Chinese"),
                            ("fr", "French"),
                            ("de", "German"),
                            ("it", "Italian"),
                            ("ky", "Kyrgyz"),
                            ("es", "Spanish"),
                            ("tr", "Turkish"),
                            ("uz", "Uzbek"),
                        ],
                        default="en",
                        help_text="The language of the document and its title. Leave empty if not recorded.",
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalsource",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalsource",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalsource",
                    name="slug",
                    field=models.SlugField(
                        allow_unicode=True,
                        help_text="The last part of the page’s address. If you change it, the old address redirects to the new one.",
                        max_length=120,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalsynonymset",
                    name="language",
                    field=models.CharField(
                        choices=[
                            ("en", "English"),
                            ("ru", "Russian"),
                            ("kk", "Kazakh"),
                            ("ar", "Arabic"),
                            ("zh", "Chinese"),
                            ("fr", "French"),
                            ("de", "German"),
                            ("it", "Italian"),
                            ("ky", "Kyrgyz"),
                            ("es", "Spanish"),
                            ("tr", "Turkish"),
                            ("uz", "Uzbek"),
                        ],
                        default="en",
                        help_text="All the words are in this language. Searches find every form of them.",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalsynonymset",
                    name="note",
                    field=models.TextField(
                        blank=True, help_text="Why they belong together. Only editors see this.", verbose_name="note"
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalsynonymset",
                    name="words",
                    field=models.TextField(
                        help_text="One per line, at least two. A search for any of them finds the others too. Changes take effect on the public site at once.",
                        verbose_name="words and phrases",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicaltheme",
                    name="aliases",
                    field=models.TextField(
                        blank=True,
                        help_text="One per line. Searches for these names find it too.",
                        verbose_name="other names",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicaltheme",
                    name="description",
                    field=models.TextField(blank=True, help_text="What this theme covers.", verbose_name="description"),
                ),
                migrations.AlterField(
                    model_name="historicaltheme",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicaltheme",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="historicaltheme",
                    name="slug",
                    field=models.SlugField(
                        allow_unicode=True,
                        help_text="The last part of the page’s address. If you change it, the old address redirects to the new one.",
                        max_length=120,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterField(
                    model_name="initiative",
                    name="aliases",
                    field=models.TextField(
                        blank=True,
                        help_text="One per line. Searches for these names find it too.",
                        verbose_name="other names",
                    ),
                ),
                migrations.AlterField(
                    model_name="initiative",
                    name="editors_note",
                    field=models.TextField(
                        blank=True,
                        help_text="Markdown. What readers should know about the evidence.",
                        verbose_name="editor's note",
                    ),
                ),
                migrations.AlterField(
                    model_name="initiative",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="initiative",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="initiative",
                    name="slug",
                    field=models.SlugField(
                        allow_unicode=True,
                        help_text="The last part of the page’s address. If you change it, the old address redirects to the new one.",
                        max_length=120,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterField(
                    model_name="initiative",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The document that confirms it. Nothing can be published without a source.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="initiatives.source",
                        verbose_name="source",
                    ),
                ),
                migrations.AlterField(
                    model_name="milestone",
                    name="date",
                    field=models.DateField(
                        blank=True,
                        help_text="The first day of the day, month or year that is known. Leave empty if not known.",
                        null=True,
                        verbose_name="date",
                    ),
                ),
                migrations.AlterField(
                    model_name="milestone",
                    name="date_precision",
                    field=models.CharField(
                        blank=True,
                        choices=[("day", "day"), ("month", "month"), ("year", "year")],
                        default="",
                        max_length=5,
                        verbose_name="date precision",
                    ),
                ),
                migrations.AlterField(
                    model_name="milestone",
                    name="source",
                    field=models.ForeignKey(
                        help_text="The evidence. Every milestone needs a source.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="milestones",
                        to="initiatives.source",
                        verbose_name="source",
                    ),
                ),
                migrations.AlterField(
                    model_name="milestone",
                    name="status",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("announced", "announced"),
                            ("in_preparation", "in preparation"),
                            ("adopted", "adopted"),
                            ("in_force", "in force"),
                            ("completed", "completed"),
                            ("stalled", "stalled"),
                            ("withdrawn", "withdrawn"),
                        ],
                        help_text="Only if this step changes the initiative’s status.",
                        max_length=14,
                        verbose_name="new status",
                    ),
                ),
                migrations.AlterField(
                    model_name="person",
                    name="aliases",
                    field=models.TextField(
                        blank=True,
                        help_text="One per line. Searches for these names find it too.",
                        verbose_name="other names",
                    ),
                ),
                migrations.AlterField(
                    model_name="person",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="person",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="person",
                    name="role",
                    field=models.CharField(
                        blank=True, help_text="The position readers know them by.", max_length=200, verbose_name="role"
                    ),
                ),
                migrations.AlterField(
                    model_name="person",
                    name="slug",
                    field=models.SlugField(
                        allow_unicode=True,
                        help_text="The last part of the page’s address. If you change it, the old address redirects to the new one.",
                        max_length=120,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterField(
                    model_name="person",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The document that confirms it. Nothing can be published without a source.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="initiatives.source",
                        verbose_name="source",
                    ),
                ),
                migrations.AlterField(
                    model_name="principle",
                    name="number",
                    field=models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Its place in the set. If empty, the next number is used.",
                        verbose_name="number",
                    ),
                ),
                migrations.AlterField(
                    model_name="principleset",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="principleset",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="principleset",
                    name="slug",
                    field=models.SlugField(
                        allow_unicode=True,
                        help_text="The last part of the page’s address. If you change it, the old address redirects to the new one.",
                        max_length=120,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterField(
                    model_name="principleset",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The document that confirms it. Nothing can be published without a source.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="initiatives.source",
                        verbose_name="source",
                    ),
                ),
                migrations.AlterField(
                    model_name="quote",
                    name="context",
                    field=models.TextField(
                        blank=True, help_text="The occasion and the subject, in your own words.", verbose_name="context"
                    ),
                ),
                migrations.AlterField(
                    model_name="quote",
                    name="date",
                    field=models.DateField(
                        blank=True,
                        help_text="The first day of the day, month or year that is known. Leave empty if not known.",
                        null=True,
                        verbose_name="date",
                    ),
                ),
                migrations.AlterField(
                    model_name="quote",
                    name="date_precision",
                    field=models.CharField(
                        blank=True,
                        choices=[("day", "day"), ("month", "month"), ("year", "year")],
                        default="",
                        max_length=5,
                        verbose_name="date precision",
                    ),
                ),
                migrations.AlterField(
                    model_name="quote",
                    name="featured_on",
                    field=models.DateField(
                        blank=True,
                        db_index=True,
                        help_text="The home page shows this quote from this day until another takes its place. If none is chosen, it shows a different quote each day.",
                        null=True,
                        verbose_name="on the home page from",
                    ),
                ),
                migrations.AlterField(
                    model_name="quote",
                    name="locator",
                    field=models.CharField(
                        blank=True,
                        help_text="Page, paragraph or timestamp.",
                        max_length=100,
                        verbose_name="place in the source",
                    ),
                ),
                migrations.AlterField(
                    model_name="quote",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="quote",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="quote",
                    name="source",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The document that confirms it. Nothing can be published without a source.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_set",
                        to="initiatives.source",
                        verbose_name="source",
                    ),
                ),
                migrations.AlterField(
                    model_name="source",
                    name="accessed_on",
                    field=models.DateField(
                        blank=True,
                        help_text="The day the document was last read at this address. Leave empty if not recorded.",
                        null=True,
                        verbose_name="date of access",
                    ),
                ),
                migrations.AlterField(
                    model_name="source",
                    name="aliases",
                    field=models.TextField(
                        blank=True,
                        help_text="One per line. Searches for these names find it too.",
                        verbose_name="other names",
                    ),
                ),
                migrations.AlterField(
                    model_name="source",
                    name="date",
                    field=models.DateField(
                        blank=True,
                        help_text="The first day of the day, month or year that is known. Leave empty if not known.",
                        null=True,
                        verbose_name="date",
                    ),
                ),
                migrations.AlterField(
                    model_name="source",
                    name="date_precision",
                    field=models.CharField(
                        blank=True,
                        choices=[("day", "day"), ("month", "month"), ("year", "year")],
                        default="",
                        max_length=5,
                        verbose_name="date precision",
                    ),
                ),
                migrations.AlterField(
                    model_name="source",
                    name="description",
                    field=models.TextField(
                        blank=True, help_text="What the document is, in your own words.", verbose_name="description"
                    ),
                ),
                migrations.AlterField(
                    model_name="source",
                    name="language",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("en", "English"),
                            ("ru", "Russian"),
                            ("kk", "Kazakh"),
                            ("ar", "Arabic"),
                            ("zh", "Chinese"),
                            ("fr", "French"),
                            ("de", "German"),
                            ("it", "Italian"),
                            ("ky", "Kyrgyz"),
                            ("es", "Spanish"),
                            ("tr", "Turkish"),
                            ("uz", "Uzbek"),
                        ],
                        default="en",
                        help_text="The language of the document and its title. Leave empty if not recorded.",
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                migrations.AlterField(
                    model_name="source",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="source",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="source",
                    name="slug",
                    field=models.SlugField(
                        allow_unicode=True,
                        help_text="The last part of the page’s address. If you change it, the old address redirects to the new one.",
                        max_length=120,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterField(
                    model_name="synonymset",
                    name="language",
                    field=models.CharField(
                        choices=[
                            ("en", "English"),
                            ("ru", "Russian"),
                            ("kk", "Kazakh"),
                            ("ar", "Arabic"),
                            ("zh", "Chinese"),
                            ("fr", "French"),
                            ("de", "German"),
                            ("it", "Italian"),
                            ("ky", "Kyrgyz"),
                            ("es", "Spanish"),
                            ("tr", "Turkish"),
                            ("uz", "Uzbek"),
                        ],
                        default="en",
                        help_text="All the words are in this language. Searches find every form of them.",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                migrations.AlterField(
                    model_name="synonymset",
                    name="note",
                    field=models.TextField(
                        blank=True, help_text="Why they belong together. Only editors see this.", verbose_name="note"
                    ),
                ),
                migrations.AlterField(
                    model_name="synonymset",
                    name="words",
                    field=models.TextField(
                        help_text="One per line, at least two. A search for any of them finds the others too. Changes take effect on the public site at once.",
                        verbose_name="words and phrases",
                    ),
                ),
                migrations.AlterField(
                    model_name="theme",
                    name="aliases",
                    field=models.TextField(
                        blank=True,
                        help_text="One per line. Searches for these names find it too.",
                        verbose_name="other names",
                    ),
                ),
                migrations.AlterField(
                    model_name="theme",
                    name="description",
                    field=models.TextField(blank=True, help_text="What this theme covers.", verbose_name="description"),
                ),
                migrations.AlterField(
                    model_name="theme",
                    name="published_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="It is public from this time. If empty, the time of publishing is used.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                migrations.AlterField(
                    model_name="theme",
                    name="review_note",
                    field=models.TextField(
                        blank=True,
                        help_text="What still needs to be done. Only editors see this. Clear it when done.",
                        verbose_name="note for editors",
                    ),
                ),
                migrations.AlterField(
                    model_name="theme",
                    name="slug",
                    field=models.SlugField(
                        allow_unicode=True,
                        help_text="The last part of the page’s address. If you change it, the old address redirects to the new one.",
                        max_length=120,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="body",
                    name="body_published_has_time",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="body_published_has_time",
                        violation_error_message="Enter the time from which this is published.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="body",
                    name="body_published_has_source",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True), ("source__isnull", False), _connector="OR"
                        ),
                        name="body_published_has_source",
                        violation_error_message="Nothing can be published without a source.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="initiative",
                    name="initiative_published_has_time",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="initiative_published_has_time",
                        violation_error_message="Enter the time from which this is published.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="initiative",
                    name="initiative_published_has_source",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True), ("source__isnull", False), _connector="OR"
                        ),
                        name="initiative_published_has_source",
                        violation_error_message="Nothing can be published without a source.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="milestone",
                    name="milestone_date_with_precision",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("date__isnull", True), ("date_precision", "")),
                            models.Q(("date__isnull", False), ("date_precision__in", ["day", "month", "year"])),
                            _connector="OR",
                        ),
                        name="milestone_date_with_precision",
                        violation_error_message="Enter both a date and its precision, or neither.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="milestone",
                    name="milestone_has_date",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("date__isnull", False)),
                        name="milestone_has_date",
                        violation_error_message="A milestone needs a date. Give at least the year.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="milestone",
                    name="milestone_status_is_an_initiatives",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("status", ""),
                            models.Q(
                                ("initiative__isnull", False),
                                (
                                    "status__in",
                                    [
                                        "announced",
                                        "in_preparation",
                                        "adopted",
                                        "in_force",
                                        "completed",
                                        "stalled",
                                        "withdrawn",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="milestone_status_is_an_initiatives",
                        violation_error_message="Only a milestone of an initiative can set a status.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="person",
                    name="person_published_has_time",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="person_published_has_time",
                        violation_error_message="Enter the time from which this is published.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="person",
                    name="person_published_has_source",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True), ("source__isnull", False), _connector="OR"
                        ),
                        name="person_published_has_source",
                        violation_error_message="Nothing can be published without a source.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="principle",
                    name="principle_number_once_in_set",
                    constraint=models.UniqueConstraint(
                        fields=("set", "number"),
                        name="principle_number_once_in_set",
                        violation_error_message="This number is already used in this set.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="principleset",
                    name="principleset_published_has_time",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="principleset_published_has_time",
                        violation_error_message="Enter the time from which this is published.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="principleset",
                    name="principleset_published_has_source",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True), ("source__isnull", False), _connector="OR"
                        ),
                        name="principleset_published_has_source",
                        violation_error_message="Nothing can be published without a source.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="quote",
                    name="quote_published_has_time",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="quote_published_has_time",
                        violation_error_message="Enter the time from which this is published.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="quote",
                    name="quote_published_has_source",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True), ("source__isnull", False), _connector="OR"
                        ),
                        name="quote_published_has_source",
                        violation_error_message="Nothing can be published without a source.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="quote",
                    name="quote_date_with_precision",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("date__isnull", True), ("date_precision", "")),
                            models.Q(("date__isnull", False), ("date_precision__in", ["day", "month", "year"])),
                            _connector="OR",
                        ),
                        name="quote_date_with_precision",
                        violation_error_message="Enter both a date and its precision, or neither.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="quote",
                    name="quote_has_words",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="quote_has_words",
                        violation_error_message="Enter the words of the quote.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="quote",
                    name="quote_stands_once",
                    constraint=models.UniqueConstraint(
                        fields=("speaker", "source", "text_digest"),
                        name="quote_stands_once",
                        violation_error_message="This quote is already on record from the same source.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="quotetranslation",
                    name="translation_one_per_language",
                    constraint=models.UniqueConstraint(
                        fields=("quote", "language"),
                        name="translation_one_per_language",
                        violation_error_message="There is already a translation into this language.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="quotetranslation",
                    name="translation_unofficial_has_translator",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("provenance", "official"), models.Q(("translator", ""), _negated=True), _connector="OR"
                        ),
                        name="translation_unofficial_has_translator",
                        violation_error_message="Say who made this unofficial translation.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="source",
                    name="source_published_has_time",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="source_published_has_time",
                        violation_error_message="Enter the time from which this is published.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="source",
                    name="source_date_with_precision",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("date__isnull", True), ("date_precision", "")),
                            models.Q(("date__isnull", False), ("date_precision__in", ["day", "month", "year"])),
                            _connector="OR",
                        ),
                        name="source_date_with_precision",
                        violation_error_message="Enter both a date and its precision, or neither.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="source",
                    name="source_published_has_url",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(("url", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="source_published_has_url",
                        violation_error_message="A source cannot be published without an address.",
                    ),
                ),
                migrations.AlterConstraint(
                    model_name="theme",
                    name="theme_published_has_time",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="theme_published_has_time",
                        violation_error_message="Enter the time from which this is published.",
                    ),
                ),
            ]
        )
    ]
