"""How an editor's picture is taken in. Apart from the other forms: Wagtail loads it while its own models load."""

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from core import scanning
from core.errors import Refusal


class Photo(WagtailImageField):
    """Keeps what the camera saw and nothing it wrote beside it: place, time, device."""

    def to_python(self, data):
        if data is None:
            return super().to_python(data)
        data.seek(0)
        try:
            kept, media_type = scanning.admit(data.read())
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
        if media_type != "image/jpeg":
            raise forms.ValidationError(_("Only photos can be kept here."))
        name = f"{data.name.rpartition('.')[0] or 'picture'}.jpg"
        return super().to_python(SimpleUploadedFile(name, kept, media_type))


class PictureForm(BaseImageForm):
    file = Photo(label=_("Photo"))
