"""How a question set is drawn.

What lives here: the pool of questions eligible for one draw, the specification a set must meet, the draw plan (the
fitted probability distribution), the exact draw from a seed, its certificate and its replay, and the answer when no
lawful set exists.

What code here may not do: know of a database, a web page, a clock, a file, an environment variable or a global; log;
take chance from anywhere but a seed; return fewer questions than were asked for. Only the standard library and
numerical libraries are imported.
"""
