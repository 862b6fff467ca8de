"""Django's command, without guesses: a text that changed is to be translated anew, not nearly translated.

Pure rules mark their sentences with `say` (checklists/rules/words.py).
"""

from django.core.management.commands.makemessages import Command as Django


class Command(Django):
    xgettext_options = [*Django.xgettext_options, "--keyword=say"]
    msgmerge_options = [*Django.msgmerge_options, "--no-fuzzy-matching"]
