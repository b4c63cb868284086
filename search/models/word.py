from django.db import models

LONGEST = 30


class Word(models.Model):
    """A word of the site's texts as it is written, in small letters: what misspelt words are compared with.

    Whether a reader may be told of it is asked of the index each time.
    """

    text = models.CharField(max_length=LONGEST, primary_key=True)
    length = models.PositiveSmallIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.text
