import pytest

pytestmark = pytest.mark.django_db


def test_what_is_not_found_has_the_sites_own_page_while_developing_too(client, settings):
    settings.DEBUG = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "web.middleware.NotFoundMiddleware"]
    response = client.get("/community/no-such-space/")
    assert response.status_code == 404
    assert "/account/login/?next=%2Fcommunity%2Fno-such-space%2F" in response.content.decode()
    assert "config.urls" not in response.content.decode()
