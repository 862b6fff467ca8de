"""What a page is made of: few blocks, and no place for a finding but a figure of a release."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock
from wagtail.images.utils import generate_signature

from checklists import public as checklists
from cms import figures
from core import words
from disclosure import public

WIDTHS = (480, 960)


def picture_url(image, width) -> str:
    """The address of a picture drawn anew at this width. It is signed: what no page shows, nobody finds."""
    spec = f"max-{width}x{width}|format-webp"
    return reverse("cms:picture", args=[generate_signature(image.pk, spec), image.pk, spec])


class Picture(blocks.StructBlock):
    """A picture and what it shows. The words stand for it where it cannot be seen, so they are never left out."""

    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(max_length=250, label=_("What it shows"), help_text=_("For whoever cannot see it."))
    caption = blocks.CharBlock(max_length=250, required=False, label=_("Words under it"))

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "cms/blocks/picture.html"

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        if image := value["image"]:
            shrunk = min(1, WIDTHS[-1] / max(image.width, image.height))
            context |= {
                "src": picture_url(image, WIDTHS[-1]),
                "srcset": ", ".join(f"{picture_url(image, width)} {width}w" for width in WIDTHS),
                "width": round(image.width * shrunk),
                "height": round(image.height * shrunk),
            }
        return context


def release_choices():
    """Every published release, newest first."""
    made = []
    for row in public.releases():
        name = f"{row['programme']}-{row['number']}"
        made.append((name, _t("%(name)s, as of %(day)s") % {"name": name, "day": words.long_date(row["as_of"])}))
    return made


def issue_choices():
    """Every issue some release speaks of."""
    return sorted(public.issues_ever().items(), key=lambda pair: pair[1])


class Chosen(blocks.ChoiceBlock):
    """A choice read as it was stored. What there is to choose is asked for where it is chosen, not for every reader."""

    def normalize_choice(self, value):
        return value


class Figure(blocks.StructBlock):
    """A named figure of one release. What can be chosen is published, and what is shown is counted from it."""

    shows = Chosen(choices=figures.choices, label=_("What it shows"))
    release = Chosen(
        choices=release_choices, label=_("Release"), help_text=_("It stays this one when a later release appears.")
    )
    issue = Chosen(choices=issue_choices, required=False, label=_("Issue"), help_text=_("Where it shows one."))

    class Meta:
        icon = "table"
        label = _("Figure")
        template = "cms/blocks/figure.html"

    def clean(self, value):
        cleaned = super().clean(value)
        if not figures.FIGURES[cleaned["shows"]].of_an_issue:
            cleaned["issue"] = ""
        elif not cleaned["issue"]:
            raise StructBlockValidationError({"issue": ValidationError(_t("Choose the issue it shows."))})
        elif not public.says_of(cleaned["release"], cleaned["issue"]):
            raise StructBlockValidationError(
                {"issue": ValidationError(_t("This release does not speak of this issue."))}
            )
        return cleaned

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        made = (parent_context or {}).get("figures")
        # Alone, as in the editor's preview of one block, it is counted by itself.
        context["figure"] = (made if made is not None else figures.made([value])).get(figures.key_of(value))
        return context


class Body(blocks.StreamBlock):
    """What a page is made of."""

    heading = blocks.CharBlock(max_length=120, icon="title", template="cms/blocks/heading.html")
    paragraph = blocks.RichTextBlock(features=["bold", "link", "ol", "ul"], icon="pilcrow")
    statuses = blocks.StaticBlock(
        label=_("List of statuses"),
        icon="list-ul",
        template="cms/blocks/statuses.html",
        admin_text=_("Every status with its shape and what it means."),
    )
    picture = Picture()
    figure = Figure()


class TopicSelect(forms.Select):
    """The checklists' topics, by cluster. Asked for when it is drawn, for they are published while the site runs."""

    def optgroups(self, name, value, attrs=None):
        self.choices = [("", "—"), *topic_choices()]
        return super().optgroups(name, value, attrs)


def topic_choices():
    """[(cluster, [(value, words)])]: the whole of a cluster, each of its points, each of their questions."""
    made = []
    for cluster in checklists.topics():
        own = [(f"cluster/{cluster['key']}", _t("All of it"))]
        for point in cluster["points"]:
            own.append((f"point/{point['key']}", point["title"]))
            own += [(f"question/{row['key']}", f"– {row['title']}") for row in point["questions"]]
        made.append((cluster["title"], own))
    return made
