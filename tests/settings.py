"""The site's own settings in development mode, with what only makes tests quick."""

import os

os.environ["DEBUG"] = "true"

from config.settings import *  # noqa: E402, F403

# Real hashing takes a tenth of a second a person, on purpose; tests make hundreds.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Nothing has been collected where only the tests run; whitenoise then finds each file when it is asked for.
WHITENOISE_AUTOREFRESH = True
