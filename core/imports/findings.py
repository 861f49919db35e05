"""What a dry run found, in the form that is kept beside the upload and shown on its page."""

from dataclasses import asdict

from django.utils.translation import gettext as _

from core.imports.examine import Examination, ignored_of
from core.imports.kinds import ImportKind, Problem
from core.sentences import translated

SHOWN_PROBLEMS = 500


def findings_of(found: Examination, kind: ImportKind) -> dict:
    """The examination as JSON; of its problems the first SHOWN_PROBLEMS."""
    layout, task = found.layout, found.task
    problems = found.problems(kind)
    return {
        "clean": found.is_clean,
        "unclear": task is None,
        "sheet": layout.sheet,
        "sheets": [layout.sheet, *layout.other_sheets],
        "header_row": layout.header_row,
        "headings": [[heading.place, heading.letter, heading.text] for heading in layout.headings],
        "guessed": layout.guessed,
        "ignored": [heading.text or heading.letter for heading in ignored_of(layout)],
        "columns": layout.columns,
        "proposal": layout.proposal(kind),
        "missing": [*layout.missing, *layout.doubled],
        "preview": layout.preview,
        "rows": len(task.rows) if task else 0,
        "counts": found.counts,
        "differences": task.differences.stored() if task and found.is_clean else {},
        "notices": task.notices.stored() if task else [],
        "problem_count": task.problems.count if task else len(problems),
        "problems": [asdict(problem) for problem in problems[:SHOWN_PROBLEMS]],
    }


def refusal(sentence: dict) -> dict:
    """What is kept about a file that could not be read at all."""
    problem = asdict(Problem(0, "", sentence))
    return {"clean": False, "unclear": False, "problem_count": 1, "problems": [problem], "refused": True}


def in_words(problem: Problem) -> str:
    """A problem as one line of text: ``row 5 · 数量 · -2: -2 is negative.``"""
    place = [_("row %(n)s") % {"n": problem.row} if problem.row else "", problem.column, problem.value]
    where = " · ".join(part for part in place if part)
    return f"{where}: {translated(problem.sentence)}" if where else translated(problem.sentence)
