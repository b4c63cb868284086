"""The door through which a web server enters."""

import gc
import os

import django
from django.urls import reverse

from config.handler import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
gc.disable()
django.setup(set_prefix=False)
application = Handler()
# Reads every address, and with them every view: a server that loads the site before it forks has them but once.
reverse("readyz")
# What is loaded stays: the collector need not go through it, nor each worker have a copy because it did.
gc.freeze()
gc.enable()
