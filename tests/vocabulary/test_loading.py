import pytest
from django.core.management import call_command

from vocabulary.actions import add_wards, load_places, load_sectors, load_topics
from vocabulary.models import Place, Sector, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_loading_twice_adds_nothing_the_second_time():
    assert load_sectors() > 20
    assert load_topics() > 30
    assert load_places() > 350
    assert (load_sectors(), load_topics(), load_places()) == (0, 0, 0)
    assert Place.find_problems() == ([], [], [], [], [])


def test_every_sector_has_shape_and_colour_of_its_own():
    load_sectors()
    looks = list(Sector.objects.values_list("shape", "hue"))
    assert len(set(looks)) == len(looks)
    assert set(Sector.objects.values_list("involvement", flat=True)) == {"direct", "indirect", "volunteer"}


def test_what_an_editor_changed_stays():
    load_topics()
    Topic.objects.filter(slug="sleep").update(name="Sleeping")
    load_topics()
    assert Topic.objects.get(slug="sleep").name == "Sleeping"


def test_places_are_a_tree_of_nation_region_and_council():
    load_places()
    bradford = Place.objects.get(slug="bradford")
    assert bradford.gss == "E08000032"
    assert [place.name for place in bradford.get_ancestors()] == ["England", "Yorkshire and The Humber"]


def test_wards_are_added_beneath_their_council_once():
    load_places()
    council = Place.objects.get(slug="lambeth")
    wards = [{"name": "Gipsy Hill", "gss": "E05014101"}, {"name": "Clapham Common", "gss": None}]
    assert add_wards(council=council, wards=wards) == 2
    council.refresh_from_db()
    assert add_wards(council=council, wards=wards) == 0
    assert Place.objects.get(slug="lambeth-gipsy-hill").get_parent().slug == "lambeth"


def test_the_command_says_what_it_added(capsys):
    call_command("load_vocabulary")
    assert "places" in capsys.readouterr().out
