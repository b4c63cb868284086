"""Addresses of the web, as strangers write them."""

from urllib.parse import SplitResult, urlsplit

NO_ADDRESS = SplitResult("", "", "", "", "")


def parts_of(address: str) -> SplitResult:
    """The parts of an address; all of them empty where it cannot be read (a lone bracket, “℀” in its host)."""
    try:
        return urlsplit(address)
    except ValueError:
        return NO_ADDRESS
