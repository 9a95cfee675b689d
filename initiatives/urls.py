"""URL patterns of the public pages."""

from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.views.generic import TemplateView

from initiatives.data.lists import FORMATS, LISTS
from initiatives.views import (
    changes,
    check,
    data,
    details,
    embeds,
    lists,
    reports,
    share_cards,
    site,
    suggest,
)


class UnicodeSlug:
    """Path converter for letters of any script, digits, hyphens and underscores."""

    regex = r"[-\w]+"

    def to_python(self, value: str) -> str:
        """Return the slug as written in the address."""
        return value

    def to_url(self, value: str) -> str:
        """Return the slug as written in the address."""
        return value


class _OneOf:
    """Path converter for a fixed set of words."""

    def to_python(self, value: str) -> str:
        """Return the word."""
        return value

    def to_url(self, value: str) -> str:
        """Return the word."""
        return value


class ListName(_OneOf):
    """The name of a list available as data."""

    regex = "|".join(LISTS)


class Suffix(_OneOf):
    """The suffix of an address for a format."""

    regex = "|".join(suffix.replace(".", r"\.") for suffix in FORMATS)


class Version(_OneOf):
    """The name of a version of the dataset: its time."""

    regex = r"\d{4}-\d{2}-\d{2}T\d{6,12}Z"


class CitedAs(_OneOf):
    """The suffix of an address for a citation format."""

    regex = "|".join(details.FORMATS)


class Paged(_OneOf):
    """A kind of item with its own page."""

    regex = "|".join(reports.KINDS)


register_converter(Paged, "paged")
register_converter(UnicodeSlug, "uslug")
register_converter(Version, "dataset")
register_converter(ListName, "list")
register_converter(Suffix, "suffix")
register_converter(CitedAs, "cited_as")

# Pages, feeds and pictures, in each language of the site.
urlpatterns = [
    path("", site.Home.as_view(), name="home"),
    path("quotes/", lists.Quotes.as_view(), name="quotes"),
    path("quotes/<int:pk>/", details.short_quote, name="quote_by_id"),
    path("quotes/<int:pk>-<uslug:slug>/", details.QuotePage.as_view(), name="quote"),
    path("quotes/<int:pk>/card.png", share_cards.CardImage.as_view(model=details.Quote), name="quote_card"),
    path("quotes/<int:pk>/embed/", embeds.Embed.as_view(), name="quote_embed"),
    path("initiatives/", lists.Initiatives.as_view(), name="initiatives"),
    path("initiatives/<uslug:slug>/", details.InitiativePage.as_view(), name="initiative"),
    path(
        "initiatives/<uslug:slug>/card.png",
        share_cards.CardImage.as_view(model=details.Initiative),
        name="initiative_card",
    ),
    path("principles/", lists.PrincipleSets.as_view(), name="principles"),
    path("principles/<uslug:slug>/", details.PrincipleSetPage.as_view(), name="principle_set"),
    path(
        "principles/<uslug:slug>/card.png",
        share_cards.CardImage.as_view(model=details.PrincipleSet),
        name="principle_set_card",
    ),
    path("themes/", lists.Themes.as_view(), name="themes"),
    path("themes/<uslug:slug>/", details.ThemePage.as_view(), name="theme"),
    path("people/", site.People.as_view(), name="people"),
    path("people/<uslug:slug>/", details.PersonPage.as_view(), name="person"),
    path("bodies/<uslug:slug>/", details.BodyPage.as_view(), name="body"),
    path("sources/", lists.Sources.as_view(), name="sources"),
    path("sources/<uslug:slug>/", details.SourcePage.as_view(), name="source"),
    path("sources/<uslug:slug>/text/", details.SourceTextPage.as_view(), name="source_text"),
    path("timeline/", lists.Timeline.as_view(), name="timeline"),
    path("search/", lists.Everything.as_view(), name="search"),
    path("<list:name>.<suffix:suffix>", data.ListAsData.as_view(), name="list_as_data"),
    path(
        "themes/<uslug:slug>.<suffix:suffix>",
        data.ItemAsData.as_view(page=lists.Everything, filter="theme"),
        {"of": "theme"},
        name="theme_as_data",
    ),
    path(
        "people/<uslug:slug>.<suffix:suffix>",
        data.ItemAsData.as_view(page=lists.Quotes, filter="speaker"),
        {"of": "person"},
        name="person_as_data",
    ),
    path("data/", data.Data.as_view(), name="data"),
    path("changes/", changes.Changes.as_view(), name="changes"),
    path("changes.atom", changes.changes_feed, name="changes_feed"),
    path("suggest/", suggest.suggest, name="suggest"),
    path("opensearch.xml", suggest.opensearch, name="opensearch"),
    path("card.png", share_cards.site_card, name="site_card"),
    path("qr/<paged:kind>-<int:pk>.svg", share_cards.qr_code, name="qr_code"),
    path("about/", TemplateView.as_view(template_name="about.html"), name="about"),
    path("report/<paged:kind>-<int:pk>/", reports.Report.as_view(), name="report"),
    path("report/<paged:kind>-<int:pk>/sent/", reports.Sent.as_view(), name="report_sent"),
    path("check/", check.Check.as_view(), name="check"),
    path("method/", site.Method.as_view(), name="method"),
    path("preview/<str:token>/", details.Preview.as_view(), name="preview"),
]

# Data and identifiers, whose addresses are the same in every language.
data_patterns: list[URLPattern | URLResolver] = [
    path(
        "quotes/<int:pk>/cite.<cited_as:cited_as>", details.Citation.as_view(model=details.Quote), name="quote_citation"
    ),
    path("q/<int:pk>", details.short_quote, name="short_quote"),
    path(
        "initiatives/<uslug:slug>/cite.<cited_as:cited_as>",
        details.Citation.as_view(model=details.Initiative),
        name="initiative_citation",
    ),
    path(
        "sources/<uslug:slug>/cite.<cited_as:cited_as>",
        details.Citation.as_view(model=details.Source),
        name="source_citation",
    ),
    path("data/versions.json", data.dataset_versions, name="dataset_versions"),
    path("data/latest/<str:file>", data.latest_dataset_file, name="latest_dataset_file"),
    path("data/<dataset:version>/<str:file>", data.dataset_file, name="dataset_file"),
    path("api/v1/", include("initiatives.api.urls")),
    path("oembed/", embeds.oembed, name="oembed"),
]
