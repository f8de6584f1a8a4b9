"""Is an event file what it says it is? Integrity, and what must always be true of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkin.store.failures import explained
from checkin.store.journal import tally_rows
from checkin.store.totals import fold_all
from checkin.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checkin.store.file import EventFile

_MOST_SHOWN = 20


def problems(event_file: EventFile) -> list[str]:
    """What is wrong with the file, one sentence each; empty where all is well."""
    with explained(event_file.path):
        damage = list(_damage(event_file))
        if damage:
            return damage  # nothing that is counted in a damaged file can be believed
        return [
            *_sequences(event_file),
            *_annulments(event_file),
            *_tallies(event_file),
        ]


def _damage(event_file: EventFile) -> Iterator[str]:
    for (found,) in event_file.conn.execute(f"PRAGMA integrity_check({_MOST_SHOWN})"):
        if found != "ok":
            yield _("The file is damaged: {detail}.").format(detail=found)
    for table, row, parent, _number in event_file.conn.execute("PRAGMA foreign_key_check"):
        yield _("Row {row} of {table} names something that is not in {parent}.").format(
            row=row, table=table, parent=parent
        )


def _sequences(event_file: EventFile) -> Iterator[str]:
    rows = event_file.conn.execute(
        "SELECT desk, count(*), min(seq), max(seq) FROM scans GROUP BY desk"
    )
    for desk, count, first, last in rows:
        if first != 1 or last != count:
            yield _("Desk {desk}: {count} scans, but numbered {first} to {last}.").format(
                desk=desk, count=count, first=first, last=last
            )
    rows = event_file.conn.execute(
        "SELECT desk, seq FROM (SELECT desk, seq, stamp,"
        " lag(stamp) OVER (PARTITION BY desk ORDER BY seq) AS before FROM scans)"
        " WHERE stamp < before LIMIT ?",
        (_MOST_SHOWN,),
    )
    for desk, seq in rows:
        yield _("Desk {desk}: scan {seq} is stamped before the one it follows.").format(
            desk=desk, seq=seq
        )


def _annulments(event_file: EventFile) -> Iterator[str]:
    rows = event_file.conn.execute(
        # What another desk did may still be on its way here; gaps in what came are told above.
        "SELECT u.desk, u.seq, u.undoes_desk, u.undoes_seq FROM scans u"
        " LEFT JOIN scans s ON s.desk = u.undoes_desk AND s.seq = u.undoes_seq"
        " WHERE u.kind = 'annulment' AND (s.kind = 'annulment'"
        " OR (s.kind IS NULL AND u.undoes_desk = u.desk)) LIMIT ?",
        (_MOST_SHOWN,),
    )
    for desk, seq, undoes_desk, undoes_seq in rows:
        yield _("Desk {desk}: {seq} undoes {undoes_desk} {undoes_seq}, which is not there.").format(
            desk=desk, seq=seq, undoes_desk=undoes_desk, undoes_seq=undoes_seq
        )


def _tallies(event_file: EventFile) -> Iterator[str]:
    kept = {key: n for key, n in tally_rows(event_file.conn, event_file.numbers).items() if n}
    counted = {key: n for key, n in fold_all(event_file).items() if n}
    differing = [key for key in kept.keys() | counted.keys() if kept.get(key) != counted.get(key)]
    for key in sorted(differing, key=str)[:_MOST_SHOWN]:
        about = [str(part) for part in (key.day, key.slot, key.checkpoint, key.detail) if part]
        yield _("The tally “{measure}” of {about} says {kept}, the scans say {counted}.").format(
            measure=key.measure.value,
            about=", ".join(about),
            kept=kept.get(key, 0),
            counted=counted.get(key, 0),
        )
