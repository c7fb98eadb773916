"""Documents as PDF, set by typst from data: plain values in, bytes out.

What lives here: what a document holds, as frozen values; and the way from them through a committed template to a tagged
PDF. Nothing that anybody wrote is ever Typst source: a template reads values from JSON, as text. No clock, no database,
no request; the time of making comes in, and the same values give the same bytes.
"""
