"""Who may use the service: named keys, compared in constant time, of which only names are ever told."""

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

from huibao.errors import HuibaoError
from huibao.service.settings import Settings

_SCHEME = "bearer"


class Keys:
    """The keys in force; only their digests are held."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Takes keys as `name:secret` or `secret`; a nameless one is called by its place.

        Raises:
            HuibaoError: when an entry holds no secret.
        """
        self._digests: list[tuple[str, bytes]] = []
        for place, entry in enumerate(entries, 1):
            name, colon, secret = entry.partition(":")
            if not colon:
                name, secret = f"key-{place}", entry
            if not secret.strip() or not name.strip():
                raise HuibaoError(f"key {place} is empty, expected name:secret or secret")
            self._digests.append((name.strip(), _digest(secret.strip())))

    def __bool__(self) -> bool:
        return bool(self._digests)

    def owner(self, authorization: str | None) -> str | None:
        """The name of the key in an Authorization header, None where it is none of ours.

        Every key is compared, whichever fits, so that the time tells nothing.
        """
        scheme, _, secret = (authorization or "").partition(" ")
        given = _digest(secret.strip())
        owner = None
        for name, digest in self._digests:
            if hmac.compare_digest(digest, given) and scheme.lower() == _SCHEME:
                owner = name
        return owner


def keys_of(settings: Settings) -> Keys:
    """The keys that the settings and the file they name hold.

    Raises:
        HuibaoError: when the file cannot be read or an entry holds no secret.
    """
    entries = [key.get_secret_value() for key in settings.keys]
    if settings.keys_file is not None:
        entries += _lines(settings.keys_file)
    return Keys(entries)


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise HuibaoError(f"keys file {path} cannot be read: {type(error).__name__}") from error
    lines = (line.strip() for line in text.splitlines())
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise HuibaoError(f"keys file {path} holds no key")
    return found


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
