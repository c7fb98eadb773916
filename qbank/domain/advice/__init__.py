"""Advice on the wording of a question while it is written: what a careful colleague would remark, never a block.

What lives here: a check, or a family of them, in each module; a check is a pure function from text to remarks, each
with the words it points at. Every check is measured on labelled texts (`docs/advice.md`). What code here may not do:
the same as in `qbank.domain`.
"""
