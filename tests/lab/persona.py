"""The made-up people and devices of the demo, as planted values. In: a label. Out: the value in the spelling asked for.

The numbers come from ranges kept for documentation and tests where there are any: MAC addresses of RFC 7042, `example.org`,
an IMEI with a test reporting body, a mobile number in a block of zeros.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One planted value; the columns of subjects.toml."""

    label: str
    kind: str
    value: str
    owner: str


IDENTIFIERS = (
    Identifier(label="phone-imei", kind="imei", value="352099001761481", owner="phone"),
    Identifier(label="phone-android-id", kind="android_id", value="9a7b3c5d1e2f4a60", owner="phone"),
    Identifier(label="phone-oaid", kind="oaid", value="7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11", owner="phone"),
    Identifier(label="phone-aaid", kind="aaid", value="3d2e8f10-6b4c-4c1d-8e77-5a9b0c1d2e3f", owner="phone"),
    Identifier(label="phone-mac", kind="mac", value="00:00:5e:00:53:21", owner="phone"),
    Identifier(label="phone-push-token", kind="push_token", value="04f1c0de5e9a7b36d2184fb07ce6a951", owner="phone"),
    Identifier(label="iphone-idfa", kind="idfa", value="8F2D1C34-0B5A-4E6F-9C7D-1A2B3C4D5E6F", owner="phone"),
    Identifier(label="iphone-idfv", kind="idfv", value="51C0FFEE-7A3B-4D2E-8F19-6E5D4C3B2A10", owner="phone"),
    Identifier(label="persona-phone", kind="phone", value="+8613900000199", owner="persona"),
    Identifier(label="persona-email", kind="email", value="lin.mei.demo@example.org", owner="persona"),
    Identifier(label="persona-shop-email", kind="email", value="shop.visitor.demo@example.org", owner="persona"),
    Identifier(label="persona-password", kind="password", value="Nail-Demo-7291", owner="persona"),
    Identifier(label="persona-nickname", kind="nickname", value="demo_mei_nails", owner="persona"),
    Identifier(label="persona-token", kind="token", value="o2s5b1f9c7e3a8d4f60b2c9", owner="persona"),
    Identifier(label="persona-address", kind="postal_address", value="12 Example Lane, Demo District", owner="persona"),
    Identifier(label="salon-ssid", kind="ssid", value="DemoSalon-5G", owner="persona"),
    Identifier(label="salon-bssid", kind="bssid", value="00:00:5e:00:53:01", owner="persona"),
    Identifier(label="salon-location", kind="location", value="23.106400,113.324500,500", owner="persona"),
    Identifier(label="printer-mac", kind="mac", value="00:00:5e:00:53:a7", owner="printer"),
    Identifier(label="printer-serial", kind="serial", value="V11DEMO004711", owner="printer"),
)
BY_LABEL = {identifier.label: identifier for identifier in IDENTIFIERS}


def spell(label: str, variant: str = "") -> str:
    """The planted value as a client would write it; `variant` empty means as it stands in subjects.toml.

    Raises:
        KeyError: no such label, or no such variant for any kind.
    """
    value = BY_LABEL[label].value
    return value if not variant else _SPELLINGS[variant](value)


_SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "mac:nosep:lower": lambda value: value.replace(":", "").lower(),
    "mac:nosep:upper": lambda value: value.replace(":", "").upper(),
    "mac:colon:upper": lambda value: value.upper(),
    "mac:dash:upper": lambda value: value.replace(":", "-").upper(),
    "phone:digits": lambda value: value.lstrip("+"),
    "phone:national": lambda value: value.removeprefix("+86"),
    "location:lon,lat": lambda value: ",".join(reversed(value.split(",")[:2])),
    "location:lat,lon": lambda value: ",".join(value.split(",")[:2]),
}
