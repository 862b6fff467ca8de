"""Pages an editor writes: home, text, news, reports, guidance. The register's pages are plain views, never pages here.

A page holds words of the programme's own. It has no place for a finding: those come from releases only, as figures.
"""

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from checklists import public as checklists
from cms import figures, presenting
from cms.blocks import Body, TopicSelect, topic_choices
from cms.languages import choose, language_of, other_languages
from cms.models.helpdesk import PublishedAnswer
from disclosure import public

PER_PAGE = 20
MOST_ANSWERS = 50
LISTED = ("title", "url_path", "locale__language_code")


def pages_below(index):
    """The live pages below this one in whatever language: of each the reader's, else the one written first."""
    trees = Q(pk=None)
    for tree in index.get_translations(inclusive=True):
        trees |= Q(path__startswith=tree.path, depth=tree.depth + 1)
    pages = Page.objects.live().filter(trees, alias_of=None)
    same = pages.filter(translation_key=OuterRef("translation_key"))
    chosen = Q(locale__language_code=get_language())
    return pages.filter(chosen | ~Exists(same.filter(chosen)) & ~Exists(same.filter(pk__lt=OuterRef("pk"))))


class PublicPage(Page):
    """What our pages share: they are read in the language the reader chose, and set no session.

    A page keeps its address in every language. Where nobody has translated it yet, it is shown as it was written and
    says so.
    """

    class Meta:
        abstract = True

    def serve(self, request, *args, **kwargs):
        return choose(request, lambda: super(PublicPage, self.localized).serve(request, *args, **kwargs))

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return context | {"other_languages": other_languages(request), "written_in": language_of(self)}


class WrittenPage(PublicPage):
    """A page with words of its own: an introduction and a body."""

    intro = models.TextField(blank=True)
    body = StreamField(Body(), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return context | {"figures": figures.made([block.value for block in self.body if block.block_type == "figure"])}


class HomePage(WrittenPage):
    """The page at /. There is one in each language."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    template = "cms/home_page.html"

    def route(self, request, path_components):
        """The page of this address in the reader's language; else in the language that has it."""
        try:
            return super().route(request, path_components)
        except Http404:
            for other in self.get_translations().live():
                try:
                    return super(HomePage, other).route(request, path_components)
                except Http404:
                    continue
            raise

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["coverage"] = presenting.coverage(public.together(public.current()))
        return context


class TextPage(WrittenPage):
    """A page of text, below the home page or below another."""

    parent_page_types = ["cms.HomePage", "cms.TextPage"]
    subpage_types = ["cms.TextPage"]
    template = "cms/text_page.html"


class IndexPage(PublicPage):
    """A list of the pages below it."""

    intro = models.TextField(blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["cms.HomePage"]

    class Meta:
        abstract = True


class NewsIndexPage(IndexPage):
    """News and reports, newest first."""

    max_count_per_parent = 1
    subpage_types = ["cms.NewsPage", "cms.ReportPage"]
    template = "cms/news_index_page.html"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        found = pages_below(self).annotate(
            on=Coalesce("newspage__on", "reportpage__on"), intro=Coalesce("newspage__intro", "reportpage__intro")
        )
        rows = found.order_by("-on", "-pk").values(*LISTED, "on", "intro", "reportpage__pk")
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        return context | {"page_of_list": page, "listed": [presenting.link(row) | row for row in page]}


class DatedPage(WrittenPage):
    """A page of a day."""

    on = models.DateField(_("Date"), default=timezone.localdate)

    content_panels = [*Page.content_panels, FieldPanel("on"), FieldPanel("intro"), FieldPanel("body")]
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list = []

    class Meta:
        abstract = True


class NewsPage(DatedPage):
    """Something that happened, in a few paragraphs."""

    template = "cms/dated_page.html"


class ReportPage(DatedPage):
    """A longer text with figures, and who wrote it."""

    authors = models.CharField(_("Written by"), max_length=200, blank=True)

    template = "cms/dated_page.html"
    content_panels = [
        *Page.content_panels, FieldPanel("on"), FieldPanel("authors"), FieldPanel("intro"), FieldPanel("body"),
    ]  # fmt: skip


class GuidanceIndexPage(IndexPage):
    """All guidance by topic, and where to ask."""

    max_count_per_parent = 1
    subpage_types = ["cms.GuidancePage"]
    template = "cms/guidance_index_page.html"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        rows = pages_below(self).exclude(guidancepage__topics=None).order_by("title")
        answers = PublishedAnswer.objects.readable()
        clusters = presenting.guidance(
            checklists.topics(),
            rows.values(*LISTED, about=F("guidancepage__topics__about")),
            set(answers.order_by().values_list("topic", flat=True).distinct()),
        )
        return context | {"clusters": clusters}


class GuidancePage(WrittenPage):
    """What to know and do about topics of the checklists, with what was asked about them."""

    content_panels = [
        *Page.content_panels,
        InlinePanel("topics", heading=_("About"), label=_("Topic"), min_num=1),
        FieldPanel("intro"),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.GuidanceIndexPage"]
    subpage_types: list = []
    template = "cms/guidance_page.html"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        about = presenting.topics_of(checklists.topics(), [topic.about for topic in self.topics.all()])
        answers = PublishedAnswer.objects.readable().filter(topic__in={topic["cluster"] for topic in about})
        context["becomes_public"] = {issue["key"] for issue in checklists.critical_issues()}
        return context | {"about": about, "answers": answers.select_related("words")[:MOST_ANSWERS]}


class GuidanceTopic(Orderable):
    """One topic of a page: "cluster/…", "point/…" or "question/…", with the key the checklists give it."""

    page = ParentalKey(GuidancePage, on_delete=models.CASCADE, related_name="topics")
    about = models.CharField(_("Topic"), max_length=100, db_index=True)

    panels = [FieldPanel("about", widget=TopicSelect)]

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(about__startswith="cluster/")
                | Q(about__startswith="point/")
                | Q(about__startswith="question/"),
                name="guidance_topic_has_a_kind",
            )
        ]

    def clean(self):
        super().clean()
        if self.about not in {value for _cluster, own in topic_choices() for value, _words in own}:
            raise ValidationError({"about": _("Choose a topic of a published checklist.")})
