"""The checklist editor's place in the editors' shell."""

from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from checklists.permissions import can_translate


class ChecklistsItem(MenuItem):
    def is_shown(self, request):
        return can_translate(request.user)


@hooks.register("register_admin_urls")
def addresses():
    return [path("checklists/", include("checklists.editor_urls"))]


@hooks.register("register_admin_menu_item")
def menu_item():
    return ChecklistsItem(_("Checklists"), reverse("checklist_editor:index"), icon_name="list-ul", order=150)


@hooks.register("insert_global_admin_css")
def sheet():
    return format_html('<link rel="stylesheet" href="{}">', static("checklists/editor.css"))
