"""What editors wrote in the demonstration: news, a report with figures, guidance, and what was asked at the helpdesk.

Everything is invented. The Khmer and Arabic of it was read by nobody who speaks it, as every page says.
"""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images.models import Image
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.operations import translate_object

from cms import actions
from cms.models import GuidanceIndexPage, GuidancePage, GuidanceTopic, NewsIndexPage, NewsPage, ReportPage
from config.pictures import picture
from core.audit import System

EXITS = "emergency-exits-clear"

TRANSLATED = {
    "km": {
        "Guidance": "ការណែនាំ",
        "What to know and do, by topic of the checklists.": "អ្វីដែលត្រូវដឹង និងត្រូវធ្វើ តាមប្រធានបទនៃបញ្ជីត្រួតពិនិត្យ។",
        "Keep every way out open": "ទុកច្រកចេញទាំងអស់ឱ្យបើក",
        "A locked door costs lives in a fire. These are the first things to look at.": (
            "ទ្វារចាក់សោធ្វើឱ្យបាត់បង់ជីវិតពេលមានអគ្គិភ័យ។ នេះជារឿងដំបូងដែលត្រូវពិនិត្យ។"
        ),
        "What everybody can see": "អ្វីដែលគ្រប់គ្នាអាចមើលឃើញ",
        "Walk to the nearest door while people work. Does it open from inside, without a key?": (
            "ដើរទៅទ្វារជិតបំផុតពេលមនុស្សកំពុងធ្វើការ។ តើវាបើកពីខាងក្នុងដោយគ្មានកូនសោទេ?"
        ),
        "Is the way to it free, as wide as the door, all day?": "តើផ្លូវទៅទ្វារទំនេរ ធំស្មើទ្វារ ពេញមួយថ្ងៃទេ?",
        "A door, free of boxes": "ទ្វារមួយ គ្មានកេស",
    },
    "ar": {
        "Guidance": "إرشاد",
        "What to know and do, by topic of the checklists.": "ما ينبغي معرفته وفعله، حسب موضوعات قوائم التحقق.",
        "Keep every way out open": "أبقوا كل مخرج مفتوحًا",
        "A locked door costs lives in a fire. These are the first things to look at.": (
            "الباب المقفل يودي بالأرواح عند الحريق. هذه أول الأشياء التي ينبغي النظر إليها."
        ),
        "What everybody can see": "ما يستطيع كل شخص أن يراه",
        "Walk to the nearest door while people work. Does it open from inside, without a key?": (
            "امشوا إلى أقرب باب أثناء العمل. هل يُفتح من الداخل دون مفتاح؟"
        ),
        "Is the way to it free, as wide as the door, all day?": "هل الطريق إليه خالٍ، بعرض الباب، طوال اليوم؟",
        "A door, free of boxes": "باب لا صناديق أمامه",
    },
}


def write(*, on, cambodia):
    """`cambodia`: the loader of that programme, with its people."""
    news, guidance = NewsIndexPage.objects.get(), GuidanceIndexPage.objects.get()
    published(
        news, NewsPage(
            title="A new release of Cambodia is public", slug="new-release", on=on,
            intro="It follows the one of half a year ago. Nothing in that one was changed.",
            body=[
                ("paragraph", "<p>Factories assessed a second time appear for the first time. Read "
                 '<a href="/how-to-read/">how to read this</a> before you draw a conclusion.</p>'),
                ("figure", {"shows": "factories", "release": "KH-2", "issue": ""}),
            ],
        ),
    )  # fmt: skip
    published(
        news, ReportPage(
            title="Half a year between two releases", slug="half-a-year", on=on - timedelta(days=1),
            authors="The programme in Cambodia",
            intro="What changed in the record, and what the record cannot tell.",
            body=[
                ("heading", "What is open"),
                ("figure", {"shows": "open-by-cluster", "release": "KH-2", "issue": ""}),
                ("paragraph", "<p>Clusters stand in the order of the checklist. A number may be high because assessors "
                 "ask more there.</p>"),
                ("heading", "One issue over time"),
                ("figure", {"shows": "issue-over-releases", "release": "KH-2", "issue": EXITS}),
                ("heading", "Who is in the record"),
                ("figure", {"shows": "factories", "release": "KH-2", "issue": ""}),
            ],
        ),
    )  # fmt: skip
    door = drawn("door", "A door that opens")
    exits = published(
        guidance, GuidancePage(
            title="Keep every way out open", slug="keep-every-way-out-open",
            intro="A locked door costs lives in a fire. These are the first things to look at.",
            topics=[GuidanceTopic(about=f"question/{EXITS}")],
            body=[
                ("heading", "What everybody can see"),
                ("paragraph", "<p>Walk to the nearest door while people work. Does it open from inside, without a "
                 "key?</p><p>Is the way to it free, as wide as the door, all day?</p>"),
                ("picture", {"image": door, "alt": "A door, free of boxes", "caption": ""}),
            ],
        ),
    )  # fmt: skip
    published(
        guidance, GuidancePage(
            title="Overtime is a question, not an order", slug="overtime",
            intro="Who may be asked, how often, and what saying no may not cost.",
            topics=[GuidanceTopic(about="cluster/working-time")],
            body=[
                ("paragraph", "<p>Ask before the day begins. Write down who said yes. Nobody loses a bonus, a place "
                 "or a contract for saying no.</p>"),
            ],
        ),
    )  # fmt: skip
    for language, words in TRANSLATED.items():
        for page in (guidance, exits):
            translated(page, language, words)
    helpdesk(cambodia)


def published(parent, page):
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def drawn(name, title):
    """A picture in the editors' library."""
    image = Image(title=title, file=SimpleUploadedFile(f"{name}.png", picture(name, "since"), "image/png"))
    image.save()
    return image


def translated(page, language, words):
    """The page in a language, as a translator leaves it: every text we have words for."""
    locale = Locale.objects.get(language_code=language)
    translate_object(page, [locale])
    translation = Translation.objects.get(source__object_id=page.translation_key, target_locale=locale)
    for segment in StringSegment.objects.filter(source=translation.source).select_related("string", "context"):
        if segment.string.data in words:
            StringTranslation.objects.create(
                translation_of=segment.string, locale=locale, context=segment.context,
                data=words[segment.string.data],
            )  # fmt: skip
    translation.save_target(publish=True)


def helpdesk(cambodia):
    """One question waits; one is answered by the adviser and published, in other words, by the editor."""
    about = {"programme": cambodia.programme, "contact": "", "language": "en", "by": System("helpdesk")}
    about["topic"] = "working-time"
    actions.ask(words="They said I lose my bonus if I leave at five. Is that right?", **about)
    asked = actions.ask(words="Can the line leader put me on the overtime list without asking me?", **about)
    answer = actions.answer_enquiry(
        enquiry=asked, words="No. Overtime is voluntary; the list is for who said yes.", by=cambodia.people["adviser"]
    )
    actions.publish_answer(
        answer=answer, topic="working-time", language="en", by=cambodia.people["content-editor"],
        question="May somebody be put down for overtime without being asked?",
        text="No. Overtime is voluntary. Whoever plans it asks each person first, and a no has no consequence.",
    )  # fmt: skip
