"""The live session: one question in view, the record kept while it is asked, and the sitting's times."""
