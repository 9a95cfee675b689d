"""The record's models, one module per family."""

from initiatives.models.captures import Attestation, Capture, Found, SourceText, Watch
from initiatives.models.changes import Change, LastSeen
from initiatives.models.desk import Comment, ErrorReport, Import, MailChoice, OpenForm, Proposal, SavedFilter
from initiatives.models.initiatives import Initiative, Milestone
from initiatives.models.leases import Lease
from initiatives.models.people import Body, Person
from initiatives.models.principles import Principle, PrincipleSet
from initiatives.models.publishing import OldSlug, Publishable, Sourced, visible_from
from initiatives.models.quotes import Quote, QuoteTranslation
from initiatives.models.search import EmptySearch, SearchChange, SynonymSet
from initiatives.models.sources import LinkCheck, Source
from initiatives.models.themes import Theme, ThemeMerge
from initiatives.models.wordings import Wording
