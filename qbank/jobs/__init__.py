"""Long work behind a page: asked for once, done beside the requests, looked at while it goes.

What lives here: the queue, on huey's SQLite storage in the data folder, so that any worker of the web can look at what
another one does. What is to be done, the services say.
"""
