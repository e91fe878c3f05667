"""Made-up values of every kind, from a seed."""

import random
import uuid
from collections.abc import Callable

from auditor.model.session import PlantedValue, Subjects

SALT = "o2-pepper-7f"
HMAC_KEY = "hm-key-31415"


def digits(rng: random.Random, count: int) -> str:
    """Random digits, the first not zero."""
    return str(rng.randint(1, 9)) + "".join(str(rng.randint(0, 9)) for _ in range(count - 1))


def hexits(rng: random.Random, count: int) -> str:
    """Random lower-case hex digits."""
    return "".join(rng.choice("0123456789abcdef") for _ in range(count))


def with_luhn(text: str) -> str:
    """The digits with their check digit behind."""
    total = 0
    for place, digit in enumerate(reversed(text)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return text + str(-total % 10)


def word(rng: random.Random, count: int) -> str:
    """A pronounceable word."""
    return "".join(rng.choice("bdfgklmnprstvz" if place % 2 == 0 else "aeiou") for place in range(count))


def resident(rng: random.Random) -> str:
    """A resident ID with a right check character."""
    body = (
        f"44{rng.randint(1000, 9999)}19{rng.randint(60, 99)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}{rng.randint(100, 999)}"
    )
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "imei": lambda rng: with_luhn("35" + digits(rng, 12)),
    "imeisv": lambda rng: "86" + digits(rng, 14),
    "meid": lambda rng: "a1" + hexits(rng, 12),
    "imsi": lambda rng: "46001" + digits(rng, 10),
    "iccid": lambda rng: with_luhn("898600" + digits(rng, 13)),
    "serial": lambda rng: word(rng, 3).upper() + digits(rng, 8),
    "mac": lambda rng: ":".join(hexits(rng, 2) for _ in range(6)),
    "bssid": lambda rng: ":".join(hexits(rng, 2) for _ in range(6)),
    "android_id": lambda rng: hexits(rng, 16),
    "oaid": lambda rng: str(uuid.UUID(int=rng.getrandbits(128))),
    "aaid": lambda rng: str(uuid.UUID(int=rng.getrandbits(128))),
    "idfa": lambda rng: str(uuid.UUID(int=rng.getrandbits(128))).upper(),
    "idfv": lambda rng: str(uuid.UUID(int=rng.getrandbits(128))).upper(),
    "push_token": lambda rng: hexits(rng, 64),
    "phone": lambda rng: "+861" + rng.choice(("38", "39", "50", "86")) + digits(rng, 8),
    "email": lambda rng: f"{word(rng, 6)}.{word(rng, 5)}{rng.randint(10, 99)}@example.org",
    "user_name": lambda rng: f"{word(rng, 6)}_{word(rng, 4)}{rng.randint(10, 99)}",
    "password": lambda rng: f"{word(rng, 5).title()}-{digits(rng, 4)}!{word(rng, 3)}",
    "nickname": lambda rng: f"小{rng.choice('蓝红青紫')}{word(rng, 6)}",
    "birth_date": lambda rng: f"19{rng.randint(70, 99)}-{rng.randint(1, 12):02}-{rng.randint(13, 28):02}",
    "postal_address": lambda rng: f"{rng.randint(10, 99)} {word(rng, 7).title()} Lane, {word(rng, 6).title()} District",
    "card": lambda rng: with_luhn("62" + digits(rng, 13)),
    "resident_id": resident,
    "ip": lambda rng: f"192.168.{rng.randint(2, 250)}.{rng.randint(10, 250)}",
    "ssid": lambda rng: f"{word(rng, 6).title()}-Home-{rng.randint(10, 99)}",
    "token": lambda rng: "t" + hexits(rng, 8) + word(rng, 8).upper() + hexits(rng, 12),
    "text": lambda rng: f"{word(rng, 7)} {word(rng, 6)} {word(rng, 8)}",
}


def made_up(seed: int) -> Subjects:
    """One value of each kind, labelled like its kind."""
    rng = random.Random(seed)
    values = tuple(PlantedValue(label=f"the-{kind}", kind=kind, value=make(rng), owner="phone") for kind, make in MAKERS.items())
    return Subjects(identifiers=values, salts=(SALT,), hmac_keys=(HMAC_KEY,))
