from django.db import migrations


def key_anew(apps, editor):
    # What a key is made of is the model's to say: whoever changes that has to key anew again.
    from search.models.promoted import phrase_key

    phrases = apps.get_model("search", "PromotedPhrase").objects.using(editor.connection.alias)
    for phrase in phrases.order_by("pk"):
        phrase.key = phrase_key(phrase.text)
        phrase.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [("search", "0009_forms_beside_words")]

    operations = [migrations.RunPython(key_anew, migrations.RunPython.noop, elidable=True)]
