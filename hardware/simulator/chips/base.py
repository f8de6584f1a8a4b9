"""What every chip model is: tags and the host's bytes in, timed bytes out, without any IO.

All times are seconds on whatever clock the caller keeps; a chip never looks at one itself.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, ClassVar

from hardware.tags import Tag, Technology

if TYPE_CHECKING:
    from collections.abc import Callable

EM4100_CYCLE = 64 * 64 / 125_000
"""Seconds in which an EM4100 tag says its 64 bits once: 64 carrier periods a bit at 125 kHz
(EM4100 datasheet). No reader knows the tag earlier than this after it entered the field."""

_HEX = re.compile(r"(?:[0-9A-F]{2})+")


@dataclass(frozen=True, slots=True)
class Burst:
    """Bytes a chip sends in one go.

    `at` is the second at which the chip starts to send; a busy line delays it. `tag` is the tag
    these bytes tell of as soon as they are through, None where they tell of none.
    """

    at: float
    data: bytes
    tag: Tag | None = None
    reply: bool = False
    """It answers the host: faults of the conversation befall it."""
    ack: bool = False
    """It only acknowledges what the host sent; the answer follows."""
    others: tuple[Tag, ...] = ()
    """Further tags that these bytes tell of, where an answer names several."""

    @property
    def tags(self) -> tuple[Tag, ...]:
        """All tags these bytes tell of."""
        return self.others if self.tag is None else (self.tag, *self.others)


class Chip(ABC):
    """One reader, as it stands on its line: what it says to a tag, to its host, and by itself.

    The caller keeps the order of time: it calls `tick` whenever `due` has come, before anything
    later. Each call answers with the bursts it caused.
    """

    protocol: ClassVar[str]
    """The name the protocol has everywhere, `rdm6300`."""
    baudrate: ClassVar[int]
    """Bits a second on the line, ten of them a byte (8N1)."""
    technologies: ClassVar[tuple[Technology, ...]]
    """What its antenna sees; its own kind of badge first. Any other tag it does not notice."""
    uid_lengths: ClassVar[tuple[int, ...]]
    """How many bytes the UIDs of its own kind of badge may have."""
    resync: ClassVar[bytes] = b""
    """What must follow broken bytes before a listener can tell where the next frame starts.
    Empty where frames have a start mark of their own."""
    states: ClassVar[tuple[str, ...]] = ()
    """The other states a host may find it in, where another program, or a brown-out, left it."""
    network: ClassVar[str] = ""
    """What the URL of its network plug begins with, where it has one and no serial line: `llrp`."""
    again_after: ClassVar[float] = 1.0
    """Seconds a badge must be away so that a listener may be expected to take it as shown again:
    well above the hold time listeners use for this kind of reader."""

    lingers: ClassVar[float] = 0.0
    """Seconds for which it may still tell of a tag that has gone, where an answer was under way or
    is said again."""

    def __init__(self) -> None:
        self._field: list[Tag] = []

    @classmethod
    def tag(cls, uid: str) -> Tag | None:
        """Return the tag this chip would see for a UID as people write it, or None if it can't be.

        Hex in any case; the result is upper-case, as everywhere.
        """
        uid = uid.upper()
        fits = _HEX.fullmatch(uid) is not None and len(uid) // 2 in cls.uid_lengths
        return Tag(cls.technologies[0], uid) if fits else None

    @abstractmethod
    def frame(self, tag: Tag) -> bytes:
        """Return the whole frame by which the chip tells of this tag and no other."""

    def power_on(self, now: float) -> list[Burst]:  # noqa: ARG002 - for chips that greet
        """Start afresh, as after plugging in: nothing in the field is known yet."""
        self._field.clear()
        return []

    def opened(self, now: float) -> list[Burst]:  # noqa: ARG002 - for chips that can tell
        """Have a host open the line; only a chip with a network plug notices."""
        return []

    def be_found(self, state: str) -> None:
        """Be in one of `states`. Raises ValueError for another."""
        raise ValueError(f"{self.protocol} has no state {state!r}")

    def enter(self, tag: Tag, now: float) -> list[Burst]:
        """Have a tag come into the field; one that the antenna does not see changes nothing."""
        if tag.technology in self.technologies and tag not in self._field:
            self._field.append(tag)
            return self._field_changed(now)
        return []

    def leave(self, tag: Tag, now: float) -> list[Burst]:
        """Have a tag go out of the field."""
        if tag in self._field:
            self._field.remove(tag)
            return self._field_changed(now)
        return []

    def hear(self, data: bytes, now: float) -> list[Burst]:  # noqa: ARG002 - for polled chips
        """Take bytes the host sent. A chip that only talks does not listen."""
        return []

    def due(self) -> float | None:
        """Return when the chip will do something by itself, None while it waits."""
        return None

    def rests(self) -> bool:
        """Tell whether nothing is under way: what it does next, if anything, it does for ever."""
        return self.due() is None

    def tick(self, now: float) -> list[Burst]:  # noqa: ARG002 - for chips that keep time
        """Have time pass up to `now`."""
        return []

    def ghost(self, tag: Tag, now: float) -> list[Burst]:
        """Say a tag that is not there, once, with a checksum as good as any (esp-rfid #411)."""
        return [Burst(now, self.frame(tag), tag)]

    @abstractmethod
    def _field_changed(self, now: float) -> list[Burst]:
        """Do what the chip does when its field is not what it was."""


class Talker(Chip):
    """A chip that only talks: a frame once it has read the tag, and perhaps again and again.

    Two tags in the field garble each other, and such readers then say nothing.
    """

    latency: ClassVar[float]
    """Seconds from a tag's entry until its frame starts."""
    period: ClassVar[float | None]
    """Seconds from the start of a frame to the next while the tag stays; None: said once."""

    def __init__(self) -> None:
        super().__init__()
        self._due: float | None = None

    def power_on(self, now: float) -> list[Burst]:
        """Start afresh, with nothing to say."""
        self._due = None
        return super().power_on(now)

    def due(self) -> float | None:
        """Return when the next frame starts."""
        return self._due

    def tick(self, now: float) -> list[Burst]:
        """Start the frames whose time has come."""
        bursts: list[Burst] = []
        while self._due is not None and self._due <= now:
            tag = self._field[0]
            bursts.append(Burst(self._due, self.frame(tag), tag))
            self._due = None if self.period is None else self._due + self.period
        return bursts

    def _field_changed(self, now: float) -> list[Burst]:
        self._due = now + self.latency if len(self._field) == 1 else None
        return []


class Asked(Chip):
    """A chip that says nothing of its own: it hears commands, and answers them in its own time.

    A subclass finds the commands in what it `hear`s, and puts `at` what it does about each.
    """

    lingers: ClassVar[float] = 0.5

    def __init__(self) -> None:
        super().__init__()
        self._plans: list[tuple[float, int, bool, Callable[[float], list[Burst]]]] = []
        self._planned = 0

    def power_on(self, now: float) -> list[Burst]:
        """Start afresh: nothing is under way."""
        self._plans.clear()
        return super().power_on(now)

    def due(self) -> float | None:
        """Return when it does next what it has planned."""
        return self._plans[0][0] if self._plans else None

    def tick(self, now: float) -> list[Burst]:
        """Do what was planned up to `now`, in order."""
        bursts: list[Burst] = []
        while self._plans and self._plans[0][0] <= now:
            at, _, _, act = heappop(self._plans)
            bursts += act(at)
        return bursts

    def rests(self) -> bool:
        """Tell whether all it will do, it does for ever."""
        return all(always for _, _, always, _ in self._plans)

    def at(self, when: float, act: Callable[[float], list[Burst]], *, always: bool = False) -> None:
        """Plan something for second `when`; what is planned for one moment happens in order.

        What is done again and again, `always`, is nothing to wait for.
        """
        self._planned += 1
        heappush(self._plans, (when, self._planned, always, act))

    def answer(
        self, when: float, data: bytes, tag: Tag | None = None, others: tuple[Tag, ...] = ()
    ) -> None:
        """Plan to send an answer to the host; it may tell of one tag, or of several."""
        self.at(when, lambda at: [Burst(at, data, tag, reply=True, others=others)])

    def forget_plans(self) -> None:
        """Drop what is under way: the host has begun another command, or a reset."""
        self._plans.clear()

    def _field_changed(self, now: float) -> list[Burst]:  # noqa: ARG002 - nobody has asked
        return []
