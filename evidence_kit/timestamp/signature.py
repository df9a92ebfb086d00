"""Checking signatures: of certificates as X.509 says, of a timestamp exactly as ``openssl ts`` does.

``openssl ts`` reads a token as PKCS #7: the digest algorithm of the signer and the kind of its key decide,
whatever the token names as its signature algorithm. So a PSS signature made with an ordinary RSA key fails
there, and one made with a PSS-only key passes. We give the same answer, since a person who checks with
``openssl`` must never hear the opposite of what this program said.
"""

from __future__ import annotations

import functools
import warnings

from asn1crypto import algos, keys
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs7
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
    SignatureValidator,
)
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

TROUBLE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    AssertionError,
    NotImplementedError,
    UnsupportedAlgorithm,
    RecursionError,
)


_SHA3 = {
    f"2.16.840.1.101.3.4.3.{13 + n}": digest
    for n, digest in enumerate((hashes.SHA3_224(), hashes.SHA3_256(), hashes.SHA3_384(), hashes.SHA3_512()))
}
"""RSA with SHA-3, which the library does not know; OpenSSL 3.0 knows it for RSA alone."""


@functools.lru_cache(maxsize=256)
def public_key(spki: bytes) -> PublicKeyTypes:
    """Load a public key from its DER. Raises one of :data:`TROUBLE`."""
    info = keys.PublicKeyInfo.load(spki)
    if info.algorithm == "rsassa_pss":  # cryptography takes the key only without its restriction
        info = info.copy()
        info["algorithm"] = {"algorithm": "rsa"}
        spki = info.dump()
    return serialization.load_der_public_key(spki)


def _pss_padding(info: keys.PublicKeyInfo, digest: hashes.HashAlgorithm) -> padding.PSS:
    limits = info["algorithm"]["parameters"]
    if limits.native is None:
        return padding.PSS(mgf=padding.MGF1(digest), salt_length=padding.PSS.AUTO)
    if get_pyca_cryptography_hash(limits["hash_algorithm"]["algorithm"].native).name != digest.name:
        raise InvalidSignature
    mask = get_pyca_cryptography_hash(limits["mask_gen_algorithm"]["parameters"]["algorithm"].native)
    return padding.PSS(mgf=padding.MGF1(mask), salt_length=limits["salt_length"].native)


class TokenSignature(SignatureValidator):
    """What pyHanko asks about the signature of a token; see the module's first lines for the rule."""

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Return for a good signature, raise InvalidSignature for any other."""
        del signature_algorithm
        if context.prehashed or context.contextual_md_algorithm is None:
            raise InvalidSignature
        try:
            digest = get_pyca_cryptography_hash(context.contextual_md_algorithm)
            key = public_key(public_key_info.dump())
            if isinstance(key, rsa.RSAPublicKey):
                pss = public_key_info.algorithm == "rsassa_pss"
                filling = _pss_padding(public_key_info, digest) if pss else padding.PKCS1v15()
                key.verify(signature, signed_data, filling, digest)
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, signed_data, ec.ECDSA(digest))
            elif isinstance(key, dsa.DSAPublicKey):
                key.verify(signature, signed_data, digest)
            else:
                raise InvalidSignature
        except TROUBLE as exc:
            raise InvalidSignature from exc


def made_by(signature: bytes, signed_data: bytes, spki: bytes, algorithm: bytes) -> bool:
    """Whether the key in ``spki`` made ``signature``, by the X.509 algorithm in ``algorithm`` (all DER).

    Nothing is remembered, so that ``signed_data`` may be megabytes; else use :func:`signed_by`.
    """
    try:
        named = algos.SignedDigestAlgorithm.load(algorithm)
        if digest := _SHA3.get(named["algorithm"].dotted):
            key = public_key(spki)
            if not isinstance(key, rsa.RSAPublicKey):
                return False
            key.verify(signature, signed_data, padding.PKCS1v15(), digest)
            return True
        DefaultSignatureValidator().validate_signature(signature, signed_data, keys.PublicKeyInfo.load(spki), named)
    except (InvalidSignature, *TROUBLE):
        return False
    except Exception as exc:
        if type(exc).__module__.startswith("pyhanko"):
            return False
        raise
    return True


_certificate_signature_fits = functools.lru_cache(maxsize=256)(made_by)


class CertificateSignature(SignatureValidator):
    """Signatures of certificates, each checked once: the same few intermediates stand in every token."""

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Return for a good signature, raise InvalidSignature for any other."""
        del context
        if not _certificate_signature_fits(signature, signed_data, public_key_info.dump(), signature_algorithm.dump()):
            raise InvalidSignature


def signed_by(signature: bytes, signed_data: bytes, spki: bytes, algorithm: bytes) -> bool:
    """The same for certificates, each checked once: the same few intermediates stand in every token."""
    return _certificate_signature_fits(signature, signed_data, spki, algorithm)


def is_pkcs7(untrusted: bytes) -> bool:
    """Whether OpenSSL's own parser can read the token at all; it is stricter about damage than asn1crypto is.

    Whatever else ``cryptography`` may dislike about a certificate inside does not count here.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pkcs7.load_der_pkcs7_certificates(untrusted)
    except ValueError as exc:
        return "Unable to parse PKCS7" not in str(exc)
    except UnsupportedAlgorithm:
        return True
    return True
