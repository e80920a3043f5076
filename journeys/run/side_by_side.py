"""One journey with caches kept and with caches cleared: what failed only with kept ones is a stale cache."""

from __future__ import annotations

from dataclasses import replace

from journeys.model import Result, Verdict


def side_by_side(kept: Result, cleared: Result) -> tuple[Result, Result]:
    """The two results, each stale surface of the first told apart by what the second saw there."""
    sound = {each.surface for each in cleared.findings if each.check == "freshness" and each.verdict is Verdict.PASS}
    findings = tuple(
        replace(finding, explanation=f"{finding.explanation}. With caches cleared it was fresh: a stale cache")
        if finding.check == "freshness" and finding.verdict is Verdict.FAIL and finding.surface in sound
        else finding
        for finding in kept.findings
    )
    return replace(kept, findings=findings), cleared
