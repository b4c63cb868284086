"""The door through which a web server enters."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
gc.disable()
application = get_wsgi_application()
# Reads every address, and with them every view: a server that loads the site before it forks has them but once.
reverse("readyz")
# What is loaded stays: the collector need not go through it, nor each worker have a copy because it did.
gc.freeze()
gc.enable()
