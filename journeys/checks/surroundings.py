"""What stands around the store: whether it can be reached, says that it is well, and is set as it was meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from journeys.checks.check import check
from journeys.checks.minimal import proven
from journeys.model import Answer, Finding, History, Request, Setting, Vantage, Verdict, Vital

SERVER_ERROR: Final = 500
UNAUTHORIZED: Final = (401, 403)
TOO_MANY: Final = 429
PAGE_WITHIN_S: Final = 8.0
"""How long a page of the store may take; its own word for a statement that is slow is ``DATABASE_WITHIN_S``."""
DATABASE_WITHIN_S: Final = 2.5
SLOWER_BY_S: Final = 1.0
SLOWER_TIMES: Final = 5.0
"""One way to the store is worse than another one when the same file takes so much longer and so many times as long."""


@check
def reach(history: History) -> Iterator[Finding]:
    """The store can be reached from every vantage point, and from each about as quickly."""
    for name in dict.fromkeys(each.name for each in history.vantages):
        looks = [each for each in history.vantages if each.name == name]
        cut = next((each for each in looks if each.failure), None)
        slow = slower(history, name)
        if cut is not None:
            yield _finding("reach", Verdict.FAIL, f"{name} cannot be reached: {cut.failure}: {cut.says}", name)
        elif slow is not None:
            yield _finding("reach", Verdict.FAIL, f"{name} is slow: {slow_words(slow)}", name)
        else:
            took = max(each.took_s for each in looks)
            yield _finding(
                "reach", Verdict.PASS, f"{name} answered {len(looks)} control requests in {took:.1f} s", name
            )


def slower(history: History, name: str) -> tuple[Vantage, Vantage] | None:
    """The quickest static file from this vantage point and a much quicker one from another; None where none was."""
    static = [each for each in history.vantages if each.part == "static" and not each.failure and each.status]
    mine = min((each for each in static if each.name == name), key=lambda each: each.took_s, default=None)
    others = min((each for each in static if each.name != name), key=lambda each: each.took_s, default=None)
    if mine is None or others is None:
        return None
    much = mine.took_s > others.took_s + SLOWER_BY_S and mine.took_s > SLOWER_TIMES * others.took_s
    return (mine, others) if much else None


def slow_words(slow: tuple[Vantage, Vantage]) -> str:
    """The two, side by side."""
    mine, other = slow
    return f"the same file took {mine.took_s:.2f} s from {mine.name} and {other.took_s:.2f} s from {other.name}"


@check
def health(history: History) -> Iterator[Finding]:
    """No organ of the store, such as its status page or its database, says that it is unwell."""
    for part in dict.fromkeys(each.part for each in history.vitals):
        said = [each for each in history.vitals if each.part == part]
        ill = next((each for each in said if each.well is False), None)
        if ill is not None:
            yield _finding("health", Verdict.FAIL, f"{part}: {ill.says}", part)
        elif any(each.well for each in said):
            yield _finding("health", Verdict.PASS, f"{part} says that it is well", part)
        else:
            yield _finding("health", Verdict.UNKNOWN, f"{part} could not be asked: {said[-1].says}", part)


@check
def pace(history: History) -> Iterator[Finding]:
    """Each page of the store comes within its time, and its database takes little of that."""
    pages = [each for each in history.requests if each.ours and each.kind == "document" and not each.failure]
    slow = [each for each in pages if waited_for_database(each) or each.took_s > PAGE_WITHIN_S]
    for each in slow:
        spent = f", of which its database took {each.server['db']:.1f} s" if waited_for_database(each) else ""
        yield _finding("pace", Verdict.FAIL, f"{each.path} took {each.took_s:.1f} s{spent}", each.path)
    if pages and not slow:
        longest = max(each.took_s for each in pages)
        yield _finding("pace", Verdict.PASS, f"{len(pages)} pages took {longest:.1f} s at most", "")


def waited_for_database(page: Request) -> bool:
    """Whether the store says that its database took long over this very answer, and not over a copy made earlier."""
    return DATABASE_WITHIN_S < page.server.get("db", 0.0) <= page.took_s


@check
def contract(history: History) -> Iterator[Finding]:
    """Every backend API answers with the fields that the tester relies on, and lets it in."""
    for seam in dict.fromkeys(each.seam for each in history.answers):
        answers = [each for each in history.answers if each.seam == seam]
        wrong = list(dict.fromkeys(_breach(each, answers) for each in answers))
        told = [words for words in wrong if words]
        for words in told:
            yield _finding("contract", Verdict.FAIL, f"{seam}: {words}", seam)
        if not told:
            said = f"{seam}: {len(answers)} kinds of answers are as the tester relies on"
            yield _finding("contract", Verdict.PASS, said, seam)


def _breach(answer: Answer, all_: list[Answer]) -> str:
    """What is wrong with an answer, in words; a key that was never accepted is the tester's own mistake."""
    if answer.broken:
        return f"{answer.path}: {'; '.join(answer.broken)}"
    if answer.status == TOO_MANY:
        limits = ", ".join(f"{name}: {value}" for name, value in sorted(answer.limits.items()))
        return f"{answer.path} was answered 429, too many requests{f' ({limits})' if limits else ''}"
    accepted = any(each.path == answer.path and each.at < answer.at and 0 < each.status < 400 for each in all_)
    if answer.status in UNAUTHORIZED and accepted:
        return f"{answer.path} was answered {answer.status}, with credentials that were accepted before"
    return ""


