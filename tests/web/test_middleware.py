import pytest

pytestmark = pytest.mark.django_db


def test_what_is_not_found_has_the_sites_own_page_while_developing_too(client, settings):
    settings.DEBUG = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "web.middleware.NotFoundMiddleware"]
    response = client.get("/community/no-such-space/")
    assert response.status_code == 404
    assert "/account/login/?next=%2Fcommunity%2Fno-such-space%2F" in response.content.decode()
    assert "config.urls" not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.postgres
@pytest.mark.parametrize("path", ["/library/a%00b/", "/lists/shared/%00/", "/no/such/%00", "/%00"])
def test_an_address_with_a_zero_in_it_is_refused_before_a_database_is_asked(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(("method", "path"), [("get", "/search/"), ("post", "/account/login/")])
def test_more_fields_than_are_read_have_the_sites_own_page(client, method, path):
    response = getattr(client, method)(path, {f"f{number}": "x" for number in range(1001)})
    assert response.status_code == 400
    assert "choose fewer filters" in response.content.decode()


def test_another_host_gets_the_page_without_anything_of_the_site_around_it(client, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    response = client.get("/", headers={"host": "elsewhere.example.net"})
    assert response.status_code == 400 and "<header" not in response.content.decode()
