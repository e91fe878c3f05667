"""A name as a person types it and the devices that were heard in; the device that is meant, or those that may be, out."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A device that was heard, in the clear: its owner must be able to tell it from others."""

    mac: str | None
    random: bool = False
    vendor: str | None = None
    addresses: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    is_router: bool = False

    @property
    def key(self) -> str:
        """What it is recorded by: its link address, else its first address."""
        return self.mac or next(iter(self.addresses), "")

    def __str__(self) -> str:
        """One line: address first, then what is known."""
        maker = "made-up address" if self.random else self.vendor
        known = (maker, *self.addresses[:1], *self.names[:2], *self.services[:1], "router" if self.is_router else None)
        return f"{self.key} ({', '.join(text for text in known if text)})"


def meant(name: str, heard: Iterable[Heard]) -> tuple[Heard, ...]:
    """The devices that a name can mean: those with exactly this name where there are any, else those where it is a part.

    Names are what DHCP, mDNS, SSDP and MQTT said, the services, and the maker of the network chip; case does not count.
    """
    wanted = name.strip().casefold()
    everyone = tuple(heard)
    exact = tuple(device for device in everyone if any(_same(wanted, text) for text in device.names))
    if exact or not wanted:
        return exact
    return tuple(
        device
        for device in everyone
        if any(wanted in text.casefold() for text in (device.vendor or "", *device.names, *device.services))
    )


def is_exact(name: str, device: Heard) -> bool:
    """Whether a device has exactly this name."""
    return any(_same(name.strip().casefold(), text) for text in device.names)


def _same(wanted: str, text: str) -> bool:
    name = text.casefold()
    return wanted in (name, name.partition(".")[0])
