"""Pages an editor writes: the home page and pages of text. The register's pages are plain views, never pages here.

A page holds words of the programme's own. It has no place for a finding: those come from releases only.
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms import presenting
from cms.languages import choose, other_languages
from core.ids import new_id
from disclosure import public


class Body(blocks.StreamBlock):
    """What a page is made of. Figures come later, by name."""

    heading = blocks.CharBlock(max_length=120, icon="title", template="cms/blocks/heading.html")
    paragraph = blocks.RichTextBlock(features=["bold", "link", "ol", "ul"], icon="pilcrow")
    statuses = blocks.StaticBlock(
        label=_("List of statuses"),
        icon="list-ul",
        template="cms/blocks/statuses.html",
        admin_text=_("Every status with its shape and what it means."),
    )


class PublicPage(Page):
    """What our pages share: they are read in the language the reader chose, and set no session."""

    class Meta:
        abstract = True

    def serve(self, request, *args, **kwargs):
        return choose(request, lambda: super(PublicPage, self).serve(request, *args, **kwargs))

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["other_languages"] = other_languages(request)
        return context


class HomePage(PublicPage):
    """The page at /. There is one."""

    intro = models.TextField(blank=True)
    body = StreamField(Body(), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    template = "cms/home_page.html"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["coverage"] = presenting.coverage(public.together(public.current()))
        return context


class TextPage(PublicPage):
    """A page of text, below the home page or below another."""

    intro = models.TextField(blank=True)
    body = StreamField(Body(), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    parent_page_types = ["cms.HomePage", "cms.TextPage"]
    subpage_types = ["cms.TextPage"]
    template = "cms/text_page.html"


class Watch(models.Model):
    """Somebody without an account follows what is published: all of it, a country, or a factory. No trace of a machine.

    Nothing is sent before `confirmed_at`. Who stops it takes the row away, and her address with it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.EmailField()
    country = models.CharField(max_length=2, blank=True)
    factory = models.SlugField(max_length=120, blank=True, help_text="Its public address; with the country empty: all")
    language = models.CharField(max_length=8)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "country", "factory"], name="watched_once"),
            models.CheckConstraint(condition=models.Q(country="") | models.Q(factory=""), name="one_thing_is_watched"),
        ]


class WatchLetter(models.Model):
    """This release was told to whoever watches: written with the letter, so that a repeat tells nobody twice."""

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="letters")
    release_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["watch", "release_id"], name="told_once")]