@check
def intent(history: History) -> Iterator[Finding]:
    """The settings of the store are as they were declared."""
    latest = {each.name: each for each in history.settings}
    for each in latest.values():
        if not each.found:
            said = f"{each.name} is declared as {each.declared}, and the store does not tell it"
            yield _finding("intent", Verdict.UNKNOWN, said, each.name)
        elif differs(each):
            said = f"{each.name} is {each.found}; it is declared as {each.declared}"
            yield _finding("intent", Verdict.FAIL, said, each.name)
    if latest and not any(differs(each) or not each.found for each in latest.values()):
        yield _finding("intent", Verdict.PASS, f"{len(latest)} settings are as declared", "")


def differs(setting: Setting) -> bool:
    """Whether the store says something else than was declared."""
    return bool(setting.found) and setting.found != setting.declared


@check
def third_parties(history: History) -> Iterator[Finding]:
    """No script of a third party gets in the customer's way."""
    alone = next((each for each in history.rehearsals if not each.present), None)
    guilty = culprits(history)
    if alone is None:
        if history.steps:
            said = "nothing was seen that scripts of third parties could have caused"
            yield _finding("third_parties", Verdict.PASS, said, "")
    elif alone.symptom:
        said = f"without any script of a third party the same was seen: {alone.said}"
        yield _finding("third_parties", Verdict.PASS, said, "")
    elif guilty:
        said = f"the trouble comes with {' and '.join(guilty)}, and not without"
        yield _finding("third_parties", Verdict.FAIL, said, ", ".join(guilty))
    else:
        said = "the trouble did not come again, with scripts of third parties or without"
        yield _finding("third_parties", Verdict.UNKNOWN, said, "")


def culprits(history: History) -> tuple[str, ...]:
    """Third parties without which there is no trouble: a set of which each was needed, or the smallest seen.

    Empty when leaving all out did not help, or when the trouble did not come again with all of them.
    """
    alone = next((each for each in history.rehearsals if not each.present), None)
    if alone is None or alone.symptom:
        return ()
    known = proven((frozenset(each.present), each.symptom) for each in history.rehearsals)
    guilty = [each.present for each in history.rehearsals if each.symptom]
    smallest = min(guilty, key=len, default=())
    return smallest if known is None else tuple(each for each in alone.left_out if each in known)


def unwell(history: History, part: str) -> Vital | None:
    """The first time that an organ said that it was not well."""
    return next((each for each in history.vitals if each.part == part and each.well is False), None)


def _finding(check: str, verdict: Verdict, explanation: str, surface: str) -> Finding:
    return Finding(check=check, verdict=verdict, explanation=explanation, surface=surface)
