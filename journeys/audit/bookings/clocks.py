"""Which confusion of the clocks explains the difference of two starts, as SQL."""

from __future__ import annotations


def hours(ours: str, theirs: str, *, unless: str = "FALSE") -> str:
    """An expression: the confusion by which the start ``theirs`` came out of ``ours``, or NULL.

    ``oc`` and ``tc`` are the clocks (``bookings_clocks``) at the two moments. The likelier confusion comes first:

    - ``twice``: both are the same time of day, in the hour that comes twice (RFC 5545, 3.3.5);
    - ``local as UTC``, ``UTC as local``: the difference is the zone's offset at that moment;
    - ``other side``: it is what a change of the clocks makes, as where one offset is used all the year round
      (not where ``unless``: then a slot of the store starts at that moment, and the booking was rather moved);
    - the first two with the offset on the other side of such a change.
    """
    late, early = f"({theirs} - {ours})", f"({ours} - {theirs})"
    return f"""
        CASE
            WHEN {late} = 0 THEN NULL
            WHEN {ours} + oc.own = {theirs} + tc.own THEN 'twice'
            WHEN {late} = oc.own THEN 'local as UTC'
            WHEN {early} = tc.own THEN 'UTC as local'
            WHEN abs({late}) IN (abs(oc.own - oc.before), abs(oc.own - oc.after))
                THEN CASE WHEN {unless} THEN NULL ELSE 'other side' END
            WHEN {late} IN (oc.before, oc.after) THEN 'local as UTC, other side'
            WHEN {early} IN (tc.before, tc.after, oc.own, oc.before, oc.after) THEN 'UTC as local, other side'
        END
    """
