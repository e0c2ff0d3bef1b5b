"""An issuer of tokens for tests: keys of every kind, and tokens signed with them."""

import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

SECRET = "s" * 32
NOW = 1_800_000_000.0

RSA = rsa.generate_private_key(65537, 2048)
OTHER_RSA = rsa.generate_private_key(65537, 2048)
WEAK_RSA = rsa.generate_private_key(65537, 1024)
EC = ec.generate_private_key(ec.SECP256R1())
EC_384 = ec.generate_private_key(ec.SECP384R1())
ED = ed25519.Ed25519PrivateKey.generate()

SIGNING: dict[str, Any] = {"RS256": RSA, "ES256": EC, "EdDSA": ED}


def pem(*keys: Any) -> str:
    """The public halves of ``keys``, as a file of PEM blocks."""
    return "".join(
        key.public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode("ascii")
        for key in keys
    )


def jwk(key: Any, **more: Any) -> dict[str, Any]:
    """The public half of ``key`` as a JSON Web Key."""
    match key:
        case rsa.RSAPrivateKey():
            made = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        case ec.EllipticCurvePrivateKey():
            made = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        case _:
            made = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    made.pop("key_ops", None)
    return made | more


def jwks(*keys: dict[str, Any]) -> str:
    """A JSON Web Key Set."""
    return json.dumps({"keys": list(keys)})


def claims(now: float = NOW, **more: Any) -> dict[str, Any]:
    """Claims that are good at ``now``; a claim that is None is left out."""
    given = {"sub": "omar", "iat": now - 10, "exp": now + 600} | more
    return {name: value for name, value in given.items() if value is not None}


def token(
    algorithm: str = "HS256", key: Any = None, headers: dict[str, Any] | None = None, **more: Any
) -> str:
    """A token, signed with the issuer's key of ``algorithm`` unless another is given."""
    signing = key if key is not None else SIGNING.get(algorithm, SECRET)
    return jwt.encode(claims(**more), signing, algorithm, headers=headers)


def fresh(
    user: str, seconds: float = 600, *, key: Any = SECRET, algorithm: str = "HS256", **more: Any
) -> str:
    """A token of ``user`` that is good now, by the real clock."""
    now = time.time()
    return jwt.encode({"sub": user, "iat": now, "exp": now + seconds} | more, key, algorithm)
