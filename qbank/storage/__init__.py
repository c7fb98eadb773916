"""What is kept, and how: rows, queries, migrations. Fetches and keeps; decides nothing.

Plain SQLAlchemy, no web: the same models serve the browser, the terminal and the tests.
"""
