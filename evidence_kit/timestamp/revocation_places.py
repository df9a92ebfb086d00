"""Where a certificate says that lists and OCSP answers about it can be had (RFC 5280, 4.2.1.13 and 4.2.2.1).

Addresses from a certificate are hostile until its chain is known to lead to a pinned root; then they are the
authority's own words, and still only of use for what its signature can be checked on.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from asn1crypto import x509

from evidence_kit.timestamp.certificates import Certificate, one_at_a_time

MAX_ADDRESSES = 8
MAX_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses of lists and of OCSP responders, in the certificate's order; http and https only."""

    lists: tuple[str, ...]
    responders: tuple[str, ...]


@functools.lru_cache(maxsize=256)
def places_of(certificate: Certificate) -> Places:
    """What stands in ``certificate``. What cannot be read, or leads elsewhere (ldap), is left out."""
    with one_at_a_time:
        lists = _read(_list_names, certificate.asn1)
        responders = _read(_responder_names, certificate.asn1)
    return Places(lists, responders)


def _read(names: Callable[[x509.Certificate], Iterator[str]], asn1: x509.Certificate) -> tuple[str, ...]:
    try:
        found = [uri for uri in names(asn1) if len(uri) <= MAX_LENGTH and uri.isascii() and uri.isprintable()]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError):
        return ()
    return tuple(dict.fromkeys(u for u in found if u.lower().startswith(("http://", "https://"))))[:MAX_ADDRESSES]


def _list_names(asn1: x509.Certificate) -> Iterator[str]:
    for point in asn1.crl_distribution_points_value or ():
        if point["reasons"].native or point["crl_issuer"].native or point["distribution_point"].name != "full_name":
            continue
        for name in point["distribution_point"].chosen:
            if name.name == "uniform_resource_identifier":
                yield name.chosen.contents.decode("ascii")


def _responder_names(asn1: x509.Certificate) -> Iterator[str]:
    for entry in asn1.authority_information_access_value or ():
        name = entry["access_location"]
        if entry["access_method"].native == "ocsp" and name.name == "uniform_resource_identifier":
            yield name.chosen.contents.decode("ascii")
