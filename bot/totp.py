"""One-time codes of the second factor, as every authenticator makes them (RFC 6238)."""

from __future__ import annotations

import pyotp

from casework.entrance import DIGITS, STEP

ISSUER = "lianzhu"


def new_secret() -> str:
    """160 random bits in base32, which RFC 4226 recommends for the key of HMAC-SHA1."""
    return pyotp.random_base32()


def code_at(secret: str, step: int) -> str:
    """The digits of a step of 30 seconds."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP).generate_otp(step)


def address(secret: str, name: str) -> str:
    """The otpauth address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP).provisioning_uri(name=name, issuer_name=ISSUER)
