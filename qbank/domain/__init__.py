"""The rules of the bank and of the assessment: what would hold on paper, without computers.

What lives here: values (frozen dataclasses), predicates and named errors. What code here may not do: the same as in
`delivery`; it may import `delivery` and `review`, and nothing above it.
"""
